import type { ReactNode } from 'react'
import { aloud } from './aloud.ts'
import { classNames } from './class-names.ts'
import { Spoken } from './spoken.tsx'
import styles from './state-mark.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'off' | 'accent'

export interface StateMarkProps {
  readonly tone: Tone
  /** The word beside the mark: colour alone says nothing. */
  readonly children: ReactNode
  readonly isChip?: boolean
  /** Among many of its kind only the mark has the colour. */
  readonly isQuiet?: boolean
}

/** A mark of its own shape for each tone, and a word. */
export function StateMark({ tone, children, isChip, isQuiet }: StateMarkProps) {
  return (
    <span
      className={classNames(
        styles.state,
        styles[tone],
        isChip && styles.chip,
        isQuiet && styles.quiet,
      )}
    >
      <ToneMark tone={tone} />
      {typeof children === 'string' && aloud(children) !== children ? (
        <>
          <span className={styles.word} aria-hidden="true">
            {children}
          </span>
          <Spoken>{aloud(children)}</Spoken>
        </>
      ) : (
        <span className={styles.word}>{children}</span>
      )}
    </span>
  )
}

export function ToneMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg
      className={classNames(styles.mark, styles[tone])}
      viewBox="0 0 10 10"
      width="10"
      height="10"
      aria-hidden="true"
    >
      {shapes[tone]}
    </svg>
  )
}

const shapes: Readonly<Record<Tone, ReactNode>> = {
  good: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  warn: <path d="M5 .9 9.6 9H.4z" fill="currentColor" />,
  bad: <path d="m1.5 1.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="2" fill="none" />,
  idle: <circle cx="5" cy="5" r="3.4" stroke="currentColor" strokeWidth="1.2" fill="none" />,
  off: <path d="m2 2 6 6m0-6-6 6" stroke="currentColor" strokeWidth="1.4" fill="none" />,
  accent: <rect x="1.2" y="1.2" width="7.6" height="7.6" rx="1.5" fill="currentColor" />,
}
