import type {
  ActionChanges,
  ChangedEntry,
  SubtreeRow,
} from '../../../core/verify/action-changes.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { Section } from '../../widgets/section.tsx'
import { Spoken } from '../../widgets/spoken.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { useFirstOf } from './first-of.tsx'
import { EntryLink } from './instance-list.tsx'
import { KernelLines } from './kernel-lines.tsx'
import { countText } from './quantities.ts'
import styles from './changes-view.module.css'

type ShowEntry = ((entry: EntryBrief) => void) | null

export interface ChangesViewProps {
  readonly changes: ActionChanges
  /** Of two halves of an action; without it it is all of it. */
  readonly half?: 'load' | 'unload' | undefined
  readonly onShowEntry: ShowEntry
}

/** What an action changed: what is new as a tree, every change in a line, and what the kernel said of it. */
export function ChangesView({ changes, half, onShowEntry }: ChangesViewProps) {
  const { identity, because, entries, muted, noise, subtree, omittedCount } = changes
  // What is new stands in the tree already; a line of its own would only repeat it.
  const drawn = new Set(
    subtree.flatMap(({ entry, isNew }) => (isNew ? (entry.id ?? entry.path ?? []) : [])),
  )
  const listed = entries.filter(
    ({ what, entry }) => what !== 'added' || !drawn.has(entry.id ?? entry.path ?? ''),
  )
  const noiseCount = noise.reduce((sum, { count }) => sum + count, 0)
  const rules = noise.map(({ rule, count }) => `${visibleText(rule)} (${count})`).join(', ')
  return (
    <div className={styles.changes}>
      <div className={styles.columns}>
        <Section
          title={half ? `What the ${half} changed` : 'What it changed'}
          count={changeCounts(entries)}
        >
          <div className={styles.registry}>
            {subtree.length > 0 && <Subtree rows={subtree} onShowEntry={onShowEntry} />}
            {entries.length === 0 ? (
              <p className={styles.soft}>Nothing in the registry, but for what always moves.</p>
            ) : (
              listed.length > 0 && (
                <Lines entries={listed} onShowEntry={onShowEntry} label="Changes" />
              )
            )}
            {omittedCount > 0 && (
              <p className={styles.soft}>
                {`${countText(omittedCount, 'more change')} counted and not listed.`}
              </p>
            )}
            {noiseCount > 0 && (
              <Disclosure
                isMinor
                title={`${countText(noiseCount, 'change')} muted as noise`}
                aside={rules}
              >
                {muted.length > 0 ? (
                  <Lines entries={muted} onShowEntry={onShowEntry} label="Noise" />
                ) : (
                  <p className={styles.soft}>Only how many there are was kept.</p>
                )}
              </Disclosure>
            )}
            {identity !== 'entry-id' && (
              <p className={styles.faint}>
                {`Entries are told apart by their paths: ${visibleText(because)}`}
              </p>
            )}
          </div>
        </Section>
        <KernelLines half={half} lines={changes.logLines} mayLack={changes.logLinesMayLack} />
      </div>
    </div>
  )
}

interface SubtreeProps {
  readonly rows: readonly SubtreeRow[]
  readonly onShowEntry: ShowEntry
}

/** A row each, indented; the provider that was there before stands above what is new. */
function Subtree({ rows, onShowEntry }: SubtreeProps) {
  return (
    <ul className={styles.subtree} aria-label="New in the registry">
      {rows.map(({ depth, entry, stateWords, isNew, bundleIdentifier }, index) => (
        <li
          key={index}
          className={classNames(styles.row, isNew && styles.new)}
          style={{ paddingInlineStart: 8 + Math.min(depth, 24) * 16 }}
        >
          <span className={styles.sign}>
            {isNew ? '+' : ' '}
            <Spoken>{isNew ? 'new: ' : 'was there: '}</Spoken>
          </span>
          <EntryLink entry={entry} onShowEntry={onShowEntry} />
          <EntryFacts entry={isNew ? entry : { ...entry, id: null }} />
          {isNew && stateWords.length > 0 && <Mono isSoft>{stateWords.join(', ')}</Mono>}
          {bundleIdentifier !== null && isNew && (
            <span className={styles.owner}>
              <Mono isSoft>{bundleIdentifier}</Mono>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Beside its name: its class where that is another word, and its ID. */
function EntryFacts({ entry }: { readonly entry: EntryBrief }) {
  return (
    <>
      {entry.className !== null && entry.className !== entry.name && (
        <Mono isSoft>{entry.className}</Mono>
      )}
      {entry.id !== null && <Mono isSoft>{entry.id}</Mono>}
    </>
  )
}

const kinds: Readonly<
  Record<ChangedEntry['what'], { readonly sign: string; readonly word: string }>
> = {
  added: { sign: '+', word: 'new' },
  removed: { sign: '−', word: 'gone' },
  moved: { sign: '→', word: 'moved' },
  changed: { sign: '~', word: 'changed' },
}

const shownAtFirst = 40

interface LinesProps {
  readonly entries: readonly ChangedEntry[]
  readonly label: string
  readonly onShowEntry: ShowEntry
}

function Lines({ entries, label, onShowEntry }: LinesProps) {
  const { shown, more } = useFirstOf(entries, shownAtFirst)
  return (
    <div>
      <ul aria-label={label}>
        {shown.map(({ entry, what, lines }, index) => (
          <li key={index} className={styles.change} data-what={what}>
            <span className={styles.sign} aria-hidden="true">
              {kinds[what].sign}
            </span>
            <span className={styles.word}>{kinds[what].word}</span>
            <div className={styles.about}>
              <span className={styles.entry}>
                {/* What is gone cannot be shown in the newer tree. */}
                <EntryLink entry={entry} onShowEntry={what === 'removed' ? null : onShowEntry} />
                <EntryFacts entry={entry} />
              </span>
              {lines.map((line, nth) => (
                <p key={nth}>
                  <Mono isSoft>{line}</Mono>
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {more}
    </div>
  )
}

/** `2 new, 1 changed` */
export function changeCounts(entries: readonly ChangedEntry[]): string {
  const parts = Object.entries(kinds).flatMap(([what, { word }]) => {
    const count = entries.filter(entry => entry.what === what).length
    return count > 0 ? [`${count} ${word}`] : []
  })
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}
