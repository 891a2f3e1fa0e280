import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export interface TabsProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly tabs: readonly { readonly value: T; readonly text: string; readonly count?: number }[]
  readonly onChange: (value: T) => void
  /** The panel of the chosen tab. */
  readonly children: ReactNode
  /** What stands beside the panel whichever tab is chosen, or below it. */
  readonly aside?: ReactNode
  readonly isAsideBelow?: boolean
}

export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, value, tabs, onChange, children, aside, isAsideBelow } = props
  const panel = (
    <Radix.Content key={value} value={value} className={styles.panel} tabIndex={-1}>
      {children}
    </Radix.Content>
  )
  return (
    <Radix.Root
      className={styles.root}
      value={value}
      onValueChange={next => onChange(next as T)}
      activationMode="manual"
    >
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map(tab => (
          <Radix.Trigger key={tab.value} value={tab.value} className={styles.tab}>
            {tab.text}
            {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {aside === undefined ? (
        panel
      ) : (
        <div className={isAsideBelow ? styles.withBelow : styles.withAside}>
          {panel}
          {aside}
        </div>
      )}
    </Radix.Root>
  )
}
