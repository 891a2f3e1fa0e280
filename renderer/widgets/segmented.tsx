import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './segmented.module.css'

export interface SegmentedProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly text: ReactNode
    readonly count?: number
    readonly title?: string
  }[]
  readonly onChange: (value: T) => void
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      className={styles.group}
      value={value}
      // Pressing the chosen one again would clear it: one is always chosen.
      onValueChange={next => next !== '' && onChange(next as T)}
    >
      {options.map(option => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={styles.item}
          title={option.title}
        >
          {option.text}
          {option.count !== undefined && (
            <span className={styles.count}>{option.count.toLocaleString('en-US')}</span>
          )}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
