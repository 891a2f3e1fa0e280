import { useId, useState } from 'react'
import type { NearMiss } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { propertyText } from '../kexts/property-text.ts'
import { CheckList } from './check-list.tsx'
import { EntryClass, EntryLink } from './entry-link.tsx'
import styles from './service-list.module.css'

const fewMisses = 8

export interface NearMissListProps {
  readonly snapshot: Snapshot
  readonly misses: readonly NearMiss[]
}

/** Services of the provider class that a personality does not match, one failing key away first. */
export function NearMissList({ snapshot, misses }: NearMissListProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? misses : misses.slice(0, fewMisses)
  return (
    <>
      <ul className={styles.list} aria-label="Nearest misses">
        {shown.map(miss => (
          <Miss key={miss.entry} snapshot={snapshot} miss={miss} />
        ))}
      </ul>
      {misses.length > shown.length && (
        <p className={styles.more}>
          <LinkButton onClick={() => setShowsAll(true)}>
            {`Show ${countText(misses.length - shown.length, 'more service')}`}
          </LinkButton>
        </p>
      )}
    </>
  )
}

/** One line that says what is in the way; unfolded, key by key. */
function Miss({ snapshot, miss }: { readonly snapshot: Snapshot; readonly miss: NearMiss }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const { entry, failing } = miss
  const [first] = failing
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <span className={styles.name}>
          <EntryLink snapshot={snapshot} entry={entry} />
        </span>
        <EntryClass snapshot={snapshot} entry={entry} />
        <span className={styles.end}>
          {failing.length === 1 ? 'one key away' : `${countText(failing.length, 'key')} away`}
        </span>
      </div>
      <button
        type="button"
        className={classNames(styles.unfold, isOpen && styles.open)}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <span className={styles.twisty} aria-hidden="true" />
        <StateMark tone="bad" isQuiet>
          {visibleText(failing.length === 1 ? briefly(first!) : keysOf(failing))}
        </StateMark>
      </button>
      {isOpen && (
        <div id={id}>
          <CheckList checks={failing} />
        </div>
      )}
    </li>
  )
}

const briefly = ({ key, wanted, found }: NearMiss['failing'][number]) =>
  `${key}: ${found === null ? 'nothing' : propertyText(found)} found, ${propertyText(wanted)} wanted`

const keysOf = (failing: NearMiss['failing']) => failing.map(({ key }) => key).join(', ')
