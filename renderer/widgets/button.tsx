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
}

export function Button({ kind = 'plain', icon, whyNot, children, ...rest }: ButtonProps) {
  const isBarred = whyNot !== undefined && whyNot !== null
  const button = (
    <button
      type="button"
      {...rest}
      {...(isBarred ? { 'aria-disabled': true, onClick: undefined } : {})}
      className={classNames(styles.button, styles[kind])}
    >
      {icon}
      {children !== undefined && <span className={styles.label}>{children}</span>}
    </button>
  )
  return isBarred ? <Tooltip text={whyNot}>{button}</Tooltip> : button
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'style'> {
  /** What it does: the accessible name and the tooltip. */
  readonly label: string
  readonly icon: ReactNode
  readonly isPressed?: boolean
}

export function IconButton({ label, icon, isPressed, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
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
