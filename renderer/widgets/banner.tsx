import type { ReactNode } from 'react'
import styles from './banner.module.css'
import { classNames } from './class-names.ts'
import { ToneMark, type Tone } from './state-mark.tsx'
import tones from './tone.module.css'

export interface BannerProps {
  readonly tone: Tone
  readonly children: ReactNode
  readonly actions?: ReactNode
  /** Rounded, inside a form or a panel, instead of across the window. */
  readonly isInset?: boolean
}

/** Something happened that the user should know; it stays until it is over. */
export function Banner({ tone, children, actions, isInset }: BannerProps) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classNames(styles.banner, tones[tone], isInset && styles.inset)}
    >
      <span className={styles.mark}>
        <ToneMark tone={tone} />
      </span>
      <div className={styles.text}>{children}</div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}
