import type { KeyCheck } from '../../../core/matching/verdict.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { propertyText } from '../kexts/property-text.ts'
import styles from './check-list.module.css'

const outcomes: Readonly<Record<KeyCheck['outcome'], readonly [Tone, string, order: number]>> = {
  fails: ['bad', 'fails', 0],
  unknown: ['warn', 'not known', 1],
  holds: ['good', 'holds', 2],
}

/** Key by key what a personality wants and what the service has; what fails first. */
export function CheckList({ checks }: { readonly checks: readonly KeyCheck[] }) {
  if (checks.length === 0) return null
  const ordered = checks.toSorted((a, b) => outcomes[a.outcome][2] - outcomes[b.outcome][2])
  return (
    <ul className={styles.checks} aria-label="Keys">
      {ordered.map((check, index) => (
        <Check key={`${check.key} ${index}`} check={check} />
      ))}
    </ul>
  )
}

function Check({ check }: { readonly check: KeyCheck }) {
  const { key, outcome, wanted, found, note } = check
  const [tone, word] = outcomes[outcome]
  return (
    <li className={styles.check} data-outcome={outcome}>
      <div className={styles.key}>
        <Mono>{key}</Mono>
        <StateMark tone={tone} isQuiet={outcome === 'holds'}>
          {word}
        </StateMark>
      </div>
      <dl className={styles.side}>
        <dt>wanted</dt>
        <dd>
          <Value value={wanted} />
        </dd>
      </dl>
      <dl className={styles.side}>
        <dt>found</dt>
        <dd>
          {found === null ? (
            <span className={styles.none}>
              {outcome === 'unknown' ? 'not in this capture' : 'nothing by that name'}
            </span>
          ) : (
            <Value value={found} />
          )}
        </dd>
      </dl>
      {note !== null && <p className={styles.note}>{visibleText(note)}</p>}
    </li>
  )
}

function Value({ value }: { readonly value: PropertyValue }) {
  const text = propertyText(value)
  return text === '' ? <span className={styles.none}>empty</span> : <Mono>{text}</Mono>
}
