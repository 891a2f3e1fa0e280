import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'

export interface TooltipProps {
  /** Null for a control that has nothing to say now and may have later: it stays the same element. */
  readonly text: ReactNode | null
  readonly side?: 'top' | 'right' | 'bottom'
  readonly children: ReactElement
}

/** Says more about the one control it wraps. Never the only place where something is said. */
export function Tooltip({ text, side = 'top', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      {text !== null && (
        <Radix.Portal>
          <Radix.Content className={styles.tooltip} side={side} sideOffset={4} collisionPadding={8}>
            {text}
          </Radix.Content>
        </Radix.Portal>
      )}
    </Radix.Root>
  )
}

/** Once, around the whole window: tooltips share their delay. */
export function TooltipScope({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  )
}
