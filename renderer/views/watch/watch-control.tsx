import { ChevronDown, Eye, Pause, Play, Square } from 'lucide-react'
import { commandRow } from '../../../core/commands/commands.ts'
import { isWatchOn, offeredIntervals } from '../../../core/watch/watch-status.ts'
import {
  intervalText,
  shareText,
  watchReadout,
  watchSentence,
} from '../../../core/watch/watch-words.ts'
import { isMac, keysText } from '../../commands/keys.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isWatchedShown } from '../../state/watch-looks.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { iconProps, smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuChoices, MenuHeading, MenuItem, MenuSeparator } from '../../widgets/menu.tsx'
import { Tooltip } from '../../widgets/tooltip.tsx'
import styles from './watch-control.module.css'

const choices = [
  {
    value: 'auto',
    text: 'Automatic',
    hint: 'Once a second, or less often where the guest is slow',
  },
  ...offeredIntervals.map(ms => ({
    value: String(ms),
    text: `Every ${intervalText(ms)}`,
    hint: ms === 2000 ? 'The usual' : '',
  })),
] as const

const withKeys = (text: string, id: 'watch.toggle' | 'watch.pause') =>
  `${text} (${keysText(commandRow(id).keys!, isMac)})`

/** Starts, pauses and ends watching the guest, and says how often it is looked at and what that costs it. */
export function WatchControl() {
  const actions = useActions()
  const status = useApp(state => state.watch.status)
  const isConnected = useApp(state => state.connection.phase === 'connected')
  const isShown = useApp(isWatchedShown)
  const { intervalMs } = useApp(state => state.preferences.watch)

  if (!isWatchOn(status)) {
    if (!isConnected) return null
    return (
      <Tooltip
        text={withKeys('Look at the guest again and again, and show what changes', 'watch.toggle')}
      >
        <Button icon={<Eye {...iconProps} />} onClick={() => void actions.startWatch()}>
          Watch
        </Button>
      </Tooltip>
    )
  }
  const isPaused = status.phase === 'paused'
  const readout = watchReadout(status)
  return (
    <div className={styles.control} role="group" aria-label="Watch">
      <span className={styles[status.phase]} aria-hidden="true" />
      <IconButton
        label={withKeys(isPaused ? 'Go on watching' : 'Pause the watch', 'watch.pause')}
        icon={isPaused ? <Play {...smallIconProps} /> : <Pause {...smallIconProps} />}
        onClick={() => void (isPaused ? actions.resumeWatch() : actions.pauseWatch())}
      />
      <span className={styles.wide}>
        <IconButton
          label={withKeys('Stop watching', 'watch.toggle')}
          icon={<Square {...smallIconProps} />}
          onClick={() => void actions.stopWatch()}
        />
      </span>
      <Menu
        trigger={
          <button
            type="button"
            className={styles.readout}
            title={watchSentence(status)}
            aria-label={`Watch: ${readout}. Change how often`}
          >
            <span className={styles.long}>{readout}</span>
            <span className={styles.short}>
              {status.phase === 'running'
                ? `${intervalText(status.intervalMs)} · ${shareText(status.share)}`
                : status.phase}
            </span>
            <ChevronDown {...smallIconProps} />
          </button>
        }
      >
        <MenuHeading>Look at the guest</MenuHeading>
        <MenuChoices
          value={intervalMs === null ? 'auto' : String(intervalMs)}
          options={choices}
          onChange={value => void actions.setWatchInterval(value === 'auto' ? null : Number(value))}
        />
        <MenuSeparator />
        <MenuItem onSelect={() => void actions.stopWatch()}>Stop watching</MenuItem>
        {!isShown && <MenuItem onSelect={actions.showWatched}>Show what is watched</MenuItem>}
        <MenuItem onSelect={() => actions.setChangesOpen(true)}>Show the changes</MenuItem>
        <MenuItem onSelect={() => actions.manageRules(true)}>Notify me when…</MenuItem>
        <MenuSeparator />
        <p className={styles.note}>{watchSentence(status)}</p>
      </Menu>
    </div>
  )
}
