import type { EntryBrief, VerifyReport } from '../../../core/verify/report.ts'
import { Mono } from '../../widgets/mono.tsx'
import { Section } from '../../widgets/section.tsx'
import { useFirstOf } from './first-of.tsx'
import { EntryLink } from './instance-list.tsx'
import styles from './report-changes.module.css'

export interface ReportChangesProps {
  readonly report: VerifyReport
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

/** Which entries came and went, where nothing closer is known. */
export function ReportChanges({ report, onShowEntry }: ReportChangesProps) {
  const { added, removed } = report
  return (
    <Section title="What changed" label="Changes">
      {added.length === 0 && removed.length === 0 ? (
        <p className={styles.none}>No registry entry appeared or went away.</p>
      ) : (
        <div className={styles.columns}>
          <Entries title="Added" sign="+" entries={added} onShowEntry={onShowEntry} />
          {/* What is gone cannot be shown in the newer tree. */}
          <Entries title="Removed" sign="−" entries={removed} onShowEntry={null} />
        </div>
      )}
    </Section>
  )
}

const shownAtFirst = 12

interface EntriesProps {
  readonly title: string
  readonly sign: string
  readonly entries: readonly EntryBrief[]
  readonly onShowEntry: ((entry: EntryBrief) => void) | null
}

function Entries({ title, sign, entries, onShowEntry }: EntriesProps) {
  const { shown, more } = useFirstOf(entries, shownAtFirst)
  return (
    <div className={styles.entries}>
      <h4>
        {title} <span className={styles.none}>{entries.length}</span>
      </h4>
      {entries.length === 0 && <p className={styles.none}>None</p>}
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
      {more}
    </div>
  )
}
