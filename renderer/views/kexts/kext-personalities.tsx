import type { Personality } from '../../../core/kext/kext.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { installedRef } from '../../matching/personality-ref.ts'
import { useAnswer } from '../../matching/use-answer.ts'
import { textAt } from '../../registry/columns.ts'
import { refOfEntry } from '../../registry/selection.ts'
import { useActions } from '../../state/app-context.tsx'
import type { EntryRef } from '../../state/app-state.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { CountWords } from '../matching/personality-counts-line.tsx'
import { DetailsSection } from './details-section.tsx'
import { entriesOfClass } from './kext-instances.ts'
import { propertyText } from './property-text.ts'
import styles from './kext-details.module.css'

export interface KextPersonalitiesProps {
  readonly personalities: readonly Personality[]
  /** Of the bundle that holds them. */
  readonly kextPath: string | null
  readonly snapshot: Snapshot
  readonly onShowEntry: (ref: EntryRef) => void
}

/** The matching dictionaries of a kext, each with the services of its class. */
export function KextPersonalities({
  personalities,
  kextPath,
  snapshot,
  onShowEntry,
}: KextPersonalitiesProps) {
  const actions = useActions()
  const refs = personalities.map(({ name }) => installedRef(kextPath ?? '', name))
  const { answer } = useAnswer(
    'kext',
    personalities.length > 0 ? { kind: 'personalities', refs } : null,
  )
  if (personalities.length === 0) return null
  return (
    <DetailsSection title="Personalities" count={personalities.length}>
      <ul className={styles.personalities}>
        {personalities.map((personality, index) => (
          <li key={personality.name} className={styles.personality}>
            <h4>
              <LinkButton
                title="Where it matches, and where it nearly does"
                onClick={() => actions.showPersonality(refs[index]!)}
              >
                {visibleText(personality.name)}
              </LinkButton>
            </h4>
            <div className={styles.matching}>
              {answer?.counts[index] && <CountWords counts={answer.counts[index]} />}
            </div>
            <dl className={styles.keys}>
              {personality.properties.entries.map(([key, value]) => (
                <div key={key}>
                  <dt>
                    <Mono isSoft>{key}</Mono>
                  </dt>
                  <dd>
                    <Mono>{propertyText(value)}</Mono>
                  </dd>
                </div>
              ))}
            </dl>
            <Instances
              ioClass={personality.ioClass}
              snapshot={snapshot}
              onShowEntry={onShowEntry}
            />
          </li>
        ))}
      </ul>
    </DetailsSection>
  )
}

const listedInstances = 8

interface InstancesProps {
  readonly ioClass: string | null
  readonly snapshot: Snapshot
  readonly onShowEntry: (ref: EntryRef) => void
}

function Instances({ ioClass, snapshot, onShowEntry }: InstancesProps) {
  if (ioClass === null) {
    return <p className={styles.soft}>It names no IOClass, so it can make no instance.</p>
  }
  const entries = entriesOfClass(snapshot, ioClass)
  if (entries.length === 0) {
    return (
      <p className={styles.soft}>
        No entry of class <Mono>{ioClass}</Mono> is in the registry.
      </p>
    )
  }
  const rest = entries.length - listedInstances
  return (
    <p className={styles.instances}>
      <span className={styles.soft}>In the tree:</span>
      {entries.slice(0, listedInstances).map(entry => {
        const ref = refOfEntry(snapshot, entry, 'IOService')
        const name = textAt(snapshot.strings, snapshot.entries.name[entry]!) ?? ioClass
        return (
          <LinkButton key={entry} title={ref.path ?? undefined} onClick={() => onShowEntry(ref)}>
            <Mono>{ref.id === null ? name : `${name} ${ref.id}`}</Mono>
          </LinkButton>
        )
      })}
      {rest > 0 && <span className={styles.soft}>{`and ${rest} more`}</span>}
    </p>
  )
}
