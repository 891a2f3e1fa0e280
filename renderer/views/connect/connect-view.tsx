import { FolderCode, FolderOpen, LoaderCircle, Play, Plus, ServerCog } from 'lucide-react'
import { useState } from 'react'
import type { SavedTarget } from '../../../core/contract/types.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isHostKeyQuestion } from '../../state/connection-actions.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { iconProps } from '../../widgets/icons.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { BuiltInPanel } from './built-in-panel.tsx'
import { ConnectedButtons } from './connected-buttons.tsx'
import styles from './connect-view.module.css'
import { nameIn } from '../../widgets/host-path.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { VirtualMachineMark } from './virtual-machine-mark.tsx'
import { HostKeyDialog } from './host-key-dialog.tsx'
import { RecentFiles } from './recent-files.tsx'
import { emptyForm, formOf, TargetForm } from './target-form.tsx'

/** A target by its ID; null where the user chose none yet. */
type Choice = { readonly id: string } | 'new' | null

/** Which guest to speak with: targets at the left, one of them or a new one at the right. */
export function ConnectView() {
  const actions = useActions()
  const targets = useApp(state => state.targets)
  const signIn = useApp(state => state.signIn)
  const connection = useApp(state => state.connection)
  const hasCapture = useApp(state => state.current !== null)
  const work = useApp(state => state.work)
  const project = useApp(state => state.project.open)
  const [choice, setChoice] = useState<Choice>(null)
  // A form lives as long as the choice: saving a new target must not empty its password field.
  const [formNumber, setFormNumber] = useState(0)
  const isOpening = useApp(state => state.files.dialog === 'open')

  const known = targets ?? []
  const connectedId =
    connection.phase === 'connected' || connection.phase === 'lost'
      ? connection.guest.target.id
      : null
  const chosenId =
    choice === 'new' ? null : (choice?.id ?? connectedId ?? firstOf(known)?.id ?? null)
  // A sign-in that needs something of the user brings its form into sight.
  const shownId = signIn.phase === 'idle' ? chosenId : signIn.targetId
  const shown = known.find(target => target.id === shownId) ?? null
  // Nothing is offered that would be another thing a moment later, under the user's hand.
  const isUndecided = targets === null && choice !== 'new'
  const isConnectedTo = (target: SavedTarget) =>
    connection.phase === 'connected' && connectedId === target.id
  const isNew = shown === null && !isUndecided
  const choose = (next: Choice) => {
    actions.cancelConnect()
    setChoice(next)
    setFormNumber(number => number + 1)
  }
  const chooseTarget = (target: SavedTarget) => {
    choose({ id: target.id })
    if (target.hasSecret || target.method === 'agent') void actions.connect(target.id)
  }
  const lastFailure =
    signIn.phase === 'idle' && connection.phase === 'disconnected' ? connection.failure : null

  return (
    <div className={styles.view}>
      <nav className={styles.list} aria-label="Targets">
        <h2 className={styles.heading}>Targets</h2>
        <ul>
          {known.map(target => (
            <li key={target.id}>
              <TargetItem
                target={target}
                isChosen={target.id === shownId}
                isBusy={signIn.phase === 'running' && signIn.targetId === target.id}
                isConnected={isConnectedTo(target)}
                onChoose={() => chooseTarget(target)}
              />
            </li>
          ))}
        </ul>
        <button
          type="button"
          className={classNames(styles.target, isNew && styles.chosen)}
          aria-current={isNew}
          onClick={() => choose('new')}
        >
          <Plus {...iconProps} />
          New target
        </button>
        <RecentFiles />
        <div className={styles.spring} />
        <Button icon={<FolderOpen {...iconProps} />} onClick={() => actions.showFileDialog('open')}>
          Open a dump file…
        </Button>
        <Button
          icon={<FolderCode {...iconProps} />}
          onClick={() => {
            actions.chooseTarget(false)
            actions.setView('project')
          }}
        >
          {project === null ? 'Driver project…' : visibleText(nameIn(project.root))}
        </Button>
      </nav>
      <section className={styles.detail} aria-label="Connect to a guest">
        <div className={styles.column}>
          {lastFailure && !isHostKeyQuestion(lastFailure) && (
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
          {work.phase === 'failed' && work.what === 'open' && !isOpening && !hasCapture && (
            <Banner
              tone="bad"
              isInset
              actions={
                <Button kind="quiet" onClick={actions.clearWork}>
                  Dismiss
                </Button>
              }
            >
              {sentenceFor(work.failure)}
            </Banner>
          )}
          {shown && !shown.isBuiltIn && isConnectedTo(shown) && (
            <Banner tone="good" isInset actions={<ConnectedButtons />}>
              Connected to {visibleText(shown.label || shown.host)}.
            </Banner>
          )}
          {isUndecided ? null : shown?.isBuiltIn ? (
            <BuiltInPanel
              target={shown}
              isConnected={isConnectedTo(shown)}
              onNew={() => choose('new')}
            />
          ) : (
            <TargetForm
              key={shownId === chosenId ? `form ${formNumber}` : shownId}
              target={shown}
              initial={shown ? formOf(shown) : emptyForm}
              onSaved={id => setChoice({ id })}
              onRemoved={() => choose(null)}
            />
          )}
          {hasCapture && !(shown && isConnectedTo(shown)) && (
            <div>
              <Button kind="quiet" onClick={() => actions.chooseTarget(false)}>
                Back to the capture
              </Button>
            </div>
          )}
        </div>
      </section>
      {signIn.phase === 'failed' && isHostKeyQuestion(signIn.failure) && (
        <HostKeyDialog
          key={signIn.failure.fingerprint}
          targetId={signIn.targetId}
          label={shown?.label || shown?.host || 'the guest'}
          failure={signIn.failure}
        />
      )}
    </div>
  )
}

/** The user's own first; where there is none, the guest that came with Kextant. */
function firstOf(targets: readonly SavedTarget[]): SavedTarget | undefined {
  return targets.find(target => !target.isBuiltIn) ?? targets[0]
}

interface TargetItemProps {
  readonly target: SavedTarget
  readonly isChosen: boolean
  readonly isBusy: boolean
  readonly isConnected: boolean
  readonly onChoose: () => void
}

function TargetItem({ target, isChosen, isBusy, isConnected, onChoose }: TargetItemProps) {
  const Icon = target.isBuiltIn ? Play : ServerCog
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
        <Icon {...iconProps} className={target.isBuiltIn ? styles.start : undefined} />
      )}
      <span className={styles.names}>
        <span className={styles.title}>
          <span className={styles.name}>{target.label || target.host}</span>
          {target.isVirtualMachine && <VirtualMachineMark />}
        </span>
        <span className={styles.address}>
          {isConnected && <StateMark tone="good">connected</StateMark>}
          {isConnected && !target.isBuiltIn && ' · '}
          {target.isBuiltIn
            ? !isConnected && 'Comes with Kextant'
            : `${target.user}@${target.host}${target.port === 22 ? '' : `:${target.port}`}`}
        </span>
      </span>
      {!isConnected && target.isReadOnly && <span className={styles.badge}>read-only</span>}
    </button>
  )
}
