import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import { iconProps } from './icons.ts'
import styles from './floating.module.css'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** The buttons, the one that does it last. */
  readonly foot?: ReactNode
  readonly isWide?: boolean
}

/**
 * A question in the middle of the window. The scrim is a plain element: the library's own overlay adds a
 * style tag, which the page's content security policy refuses.
 */
export function Dialog(props: DialogProps) {
  return <Floating {...props} className={classNames(styles.dialog, props.isWide && styles.wide)} />
}

/** A wide panel at the right for a piece of work that keeps the window behind it in sight. */
export function Sheet(props: DialogProps) {
  return <Floating {...props} className={styles.sheet!} />
}

function Floating({
  title,
  onClose,
  children,
  foot,
  className,
}: DialogProps & { readonly className: string }) {
  return (
    <Radix.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <Radix.Portal>
        <div className={styles.scrim} />
        <Radix.Content
          className={className}
          aria-describedby={undefined}
          onOpenAutoFocus={event => {
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) focusFirst(event.currentTarget)
          }}
        >
          <div className={styles.title}>
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X {...iconProps} />} />
            </Radix.Close>
          </div>
          <div className={styles.body} data-part="body">
            {children}
          </div>
          {foot !== undefined && (
            <div className={styles.foot} data-part="foot">
              {foot}
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/**
 * What the user came for: a field, else the first button of the foot, which is the harmless one, else the
 * first control. Never the close button in the title, whose tooltip would open over it.
 */
function focusFirst(dialog: HTMLElement): void {
  const wanted = [
    '[data-part="body"] :is(input, select, textarea):not(:disabled)',
    '[data-part="body"] [role="tab"][aria-selected="true"]',
    '[data-part="foot"] button:not(:disabled)',
    '[data-part="body"] button:not(:disabled)',
  ]
  const first = wanted.map(each => dialog.querySelector<HTMLElement>(each)).find(Boolean)
  ;(first ?? dialog).focus()
}
