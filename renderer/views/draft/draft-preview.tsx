import { useState } from 'react'
import type { DraftChoice, DraftPlan, DraftRival } from '../../../core/draft/draft-plan.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { scoreText } from '../../matching/candidate-words.ts'
import { Banner } from '../../widgets/banner.tsx'
import { CopyButton } from '../../widgets/copyable.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { Tabs } from '../../widgets/tabs.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { countText } from '../action/quantities.ts'
import { EntryLink } from '../matching/entry-link.tsx'
import styles from './draft-preview.module.css'
import { waitsForRival } from './waits-for-rival.ts'

export interface DraftPreviewProps {
  readonly plan: DraftPlan
  readonly snapshot: Snapshot
  /** It is of what was chosen before: for what is chosen now there is none. */
  readonly isStale: boolean
}

const matchingTab = 'matching'
const fileTab = (index: number) => `file-${index}`

/** What becomes of the draft on this capture, and each of its files. */
export function DraftPreview({ plan, snapshot, isStale }: DraftPreviewProps) {
  const [tab, setTab] = useState(matchingTab)
  const file = plan.files.find((_, index) => fileTab(index) === tab)
  const choice = plan.choices.find(({ id }) => id === plan.chosen)
  return (
    <div className={styles.preview} inert={isStale}>
      <Tabs
        label="Draft"
        value={file ? tab : matchingTab}
        tabs={[
          { value: matchingTab, text: 'Matching' },
          ...plan.files.map(({ name }, index) => ({ value: fileTab(index), text: name })),
        ]}
        onChange={setTab}
      >
        {file ? (
          <div className={styles.file}>
            <div className={styles.copy}>
              <CopyButton text={file.text} what={file.name} />
            </div>
            <pre tabIndex={0} aria-label={file.name}>
              {file.text}
            </pre>
          </div>
        ) : (
          choice && <Matching choice={choice} plan={plan} snapshot={snapshot} />
        )}
      </Tabs>
    </div>
  )
}

interface MatchingProps extends Omit<DraftPreviewProps, 'isStale'> {
  readonly choice: DraftChoice
}

function Matching({ choice, plan, snapshot }: MatchingProps) {
  const { rivals, neighbours, alsoMatches, alsoMatchCount, undecidedCount } = choice
  return (
    <div className={styles.matching}>
      <Banner tone={choice.wins && !waitsForRival(choice) ? 'good' : 'warn'} isInset>
        {visibleText(choice.verdict)}
      </Banner>
      {plan.warnings.length > 0 && (
        <section aria-label="To know">
          <h3>To know</h3>
          <ul className={styles.warnings}>
            {plan.warnings.map(warning => (
              <li key={warning}>{visibleText(warning)}</li>
            ))}
          </ul>
        </section>
      )}
      <Rivals title="Against" rivals={rivals} none="Nobody else is in its match category." />
      {neighbours.length > 0 && (
        <Rivals title="Beside it, in other categories" rivals={neighbours} none="" />
      )}
      <section aria-label="It matches too">
        <h3>It matches too</h3>
        {alsoMatches.length === 0 ? (
          <p className={styles.soft}>
            {undecidedCount === 0
              ? 'No other service of this capture.'
              : 'No other service for certain.'}
          </p>
        ) : (
          <ul>
            {alsoMatches.map(match => (
              <li key={match.entry} className={styles.row}>
                <EntryLink snapshot={snapshot} entry={match.entry} />
                <Mono isSoft>{match.className}</Mono>
                <StateMark tone={match.wins ? 'accent' : 'idle'} isQuiet>
                  {match.wins ? 'would start there' : 'would not start there'}
                </StateMark>
              </li>
            ))}
          </ul>
        )}
        {alsoMatchCount > alsoMatches.length && (
          <p className={styles.soft}>{`and ${alsoMatchCount - alsoMatches.length} more`}</p>
        )}
        {undecidedCount > 0 && (
          <p className={styles.soft}>
            {`Of ${countText(undecidedCount, 'service')} the capture does not tell.`}
          </p>
        )}
      </section>
    </div>
  )
}

interface RivalsProps {
  readonly title: string
  readonly rivals: readonly DraftRival[]
  readonly none: string
}

function Rivals({ title, rivals, none }: RivalsProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {rivals.length === 0 ? (
        <p className={styles.soft}>{none}</p>
      ) : (
        <ul>
          {rivals.map((rival, index) => (
            <li key={index} className={styles.row}>
              <span className={styles.name}>{visibleText(rival.name)}</span>
              <Mono isSoft isClipped>
                {rival.bundleIdentifier}
              </Mono>
              {rival.isRunning && (
                <StateMark tone="good" isQuiet>
                  runs
                </StateMark>
              )}
              <span className={styles.score}>
                {rival.score === null ? '–' : scoreText(rival.score)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
