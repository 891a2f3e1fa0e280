import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import styles from './toolbar.module.css'

export interface ToolbarProps extends Omit<ComponentProps<'div'>, 'className'> {
  /** Of a pane instead of a view. */
  readonly isSlim?: boolean
}

/** The line of controls above what they are about. */
export function Toolbar({ isSlim = false, ...rest }: ToolbarProps) {
  return <div {...rest} className={classNames(styles.bar, isSlim && styles.slim)} />
}
