import { useState, type ReactNode } from 'react'
import type { EntryBrief, VerifyReport } from '../../../core/verify/report.ts'
import { Button } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { EntryLink } from './instance-list.tsx'
import styles from './report-changes.module.css'
import frame from './report-view.module.css'

export interface ReportChangesProps {
  readonly report: VerifyReport
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

/** What the registry and the class counts say of before and after. */
export function ReportChanges({ report, onShowEntry }: ReportChangesProps) {
  const { added, removed, classCounts } = report
  // Counts were read when any is there; a class without one belongs to a kext that was not loaded then.
  const wasCounted = classCounts.some(({ before, after }) => before !== null || after !== null)
  const isNeverLoaded = !report.kext.isLoaded && !report.kext.wasLoadedBefore
  const noCount = wasCounted || isNeverLoaded ? notListed : unknown
  return (
    <section className={frame.section} aria-label="Changes">
      <h3 className={frame.title}>What changed</h3>
      {added.length === 0 && removed.length === 0 ? (
        <p className={frame.none}>No registry entry appeared or went away.</p>
      ) : (
        <div className={styles.columns}>
          <Entries title="Added" sign="+" entries={added} onShowEntry={onShowEntry} />
          {/* What is gone cannot be shown in the newer tree. */}
          <Entries title="Removed" sign="−" entries={removed} onShowEntry={null} />
        </div>
      )}
      {classCounts.length > 0 && (
        <table className={styles.counts}>
          <caption>Instances per class (ioclasscount)</caption>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">Change</th>
              <th scope="col">In the registry</th>
              <th scope="col">Left over</th>
            </tr>
          </thead>
          <tbody>
            {classCounts.map(({ className, before, after, live, excess }) => (
              <tr key={className}>
                <th scope="row">
                  <Mono>{className}</Mono>
                </th>
                <td>{before ?? noCount}</td>
                <td>{after ?? noCount}</td>
                <td>{changeOf(before, after, noCount)}</td>
                <td>{live ?? unknown}</td>
                <td>{excess === null ? noCount : excess > 0 ? <Leak count={excess} /> : 'none'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const notListed = (
  <span
    className={styles.unknown}
    title="ioclasscount does not list the class: its kext is not loaded"
    aria-label="not listed"
  >
    –
  </span>
)
const unknown = <span className={styles.unknown}>not known</span>

/** Objects that the registry does not account for: most often a missing release(). */
function Leak({ count }: { readonly count: number }) {
  return <StateMark tone="warn">{count}</StateMark>
}

const shownAtFirst = 12
/** A report can name thousands of entries; the tree is the place to look through so many. */
const shownAtMost = 500

interface EntriesProps {
  readonly title: string
  readonly sign: string
  readonly entries: readonly EntryBrief[]
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

function Entries({ title, sign, entries, onShowEntry }: EntriesProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = entries.slice(0, showsAll ? shownAtMost : shownAtFirst)
  const rest = entries.length - shown.length
  return (
    <div className={styles.entries}>
      <h4>
        {title} <span className={frame.count}>{entries.length}</span>
      </h4>
      {entries.length === 0 && <p className={frame.none}>None</p>}
      <ul>
        {shown.map((entry, index) => (
          <li key={entry.id ?? index} className={styles.entry}>
            <span className={styles.sign} aria-hidden="true">
              {sign}
            </span>
            <span className={styles.what}>
              <EntryLink entry={entry} onShowEntry={onShowEntry} />
              {entry.className !== null && entry.className !== entry.name && (
                <Mono isSoft>{entry.className}</Mono>
              )}
              {entry.id !== null && <Mono isSoft>{entry.id}</Mono>}
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && !showsAll && (
        <Button kind="quiet" onClick={() => setShowsAll(true)}>
          {`Show ${Math.min(rest, shownAtMost - shownAtFirst)} more`}
        </Button>
      )}
      {rest > 0 && showsAll && <p className={frame.none}>{`${rest} more are not listed here.`}</p>}
    </div>
  )
}

/** A class that was not listed had no instance: its kext brings it along. */
function changeOf(before: number | null, after: number | null, noCount: ReactNode): ReactNode {
  if (before === null && after === null) return noCount
  return signed((after ?? 0) - (before ?? 0))
}

function signed(change: number): string {
  return change === 0 ? '0' : change > 0 ? `+${change}` : `−${-change}`
}
