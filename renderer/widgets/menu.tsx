import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'
import { smallIconProps } from './icons.ts'
import { isFocusFree } from './focus-free.ts'
import { mainLandmark } from './main-landmark.ts'

export interface MenuProps {
  readonly trigger: ReactElement
  /** Which edge of the trigger it keeps to. */
  readonly align?: 'start' | 'end'
  /** Of a view, not of the bar or a dialog. */
  readonly isInView?: boolean
  readonly children: ReactNode
}

/** Not modal: the modal form locks scrolling with a style tag, which the page's policy refuses. */
export function Menu({ trigger, align = 'start', isInView = false, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={isInView ? mainLandmark() : null}>
        <DropdownMenu.Content
          className={styles.menu}
          align={align}
          sideOffset={4}
          onCloseAutoFocus={event => {
            if (!isFocusFree()) event.preventDefault()
          }}
        >
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
  readonly keys?: string | undefined
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

export interface MenuChoicesProps<T extends string> {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly text: string; readonly hint: string }[]
  readonly onChange: (value: T) => void
}

/** One of a few, with a line that says what it means. */
export function MenuChoices<T extends string>({ value, options, onChange }: MenuChoicesProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={next => onChange(next as T)}>
      {options.map(option => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={styles.choice}>
          <span className={styles.mark}>
            <DropdownMenu.ItemIndicator>
              <Check {...smallIconProps} />
            </DropdownMenu.ItemIndicator>
          </span>
          <span>
            {option.text}
            <span className={styles.hint}>{option.hint}</span>
          </span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export function MenuHeading({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className={styles.heading}>{children}</DropdownMenu.Label>
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className={styles.separator} />
}
