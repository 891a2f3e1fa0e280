import { classNames } from './class-names.ts'
import styles from './score-bar.module.css'

export interface ScoreBarProps {
  /** Drawn one after the other; the first is the lighter one. */
  readonly parts: readonly number[]
  /** What the full width stands for. */
  readonly top: number
  readonly isStrong?: boolean
}

/** A length beside a number, for comparing at a glance. The number says it to everybody. */
export function ScoreBar({ parts, top, isStrong }: ScoreBarProps) {
  const total = parts.reduce((sum, part) => sum + part, 0)
  // A negative part would have no width: the sum is what counts then.
  const shown = parts.some(part => part < 0) ? [total] : parts
  return (
    <span className={classNames(styles.bar, isStrong && styles.strong)} aria-hidden="true">
      {shown.map((part, index) => (
        <span
          key={index}
          className={styles.part}
          style={{ width: `${share(part, top)}%` }}
          data-last={index === shown.length - 1 || undefined}
        />
      ))}
    </span>
  )
}

function share(part: number, top: number): number {
  return part <= 0 || top <= 0 ? 0 : Math.min(100, Math.max(1.5, (part / top) * 100))
}
