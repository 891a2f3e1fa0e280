import type { FilterProblem } from '../../../core/query/filter/filter-tree.ts'
import { ToneMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './problem-note.module.css'

export interface FilterProblemNoteProps {
  readonly id: string
  readonly problem: FilterProblem
}

/** What does not read, and what would. Where it is, is underlined in the field and said here. */
export function FilterProblemNote({ id, problem }: FilterProblemNoteProps) {
  return (
    <p id={id} className={styles.note} data-part="problem">
      <ToneMark tone="bad" />
      <span>
        {visibleText(problem.message)}{' '}
        {problem.expected.length > 0 && (
          <span className={styles.expected}>Expected: {listed(problem.expected)}.</span>
        )}{' '}
        <span className={styles.place}>Character {problem.span.start + 1}</span>
      </span>
    </p>
  )
}

/** More than these nobody reads; completion has them all. */
const mostListed = 5

function listed(words: readonly string[]): string {
  const shown = words.slice(0, mostListed).map(visibleText)
  return shown.length < 2
    ? shown.join('')
    : `${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]!}`
}
