import type { ComponentProps, ReactNode } from 'react'
import styles from './button.module.css'
import { classNames } from './class-names.ts'
import { Tooltip } from './tooltip.tsx'

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'style'> {
  readonly kind?: ButtonKind
  readonly icon?: ReactNode
  /**
   * Why it cannot be used now. It can still be reached by pointer and keyboard, so that its tooltip can
   * say so; a disabled button tells nobody anything.
   */
  readonly whyNot?: string | null
  /** A tooltip: its command and keys, see `useCommand`. */
  readonly hint?: string
}

export function Button({ kind = 'plain', icon, whyNot, hint, children, ...rest }: ButtonProps) {
  const isBarred = whyNot !== undefined && whyNot !== null
  const text = (isBarred ? whyNot : hint) ?? null
  const button = (
    <button
      type="button"
      {...rest}
      {...(isBarred ? { 'aria-disabled': true, onClick: undefined } : {})}
      // A tooltip that says nothing describes nothing.
      {...(text === null ? { 'aria-describedby': rest['aria-describedby'] } : {})}
      className={classNames(styles.button, styles[kind])}
    >
      {icon}
      {children !== undefined && <span className={styles.label}>{children}</span>}
    </button>
  )
  // Without a text too: a button that were wrapped only while it has one, or in whose place another comes, would be made
  // anew and lose the focus.
  return (
    <Tooltip text={text} spoken={isBarred ? undefined : spokenHint(hint, children)}>
      {button}
    </Tooltip>
  )
}

/** Of `Capture (Ctrl+E)` on a button that is called Capture only the keys are news. */
export function spokenHint(hint: string | undefined, name: ReactNode): string | undefined {
  if (hint === undefined || typeof name !== 'string') return hint
  const words = name.replace(/…$/, '')
  const keys = hint.startsWith(words) ? /^ \((.+)\)$/.exec(hint.slice(words.length)) : null
  return keys ? keys[1] : hint
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'style'> {
  /** What it does: the accessible name and the tooltip. */
  readonly label: string
  /** Said after it in the tooltip: its keys, or why it cannot be used now. */
  readonly hint?: string | undefined
  readonly icon: ReactNode
  readonly isPressed?: boolean | undefined
}

export function IconButton({ label, hint, icon, isPressed, ...rest }: IconButtonProps) {
  return (
    <Tooltip
      text={
        hint === undefined ? (
          label
        ) : (
          <>
            {label} <span className={styles.hint}>{hint}</span>
          </>
        )
      }
      // The name itself is said already.
      spoken={hint ?? null}
    >
      <button
        type="button"
        aria-label={label}
        aria-pressed={isPressed}
        {...rest}
        className={classNames(styles.icon, isPressed && styles.pressed)}
      >
        {icon}
      </button>
    </Tooltip>
  )
}

/** Looks like a link, does something in this window. */
export function LinkButton({ children, ...rest }: Omit<ComponentProps<'button'>, 'className'>) {
  return (
    <button type="button" {...rest} className={styles.link}>
      {children}
    </button>
  )
}
