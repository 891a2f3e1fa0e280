import type { Check, CheckStatus, EntryBrief, VerifyReport } from '../../../core/verify/report.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ClassCounts } from './class-counts.tsx'
import { InstanceList } from './instance-list.tsx'
import { KernelLines } from './kernel-lines.tsx'
import { countText } from './quantities.ts'
import { ReportChanges } from './report-changes.tsx'
import { checkMark, StatusMark } from './status-mark.tsx'
import styles from './report-view.module.css'

export interface ReportViewProps {
  readonly report: VerifyReport
  /** null where the capture after the action is not open: then nothing can be shown in the tree. */
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
  /** What the registry and the log say is told more closely beside it. */
  readonly hasChanges?: boolean
  /** What was expected, or what is in the way, has said what there is to say: all of this is for who wants to know. */
  readonly isTold?: boolean
}

/** What was looked at after the action: the checks, the instances, what changed, and what the kernel said. */
export function ReportView(props: ReportViewProps) {
  const { report, onShowEntry, hasChanges = false, isTold = false } = props
  const { checks, personalities, classCounts } = report
  const instanceCount = personalities.reduce((sum, one) => sum + one.instances.length, 0)
  const leftOver = classCounts.reduce((sum, { excess }) => sum + Math.max(0, excess ?? 0), 0)
  return (
    <div className={styles.report}>
      <section aria-label="Checks">
        <Disclosure title="Checks" aside={checkCounts(checks)} isOpen={!isTold}>
          <ul>
            {checks.map((check, index) => (
              <li key={index} className={styles.check}>
                <StatusMark mark={checkMark(check.status)} />
                <span className={styles.claim}>{visibleText(check.title)}</span>
                <span className={styles.detail}>{visibleText(check.detail)}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      </section>
      {personalities.length > 0 && (
        <section aria-label="Instances">
          <Disclosure title="Instances" aside={instanceCount} isOpen={!isTold}>
            <InstanceList report={report} onShowEntry={onShowEntry} />
          </Disclosure>
        </section>
      )}
      {!hasChanges && <ReportChanges report={report} onShowEntry={onShowEntry} />}
      {classCounts.length > 0 && (
        <section aria-label="Class counts">
          <Disclosure
            title="Class counts"
            aside={
              leftOver > 0
                ? `${leftOver} left over`
                : countText(classCounts.length, 'class', 'classes')
            }
            isOpen={!isTold}
          >
            <ClassCounts report={report} />
          </Disclosure>
        </section>
      )}
      {!hasChanges && (
        <KernelLines lines={report.newLogLines} mayLack={report.newLogLinesMayLack} />
      )}
    </div>
  )
}

const words: readonly (readonly [CheckStatus, string])[] = [
  ['fail', 'failed'],
  ['attention', 'to look at'],
  ['unknown', 'not known'],
  ['pass', 'passed'],
]

/** `1 failed, 3 passed` */
function checkCounts(checks: readonly Check[]): string {
  return words
    .flatMap(([status, word]) => {
      const count = checks.filter(check => check.status === status).length
      return count > 0 ? [`${count} ${word}`] : []
    })
    .join(', ')
}
