import type { ComponentProps } from 'react'
import styles from './spoken.module.css'

/** Said by a screen reader and not shown: what the eye has from place and colour. */
export function Spoken(props: Omit<ComponentProps<'span'>, 'className'>) {
  return <span {...props} className={styles.spoken} />
}
