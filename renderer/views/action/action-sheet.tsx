import { ArrowLeft } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { ActionRecord, ActionRequest } from '../../../core/contract/types.ts'
import { sentenceFor } from '../../../core/failure.ts'
import type { StopId } from '../../../core/preflight/preflight-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { type ActionFlow, type BundleChoice } from '../../state/action-flow.ts'
import { consentLabel, planningTitle } from '../../state/action-words.ts'
import { bundleIdentifierOf } from '../../state/follow-builds.ts'
import type { ActionCommands } from '../../state/action-runner.ts'
import { Button } from '../../widgets/button.tsx'
import { Sheet } from '../../widgets/dialog.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { ActionPanel } from './action-panel.tsx'
import type { BlockerCommands } from './blocker-advice.tsx'
import { BundleChooser } from './bundle-chooser.tsx'
import { BundleSummary } from './bundle-summary.tsx'
import {
  LoopChoice,
  loopRequest,
  planLabels,
  usualLoop,
  whyNoLoop,
  type LoopOptions,
} from './loop-choice.tsx'
import { PlanPanel } from './plan-panel.tsx'
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
  /** What to do about a kext that is not to be unloaded. */
  readonly blockerCommandsFor: (
    bundleIdentifier: string | null,
    request: ActionRequest,
  ) => BlockerCommands
  /** Opens the dialog that writes what is there down as what is expected, or null. */
  readonly onRecordExpectations: (() => void) | null
}

/** From a bundle to the report of what it did. An unload enters at its plan. */
export function ActionSheet(props: ActionSheetProps) {
  const { flow, targetLabel, blocked, commands } = props
  // Secrets stay in the one view that asks for them.
  const [sudoPassword, setSudoPassword] = useState('')
  const [options, setOptions] = useState(usualLoop)
  const [accepted, accept] = useAccepted(flow.phase === 'plan' ? flow.plan.planId : null)
  const choices = { sudoPassword, setSudoPassword, options, setOptions, accepted, accept }
  return (
    <Sheet
      title={titleOf(flow)}
      onClose={commands.close}
      step={flow.phase === 'plan' ? flow.plan.planId : flow.phase}
      foot={<Foot {...{ flow, targetLabel, blocked, commands, ...choices }} />}
    >
      <Body {...props} {...choices} />
    </Sheet>
  )
}

/** What was accepted of one plan says nothing about another. */
function useAccepted(
  planId: string | null,
): [ReadonlySet<StopId>, (id: StopId, isAccepted: boolean) => void] {
  const [state, setState] = useState<{ readonly of: string | null; readonly ids: Set<StopId> }>({
    of: null,
    ids: new Set(),
  })
  const ids: ReadonlySet<StopId> = state.of === planId ? state.ids : nothingAccepted
  const accept = (id: StopId, isAccepted: boolean) => {
    const next = new Set(ids)
    if (isAccepted) next.add(id)
    else next.delete(id)
    setState({ of: planId, ids: next })
  }
  return [ids, accept]
}

const nothingAccepted: ReadonlySet<StopId> = new Set()

function titleOf(flow: ActionSheetProps['flow']): string {
  switch (flow.phase) {
    case 'choosing':
      return 'Load a kext'
    case 'bundle':
      return visibleText(flow.bundle.name)
    case 'planning':
      return planningTitle(flow.request)
    case 'plan':
    case 'running':
      return visibleText(flow.plan.title)
    case 'finished':
      return visibleText(flow.record.title)
  }
}

interface Choices {
  readonly sudoPassword: string
  readonly setSudoPassword: (text: string) => void
  readonly options: LoopOptions
  readonly setOptions: (options: LoopOptions) => void
  readonly accepted: ReadonlySet<StopId>
  readonly accept: (id: StopId, isAccepted: boolean) => void
}

function Body(props: ActionSheetProps & Choices) {
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
      return (
        <BundleSummary bundle={flow.bundle} failure={flow.failure}>
          <LoopChoice options={props.options} onChange={props.setOptions} />
        </BundleSummary>
      )
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
          blocked={flow.plan.changesGuest ? blocked : null}
          accepted={props.accepted}
          onAccept={props.accept}
          sudoPassword={props.sudoPassword}
          onSudoPassword={props.setSudoPassword}
          onShowEntry={onShowEntry}
          blockerCommands={{
            ...props.blockerCommandsFor(subjectOf(flow.plan.request), flow.plan.request),
            onUnload: null,
          }}
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
          blocked={blocked}
          blockerCommands={props.blockerCommandsFor(
            bundleIdentifierOf(flow.record),
            flow.record.request,
          )}
          onRecordExpectations={props.onRecordExpectations}
        />
      )
  }
}

function subjectOf(request: ActionRequest): string | null {
  return 'bundleIdentifier' in request ? request.bundleIdentifier : null
}

/** What came to nothing can be tried again, and a driver that was built anew can be loaded again. */
function isWorthAgain({ conclusion, request }: ActionRecord): boolean {
  return conclusion !== 'holds' || request.kind !== 'unload'
}

type FootProps = Pick<ActionSheetProps, 'flow' | 'targetLabel' | 'blocked' | 'commands'> & Choices

/** What is still missing for the plan to run, or null. */
function whyNotYet({ flow, blocked, accepted, sudoPassword }: FootProps): string | null {
  if (flow.phase !== 'plan') return null
  const { plan } = flow
  if (plan.changesGuest && blocked !== null) return blocked
  const open = plan.stops.find(({ id }) => !accepted.has(id))
  if (open) return `Kextant stops at this first: ${visibleText(open.title)}`
  return plan.needsSudoPassword && sudoPassword === '' ? 'Enter the password for sudo first.' : null
}

function Foot(props: FootProps): ReactNode {
  const { flow, targetLabel, blocked, commands, sudoPassword, setSudoPassword, options, accepted } =
    props
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
          <Button
            kind="primary"
            whyNot={whyNoLoop(options)}
            onClick={() => void commands.plan(loopRequest(path, options))}
          >
            {planLabels[options.kind]}
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
            whyNot={whyNotYet(props)}
            onClick={() => {
              void commands.run({
                accepted: flow.plan.stops.map(({ id }) => id).filter(id => accepted.has(id)),
                sudoPassword: flow.plan.needsSudoPassword ? sudoPassword : null,
              })
              setSudoPassword('')
            }}
          >
            {visibleText(consentLabel(flow.plan.request, targetLabel))}
          </Button>
        </>
      )
    case 'running':
      return <RunningFoot flow={flow} onCancel={commands.cancel} />
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

interface RunningFootProps {
  readonly flow: Extract<ActionSheetProps['flow'], { phase: 'running' }>
  readonly onCancel: () => void
}

/** How to stop it; once the guest is gone there is nothing to stop but the waiting. */
function RunningFoot({ flow, onCancel }: RunningFootProps) {
  const isWaiting = flow.record !== null && flow.record.status !== 'running'
  const word = isWaiting ? 'Stop waiting' : 'Cancel the action'
  return (
    <>
      <span className={styles.aside}>
        {isWaiting
          ? 'Kextant waits for the guest to come back, to tell what has come of it.'
          : 'Closing this panel does not stop the action.'}
      </span>
      <Button kind="danger" disabled={flow.isCancelling} onClick={onCancel}>
        {flow.isCancelling ? 'Cancelling…' : word}
      </Button>
    </>
  )
}
