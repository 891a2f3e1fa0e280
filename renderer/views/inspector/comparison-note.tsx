import type { ComparedFact } from '../../registry/compared-facts.ts'
import type { ComparedProperties } from '../../registry/compared-properties.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { classNames } from '../../widgets/class-names.ts'
import styles from './inspector.module.css'

export interface ComparisonNoteProps {
  readonly compared: ComparedProperties
  readonly facts: readonly ComparedFact[]
}

/** What a comparison says of the entry as a whole, between its head and its tabs. */
export function ComparisonNote({ compared, facts }: ComparisonNoteProps) {
  const { fate, changed } = compared
  const isSame = fate === 'both' && changed === 0 && facts.length === 0
  return (
    <div
      className={classNames(styles.compared, isSame && styles.asBefore)}
      role="note"
      aria-label="Compared"
    >
      {fate === 'gone' && <p>It is gone. What is shown is what it was before.</p>}
      {fate === 'new' && <p>It is new: it was not there before.</p>}
      {fate === 'both' && (
        <p>
          {changed === 0
            ? 'Its properties are as before.'
            : `${changed.toLocaleString('en-US')} of its properties ${changed === 1 ? 'differs' : 'differ'} from before.`}
        </p>
      )}
      {facts.map(({ what, before, after }) => (
        <p key={what} className={styles.comparedFact}>
          <span>{what}</span> <del>{visibleText(before)}</del> → <ins>{visibleText(after)}</ins>
        </p>
      ))}
    </div>
  )
}
