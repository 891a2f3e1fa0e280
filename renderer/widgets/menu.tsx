import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'

export interface MenuProps {
  readonly trigger: ReactElement
  readonly children: ReactNode
}

/** Not modal: the modal form locks scrolling with a style tag, which the page's policy refuses. */
export function Menu({ trigger, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align="start" sideOffset={4}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export interface MenuItemProps {
  readonly icon?: ReactNode
  readonly isDisabled?: boolean
  /** The keys that do the same: `Ctrl+S`. */
  readonly keys?: string
  readonly onSelect: () => void
  readonly children: ReactNode
}

export function MenuItem({ icon, isDisabled = false, keys, onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={styles.item} disabled={isDisabled} onSelect={onSelect}>
      {icon}
      {children}
      {keys !== undefined && <kbd className={styles.keys}>{keys}</kbd>}
    </DropdownMenu.Item>
  )
}

export function MenuHeading({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className={styles.heading}>{children}</DropdownMenu.Label>
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />
}
