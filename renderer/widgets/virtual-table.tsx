import { ArrowDown, ArrowUp } from 'lucide-react'
import { useId, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { VirtualList, virtualRowClass } from './virtual-list.tsx'
import styles from './virtual-table.module.css'

export interface Column<K extends string> {
  readonly key: K
  readonly title: string
  /** A CSS grid track: `minmax(120px, 2fr)`, `80px`. */
  readonly track: string
  readonly isNumeric?: boolean
  readonly isSortable?: boolean
}

export interface VirtualTableProps<K extends string> {
  readonly label: string
  readonly columns: readonly Column<K>[]
  readonly count: number
  readonly renderCell: (row: number, column: K) => ReactNode
  readonly selected: number
  readonly onSelect: (row: number) => void
  readonly onOpen?: (row: number) => void
  readonly sort?: { readonly key: K; readonly isDescending: boolean }
  readonly onSort?: (key: K) => void
  /** Bump to bring the selected row into sight. */
  readonly scrollGeneration?: number
}

/** A sortable table of any length; arrow keys move the selection. */
export function VirtualTable<K extends string>(props: VirtualTableProps<K>) {
  const { label, columns, count, renderCell, selected, onSelect, onOpen, sort, onSort } = props
  const id = useId()
  const tracks: CSSProperties = { gridTemplateColumns: columns.map(c => c.track).join(' ') }

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + 20,
      PageUp: selected - 20,
      Home: 0,
      End: count - 1,
    }
    const to = moves[event.key]
    if (to !== undefined && count > 0) onSelect(Math.max(0, Math.min(count - 1, to)))
    else if (event.key === 'Enter' && selected >= 0) onOpen?.(selected)
    else return
    event.preventDefault()
  }

  const head = (
    <div role="row" aria-rowindex={1} className={styles.head} style={tracks}>
      {columns.map(column => (
        <div
          key={column.key}
          role="columnheader"
          aria-sort={ariaSort(sort, column.key)}
          className={classNames(styles.cell, column.isNumeric && styles.numeric)}
        >
          {column.isSortable && onSort ? (
            <button type="button" className={styles.sort} onClick={() => onSort(column.key)}>
              {column.title}
              {sort?.key === column.key && <SortMark isDescending={sort.isDescending} />}
            </button>
          ) : (
            column.title
          )}
        </div>
      ))}
    </div>
  )
  return (
    <div className={styles.table}>
      <VirtualList
        role="grid"
        aria-label={label}
        aria-rowcount={count + 1}
        aria-activedescendant={selected >= 0 ? `${id}-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        head={head}
        count={count}
        keep={selected}
        scrollTo={selected}
        scrollGeneration={`${props.scrollGeneration ?? 0}:${selected}`}
        renderRow={(row, place) => (
          <div
            key={row}
            id={`${id}-${row}`}
            role="row"
            aria-rowindex={row + 2}
            aria-selected={row === selected}
            className={classNames(virtualRowClass, styles.row, row === selected && styles.selected)}
            style={{ ...place, ...tracks }}
            onClick={() => onSelect(row)}
            onDoubleClick={() => onOpen?.(row)}
          >
            {columns.map(column => (
              <div
                key={column.key}
                role="gridcell"
                className={classNames(styles.cell, column.isNumeric && styles.numeric)}
              >
                {renderCell(row, column.key)}
              </div>
            ))}
          </div>
        )}
      />
    </div>
  )
}

function SortMark({ isDescending }: { readonly isDescending: boolean }) {
  const Arrow = isDescending ? ArrowDown : ArrowUp
  return <Arrow size={12} strokeWidth={1.75} aria-hidden="true" />
}

function ariaSort<K>(
  sort: { readonly key: K; readonly isDescending: boolean } | undefined,
  key: K,
): 'ascending' | 'descending' | undefined {
  if (sort?.key !== key) return undefined
  return sort.isDescending ? 'descending' : 'ascending'
}
