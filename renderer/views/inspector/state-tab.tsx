import { EntryFlag, ServiceState, type Snapshot } from '../../../core/registry/snapshot.ts'
import { baseRateOf, baseRateSentence, shareAlike } from '../../../core/verify/state-base-rates.ts'
import { bitsOfText, stateBits } from '../../../core/verify/state-bits.ts'
import { explainState, type StateMeaning } from '../../../core/verify/state-words.ts'
import { termFor, type FilterTerm } from '../../filter/filter-terms.ts'
import { busyDuration } from '../../registry/busy-time.ts'
import type { EntryFacts } from '../../registry/entry-facts.ts'
import type { NamedValue } from '../../registry/property-rows.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { FilterForButton } from '../filter/filter-for.tsx'
import styles from './inspector.module.css'

export interface StateTabProps {
  readonly snapshot: Snapshot
  /** Row of the entry table: what the selected place shows. */
  readonly row: number
  readonly facts: EntryFacts
  readonly properties: readonly NamedValue[]
}

/** What the kernel says of this service, word by word, what each means, and whether it is usual here. */
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
  const context = {
    flags,
    state: entries.state[row]!,
    busyCount: flags & EntryFlag.hasBusyCount ? entries.busyCount[row]! : null,
    className: facts.className,
    classChain: facts.classChain?.join(':') ?? null,
    hasMatchCategory: properties.some(([key]) => key === 'IOMatchCategory'),
  }
  const meanings = explainState(context)
  const rate = baseRateOf(context)
  const isInactive = (context.state & ServiceState.inactive) !== 0
  const isRegistered = (context.state & ServiceState.registered) !== 0
  return (
    <>
      <section className={styles.section}>
        <dl className={styles.words}>
          {meanings.map(meaning => (
            <div key={meaning.word} className={styles.wordLine}>
              <dt>
                <StateMark tone={toneOf(meaning)}>{meaning.word}</StateMark>
              </dt>
              <dd>
                {meaning.plain ?? meaning.meaning}
                {/* Registered or not is what the numbers are about, and a dying service is neither by itself. */}
                {!isInactive && /^!?registered$/.test(meaning.word) && (
                  <p className={styles.usual}>
                    <b>{usualWord(shareAlike(rate, isRegistered))}</b>{' '}
                    {baseRateSentence(rate, isRegistered)}
                  </p>
                )}
                {!isInactive && /^!?matched$/.test(meaning.word) && (
                  <p className={styles.usual}>
                    {meaning.isNormalHere ? <b>Usual here.</b> : <b>Unusual at rest.</b>} On a
                    settled system registered and matched were equal in every registry that was
                    looked at.
                  </p>
                )}
              </dd>
              <dd className={styles.wordButton}>
                <WordFilter word={meaning.word} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section className={styles.section} aria-label="As the kernel counts">
        <h3>As the kernel counts</h3>
        <dl className={styles.numbers}>
          {(flags & EntryFlag.hasBusyTime) !== 0 && (
            <>
              <dt>Busy time</dt>
              <dd>
                {busyDuration(entries, row).text}{' '}
                {entries.busyTimeNs[row]! > 0n && (
                  <span className={styles.unknown}>{busyDuration(entries, row).exact}</span>
                )}
              </dd>
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
      <StateWordBits state={context.state} isFromText={(flags & EntryFlag.busyTimeInMs) !== 0} />
    </>
  )
}

function StateWordBits({
  state,
  isFromText,
}: {
  readonly state: number
  readonly isFromText: boolean
}) {
  const bits = stateBits(state)
  return (
    <section className={styles.section} aria-label="State word">
      <h3>
        State word <Mono>{`0x${state.toString(16)}`}</Mono>
      </h3>
      <table className={styles.bits}>
        <thead>
          <tr>
            <th scope="col">Bit</th>
            <th scope="col">Name</th>
            <th scope="col">Here</th>
            <th scope="col">Set when</th>
          </tr>
        </thead>
        <tbody>
          {bits.map(({ bit, name, setWhen, isSet }, index) => (
            <tr key={name}>
              <th scope="row">
                <Mono>{`0x${(bit >>> 0).toString(16)}`}</Mono>
              </th>
              <td>{name}</td>
              <td>
                {isFromText && index >= bitsOfText ? (
                  <span className={styles.unknown}>not told</span>
                ) : (
                  <StateMark tone={isSet ? 'accent' : 'idle'}>{isSet ? 'set' : 'clear'}</StateMark>
                )}
              </td>
              <td className={styles.unknown}>{setWhen}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** From this share on a state is called usual for its kind, and below the other one unusual. */
const usualFrom = 60
const unusualBelow = 30

function usualWord(share: number): string {
  if (share >= usualFrom) return 'Usual for its kind.'
  return share < unusualBelow ? 'Unusual for its kind.' : 'Common for its kind.'
}

function WordFilter({ word }: { readonly word: string }) {
  const term = termOf(word)
  return term && <FilterForButton terms={[term]} what={word} />
}

function termOf(word: string): FilterTerm | null {
  switch (word) {
    case 'registered':
    case '!registered':
      return termFor.state('registered', word.startsWith('!'))
    case 'matched':
    case '!matched':
      return termFor.state('matched', word.startsWith('!'))
    case 'active':
    case 'inactive':
      return termFor.state('inactive', word === 'active')
    default: {
      const count = /^busy (\d+)$/.exec(word)
      return count ? termFor.busy(Number(count[1])) : null
    }
  }
}

function toneOf({ word, isNormalHere }: StateMeaning): Tone {
  if (!isNormalHere) return 'warn'
  return word === 'registered' || word === 'matched' || word === 'active' ? 'good' : 'idle'
}
