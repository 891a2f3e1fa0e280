import type { ReactNode } from 'react'
import styles from './section.module.css'

export interface SectionProps {
  readonly title: string
  /** Its name as a region, where that is not the title alone. */
  readonly label?: string
  /** Beside the title: how many, what it came to. */
  readonly count?: ReactNode
  /** At the end of the title's line: what can be done with it. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A titled part of a page that does not fold. */
export function Section({ title, label = title, count, aside, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={label}>
      <div className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        {count !== undefined && <span className={styles.count}>{count}</span>}
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      </div>
      {children}
    </section>
  )
}
