import type { ReactNode } from 'react'
import { Section } from '../../widgets/section.tsx'
import { countText } from '../action/quantities.ts'
import styles from './kext-details.module.css'

interface DetailsSectionProps {
  readonly title: string
  readonly count?: number
  readonly children: ReactNode
}

/** A part of a kext's details; how many there are is part of its name. */
export function DetailsSection({ title, count, children }: DetailsSectionProps) {
  return (
    <Section
      title={title}
      label={count === undefined ? title : countText(count, title, title)}
      count={count}
    >
      <div className={styles.section}>{children}</div>
    </Section>
  )
}
