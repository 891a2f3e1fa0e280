import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import styles from './disclosure.module.css'
import { smallIconProps } from './icons.ts'

export interface DisclosureProps {
  readonly title: string
  /** Before the title: what it came to. */
  readonly mark?: ReactNode
  /** Beside the title: how many, how long. */
  readonly aside?: ReactNode
  /** Whether it is open as long as the user has not said otherwise. */
  readonly isOpen?: boolean
  /** A part of another part: its title is no heading and smaller. */
  readonly isMinor?: boolean
  readonly children: ReactNode
}

/** A part of a page that folds. What its title says is enough where it is folded. */
export function Disclosure(props: DisclosureProps) {
  const { title, mark, aside, isOpen = false, isMinor = false, children } = props
  const [chosen, setChosen] = useState<boolean | null>(null)
  const isShown = chosen ?? isOpen
  return (
    <details className={isMinor ? styles.minor : styles.part} open={isShown}>
      <summary
        className={styles.summary}
        onClick={event => {
          // The element would fold by itself and tell only afterwards.
          event.preventDefault()
          setChosen(!isShown)
        }}
      >
        <ChevronRight {...smallIconProps} />
        {mark}
        {isMinor ? (
          <span className={styles.title}>{title}</span>
        ) : (
          <h3 className={styles.title}>{title}</h3>
        )}
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      </summary>
      {isShown && <div className={styles.body}>{children}</div>}
    </details>
  )
}
