import type { ReactNode } from 'react'
import type { ActionRecord, StepRecord } from '../../../core/contract/types.ts'
import { summaryOf } from '../../../core/history/summary.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import type { BlockerCommands } from './blocker-advice.tsx'
import { BlockersView } from './blockers-view.tsx'
import { BuildTable, buildWords } from './build-table.tsx'
import { ChangesView } from './changes-view.tsx'
import { ConclusionBanner } from './conclusion-banner.tsx'
import { ExpectationList } from './expectation-list.tsx'
import { LeakView } from './leak-view.tsx'
import { OutcomeNote } from './outcome-note.tsx'
import { PreflightView } from './preflight-view.tsx'
import { countText } from './quantities.ts'
import { ReportView } from './report-view.tsx'
import { RunningPanel } from './running-panel.tsx'
import { StepList } from './step-list.tsx'
import styles from './action-panel.module.css'

export interface ActionPanelProps {
  readonly record: ActionRecord
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
  readonly isCancelling?: boolean
  /** The guest went away in the middle. */
  readonly isLost?: boolean
  /** Beside the progress: how to stop it. */
  readonly aside?: ReactNode
  /** What can be done about a refused unload; null where it is only told. */
  readonly blockerCommands?: BlockerCommands | null
  /** Why nothing can be changed now, or null. */
  readonly blocked?: string | null
  /** Writes down what is there as what is expected; null where that makes no sense. */
  readonly onRecordExpectations?: (() => void) | null
}

/**
 * An action under way or done. Each fact has one place: the answer and how the kext stands in the banner, what is in
 * the way of an unload with the blockers, what was expected in its list, what is new or gone in the changes. All that
 * it rests on folds below.
 */
export function ActionPanel(props: ActionPanelProps) {
  return props.record.status === 'running' ? <RunningPanel {...props} /> : <Ended {...props} />
}

function Ended(props: ActionPanelProps) {
  const { record, onShowEntry, blockerCommands = null, blocked = null } = props
  const { report, expectations, blockers, changes, unloaded, leaks, builds, steps } = record
  const { preflight } = record
  const told = decidingStep(record)
  const isBare = !report && !blockers && !leaks && !expectations
  const isHunt = record.request.kind === 'leak-hunt'
  const leakView = leaks && (
    <LeakView
      report={leaks}
      isHunt={isHunt}
      isTold={summaryOf(record).headline === leaks.headline}
    />
  )
  return (
    <article className={styles.panel} aria-label="Report">
      <ConclusionBanner record={record} step={told} isOutcomeTold={blockers !== null} />
      {isBare && record.status === 'failed' && told && (
        <section aria-label="The step that failed">
          <h3 className={styles.title}>The step that failed</h3>
          <StepList steps={[told]} toldOutcome={told.outcome} toldFailure={told.failure} isOpen />
        </section>
      )}
      {isHunt && leakView}
      {blockers && (
        <BlockersView
          report={blockers}
          onShowEntry={onShowEntry}
          commands={blockerCommands}
          blocked={blocked}
          isTold={record.conclusion === 'refused' && record.resolution === null}
        />
      )}
      {!isHunt && leakView}
      {expectations && expectations.results.length > 0 && (
        <ExpectationList report={expectations} onRecord={props.onRecordExpectations ?? null} />
      )}
      {changes && (
        <ChangesView
          changes={changes}
          half={unloaded ? 'load' : undefined}
          onShowEntry={onShowEntry}
        />
      )}
      {unloaded && (
        <ChangesView changes={unloaded.changes} half="unload" onShowEntry={onShowEntry} />
      )}
      <div className={styles.rest}>
        {blockers && told?.outcome && (
          <Disclosure
            title="What the tool said"
            aside={visibleText(told.outcome.headline)}
            isOpen={blockers.verdict === 'unknown'}
          >
            <OutcomeNote outcome={told.outcome} />
          </Disclosure>
        )}
        {report && (
          <ReportView
            report={report}
            onShowEntry={onShowEntry}
            hasChanges={changes !== null}
            isTold={blockers !== null || expectations !== null}
          />
        )}
        {unloaded && !blockers && (
          <Disclosure
            title="After the unload"
            aside={visibleText(unloaded.report.headline)}
            isOpen={unloaded.report.verdict !== 'good'}
          >
            <ReportView
              report={unloaded.report}
              onShowEntry={onShowEntry}
              hasChanges
              isTold={false}
            />
          </Disclosure>
        )}
        {builds && (
          <Disclosure title="Builds" aside={buildWords(builds)}>
            <BuildTable comparison={builds} />
          </Disclosure>
        )}
        {preflight &&
          (record.request.kind === 'preflight' ? (
            <PreflightView report={preflight} onShowEntry={onShowEntry} />
          ) : (
            <Disclosure title="Preflight" aside={countText(preflight.items.length, 'check')}>
              <PreflightView report={preflight} onShowEntry={onShowEntry} />
            </Disclosure>
          ))}
        <Disclosure
          title="Commands"
          aside={countText(steps.length, 'step')}
          isOpen={isBare && !preflight && record.status !== 'failed'}
        >
          <StepList steps={steps} toldOutcome={told?.outcome ?? null} />
        </Disclosure>
      </div>
    </article>
  )
}

/** The step that the conclusion rests on: the one that failed, or whose tool waits for somebody. */
function decidingStep({ steps }: ActionRecord): StepRecord | undefined {
  return (
    steps.find(step => step.status === 'failed') ?? steps.findLast(step => step.outcome?.isPending)
  )
}
