import type { MissingPart } from '../../../core/contract/types.ts'
import { placesText } from '../../../core/dump/problem-places.ts'
import type { DumpProblem } from '../../../core/registry/snapshot.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { sentenceCase } from '../connect/built-in-panel.tsx'
import styles from './problem-list.module.css'

/** What a guest could not give: each part with the reason. */
export function MissingList({ missing }: { readonly missing: readonly MissingPart[] }) {
  return (
    <ul className={styles.list}>
      {missing.map(({ part, reason }, index) => (
        <li key={index}>
          <p>{visibleText(sentenceCase(part))}</p>
          <p className={styles.soft}>{visibleText(reason)}</p>
        </li>
      ))}
    </ul>
  )
}

export interface ProblemListProps {
  readonly problems: readonly DumpProblem[]
  /** What the reader takes the source to be; another one is named. */
  readonly source: string
}

/** What could not be read as its format says, with the first of its places. */
export function ProblemList({ problems, source }: ProblemListProps) {
  return (
    <ul className={styles.list}>
      {problems.map((problem, index) => (
        <li key={index}>
          <p>{visibleText(problem.message)}</p>
          <p className={styles.soft}>
            {sentenceCase(problem.kind)} at {placesText(problem)}
            {problem.source !== source && ` of ${visibleText(problem.source)}`}
          </p>
        </li>
      ))}
    </ul>
  )
}
