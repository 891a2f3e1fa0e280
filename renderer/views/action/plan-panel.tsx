import { useEffect, useState } from 'react'
import type { ActionPlan } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type {
  PreflightReport,
  PreflightStatus,
  StopId,
} from '../../../core/preflight/preflight-report.ts'
import type { BlockerReport } from '../../../core/unload/blocker-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Field } from '../../widgets/field.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import type { BlockerCommands } from './blocker-advice.tsx'
import { BlockersView } from './blockers-view.tsx'
import { SourceOf } from './expectation-list.tsx'
import { PreflightView } from './preflight-view.tsx'
import { countText } from './quantities.ts'
import { StepList } from './step-list.tsx'
import { StopList } from './stop-list.tsx'
import styles from './plan-panel.module.css'

export interface PlanPanelProps {
  readonly plan: ActionPlan
  readonly targetLabel: string
  readonly failure: Failure | null
  /** Why it cannot be run now, or null. */
  readonly blocked: string | null
  readonly accepted: ReadonlySet<StopId>
  readonly onAccept: (id: StopId, isAccepted: boolean) => void
  readonly sudoPassword: string
  readonly onSudoPassword: (text: string) => void
  readonly onShowEntry: (entry: EntryBrief) => void
  readonly blockerCommands: BlockerCommands
}

/** What would be done, to the letter, and what is known before anybody says yes. */
export function PlanPanel(props: PlanPanelProps) {
  const { plan, targetLabel, failure, blocked, sudoPassword, onSudoPassword, onShowEntry } = props
  const { request, stops, preflight, expected } = plan
  const isUnload = request.kind === 'unload'
  return (
    <div className={styles.panel}>
      {blocked !== null && (
        <Banner tone="warn" isInset>
          {blocked}
        </Banner>
      )}
      {failure && (
        <Banner tone="bad" isInset>
          {visibleText(sentenceFor(failure))}
        </Banner>
      )}
      {stops.length > 0 && (
        <StopList stops={stops} accepted={props.accepted} onAccept={props.onAccept} />
      )}
      {stops.length === 0 && preflight && <PlanAnswer items={preflight.items} />}
      {!isUnload && <Warnings warnings={plan.warnings} />}
      {plan.needsSudoPassword && (
        <div className={styles.password}>
          <Field
            label="Password for sudo in the guest"
            hint="Kept in memory until the connection ends, never on the disk."
            type="password"
            autoComplete="off"
            value={sudoPassword}
            onChange={event => onSudoPassword(event.currentTarget.value)}
          />
        </div>
      )}
      {isUnload && (
        <UnloadBlockers
          warnings={plan.warnings}
          bundleIdentifier={request.bundleIdentifier}
          isUnloadingFirst={request.dependents === 'unload-first'}
          onShowEntry={onShowEntry}
          commands={props.blockerCommands}
          blocked={blocked}
        />
      )}
      <div className={styles.rest}>
        {preflight && (
          <PreflightView
            report={preflight}
            onShowEntry={onShowEntry}
            areStopsTold={stops.length > 0}
          />
        )}
        {expected.length > 0 && (
          <Disclosure
            title="What will be expected"
            aside={countText(expected.length, 'line')}
            isOpen
          >
            <ul className={styles.expected}>
              {expected.map((line, index) => (
                <li key={index}>{visibleText(line)}</li>
              ))}
            </ul>
            {plan.expectedFrom && (
              <p className={styles.source}>
                <SourceOf source={plan.expectedFrom} />
              </p>
            )}
          </Disclosure>
        )}
        <section aria-label="Commands">
          <Disclosure
            title={`What will run on ${visibleText(targetLabel)}`}
            aside={stepCounts(plan)}
            isOpen
          >
            <StepList steps={plan.steps} isOpen />
          </Disclosure>
        </section>
      </div>
    </div>
  )
}

/** `15 steps, 6 as root` */
function stepCounts({ steps }: ActionPlan): string {
  const rootCount = steps.filter(step => step.runsAsRoot).length
  return `${countText(steps.length, 'step')}, ${rootCount === 0 ? 'none' : rootCount} as root`
}

/** What the preflight came to, before all that it looked at. */
function PlanAnswer({ items }: { readonly items: PreflightReport['items'] }) {
  const count = (status: PreflightStatus) => items.filter(item => item.status === status).length
  const [warnings, unknown] = [count('warning'), count('unknown')]
  const parts = [
    warnings > 0 && countText(warnings, 'warning'),
    unknown > 0 && `${countText(unknown, 'thing')} that could not be checked`,
  ].filter(part => part !== false)
  return (
    <Banner tone={warnings > 0 ? 'warn' : parts.length > 0 ? 'idle' : 'good'} isInset>
      {parts.length === 0
        ? 'Nothing stands in the way. Nothing has been changed yet.'
        : `Nothing stops it, but there ${warnings + unknown === 1 ? 'is' : 'are'} ${parts.join(' and ')}. Nothing has been changed yet.`}
    </Banner>
  )
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return warnings.map((warning, index) => (
    <Banner key={index} tone="warn" isInset>
      {visibleText(warning)}
    </Banner>
  ))
}

interface UnloadBlockersProps {
  /** Told where nothing closer is. */
  readonly warnings: readonly string[]
  readonly bundleIdentifier: string
  /** The plan takes dependents along already. */
  readonly isUnloadingFirst: boolean
  readonly onShowEntry: (entry: EntryBrief) => void
  readonly commands: BlockerCommands
  readonly blocked: string | null
}

/** What is in the way, told before it is tried. */
function UnloadBlockers(props: UnloadBlockersProps) {
  const { warnings, bundleIdentifier, isUnloadingFirst, onShowEntry, commands, blocked } = props
  const answer = useBlockers(bundleIdentifier)
  if (answer === null) {
    return (
      <p className={styles.waiting} role="status">
        Looking at what is in the way…
      </p>
    )
  }
  if ('failure' in answer) {
    return (
      <>
        <Warnings warnings={warnings} />
        <Banner tone="idle" isInset>
          {`What is in the way could not be told: ${visibleText(sentenceFor(answer.failure))}`}
        </Banner>
      </>
    )
  }
  const { report } = answer
  // What has to go first is accepted above, and goes with the same plan.
  if (isUnloadingFirst && report.verdict === 'referenced') return null
  const shown = isUnloadingFirst
    ? { ...report, advice: report.advice.filter(({ action }) => action?.kind !== 'unload') }
    : report
  return (
    <>
      {report.verdict !== 'referenced' && <Warnings warnings={warnings} />}
      <BlockersView
        report={shown}
        onShowEntry={onShowEntry}
        commands={commands}
        blocked={blocked}
      />
    </>
  )
}

type Answer = { readonly report: BlockerReport } | { readonly failure: Failure }

function useBlockers(bundleIdentifier: string): Answer | null {
  const { explainUnload } = useActions()
  const [given, setGiven] = useState<{ readonly of: string; readonly answer: Answer } | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    const take = (answer: Answer) => {
      if (!controller.signal.aborted) setGiven({ of: bundleIdentifier, answer })
    }
    explainUnload(bundleIdentifier, controller.signal).then(
      report => take({ report }),
      (error: unknown) => take({ failure: failureOf(error) }),
    )
    return () => controller.abort()
  }, [explainUnload, bundleIdentifier])
  return given?.of === bundleIdentifier ? given.answer : null
}
