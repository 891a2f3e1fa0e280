import { memo, type CSSProperties } from 'react'
import { asciiOrDots, hexOf } from '../../../core/registry/byte-text.ts'
import {
  copyText,
  hexOfInteger,
  isNotSerializable,
  typeMarks,
  valueLine,
} from '../../registry/format-value.ts'
import type { PropertyRow } from '../../registry/property-rows.ts'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './properties-tab.module.css'

export interface PropertyRowProps {
  readonly row: PropertyRow
  readonly index: number
  readonly place: CSSProperties
  readonly isCurrent: boolean
  /** Only the row under the pointer and the current one have a copy button: it is a costly part. */
  readonly hasCopy: boolean
}

const indentPx = 14

export const PropertyRowView = memo(function PropertyRowView(props: PropertyRowProps) {
  const { row, index, place, isCurrent, hasCopy } = props
  const isOpen = row.kind === 'value' && row.isOpen
  return (
    <div
      id={`property-${index}`}
      role="row"
      data-row={index}
      aria-rowindex={index + 1}
      aria-level={row.depth + 1}
      aria-expanded={row.kind === 'value' && row.isExpandable ? isOpen : undefined}
      aria-selected={isCurrent}
      className={classNames(virtualRowClass, styles.row, isCurrent && styles.current)}
      style={place}
    >
      {row.kind === 'value' ? (
        <>
          <div
            role="gridcell"
            className={styles.key}
            style={{ paddingInlineStart: row.depth * indentPx + 20 }}
            title={visibleText(row.key)}
          >
            {row.isExpandable && (
              <span className={classNames(styles.twisty, isOpen && styles.open)} />
            )}
            {visibleText(row.key)}
          </div>
          <div role="gridcell" className={styles.type} title={typeMarks[row.value.kind][1]}>
            {typeMarks[row.value.kind][0]}
          </div>
          <div role="gridcell" className={styles.value}>
            <Value row={row} />
            {hasCopy && (
              <span data-copy className={styles.copy}>
                <CopyButton text={copyText(row.value)} what={row.key} />
              </span>
            )}
          </div>
        </>
      ) : (
        <div
          role="gridcell"
          className={styles.line}
          style={{ paddingInlineStart: 20 + row.depth * indentPx }}
        >
          <Line row={row} />
        </div>
      )}
    </div>
  )
}, isAlike)

/** The place follows from the index. */
function isAlike(before: PropertyRowProps, after: PropertyRowProps): boolean {
  return (
    before.row === after.row &&
    before.index === after.index &&
    before.isCurrent === after.isCurrent &&
    before.hasCopy === after.hasCopy
  )
}

const longestTitle = 2000

function Value({ row }: { readonly row: Extract<PropertyRow, { kind: 'value' }> }) {
  const { value } = row
  const line = visibleText(valueLine(value).slice(0, longestTitle))
  const isOpaque = isNotSerializable(value)
  const isSummary =
    value.kind === 'array' ||
    value.kind === 'set' ||
    value.kind === 'dictionary' ||
    value.kind === 'missing'
  return (
    <>
      <span
        className={classNames(styles.text, (isSummary || isOpaque) && styles.soft)}
        title={
          isOpaque
            ? 'An object that lives in the kernel only; the registry gives its class in place of it'
            : line
        }
      >
        {line}
      </span>
      {value.kind === 'integer' && (
        <span className={styles.hex} title="In hexadecimal, as 64 bits">
          {hexOfInteger(value.value)}
        </span>
      )}
      {value.kind === 'string' && value.bytes && (
        <span className={styles.hex} title="The guest wrote bytes here that are no UTF-8">
          not UTF-8
        </span>
      )}
      {value.kind === 'data' && value.isLossy && (
        <span className={styles.hex} title="Text dumps lose the NULs and quotes of such data">
          as printed
        </span>
      )}
    </>
  )
}

function Line({ row }: { readonly row: Exclude<PropertyRow, { kind: 'value' }> }) {
  if (row.kind !== 'hex') {
    return <span className={row.kind === 'more' ? styles.soft : ''}>{visibleText(row.text)}</span>
  }
  const hasTwoHalves = row.bytesPerRow > 8
  return (
    <>
      <span className={styles.offset}>{row.offset.toString(16).padStart(4, '0')}</span>
      <span className={styles.bytes}>
        {hexOf(row.bytes.subarray(0, 8)).padEnd(23)}
        {hasTwoHalves && `  ${hexOf(row.bytes.subarray(8)).padEnd(23)}`}
      </span>
      <span className={styles.ascii}>{asciiOrDots(row.bytes)}</span>
    </>
  )
}
