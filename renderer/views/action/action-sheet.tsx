import { ArrowLeft } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { ActionRecord } from '../../../core/contract/types.ts'
import { sentenceFor } from '../../../core/failure.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { consentLabel, type ActionFlow, type BundleChoice } from '../../state/action-flow.ts'
import type { ActionCommands } from '../../state/action-runner.ts'
import { Button } from '../../widgets/button.tsx'
import { Sheet } from '../../widgets/dialog.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { ActionPanel, PlanPanel } from './action-panel.tsx'
import { BundleChooser } from './bundle-chooser.tsx'
import { BundleSummary } from './bundle-summary.tsx'
import { StepList } from './step-list.tsx'
import styles from './action-sheet.module.css'

export interface ActionSheetProps {
  readonly flow: Exclude<ActionFlow, { phase: 'closed' }>
  readonly choice: BundleChoice
  readonly targetLabel: string
  /** Why the guest cannot be changed now, or null. */
  readonly blocked: string | null
  /** The connection is lost, and Kextant tries to get it back. */
  readonly isLost: boolean
  readonly onShowEntry: (entry: EntryBrief) => void
  readonly commands: ActionCommands
}

/** From a bundle to the report of what it did. An unload enters at its plan. */
export function ActionSheet(props: ActionSheetProps) {
  const { flow, targetLabel, blocked, commands } = props
  // Secrets stay in the one view that asks for them.
  const [sudoPassword, setSudoPassword] = useState('')
  const secret = { sudoPassword, setSudoPassword }
  return (
    <Sheet
      title={titleOf(flow)}
      onClose={commands.close}
      step={flow.phase}
      foot={<Foot {...{ flow, targetLabel, blocked, commands, ...secret }} />}
    >
      <Body {...props} {...secret} />
    </Sheet>
  )
}

function titleOf(flow: ActionSheetProps['flow']): string {
  switch (flow.phase) {
    case 'choosing':
      return 'Load a kext'
    case 'bundle':
      return visibleText(flow.bundle.name)
    case 'planning':
      return flow.request.kind === 'unload' ? 'Unload a kext' : 'Load a kext'
    case 'plan':
    case 'running':
      return visibleText(flow.plan.title)
    case 'finished':
      return visibleText(flow.record.title)
  }
}

interface Secret {
  readonly sudoPassword: string
  readonly setSudoPassword: (text: string) => void
}

function Body(props: ActionSheetProps & Secret) {
  const { flow, choice, targetLabel, blocked, onShowEntry, commands } = props
  switch (flow.phase) {
    case 'choosing':
      return (
        <BundleChooser
          choice={choice}
          inspecting={flow.inspecting}
          failure={flow.failure}
          onPick={path => void commands.inspect(path)}
          onBrowse={path => void commands.browse(path)}
          onRetrySamples={() => void commands.listSamples()}
        />
      )
    case 'bundle':
      return <BundleSummary bundle={flow.bundle} failure={flow.failure} />
    case 'planning':
      return flow.failure ? (
        <EmptyState
          title="There is no plan for this"
          actions={<Button onClick={() => void commands.plan(flow.request)}>Try again</Button>}
        >
          {sentenceFor(flow.failure)}
        </EmptyState>
      ) : (
        <EmptyState title="Making the plan…">Nothing is changed on the guest by this.</EmptyState>
      )
    case 'plan':
      return (
        <PlanPanel
          plan={flow.plan}
          targetLabel={targetLabel}
          failure={flow.failure}
          blocked={blocked}
          sudoPassword={props.sudoPassword}
          onSudoPassword={props.setSudoPassword}
        />
      )
    case 'running':
      return flow.record ? (
        <ActionPanel
          record={flow.record}
          onShowEntry={onShowEntry}
          isCancelling={flow.isCancelling}
          isLost={props.isLost}
        />
      ) : (
        <div className={styles.starting}>
          <p role="status">Starting…</p>
          <StepList steps={flow.plan.steps} />
        </div>
      )
    case 'finished':
      return (
        <ActionPanel
          record={flow.record}
          onShowEntry={flow.record.snapshotAfter === null ? null : onShowEntry}
        />
      )
  }
}

/** What came to nothing can be tried again, and a driver that was built anew can be loaded again. */
function isWorthAgain({ status, request }: ActionRecord): boolean {
  return status !== 'done' || request.kind === 'push-and-load'
}

type FootProps = Pick<ActionSheetProps, 'flow' | 'targetLabel' | 'blocked' | 'commands'> & Secret

function Foot(props: FootProps): ReactNode {
  const { flow, targetLabel, blocked, commands, sudoPassword, setSudoPassword } = props
  const back = (
    <span className={styles.back}>
      <Button kind="quiet" icon={<ArrowLeft {...iconProps} />} onClick={commands.back}>
        Back
      </Button>
    </span>
  )
  switch (flow.phase) {
    case 'choosing':
      return <Button onClick={commands.close}>Cancel</Button>
    case 'bundle': {
      const { path } = flow.bundle
      return (
        <>
          {back}
          <Button onClick={() => void commands.plan({ kind: 'push', bundlePath: path })}>
            Plan a push only…
          </Button>
          <Button
            kind="primary"
            onClick={() => void commands.plan({ kind: 'push-and-load', bundlePath: path })}
          >
            Plan push and load…
          </Button>
        </>
      )
    }
    case 'planning':
      return <Button onClick={commands.close}>Cancel</Button>
    case 'plan':
      return (
        <>
          {flow.bundle && back}
          <Button onClick={commands.close}>Cancel</Button>
          <Button
            kind="primary"
            whyNot={
              blocked ??
              (flow.plan.needsSudoPassword && sudoPassword === ''
                ? 'Enter the password for sudo first.'
                : null)
            }
            onClick={() => {
              void commands.run(flow.plan.needsSudoPassword ? sudoPassword : null)
              setSudoPassword('')
            }}
          >
            {visibleText(consentLabel(flow.plan.request, targetLabel))}
          </Button>
        </>
      )
    case 'running':
      return (
        <>
          <span className={styles.aside}>Closing this panel does not stop the action.</span>
          <Button kind="danger" disabled={flow.isCancelling} onClick={commands.cancel}>
            {flow.isCancelling ? 'Cancelling…' : 'Cancel the action'}
          </Button>
        </>
      )
    case 'finished':
      return (
        <>
          {isWorthAgain(flow.record) && (
            <Button whyNot={blocked} onClick={() => void commands.plan(flow.record.request)}>
              Plan it again…
            </Button>
          )}
          <Button kind="primary" onClick={commands.close}>
            Close
          </Button>
        </>
      )
  }
}
