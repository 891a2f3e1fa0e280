import type { EntryBrief, KextReport, VerifyReport } from '../../../core/verify/report.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { InstanceList } from './instance-list.tsx'
import { countText, durationText } from './quantities.ts'
import { ReportChanges } from './report-changes.tsx'
import { checkMark, StatusMark, verdictMark } from './status-mark.tsx'
import styles from './report-view.module.css'

export interface ReportViewProps {
  readonly report: VerifyReport
  /** null where the capture after the action is not open: then nothing can be shown in the tree. */
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

/** The answer: one headline, then the checks, the instances, what changed, and what the kernel said. */
export function ReportView({ report, onShowEntry }: ReportViewProps) {
  const { checks, personalities, newLogLines, newLogLinesMayLack } = report
  const instanceCount = personalities.reduce((sum, one) => sum + one.instances.length, 0)
  return (
    <article className={styles.report} aria-label="Report">
      <Verdict report={report} />
      <section className={styles.section} aria-label="Checks">
        <h3 className={styles.title}>Checks</h3>
        <ul className={styles.checks}>
          {checks.map((check, index) => (
            <li key={index} className={styles.check}>
              <StatusMark mark={checkMark(check.status)} />
              <span className={styles.claim}>{visibleText(check.title)}</span>
              <span className={styles.detail}>{visibleText(check.detail)}</span>
            </li>
          ))}
        </ul>
      </section>
      {personalities.length > 0 && (
        <section className={styles.section} aria-label="Instances">
          <h3 className={styles.title}>
            Instances <span className={styles.count}>{instanceCount}</span>
          </h3>
          <InstanceList report={report} onShowEntry={onShowEntry} />
        </section>
      )}
      <ReportChanges report={report} onShowEntry={onShowEntry} />
      <section className={styles.section} aria-label="Kernel log">
        <h3 className={styles.title}>
          Kernel log{' '}
          <span className={styles.count}>{countText(newLogLines.length, 'new line')}</span>
        </h3>
        {newLogLines.length === 0 ? (
          <p className={styles.none}>
            {newLogLinesMayLack
              ? 'What the kernel wrote during this action could not be told from the log.'
              : 'The kernel wrote nothing during this action.'}
          </p>
        ) : (
          <>
            {newLogLinesMayLack && (
              <p className={styles.none}>
                The log’s buffer has wrapped in between: lines may be missing here.
              </p>
            )}
            <ol className={styles.log} tabIndex={0} aria-label="New lines of the kernel log">
              {newLogLines.map((line, index) => (
                <li key={index}>{visibleText(line)}</li>
              ))}
            </ol>
          </>
        )}
      </section>
    </article>
  )
}

const verdictClass = { good: styles.good, attention: styles.attention, bad: styles.bad }

function Verdict({ report }: { readonly report: VerifyReport }) {
  const { verdict, headline, kext, settled } = report
  return (
    <header className={classNames(styles.verdict, verdictClass[verdict])}>
      <StatusMark mark={verdictMark(verdict)} size={22} />
      <div className={styles.words}>
        <h2 className={styles.headline}>{visibleText(headline)}</h2>
        <dl className={styles.facts}>
          <Fact term="Kext">{kext.bundleIdentifier}</Fact>
          <Fact term="State" isWord>
            {stateOf(kext)}
          </Fact>
          {kext.version !== null && <Fact term="Version">{kext.version}</Fact>}
          {kext.bundleVersion !== null && kext.isSameVersion === false && (
            <Fact term="Bundle’s version">{kext.bundleVersion}</Fact>
          )}
          {kext.uuid !== null && <Fact term="UUID">{kext.uuid}</Fact>}
          <Fact term="Registry" isWord>
            {settled.isSettled
              ? `settled after ${durationText(settled.waitedMs)}`
              : `still busy after ${durationText(settled.waitedMs)}`}
          </Fact>
        </dl>
      </div>
    </header>
  )
}

function stateOf({ isLoaded, wasLoadedBefore, isAutoUnloaded }: KextReport): string {
  if (isAutoUnloaded) return 'not loaded: the kernel has unloaded it by itself'
  if (!isLoaded) return 'not loaded'
  return wasLoadedBefore ? 'loaded, as it was before' : 'loaded'
}

interface FactProps {
  readonly term: string
  readonly children: string
  readonly isWord?: boolean
}

function Fact({ term, children, isWord }: FactProps) {
  return (
    <div className={styles.fact}>
      <dt>{term}</dt>
      <dd>{isWord ? children : <Mono>{children}</Mono>}</dd>
    </div>
  )
}
