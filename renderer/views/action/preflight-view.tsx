import { LibraryGraphView, librarySummary } from '../../charts/library-graph.tsx'
import type {
  GuestCheck,
  PreflightItem,
  PreflightReport,
  PreflightStatus,
  WouldMatch,
} from '../../../core/preflight/preflight-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { isStale } from '../../state/build-actions.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Mono } from '../../widgets/mono.tsx'
import printed from '../../widgets/printed.module.css'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { BuildTable, buildWords } from './build-table.tsx'
import { EntryLink } from './instance-list.tsx'
import { LintList } from './lint-list.tsx'
import { countText } from './quantities.ts'
import { preflightMark, StatusMark } from './status-mark.tsx'
import { visibleLines } from './step-output.ts'
import styles from './preflight-view.module.css'

export interface PreflightViewProps {
  readonly report: PreflightReport
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
  /** What has to be accepted stands above it already. */
  readonly areStopsTold?: boolean
}

/** Everything that is known before a kext is loaded: what stands in the way first, and then what it rests on. */
export function PreflightView(props: PreflightViewProps) {
  const { report, onShowEntry, areStopsTold = false } = props
  const { items, lint, libraries, wouldMatch, builds, guestCheck } = report
  const hasLibraryProblem = libraries.nodes.some(({ problem }) => problem !== null)
  return (
    <section className={styles.preflight} aria-label="Preflight">
      <Disclosure title="Preflight" aside={<StatusCounts items={items} />} isOpen>
        <Findings items={areStopsTold ? items.filter(({ status }) => status !== 'stop') : items} />
      </Disclosure>
      {wouldMatch !== null && wouldMatch.length > 0 && (
        <Disclosure title="Would match" aside={matchSummary(wouldMatch)} isOpen>
          <WouldMatchList personalities={wouldMatch} onShowEntry={onShowEntry} />
        </Disclosure>
      )}
      {libraries.nodes.length > 1 && (
        <Disclosure
          title="Libraries"
          aside={librarySummary(libraries)}
          isOpen={hasLibraryProblem || libraries.nodes.length <= 8}
        >
          <LibraryGraphView graph={libraries} />
        </Disclosure>
      )}
      {builds !== null && (
        <Disclosure title="Builds" aside={buildWords(builds)} isOpen={isStale(builds)}>
          <BuildTable comparison={builds} />
        </Disclosure>
      )}
      {guestCheck !== null && <GuestCheckPart check={guestCheck} told={items} />}
      {lint !== null && lint.findings.length > 0 && (
        <Disclosure
          title="Lint"
          aside={`${countText(lint.counts.error, 'error')}, ${countText(lint.counts.warning, 'warning')}, ${countText(lint.counts.note, 'note')}`}
          isOpen={lint.counts.error > 0}
        >
          <LintList report={lint} hasTitle={false} />
        </Disclosure>
      )}
    </section>
  )
}

const order: readonly PreflightStatus[] = ['stop', 'warning', 'unknown', 'note', 'pass']
const countWords: Readonly<Record<PreflightStatus, readonly [one: string, many: string]>> = {
  stop: ['stop', 'stops'],
  warning: ['warning', 'warnings'],
  unknown: ['not known', 'not known'],
  note: ['note', 'notes'],
  pass: ['fine', 'fine'],
}

function StatusCounts({ items }: { readonly items: readonly PreflightItem[] }) {
  return order.map(status => {
    const count = items.filter(item => item.status === status).length
    return count > 0 && <span key={status}>{countText(count, ...countWords[status])}</span>
  })
}

/** What is to be read first; what is in order is counted, and there for who wants to know. */
function Findings({ items }: { readonly items: readonly PreflightItem[] }) {
  const fine = items.filter(({ status }) => status === 'pass')
  const rest = items.filter(({ status }) => status !== 'pass')
  return (
    <>
      {rest.length > 0 && <ItemList items={rest} />}
      {fine.length > 0 && (
        <Disclosure isMinor title={countText(fine.length, 'check is fine', 'checks are fine')}>
          <ItemList items={fine} />
        </Disclosure>
      )}
    </>
  )
}

function ItemList({ items }: { readonly items: readonly PreflightItem[] }) {
  const sorted = items.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
  return (
    <ul className={styles.items}>
      {sorted.map(({ status, title, detail }, index) => (
        <li key={index} className={styles.item}>
          <StatusMark mark={preflightMark(status)} hasWord />
          <p className={styles.claim}>{visibleText(title)}</p>
          <p className={styles.detail}>{visibleText(detail)}</p>
        </li>
      ))}
    </ul>
  )
}

function matchSummary(personalities: readonly WouldMatch[]): string {
  const wins = personalities.flatMap(({ services }) => services.filter(({ wins }) => wins)).length
  const matches = personalities.reduce(
    (sum, { services, omittedCount }) => sum + services.length + omittedCount,
    0,
  )
  if (matches === 0) return 'nothing of this guest'
  return `${countText(matches, 'service')}, would be started on ${wins}`
}

interface WouldMatchListProps {
  readonly personalities: readonly WouldMatch[]
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

function WouldMatchList({ personalities, onShowEntry }: WouldMatchListProps) {
  return (
    <ul className={styles.matches}>
      {personalities.map((one, index) => (
        <li key={index}>
          <p className={styles.personality}>
            <span className={styles.claim}>{visibleText(one.personality)}</span>
            {one.ioClass !== null && <Mono isSoft>{one.ioClass}</Mono>}
          </p>
          {one.services.length !== 1 && (
            <p className={styles.detail}>{visibleText(one.sentence)}</p>
          )}
          <ul>
            {one.services.map(({ entry, wins, sentence }, nth) => (
              <li key={entry.id ?? nth} className={styles.service}>
                {wins === true ? (
                  <StateMark tone="good">starts</StateMark>
                ) : wins === false ? (
                  <StateMark tone="warn">loses</StateMark>
                ) : (
                  <StateMark tone="idle">not known</StateMark>
                )}
                <span className={styles.words}>
                  <EntryLink entry={entry} onShowEntry={onShowEntry} />
                  {sentence !== '' && (
                    <span className={styles.detail}> {visibleText(sentence)}</span>
                  )}
                </span>
              </li>
            ))}
          </ul>
          {one.omittedCount > 0 && (
            <p className={styles.soft}>{`and ${one.omittedCount.toLocaleString('en-US')} more`}</p>
          )}
        </li>
      ))}
    </ul>
  )
}

const verdictWords = {
  loadable: 'loadable',
  'not-loadable': 'not loadable',
  'not-checked': 'not checked',
} as const

interface GuestCheckPartProps {
  readonly check: GuestCheck
  /** What stands above already. */
  readonly told: readonly PreflightItem[]
}

function GuestCheckPart({ check, told }: GuestCheckPartProps) {
  const { tool, verdict, categories, text } = check
  const isTold = (item: PreflightItem) =>
    told.some(({ title, detail }) => title === item.title && detail === item.detail)
  const items = check.items.filter(item => !isTold(item))
  return (
    <Disclosure
      title={`What ${tool} in the guest says`}
      aside={verdictWords[verdict]}
      isOpen={verdict === 'not-loadable'}
    >
      {items.length > 0 && <ItemList items={items} />}
      {categories.map(({ name, diagnostics }, index) => (
        <div key={index} className={styles.category}>
          <h4>{visibleText(name)}</h4>
          <ul>
            {diagnostics.map((diagnostic, nth) => (
              <li key={nth}>
                {visibleText(diagnostic.text)}
                {diagnostic.values.map((value, at) => (
                  <div key={at}>
                    <Mono isSoft>{value}</Mono>
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {text !== '' && (
        <Disclosure isMinor title="As it was printed">
          <pre className={printed.printed} tabIndex={0} aria-label={`What ${tool} printed`}>
            {visibleLines(text)}
          </pre>
        </Disclosure>
      )}
    </Disclosure>
  )
}
