import { EntryFlag, type Snapshot } from '../../../core/registry/snapshot.ts'
import { explainState } from '../../../core/verify/state-words.ts'
import type { EntryFacts } from '../../registry/entry-facts.ts'
import type { NamedValue } from '../../registry/property-rows.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import styles from './inspector.module.css'

export interface StateTabProps {
  readonly snapshot: Snapshot
  /** Row of the entry table: what the selected place shows. */
  readonly row: number
  readonly facts: EntryFacts
  readonly properties: readonly NamedValue[]
}

/** What the kernel says of this service, word by word, and what each means here. */
export function StateTab({ snapshot, row, facts, properties }: StateTabProps) {
  const { entries } = snapshot
  const flags = entries.flags[row]!
  if (!(flags & EntryFlag.isService)) {
    return (
      <EmptyState title="Not a service">
        Only an IOService has a state and a busy count. This entry is a plain registry entry.
      </EmptyState>
    )
  }
  const meanings = explainState({
    flags,
    state: entries.state[row]!,
    busyCount: flags & EntryFlag.hasBusyCount ? entries.busyCount[row]! : null,
    className: facts.className,
    classChain: facts.classChain?.join(':') ?? null,
    hasMatchCategory: properties.some(([key]) => key === 'IOMatchCategory'),
  })
  return (
    <>
      <section className={styles.section}>
        <dl className={styles.words}>
          {meanings.map(({ word, meaning, isNormalHere }) => (
            <div key={word} className={styles.wordLine}>
              <dt>
                <StateMark tone={toneOf(word, isNormalHere)}>{word}</StateMark>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className={styles.section}>
        <h3>As the kernel counts</h3>
        <dl className={styles.numbers}>
          <dt>State word</dt>
          <dd>
            <Mono>{`0x${entries.state[row]!.toString(16)}`}</Mono>
          </dd>
          {(flags & EntryFlag.hasBusyTime) !== 0 && (
            <>
              <dt>Busy time</dt>
              <dd>{busyTime(entries.busyTimeNs[row]!, (flags & EntryFlag.busyTimeInMs) !== 0)}</dd>
            </>
          )}
          {(flags & EntryFlag.hasRetainCount) !== 0 && (
            <>
              <dt>Retain count</dt>
              <dd>{entries.retainCount[row]!.toLocaleString('en-US')}</dd>
            </>
          )}
        </dl>
      </section>
    </>
  )
}

function toneOf(word: string, isNormalHere: boolean): Tone {
  if (!isNormalHere) return 'warn'
  return word === 'registered' || word === 'matched' || word === 'active' ? 'good' : 'idle'
}

/** Text dumps cut the time to whole milliseconds, so nothing finer is shown for them. */
function busyTime(nanoseconds: bigint, isInMs: boolean): string {
  const ms = Number(nanoseconds) / 1e6
  return `${isInMs ? Math.floor(ms).toLocaleString('en-US') : ms.toLocaleString('en-US', { maximumFractionDigits: 3 })} ms in all`
}
