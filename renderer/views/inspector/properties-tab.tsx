import { ChevronRight } from 'lucide-react'
import { useMemo, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../../core/registry/snapshot.ts'
import {
  asciiOf,
  copyText,
  hexOf,
  hexOfInteger,
  typeMarks,
  valueLine,
} from '../../registry/format-value.ts'
import { propertyRows, type NamedValue, type PropertyRow } from '../../registry/property-rows.ts'
import { useApp } from '../../state/app-context.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './properties-tab.module.css'

export interface PropertiesTabProps {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  readonly properties: readonly NamedValue[]
}

/** From this width of the pane on sixteen bytes fit a line with their characters. */
const wideHex = 600

export function PropertiesTab({ snapshot, entry, properties }: PropertiesTabProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState(-1)
  const bytesPerRow = useApp(state => (state.layout.inspectorWidth >= wideHex ? 16 : 8))
  const rows = useMemo(
    () => propertyRows(properties, open, bytesPerRow),
    [properties, open, bytesPerRow],
  )
  const toggle = (path: string, isOpen: boolean) =>
    setOpen(before => {
      const after = new Set(before)
      if (isOpen) after.add(path)
      else after.delete(path)
      return after
    })

  if (properties.length === 0) {
    const isWritten = (snapshot.entries.flags[entry]! & EntryFlag.hasProperties) !== 0
    return isWritten ? (
      <EmptyState title="No properties">The entry’s property table is empty.</EmptyState>
    ) : (
      <EmptyState title="Properties were not dumped">
        This dump was made without properties of this entry. Dump with ioreg -l to have them.
      </EmptyState>
    )
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    if (event.key === 'ArrowDown') setAt(Math.min(rows.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Home') setAt(0)
    else if (event.key === 'End') setAt(rows.length - 1)
    else if (row?.kind === 'value' && row.isExpandable && event.key === 'ArrowRight') {
      toggle(row.path, true)
    } else if (row?.kind === 'value' && row.isOpen && event.key === 'ArrowLeft') {
      toggle(row.path, false)
    } else return
    event.preventDefault()
  }
  return (
    <div className={styles.properties}>
      <VirtualList
        role="treegrid"
        aria-label="Properties"
        aria-rowcount={rows.length}
        aria-activedescendant={at >= 0 ? `property-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        count={rows.length}
        scrollTo={at}
        scrollGeneration={at}
        keep={at}
        renderRow={(index, place) => (
          <Row
            key={rows[index]!.path}
            row={rows[index]!}
            index={index}
            place={place}
            isCurrent={index === at}
            onSelect={() => setAt(index)}
            onToggle={toggle}
          />
        )}
      />
    </div>
  )
}

interface RowProps {
  readonly row: PropertyRow
  readonly index: number
  readonly place: CSSProperties
  readonly isCurrent: boolean
  readonly onSelect: () => void
  readonly onToggle: (path: string, isOpen: boolean) => void
}

const indentPx = 14

function Row({ row, index, place, isCurrent, onSelect, onToggle }: RowProps) {
  const isOpen = row.kind === 'value' && row.isOpen
  return (
    <div
      id={`property-${index}`}
      role="row"
      aria-level={row.depth + 1}
      aria-expanded={row.kind === 'value' && row.isExpandable ? isOpen : undefined}
      aria-selected={isCurrent}
      className={classNames(virtualRowClass, styles.row, isCurrent && styles.current)}
      style={place}
      onClick={() => {
        onSelect()
        if (row.kind === 'value' && row.isExpandable) onToggle(row.path, !isOpen)
      }}
    >
      {row.kind === 'value' ? (
        <>
          <div
            role="gridcell"
            className={styles.key}
            style={{ paddingInlineStart: row.depth * indentPx }}
          >
            <span className={classNames(styles.twisty, isOpen && styles.open)}>
              {row.isExpandable && <ChevronRight {...smallIconProps} />}
            </span>
            <span className={styles.text} title={visibleText(row.key)}>
              {visibleText(row.key)}
            </span>
          </div>
          <div role="gridcell" className={styles.type} title={typeMarks[row.value.kind][1]}>
            {typeMarks[row.value.kind][0]}
          </div>
          <div role="gridcell" className={styles.value}>
            <Value row={row} />
            <span className={styles.copy} onClick={event => event.stopPropagation()}>
              <CopyButton text={copyText(row.value)} what={row.key} />
            </span>
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
}

const longestTitle = 2000

function Value({ row }: { readonly row: Extract<PropertyRow, { kind: 'value' }> }) {
  const { value } = row
  const line = visibleText(valueLine(value).slice(0, longestTitle))
  const isSummary =
    value.kind === 'array' ||
    value.kind === 'set' ||
    value.kind === 'dictionary' ||
    value.kind === 'missing'
  return (
    <>
      <span className={classNames(styles.text, isSummary && styles.soft)} title={line}>
        {line}
      </span>
      {value.kind === 'integer' && <span className={styles.hex}>{hexOfInteger(value.value)}</span>}
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
      <span className={styles.ascii}>{asciiOf(row.bytes)}</span>
    </>
  )
}
