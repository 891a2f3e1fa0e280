import { useState } from 'react'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { CandidateGroup } from '../../matching/candidate-groups.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { CandidateRowView } from './candidate-row.tsx'
import { EntryLink } from './entry-link.tsx'
import styles from './matching.module.css'

/** Rows of one category that are shown before the rest is asked for. */
const fewRows = 40

/** From so many on, drivers that are alone in their category share a list: on IOResources nearly all are. */
const manyAlone = 3

export interface CandidateGroupsProps {
  readonly snapshot: Snapshot
  readonly groups: readonly CandidateGroup[]
  readonly isWhatIfOn: boolean
}

/** The personalities of a service by match category: in each, one starts. */
export function CandidateGroups({ snapshot, groups, isWhatIfOn }: CandidateGroupsProps) {
  const single = groups.filter(({ rows, matchCount }) => rows.length === 1 && matchCount === 1)
  const alone = single.length < manyAlone ? [] : single
  return (
    <>
      {groups
        .filter(group => !alone.includes(group))
        .map(group => (
          <Group key={group.category} snapshot={snapshot} group={group} isWhatIfOn={isWhatIfOn} />
        ))}
      {alone.length > 0 && <Alone snapshot={snapshot} groups={alone} isWhatIfOn={isWhatIfOn} />}
    </>
  )
}

function Alone({ snapshot, groups, isWhatIfOn }: CandidateGroupsProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? groups : groups.slice(0, fewRows)
  return (
    <>
      <h3 className={styles.category}>
        <span>Alone in their categories</span>
        <span className={styles.holder}>{groups.length}</span>
      </h3>
      <ul className={styles.rows} aria-label="Alone in their categories">
        {shown.map(({ category, rows: [row] }) => (
          <CandidateRowView
            key={row!.candidate.item.index}
            snapshot={snapshot}
            row={row!}
            topScore={0}
            isWhatIfOn={isWhatIfOn}
            category={category}
          />
        ))}
      </ul>
      <More count={groups.length - shown.length} onShow={() => setShowsAll(true)} />
    </>
  )
}

function More({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null
  return (
    <p className={styles.more}>
      <LinkButton onClick={onShow}>
        {`Show ${countText(count, 'more personality', 'more personalities')}`}
      </LinkButton>
    </p>
  )
}

interface GroupProps {
  readonly snapshot: Snapshot
  readonly group: CandidateGroup
  readonly isWhatIfOn: boolean
}

function Group({ snapshot, group, isWhatIfOn }: GroupProps) {
  const [showsAll, setShowsAll] = useState(false)
  const { category, client, rows, topScore, matchCount } = group
  const shown = showsAll ? rows : rows.slice(0, fewRows)
  // A client whose maker is not among them is named above them.
  const isSaidByRow = rows.some(({ candidate }) => candidate.standing === 'running')
  return (
    <>
      <h3 className={styles.category}>
        <span>
          Category <Mono>{category}</Mono>
        </span>
        <span className={styles.holder}>
          {client === null ? (
            matchCount > 0 ? (
              'free'
            ) : (
              'nobody matches'
            )
          ) : isSaidByRow ? (
            countText(matchCount, 'contender')
          ) : (
            <>
              taken by <EntryLink snapshot={snapshot} entry={client} />
            </>
          )}
        </span>
      </h3>
      <ul className={styles.rows} aria-label={`Category ${visibleText(category)}`}>
        {shown.map(row => (
          <CandidateRowView
            key={row.candidate.item.index}
            snapshot={snapshot}
            row={row}
            topScore={topScore}
            isWhatIfOn={isWhatIfOn}
          />
        ))}
      </ul>
      <More count={rows.length - shown.length} onShow={() => setShowsAll(true)} />
    </>
  )
}
