import { useState } from 'react'
import type { ServiceCandidate } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { candidateWords, scoreText } from '../../matching/candidate-words.ts'
import { scoreOf } from '../../matching/what-if-outcome.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { EntryClass, EntryLink } from './entry-link.tsx'
import styles from './service-list.module.css'

const fewServices = 12

export interface ServiceListProps {
  readonly snapshot: Snapshot
  readonly matches: readonly ServiceCandidate[]
  readonly label: string
  /** Shown before the rest is asked for. */
  readonly few?: number
}

/** Services that a personality matches, and what it is to each. */
export function ServiceList({ snapshot, matches, label, few = fewServices }: ServiceListProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? matches : matches.slice(0, few)
  return (
    <>
      <ul className={styles.list} aria-label={label}>
        {shown.map(({ entry, candidate }) => {
          const score = scoreOf(candidate)
          const { tone, words, entry: client } = candidateWords(candidate)
          const isStrong = candidate.standing === 'running' || candidate.standing === 'wins'
          return (
            <li key={entry} className={classNames(styles.row, isStrong && styles.strong)}>
              <div className={styles.line}>
                <span className={styles.name}>
                  <EntryLink snapshot={snapshot} entry={entry} />
                </span>
                <EntryClass snapshot={snapshot} entry={entry} />
                {score !== null && (
                  <span className={classNames(styles.end, styles.score)}>{scoreText(score)}</span>
                )}
              </div>
              <div className={styles.about}>
                <StateMark tone={tone} isQuiet={!isStrong}>
                  {visibleText(words)}
                </StateMark>
                {client !== null && <EntryLink snapshot={snapshot} entry={client} />}
              </div>
            </li>
          )
        })}
      </ul>
      {matches.length > shown.length && (
        <p className={styles.more}>
          <LinkButton onClick={() => setShowsAll(true)}>
            {`Show ${countText(matches.length - shown.length, 'more service')}`}
          </LinkButton>
        </p>
      )}
    </>
  )
}
