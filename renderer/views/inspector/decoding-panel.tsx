import type { DecodedField, Decoding, Sureness } from '../../../core/decode/decoding.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { StateMark, type Tone } from '../../widgets/state-mark.tsx'
import { TreeIndent, TreeList } from '../../widgets/tree-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import type { FieldRow } from './decoding-rows.ts'
import styles from './value-detail.module.css'

export interface DecodingPanelProps {
  readonly decoding: Decoding
  readonly rows: readonly FieldRow[]
  readonly at: number
  /** The row of the byte that is pointed at, or -1. */
  readonly hot: number
  readonly onAt: (row: number) => void
  readonly onToggle: (path: string) => void
  readonly onPoint: (row: number) => void
  readonly onShowEntry: (id: bigint) => void
}

const surenessTones: Readonly<Record<Sureness, Tone>> = {
  certain: 'good',
  likely: 'idle',
  possible: 'warn',
}

/** One reading of a value: how sure it is and why, what is wrong, and its fields. */
export function DecodingPanel(props: DecodingPanelProps) {
  const { decoding, rows, at, hot, onAt, onToggle, onPoint, onShowEntry } = props
  const hotRow = rows[hot]
  return (
    <div className={styles.reading}>
      <p className={styles.because}>
        <StateMark tone={surenessTones[decoding.sureness]}>{decoding.sureness}</StateMark>{' '}
        {visibleText(decoding.because)}
      </p>
      {decoding.problems.length > 0 && (
        <ul className={styles.problems} aria-label="What is wrong with it">
          {decoding.problems.map(problem => (
            <li key={problem}>
              <StateMark tone="warn">{visibleText(problem)}</StateMark>
            </li>
          ))}
        </ul>
      )}
      {rows.length > 0 && (
        <TreeList
          label={decoding.title}
          id="field"
          rows={rows}
          at={at}
          onAt={onAt}
          onToggle={index => onToggle(rows[index]!.path)}
          onPoint={onPoint}
          height={fieldHeight}
          rowClass={row => (row === hotRow ? `${styles.field} ${styles.hotField}` : styles.field!)}
          renderCells={row => <FieldCells row={row} onShowEntry={onShowEntry} />}
        />
      )}
    </div>
  )
}

const fieldHeight = 22

function FieldCells({
  row,
  onShowEntry,
}: {
  readonly row: FieldRow
  readonly onShowEntry: (id: bigint) => void
}) {
  const { field } = row
  return (
    <>
      <span role="gridcell" className={styles.fieldLabel} title={visibleText(field.label)}>
        <TreeIndent row={row} />
        <span>{visibleText(field.label)}</span>
      </span>
      <span role="gridcell" className={styles.fieldText} title={titleOf(field)}>
        {field.entryId === undefined ? (
          <span className={styles.fieldValue}>{visibleText(field.text)}</span>
        ) : (
          <LinkButton onClick={() => onShowEntry(field.entryId!)}>
            {visibleText(field.text)}
          </LinkButton>
        )}
        {field.meaning !== undefined && (
          <span className={styles.meaning}>{visibleText(field.meaning)}</span>
        )}
      </span>
    </>
  )
}

function titleOf({ text, meaning }: DecodedField): string {
  return visibleText(meaning === undefined ? text : `${text}: ${meaning}`).slice(0, 500)
}
