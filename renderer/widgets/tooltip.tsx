import { Slot, Tooltip as Radix } from 'radix-ui'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'

type SlotProps = ComponentProps<typeof Slot.Root>

export interface TooltipProps {
  /** Null for a control that has nothing to say now and may have later: it stays the same element. */
  readonly text: ReactNode | null
  /** What of it a screen reader says after the control's name: all of it, unless told; null for nothing. */
  readonly spoken?: string | null | undefined
  readonly side?: 'top' | 'right' | 'bottom'
  readonly children: ReactElement
}

/** Says more about the one control it wraps. Never the only place where something is said. */
export function Tooltip({ text, spoken, side = 'top', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>
        {spoken === null ? <Undescribed>{children}</Undescribed> : children}
      </Radix.Trigger>
      {text !== null && (
        <Radix.Portal>
          <Radix.Content
            className={styles.tooltip}
            side={side}
            sideOffset={4}
            collisionPadding={8}
            {...(typeof spoken === 'string' ? { 'aria-label': spoken } : {})}
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      )}
    </Radix.Root>
  )
}

/** Without the description that a tooltip's trigger gets as soon as it is open. */
function Undescribed(props: SlotProps) {
  const { 'aria-describedby': _tooltip, ...rest } = props
  return <Slot.Root {...rest} />
}

/** Once, around the whole window: tooltips share their delay. */
export function TooltipScope({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  )
}
