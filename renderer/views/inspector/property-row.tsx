import { decodedSummary } from '../../../core/decode/decoders.ts'
import type { DecodeContext } from '../../../core/decode/decode-context.ts'
import { hexOf } from '../../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { termFor } from '../../filter/filter-terms.ts'
import {
  copyText,
  hexOfInteger,
  isNotSerializable,
  sizeOfValue,
  typeMarks,
  valueLine,
} from '../../registry/format-value.ts'
import type {
  PropertyItem,
  PropertyRow,
  RowChange,
  ValueRow,
} from '../../registry/property-rows.ts'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { TreeIndent } from '../../widgets/tree-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { FilterForButton } from '../filter/filter-for.tsx'
import styles from './properties-tab.module.css'

export function PropertyHead() {
  return (
    <div role="row" aria-rowindex={1} className={classNames(styles.row, styles.headRow)}>
      <span role="columnheader">Key</span>
      <span role="columnheader">Type</span>
      <span role="columnheader" className={styles.size}>
        Size
      </span>
      <span role="columnheader">Value</span>
    </div>
  )
}

export function rowClass(row: PropertyRow): string {
  const isGone = row.kind === 'value' && row.item.change === 'removed'
  return classNames(styles.row, row.kind === 'more' && styles.more, isGone && styles.gone)
}

export interface PropertyCellsProps {
  readonly row: PropertyRow
  /** Only the row under the pointer and the chosen one have buttons: they are costly parts. */
  readonly isActive: boolean
  readonly context: DecodeContext
}

export function PropertyCells({ row, isActive, context }: PropertyCellsProps) {
  if (row.kind === 'more') {
    return (
      <span role="gridcell" className={styles.key}>
        <TreeIndent row={row} />
        {row.text}
      </span>
    )
  }
  const { item } = row
  const value = item.value ?? item.before!
  return (
    <>
      <span role="gridcell" className={styles.key} title={visibleText(item.key)}>
        <TreeIndent row={row} />
        <span className={styles.keyText}>{visibleText(item.key)}</span>
        <ChangeMark item={item} />
      </span>
      <span role="gridcell" className={styles.type} title={typeMarks[value.kind][1]}>
        {typeMarks[value.kind][0]}
      </span>
      <span role="gridcell" className={classNames(styles.type, styles.size)}>
        {sizeOfValue(value)}
      </span>
      <span role="gridcell" className={styles.value}>
        <Value row={row} context={context} />
        {isActive && (
          <span className={styles.buttons}>
            {row.depth === 0 && (
              <FilterForButton terms={[termFor.property(item.key, value)]} what={item.key} />
            )}
            <CopyButton text={() => copyText(value)} what={visibleText(item.key)} />
          </span>
        )}
      </span>
    </>
  )
}

const changeWords: Readonly<Record<Exclude<RowChange, 'same'>, string>> = {
  changed: '~ changed',
  added: '+ new',
  removed: '− gone',
}

function ChangeMark({ item: { change, noise } }: { readonly item: PropertyItem }) {
  if (change === null || change === 'same') return null
  return noise === null ? (
    <span className={classNames(styles.change, styles[change])}>{changeWords[change]}</span>
  ) : (
    <span className={styles.change} title={`Noise by the rule “${visibleText(noise)}”`}>
      noise
    </span>
  )
}

const longestTitle = 2000

function Value({ row, context }: { readonly row: ValueRow; readonly context: DecodeContext }) {
  const { value, before, change } = row.item
  const isLeaf = (each: PropertyValue | undefined) =>
    each?.kind !== 'array' && each?.kind !== 'set' && each?.kind !== 'dictionary'
  if (change === 'changed' && before && value && (isLeaf(value) || isLeaf(before))) {
    const was = visibleText(valueLine(before).slice(0, longestTitle))
    const is = visibleText(valueLine(value).slice(0, longestTitle))
    return (
      <span className={styles.text} title={`${was} → ${is}`}>
        <del>{was}</del> → <ins>{is}</ins>
      </span>
    )
  }
  if (!value) return <span className={styles.text}>{visibleText(valueLine(before!))}</span>
  const summary = summaryOf(row, value, context)
  return (
    <>
      {(summary === '' || isLeaf(value)) && <PlainValue value={value} isShort={summary !== ''} />}
      {summary !== '' && (
        <span className={styles.summary} title={visibleText(summary)}>
          {visibleText(summary)}
        </span>
      )}
    </>
  )
}

/** Of data that is told in words only so many digits. */
const shortBytes = 4

function PlainValue({
  value,
  isShort,
}: {
  readonly value: PropertyValue
  readonly isShort: boolean
}) {
  const isOpaque = isNotSerializable(value)
  const isSoft =
    value.kind === 'array' ||
    value.kind === 'set' ||
    value.kind === 'dictionary' ||
    value.kind === 'missing'
  const line =
    value.kind === 'data' && isShort && value.bytes.length > 0
      ? `${hexOf(value.bytes.subarray(0, shortBytes))}${value.bytes.length > shortBytes ? ' …' : ''}`
      : valueLine(value)
  const shown = visibleText(line.slice(0, longestTitle))
  return (
    <>
      <span
        className={classNames(
          styles.text,
          (isSoft || isOpaque) && styles.soft,
          isShort && styles.short,
        )}
        title={
          isOpaque
            ? 'An object that lives in the kernel only; the registry gives its class in place of it'
            : shown
        }
      >
        {shown}
      </span>
      {value.kind === 'integer' && !isShort && (
        <span className={styles.soft} title="In hexadecimal, as 64 bits">
          {hexOfInteger(value.value)}
        </span>
      )}
      {value.kind === 'string' && value.bytes && (
        <span className={styles.soft} title="The guest wrote bytes here that are no UTF-8">
          not UTF-8
        </span>
      )}
      {value.kind === 'data' && value.isLossy && (
        <span className={styles.soft} title="Text dumps lose the NULs and quotes of such data">
          as printed
        </span>
      )}
    </>
  )
}

const summaries = new WeakMap<DecodeContext, WeakMap<PropertyValue, string>>()

/** Made once for each value on screen: rows are painted again at each step of the cursor. */
function summaryOf(row: ValueRow, value: PropertyValue, context: DecodeContext): string {
  let known = summaries.get(context)
  if (!known) summaries.set(context, (known = new WeakMap()))
  let text = known.get(value)
  if (text === undefined) {
    text = decodedSummary({ key: row.meaningKey, way: row.way, value }, context)
    known.set(value, text)
  }
  return text
}
