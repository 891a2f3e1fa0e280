import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import { iconProps } from './icons.ts'
import styles from './floating.module.css'
import { takesEscape } from './escape-owner.ts'
import { isFocusFree } from './focus-free.ts'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** The buttons, the one that does it last. */
  readonly foot?: ReactNode
  readonly isWide?: boolean
  /** Names what is shown where a panel goes on in steps: a new one begins at its top. */
  readonly step?: string
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
  step,
  className,
}: DialogProps & { readonly className: string }) {
  // The library knows only openers that it drew itself.
  const [opener] = useState(() => openersFrom(document.activeElement))
  const content = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const shownStep = useRef(step)
  useEffect(() => {
    if (shownStep.current === step) return
    shownStep.current = step
    body.current?.scrollTo({ top: 0 })
    // The button that led here is gone. Nothing is pressed by accident where nothing but a field has focus.
    const field = body.current?.querySelector<HTMLElement>(fields)
    ;(field ?? content.current)?.focus({ preventScroll: true })
  }, [step])
  return (
    <Radix.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <Radix.Portal>
        <div className={styles.scrim} />
        <Radix.Content
          ref={content}
          className={className}
          aria-describedby={undefined}
          onKeyDown={event => {
            // Back from the panel itself would lead out of it, and the trap would hold the focus where it is.
            if (event.key !== 'Tab' || !event.shiftKey || event.target !== content.current) return
            const last = [...content.current.querySelectorAll<HTMLElement>(reachable)].at(-1)
            if (!last) return
            event.preventDefault()
            last.focus()
          }}
          onEscapeKeyDown={event => {
            if (takesEscape(document.activeElement)) event.preventDefault()
          }}
          onOpenAutoFocus={event => {
            event.preventDefault()
            if (!content.current) return
            openersOf.set(content.current, opener)
            focusFirst(content.current)
          }}
          onCloseAutoFocus={event => {
            event.preventDefault()
            if (isFocusFree()) opener.find(each => each.isConnected)?.focus()
          }}
        >
          <div className={styles.title}>
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X {...iconProps} />} />
            </Radix.Close>
          </div>
          <div ref={body} className={styles.body} data-part="body">
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

/** Where the focus goes back to when a dialog closes: the first of these that is still there. */
const openersOf = new WeakMap<Element, readonly HTMLElement[]>()

/** What was pressed, and what led to that: the button of its menu, the opener of the dialog that it stood in. */
function openersFrom(pressed: Element | null): readonly HTMLElement[] {
  if (!(pressed instanceof HTMLElement)) return []
  const menuButton = pressed.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  const button = menuButton ? document.getElementById(menuButton) : null
  const dialog = pressed.closest('[role="dialog"]')
  return [pressed, ...(button ? [button] : []), ...((dialog && openersOf.get(dialog)) ?? [])]
}

/** What Tab comes to. The last one is a button of the foot, where there is one. */
const reachable = ':is(button, input, select, textarea, summary, [tabindex="0"]):not(:disabled)'

const fields = ':is(input, select, textarea):not(:disabled)'

/**
 * What the user came for: a field, else the first button of the foot, which is the harmless one, else the
 * first control. Never the close button in the title, whose tooltip would open over it.
 */
function focusFirst(dialog: HTMLElement): void {
  const wanted = [
    `[data-part="body"] ${fields}`,
    '[data-part="body"] [role="tab"][aria-selected="true"]',
    '[data-part="foot"] button:not(:disabled)',
    '[data-part="body"] button:not(:disabled)',
  ]
  const first = wanted.map(each => dialog.querySelector<HTMLElement>(each)).find(Boolean)
  ;(first ?? dialog).focus()
}
