import type { ReactNode } from 'react'
import type { ActionPlan, ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Field } from '../../widgets/field.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { FailureNote } from './failure-note.tsx'
import { OutcomeNote } from './outcome-note.tsx'
import { countText } from './quantities.ts'
import { ReportView } from './report-view.tsx'
import { StatusMark, stepMark } from './status-mark.tsx'
import { StepList } from './step-list.tsx'
import styles from './action-panel.module.css'

export interface PlanPanelProps {
  readonly plan: ActionPlan
  readonly targetLabel: string
  readonly failure: Failure | null
  /** Why it cannot be run now, or null. */
  readonly blocked: string | null
  readonly sudoPassword: string
  readonly onSudoPassword: (text: string) => void
}

/** What would be done, to the letter, before anybody says yes. */
export function PlanPanel(props: PlanPanelProps) {
  const { plan, targetLabel, failure, blocked, sudoPassword, onSudoPassword } = props
  const rootCount = plan.steps.filter(step => step.runsAsRoot).length
  return (
    <div className={styles.panel}>
      {blocked !== null && (
        <Banner tone="warn" isInset>
          {blocked}
        </Banner>
      )}
      {failure && (
        <Banner tone="bad" isInset>
          {sentenceFor(failure)}
        </Banner>
      )}
      {plan.warnings.map((warning, index) => (
        <Banner key={index} tone="warn" isInset>
          {visibleText(warning)}
        </Banner>
      ))}
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
      <section aria-label="Commands">
        <h3 className={styles.title}>
          What will run on {visibleText(targetLabel)}
          <span className={styles.count}>
            {countText(plan.steps.length, 'step')}, {rootCount === 0 ? 'none' : rootCount} as root
          </span>
        </h3>
        <StepList steps={plan.steps} />
      </section>
    </div>
  )
}

export interface ActionPanelProps {
  readonly record: ActionRecord
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
  readonly isCancelling?: boolean
  /** The guest went away in the middle. */
  readonly isLost?: boolean
  /** Beside the progress: how to stop it. */
  readonly aside?: ReactNode
}

/** An action under way or done: its report when there is one, and every command with what it said. */
export function ActionPanel(props: ActionPanelProps) {
  const { record, onShowEntry, isCancelling = false, isLost = false, aside } = props
  const { report, steps, status } = record
  const broken = brokenStep(record)
  const doneCount = steps.filter(step => step.status === 'done').length
  if (status === 'running') {
    return (
      <div className={styles.panel}>
        <div className={styles.top}>
          <p className={styles.progress} role="status">
            <StatusMark mark={stepMark('running')} />
            {isCancelling
              ? 'Cancelling: the command that runs now is being stopped.'
              : `Step ${Math.min(doneCount + 1, steps.length)} of ${steps.length} on ${visibleText(record.targetLabel)}`}
            {aside !== undefined && <span className={styles.aside}>{aside}</span>}
          </p>
          {isLost && (
            <Banner tone="warn" isInset>
              {visibleText(record.targetLabel)} does not answer any more. That is what a kernel
              panic looks like: Kextant waits for the guest to come back and tells what became of
              it.
            </Banner>
          )}
        </div>
        <StepList steps={steps} isFollowed />
      </div>
    )
  }
  return (
    <div className={styles.panel}>
      {report ? (
        <ReportView report={report} onShowEntry={onShowEntry} />
      ) : (
        <EndWithoutReport record={record} />
      )}
      {broken && !report && status === 'failed' && (
        <section aria-label="The step that failed">
          <h3 className={styles.title}>The step that failed</h3>
          <StepList steps={[broken]} toldOutcome={broken.outcome} toldFailure={broken.failure} />
        </section>
      )}
      <details className={styles.commands} open={!report && status !== 'failed'}>
        <summary className={styles.title}>
          Commands
          <span className={styles.count}>{countText(steps.length, 'step')}</span>
        </summary>
        <StepList steps={steps} toldOutcome={report ? null : (broken?.outcome ?? null)} />
      </details>
    </div>
  )
}

function brokenStep({ steps }: ActionRecord): StepRecord | undefined {
  return steps.find(step => step.status === 'failed')
}

function EndWithoutReport({ record }: { readonly record: ActionRecord }) {
  const { status, steps, request, targetLabel } = record
  const target = visibleText(targetLabel)
  const broken = brokenStep(record)
  const done = steps.filter(step => step.status === 'done' && step.changesGuest)
  switch (status) {
    case 'cancelled':
      return (
        <Banner tone="idle" isInset>
          {done.length === 0
            ? `Cancelled before anything was changed on ${target}.`
            : `Cancelled. ${countText(done.length, 'step')} had already changed ${target}. A new capture shows what is there now.`}
        </Banner>
      )
    case 'failed':
      if (broken?.outcome) return <OutcomeNote outcome={broken.outcome} />
      if (broken?.failure)
        return <FailureNote failure={broken.failure} step={broken} record={record} />
      return (
        <Banner tone="bad" isInset>
          <p className={styles.headline}>{visibleText(`${record.title} failed.`)}</p>
        </Banner>
      )
    case 'done':
      return (
        <Banner tone="good" isInset>
          {request.kind === 'push'
            ? `The bundle lies on ${target}. It was not loaded.`
            : `Done on ${target}, without a report.`}
        </Banner>
      )
    case 'running':
      return null
  }
}
