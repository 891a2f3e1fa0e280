import { asWritten } from '../../../core/kext/edit-info-plist.ts'
import type { InstanceVerdict } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { scoreText } from '../../matching/candidate-words.ts'
import { refOf } from '../../matching/personality-ref.ts'
import { useActions } from '../../state/app-context.tsx'
import { Button, LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { ScoreBar } from '../../widgets/score-bar.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { CheckList } from './check-list.tsx'
import { CopyPersonality } from './copy-personality.tsx'
import { EntryLink } from './entry-link.tsx'
import styles from './matching.module.css'
import { KextLink } from './kext-link.tsx'
import { OriginWords } from './origin-words.tsx'

export interface InstanceSectionProps {
  readonly snapshot: Snapshot
  readonly verdict: InstanceVerdict
}

/** Of a driver: which personality made it, on what, and what its score is made of. */
export function InstanceSection({ snapshot, verdict }: InstanceSectionProps) {
  const actions = useActions()
  const { provider, item, score, ownPoints, family, result, notes } = verdict
  const ref = item && refOf(item)
  return (
    <section className={styles.section} aria-label="How this driver came here">
      <h3>How this driver came here</h3>
      <dl className={styles.facts}>
        <dt>Personality</dt>
        <dd>
          {item && ref ? (
            <LinkButton onClick={() => actions.showPersonality(ref)}>
              {visibleText(item.name)}
            </LinkButton>
          ) : (
            <span className={styles.soft}>not known: none of those at hand fits</span>
          )}
        </dd>
        {item && (
          <>
            <dt>Kext</dt>
            <dd>
              <KextLink id={item.bundleIdentifier} />
            </dd>
          </>
        )}
        {item && (
          <>
            <dt>Known</dt>
            <dd className={styles.origin}>
              <OriginWords item={item} snapshot={snapshot} />
            </dd>
          </>
        )}
        <dt>Matched on</dt>
        <dd>
          {provider === null ? (
            <span className={styles.soft}>not in this capture</span>
          ) : (
            <EntryLink snapshot={snapshot} entry={provider} hasId />
          )}
        </dd>
        <dt>Category</dt>
        <dd>
          {item ? <Mono>{item.category}</Mono> : <span className={styles.soft}>not known</span>}
        </dd>
        <dt>Score</dt>
        <dd>
          {score === null ? (
            <span className={styles.soft}>this capture shows none</span>
          ) : (
            <Score score={score} ownPoints={ownPoints} family={family} />
          )}
        </dd>
      </dl>
      {notes.length > 0 && (
        <ul className={styles.notes}>
          {notes.map((note, index) => (
            <li key={index}>{visibleText(note)}</li>
          ))}
        </ul>
      )}
      {result && result.checks.length > 0 && (
        <details className={styles.unfold}>
          <summary>
            {result.kind === 'matches'
              ? 'All its keys hold'
              : result.kind === 'fails'
                ? `${result.failed.key} does not hold any more`
                : 'Not all of its keys can be told'}
          </summary>
          <CheckList checks={result.checks} />
        </details>
      )}
      {item && ref && (
        <div className={styles.buttons}>
          <Button onClick={() => actions.editWhatIf(ref, item)}>Edit as what-if</Button>
          <CopyPersonality
            name={item.name}
            properties={asWritten(item.properties, item.publisher)}
          />
        </div>
      )}
    </section>
  )
}

interface ScoreProps extends Pick<InstanceVerdict, 'ownPoints' | 'family'> {
  readonly score: number
}

function Score({ score, ownPoints, family }: ScoreProps) {
  const points = family?.points ?? 0
  return (
    <div className={styles.score}>
      <span>
        <b>{scoreText(score)}</b>
        {ownPoints === null ? (
          <span className={styles.soft}> · its parts cannot be told</span>
        ) : points === 0 ? (
          <>
            , its own
            {family && <span className={styles.soft}> · {family.family}: no points</span>}
          </>
        ) : (
          <>
            {' = '}
            {scoreText(ownPoints)} own + {scoreText(points)} {family?.family}
          </>
        )}
      </span>
      {ownPoints !== null && points !== 0 && (
        <ScoreBar parts={[ownPoints, points]} top={score} isStrong />
      )}
      {family && family.parts.length > 0 && points !== 0 && (
        <span className={styles.soft}>
          {family.parts.map(([what, worth]) => `${what} ${scoreText(worth)}`).join(', ')}
        </span>
      )}
    </div>
  )
}
