import type { ReactNode } from 'react'
import { countText } from '../action/quantities.ts'
import styles from './kext-details.module.css'

interface SectionProps {
  readonly title: string
  readonly count?: number
  readonly children: ReactNode
}

export function Section({ title, count, children }: SectionProps) {
  return (
    <section
      className={styles.section}
      aria-label={count === undefined ? title : countText(count, title, title)}
    >
      <h3 className={styles.title}>
        {title}
        {count !== undefined && <span className={styles.count}>{count}</span>}
      </h3>
      {children}
    </section>
  )
}
