import { useMemo } from 'react'
import type { FilterProblem } from '../../../core/query/filter/filter-tree.ts'
import { textPieces } from '../../filter/read-filter.ts'
import { classNames } from '../../widgets/class-names.ts'
import styles from './filter-text.module.css'

export interface FilterTextProps {
  readonly text: string
  readonly problem?: FilterProblem | null
}

/** A filter's text by what its pieces are; where it does not read it is underlined. */
export function FilterText({ text, problem = null }: FilterTextProps) {
  const pieces = useMemo(() => textPieces(text, problem), [text, problem])
  return (
    <span className={styles.text}>
      {pieces.map((piece, index) => (
        <span
          key={index}
          data-token={piece.kind}
          data-problem={piece.isWrong || undefined}
          className={classNames(styles[piece.kind], piece.isWrong && styles.wrong)}
        >
          {piece.text}
        </span>
      ))}
    </span>
  )
}
