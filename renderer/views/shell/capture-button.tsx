import { Camera, X } from 'lucide-react'
import { useCommand } from '../../commands/use-command.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import styles from './app-bar.module.css'
import { clockTime, timeText } from './times.ts'

/** Takes a capture; while it runs, its progress and a way to stop it. */
export function CaptureButton() {
  const actions = useActions()
  const { hint } = useCommand('guest.capture')
  const work = useApp(state => state.work)
  const isConnected = useApp(state => state.connection.phase === 'connected')
  const shown = useApp(state => state.current?.capture ?? null)

  if (work.phase === 'running') {
    const { progress } = work
    const share = progress && progress.total > 0 ? progress.done / progress.total : 0
    const step = progress?.step ?? (work.what === 'take' ? 'Capturing' : 'Opening')
    return (
      <div className={styles.capture} role="status">
        <div
          className={styles.progress}
          role="progressbar"
          aria-label={step}
          aria-valuenow={Math.round(share * 100)}
        >
          <div style={{ transform: `scaleX(${Math.max(0.04, Math.min(1, share))})` }} />
        </div>
        <span className={styles.time}>{step}</span>
        <IconButton
          label="Cancel"
          icon={<X {...smallIconProps} />}
          onClick={actions.cancelCapture}
        />
      </div>
    )
  }
  return (
    <div className={styles.capture}>
      {isConnected && (
        <Button
          icon={<Camera {...iconProps} />}
          hint={hint}
          onClick={() => void actions.takeCapture()}
        >
          Capture
        </Button>
      )}
      {shown && (
        <time className={styles.time} dateTime={shown.takenAt} title={timeText(shown)}>
          {clockTime(shown.takenAt)}
        </time>
      )}
    </div>
  )
}
