import { useState, type ReactNode } from 'react'
import { Button } from '../../widgets/button.tsx'
import styles from './first-of.module.css'

/** A report can name thousands; the tree is the place to look through so many. */
const shownAtMost = 500

/** The first of many, and what stands below them: how to see more, or how many more there are. */
export function useFirstOf<T>(
  all: readonly T[],
  atFirst: number,
): { readonly shown: readonly T[]; readonly more: ReactNode } {
  const [showsAll, setShowsAll] = useState(false)
  const shown = all.slice(0, showsAll ? shownAtMost : atFirst)
  const rest = all.length - shown.length
  if (rest === 0) return { shown, more: null }
  return {
    shown,
    more: showsAll ? (
      <p className={styles.rest}>{`${rest.toLocaleString('en-US')} more are not listed here.`}</p>
    ) : (
      <Button kind="quiet" onClick={() => setShowsAll(true)}>
        {`Show ${Math.min(rest, shownAtMost - atFirst).toLocaleString('en-US')} more`}
      </Button>
    ),
  }
}
