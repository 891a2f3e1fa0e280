import { useId, useState, type ReactNode } from 'react'
import { asWritten } from '../../../core/kext/edit-info-plist.ts'
import type { MatchResult } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import type { CandidateRow } from '../../matching/candidate-groups.ts'
import { candidateWords, scoreText } from '../../matching/candidate-words.ts'
import { refOf } from '../../matching/personality-ref.ts'
import { useActions } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { Mono } from '../../widgets/mono.tsx'
import { ScoreBar } from '../../widgets/score-bar.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './candidate-row.module.css'
import { CheckList } from './check-list.tsx'
import { CopyPersonality } from './copy-personality.tsx'
import { EntryLink } from './entry-link.tsx'
import { OriginWords } from './origin-words.tsx'
import { reasonText } from './reason-text.ts'

export interface CandidateRowProps {
  readonly snapshot: Snapshot
  readonly row: CandidateRow
  readonly topScore: number
  /** Some what-if personality is counted with. */
  readonly isWhatIfOn: boolean
  /** Named beside it, where no heading does; else its kext is. */
  readonly category?: string | undefined
}

/** One personality of a service's list: what it is to the service, its score, and when unfolded why. */
export function CandidateRowView(props: CandidateRowProps) {
  const { snapshot, row, topScore, isWhatIfOn, category } = props
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const { candidate, score, isReplaced } = row
  const { item, result } = candidate
  const { tone, words, entry } = candidateWords(candidate)
  const isMarked = isWhatIfOn ? row.winsAnew : row.isWinner
  return (
    <li
      className={classNames(
        styles.row,
        isMarked && styles.winner,
        isReplaced && styles.replaced,
        isOpen && styles.open,
      )}
    >
      <button
        type="button"
        className={styles.head}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <span className={styles.twisty} aria-hidden="true" />
        <span className={styles.name} title={visibleText(item.name)}>
          {visibleText(item.name)}
        </span>
        {score !== null && topScore > 1 && (
          <span className={styles.bar}>
            <ScoreBar parts={scoreParts(result)} top={topScore} isStrong={isMarked} />
          </span>
        )}
        {score !== null && <span className={styles.score}>{scoreText(score)}</span>}
      </button>
      <div className={styles.about}>
        <StateMark tone={tone} isQuiet={tone !== 'good' && tone !== 'accent'}>
          {visibleText(words)}
        </StateMark>
        {entry !== null && (
          <span className={styles.clip}>
            <EntryLink snapshot={snapshot} entry={entry} />
          </span>
        )}
        {item.origin.kind === 'what-if' && <Badge>what-if</Badge>}
        {isReplaced && <Badge>replaced in what-if</Badge>}
        {isWhatIfOn && row.winsAnew && !row.isWinner && <Badge>wins with what-if</Badge>}
        <span className={styles.kext}>
          <Mono isClipped isSoft>
            {category ?? item.bundleIdentifier}
          </Mono>
        </span>
      </div>
      {isOpen && (
        <div id={id} className={styles.details}>
          <CandidateDetails snapshot={snapshot} row={row} />
        </div>
      )}
    </li>
  )
}

function Badge({ children }: { readonly children: ReactNode }) {
  return <span className={styles.badge}>{children}</span>
}

function CandidateDetails({ snapshot, row }: Pick<CandidateRowProps, 'snapshot' | 'row'>) {
  const actions = useActions()
  const { item, result } = row.candidate
  const ref = refOf(item)
  return (
    <>
      <p className={styles.reason}>{visibleText(reasonText(row.candidate.reason, snapshot))}</p>
      {result?.kind === 'matches' && <ScoreSum result={result} ownScore={item.probeScore} />}
      {result && <CheckList checks={result.checks} />}
      <p className={styles.origin}>
        <OriginWords item={item} snapshot={snapshot} />
      </p>
      <div className={styles.buttons}>
        <Button onClick={() => actions.showPersonality(ref)}>Personality</Button>
        <Button onClick={() => actions.editWhatIf(ref, item)}>Edit as what-if</Button>
        <CopyPersonality name={item.name} properties={asWritten(item.properties, item.publisher)} />
      </div>
    </>
  )
}

/** Own points and those of the family's table, where both are known. */
function scoreParts(result: MatchResult | null): readonly number[] {
  if (result?.kind !== 'matches') return []
  const { points } = result.family
  return points === 0 ? [result.score] : [result.score - points, points]
}

interface ScoreSumProps {
  readonly result: Extract<MatchResult, { kind: 'matches' }>
  readonly ownScore: number
}

/** `51,000 = 1,000 own + 50,000 USB interface (bInterfaceClass + bInterfaceSubClass 50,000)`. */
function ScoreSum({ result, ownScore }: ScoreSumProps) {
  const { family, points, parts, uncertainty } = result.family
  const own = result.score - points
  return (
    <p className={styles.sum}>
      {points === 0 ? (
        <>
          <b>{scoreText(result.score)}</b>, its own
          <span className={styles.soft}> · {family}: no points</span>
        </>
      ) : (
        <>
          <b>{scoreText(result.score)}</b> = {scoreText(own)} own + {scoreText(points)} {family}
        </>
      )}
      {own !== ownScore && (
        <span className={styles.soft}> · IOProbeScore says {scoreText(ownScore)}</span>
      )}
      {parts.length > 0 && (
        <span className={styles.soft}>
          {' '}
          ({parts.map(([what, worth]) => `${what} ${scoreText(worth)}`).join(', ')})
        </span>
      )}
      {uncertainty !== undefined && (
        <span className={styles.soft}> {visibleText(uncertainty)}</span>
      )}
    </p>
  )
}
