import { FolderOpen, Plus } from 'lucide-react'
import type { SavedTarget } from '../../../core/contract/types.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { useCommand } from '../../commands/use-command.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ConnectedButtons } from './connected-buttons.tsx'
import styles from './connect-view.module.css'

export interface BuiltInPanelProps {
  readonly target: SavedTarget
  readonly isConnected: boolean
  readonly onNew: () => void
}

/** A target that came with Kextant: nothing to fill in, one button. What a new user sees first. */
export function BuiltInPanel({ target, isConnected, onNew }: BuiltInPanelProps) {
  const actions = useActions()
  const signIn = useApp(state => state.signIn)
  const connection = useApp(state => state.connection)
  const open = useCommand('file.open')
  const isOurs = signIn.phase !== 'idle' && signIn.targetId === target.id
  return (
    <>
      <div className={styles.intro}>
        <h1>{visibleText(target.label)}</h1>
        {target.note !== null && <p>{visibleText(target.note)}</p>}
        {isConnected ? (
          <p>
            <StateMark tone="good">Connected</StateMark>
          </p>
        ) : (
          <p>Try every view on it, and load the sample kexts. No password is needed.</p>
        )}
      </div>
      {isOurs && signIn.phase === 'failed' && (
        <Banner tone="bad" isInset>
          {sentenceFor(signIn.failure)}
        </Banner>
      )}
      <div className={styles.buttons}>
        {isConnected ? (
          <ConnectedButtons />
        ) : isOurs && signIn.phase === 'running' ? (
          <>
            <Button kind="primary" disabled>
              {connection.phase === 'connecting' ? sentenceCase(connection.step) : 'Connecting'}
            </Button>
            <Button onClick={actions.cancelConnect}>Cancel</Button>
          </>
        ) : (
          <Button kind="primary" onClick={() => void actions.connect(target.id)}>
            Connect
          </Button>
        )}
      </div>
      <div className={styles.ways}>
        <section>
          <h2>Your own guest</h2>
          <p>
            A virtual machine or a second Mac that runs sshd (Remote Login). You need its address
            and an account there.
          </p>
          <Button icon={<Plus {...iconProps} />} onClick={onNew}>
            Add a guest…
          </Button>
        </section>
        <section>
          <h2>A saved registry</h2>
          <p>
            What ioreg prints, its archives, or a capture of Kextant. A file can be dropped anywhere
            in the window, too.
          </p>
          <Button
            icon={<FolderOpen {...iconProps} />}
            hint={open.hint}
            onClick={() => actions.showFileDialog('open')}
          >
            Open a dump…
          </Button>
        </section>
      </div>
    </>
  )
}

/** The host says its steps in lower case. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
