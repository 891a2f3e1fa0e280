import type { ActionRecord, Conclusion, StepRecord } from '../../../core/contract/types.ts'
import { hasRemark, isUnloadedAgain, summaryOf } from '../../../core/history/summary.ts'
import type { KextReport, VerifyReport } from '../../../core/verify/report.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Mono } from '../../widgets/mono.tsx'
import tones from '../../widgets/tone.module.css'
import { visibleText } from '../../widgets/visible-text.ts'
import { dayAndTime } from '../shell/times.ts'
import { expectationCounts } from './expectation-list.tsx'
import { FailureWords } from './failure-words.tsx'
import { OutcomeWords } from './outcome-note.tsx'
import { countText, durationText } from './quantities.ts'
import { recordMark, StatusMark } from './status-mark.tsx'
import styles from './conclusion-banner.module.css'

export interface ConclusionBannerProps {
  readonly record: ActionRecord
  /** The step that the conclusion rests on. */
  readonly step: StepRecord | undefined
  /** What the tool said is told elsewhere. */
  readonly isOutcomeTold?: boolean
}

/** The answer: what an action came to in a sentence, why, and what to do about it. */
export function ConclusionBanner(props: ConclusionBannerProps) {
  const { record, step, isOutcomeTold = false } = props
  const { report, resolution, expectations } = record
  const summary = summaryOf(record)
  const { headline } = summary
  const mark = recordMark(summary)
  const [answer, more] = firstSentence(headline)
  const hint = resolution ? null : (hintFor(record) ?? reasonOf(record))
  const isWordTold = answer.startsWith(mark.word)
  const counts = expectations && expectationCounts(expectations.results)
  return (
    <div className={classNames(styles.banner, tones[mark.tone])}>
      <StatusMark mark={mark} size={22} />
      <div className={styles.words}>
        {/* Said aloud at once; what follows is read when it is looked for. */}
        <div className={styles.words} role={mark.tone === 'bad' ? 'alert' : 'status'}>
          <h2 className={styles.headline}>{visibleText(answer)}</h2>
          {(!isWordTold || counts) && (
            <p className={styles.line}>
              {!isWordTold && <span className={styles.word}>{mark.word}</span>}
              {counts && <span>{`expectations: ${counts}`}</span>}
            </p>
          )}
        </div>
        {more !== '' && <p className={styles.text}>{visibleText(more)}</p>}
        {resolution ? (
          <p className={styles.text}>
            <strong>What a later capture has shown</strong>
            {` (${dayAndTime(resolution.at)})`}
            {headline !== resolution.sentence && `: ${visibleText(resolution.sentence)}`}
          </p>
        ) : (
          isOpenEnded(record.conclusion) && (
            <p className={styles.text}>
              The next capture of this guest tells here what has come of it.
            </p>
          )
        )}
        {hint !== null && <p className={styles.text}>{visibleText(hint)}</p>}
        {step?.outcome && !isOutcomeTold && <OutcomeWords outcome={step.outcome} told={answer} />}
        {step?.failure && !step.outcome && (
          <FailureWords failure={step.failure} step={step} record={record} told={answer} />
        )}
        {report && <Facts record={record} report={report} />}
      </div>
    </div>
  )
}

/** Nobody saw how it ended. */
function isOpenEnded(conclusion: Conclusion | null): boolean {
  return conclusion === 'connection' || conclusion === 'interrupted'
}

/** What is read at a glance, and what explains it. Identifiers have dots, and no blank after them. */
function firstSentence(text: string): readonly [first: string, rest: string] {
  const end = text.search(/\. \S/)
  return end === -1 ? [text, ''] : [text.slice(0, end + 1), text.slice(end + 2)]
}

/** What the word means for the guest, where the headline does not say it. */
function hintFor({ conclusion, steps, targetLabel }: ActionRecord): string | null {
  const done = steps.filter(step => step.status === 'done' && step.changesGuest).length
  switch (conclusion) {
    case 'cancelled':
      return done === 0
        ? `Nothing was changed on ${targetLabel} yet.`
        : `${countText(done, 'step')} had already changed ${targetLabel}. A new capture shows what is there now.`
    case 'interrupted':
      return `Kextant ended while this ran: nobody saw what its last step did on ${targetLabel}.`
    case 'waits-for-user':
      return 'Nothing has failed, and the kext is not loaded either: somebody has to act on the guest first.'
    case 'connection':
    case 'holds':
    case 'does-not-hold':
    case 'refused':
    case 'failed':
    case null:
      return null
  }
}

/** Why it does not hold, or what the remark is: what the look at the guest found first. */
function reasonOf(record: ActionRecord): string | null {
  const { conclusion, report, blockers } = record
  if (!report || blockers) return null
  if (conclusion !== 'does-not-hold' && !hasRemark(record)) return null
  const check =
    report.checks.find(({ status }) => status === 'fail') ??
    report.checks.find(({ status }) => status === 'attention')
  return check?.detail || null
}

interface FactsProps {
  readonly record: ActionRecord
  readonly report: VerifyReport
}

/** How the kext stands now. */
function Facts({ record, report }: FactsProps) {
  const { kext, settled } = report
  return (
    <dl className={styles.facts}>
      <Fact term="Kext" isWord>
        {isUnloadedAgain(record) ? 'unloaded again' : stateOf(kext)}
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
