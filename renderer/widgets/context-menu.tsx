import { ChevronRight } from 'lucide-react'
import { ContextMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'
import { isFocusFree } from './focus-free.ts'
import { smallIconProps } from './icons.ts'
import { mainLandmark } from './main-landmark.ts'

export interface ContextMenuProps {
  /** What it belongs to: one element. */
  readonly children: ReactElement
  /** Made when it opens. */
  readonly menu: ReactNode
  /** Where the focus goes when it closes; back to where it was, unless given. */
  readonly onClosed?: () => void
}

/** The menu of the right button and of Shift+F10. Not modal, as every menu here. */
export function ContextMenu({ children, menu, onClosed }: ContextMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={mainLandmark()}>
        <Radix.Content
          className={styles.menu}
          collisionPadding={8}
          onCloseAutoFocus={event => {
            if (!isFocusFree()) return event.preventDefault()
            if (!onClosed) return
            event.preventDefault()
            onClosed()
          }}
        >
          {menu}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export interface ContextItemProps {
  readonly icon?: ReactNode
  readonly isDisabled?: boolean
  /** The keys that do the same: `Ctrl+C`. */
  readonly keys?: string | undefined
  readonly onSelect: () => void
  readonly children: ReactNode
}

export function ContextItem({
  icon,
  isDisabled = false,
  keys,
  onSelect,
  children,
}: ContextItemProps) {
  return (
    <Radix.Item className={styles.item} disabled={isDisabled} onSelect={onSelect}>
      {icon}
      {children}
      {keys !== undefined && <kbd className={styles.keys}>{keys}</kbd>}
    </Radix.Item>
  )
}

/** A menu of its own behind one item. */
export function ContextSubmenu({
  text,
  children,
}: {
  readonly text: string
  readonly children: ReactNode
}) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger className={styles.item}>
        {text}
        <span className={styles.deeper}>
          <ChevronRight {...smallIconProps} />
        </span>
      </Radix.SubTrigger>
      <Radix.Portal container={mainLandmark()}>
        <Radix.SubContent className={styles.menu} collisionPadding={8}>
          {children}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  )
}

export function ContextSeparator() {
  return <Radix.Separator className={styles.separator} />
}
