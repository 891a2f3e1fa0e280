import { FolderOpen, LoaderCircle, Plus, ServerCog } from 'lucide-react'
import { useState } from 'react'
import type { SavedTarget } from '../../../core/contract/types.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { iconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import styles from './connect-view.module.css'
import { HostKeyDialog } from './host-key-dialog.tsx'
import { OpenDumpDialog } from './open-dump-dialog.tsx'
import { emptyForm, formOf, TargetForm } from './target-form.tsx'

/** Which guest to speak with: saved targets at the left, one of them or a new one at the right. */
export function ConnectView() {
  const actions = useActions()
  const targets = useApp(state => state.targets)
  const signIn = useApp(state => state.signIn)
  const connection = useApp(state => state.connection)
  const hasCapture = useApp(state => state.current !== null)
  const work = useApp(state => state.work)
  const [chosen, setChosen] = useState<string | null>(null)
  const [isOpening, setOpening] = useState(false)

  // A sign-in that needs something of the user brings its form into sight.
  const shownId = signIn.phase === 'idle' ? chosen : signIn.targetId
  const shown = targets.find(target => target.id === shownId) ?? null
  const choose = (target: SavedTarget) => {
    actions.cancelConnect()
    setChosen(target.id)
    if (target.hasSecret || target.method === 'agent') void actions.connect(target.id)
  }
  const lastFailure =
    signIn.phase === 'idle' && connection.phase === 'disconnected' ? connection.failure : null

  return (
    <div className={styles.view}>
      <nav className={styles.list} aria-label="Targets">
        <h2 className={styles.heading}>Targets</h2>
        <ul>
          {targets.map(target => (
            <li key={target.id}>
              <TargetItem
                target={target}
                isChosen={target.id === shownId}
                isBusy={signIn.phase === 'running' && signIn.targetId === target.id}
                isConnected={
                  'guest' in connection &&
                  connection.phase === 'connected' &&
                  connection.guest.target.id === target.id
                }
                onChoose={() => choose(target)}
              />
            </li>
          ))}
        </ul>
        <button
          type="button"
          className={classNames(styles.target, shown === null && styles.chosen)}
          aria-current={shown === null}
          onClick={() => {
            actions.cancelConnect()
            setChosen(null)
          }}
        >
          <Plus {...iconProps} />
          New target
        </button>
        <div className={styles.spring} />
        <Button icon={<FolderOpen {...iconProps} />} onClick={() => setOpening(true)}>
          Open a dump file…
        </Button>
      </nav>
      <section className={styles.detail} aria-label="Connect to a guest">
        <div className={styles.column}>
          {lastFailure && (
            <Banner tone="bad" isInset>
              {sentenceFor(lastFailure)}
            </Banner>
          )}
          {work.phase === 'running' && work.what === 'open' && (
            <Banner
              tone="accent"
              isInset
              actions={<Button onClick={actions.cancelCapture}>Cancel</Button>}
            >
              Opening the dump. {work.progress?.step}
            </Banner>
          )}
          <TargetForm
            key={shown?.id ?? 'new'}
            target={shown}
            initial={shown ? formOf(shown) : emptyForm}
            onSaved={setChosen}
          />
          {hasCapture && (
            <div>
              <Button kind="quiet" onClick={() => actions.chooseTarget(false)}>
                Back to the capture
              </Button>
            </div>
          )}
        </div>
      </section>
      {signIn.phase === 'failed' &&
        (signIn.failure.kind === 'host-key-unknown' ||
          signIn.failure.kind === 'host-key-changed') && (
          <HostKeyDialog
            key={signIn.failure.fingerprint}
            targetId={signIn.targetId}
            label={shown?.label ?? 'the guest'}
            failure={signIn.failure}
          />
        )}
      {isOpening && <OpenDumpDialog onClose={() => setOpening(false)} />}
    </div>
  )
}

interface TargetItemProps {
  readonly target: SavedTarget
  readonly isChosen: boolean
  readonly isBusy: boolean
  readonly isConnected: boolean
  readonly onChoose: () => void
}

function TargetItem({ target, isChosen, isBusy, isConnected, onChoose }: TargetItemProps) {
  return (
    <button
      type="button"
      className={classNames(styles.target, isChosen && styles.chosen)}
      aria-current={isChosen}
      onClick={onChoose}
    >
      {isBusy ? (
        <LoaderCircle {...iconProps} className={styles.busy} />
      ) : (
        <ServerCog {...iconProps} />
      )}
      <span className={styles.names}>
        <span className={styles.name}>{target.label || target.host}</span>
        <span className={styles.address}>
          {target.isBuiltIn ? 'Comes with Kextant' : `${target.user}@${target.host}`}
          {!target.isBuiltIn && target.port !== 22 && `:${target.port}`}
        </span>
      </span>
      {isConnected && <StateMark tone="good">connected</StateMark>}
      {!isConnected && target.isReadOnly && <span className={styles.badge}>read-only</span>}
    </button>
  )
}
