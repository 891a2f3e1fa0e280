import { Banner } from '../../widgets/banner.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './project-view.module.css'

export interface ProjectProblemsProps {
  readonly problems: readonly string[]
  readonly isInset?: boolean
}

/** What keeps a project, or a driver, from being read whole. */
export function ProjectProblems({ problems, isInset = false }: ProjectProblemsProps) {
  if (problems.length === 0) return null
  return (
    <Banner tone="warn" isInset={isInset}>
      {problems.length === 1 ? (
        visibleText(problems[0]!)
      ) : (
        <ul className={styles.problems}>
          {problems.map((problem, n) => (
            <li key={n}>{visibleText(problem)}</li>
          ))}
        </ul>
      )}
    </Banner>
  )
}
