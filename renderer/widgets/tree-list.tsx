import {
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { classNames } from './class-names.ts'
import styles from './tree-list.module.css'
import { VirtualList, virtualRowClass } from './virtual-list.tsx'

/** A row of a tree that is shown as a table. */
export interface TreeListRow {
  /** Tells rows apart. */
  readonly path: string
  readonly depth: number
  /** Counted from 1 among its siblings, and how many they are. */
  readonly position: number
  readonly setSize: number
  readonly isExpandable: boolean
  readonly isOpen: boolean
}

export interface TreeListProps<R extends TreeListRow> {
  readonly label: string
  /** Makes the IDs of rows, which are looked for in the whole page. */
  readonly id: string
  readonly rows: readonly R[]
  /** The row that has the cursor, or -1. */
  readonly at: number
  readonly onAt: (index: number) => void
  readonly onToggle: (index: number, isOpen: boolean) => void
  /** The row under the pointer, or -1. */
  readonly onPoint?: (index: number) => void
  /** Keys beside those of every tree; true when it was one. */
  readonly onKey?: (event: KeyboardEvent) => boolean
  readonly rowClass: (row: R) => string
  /** The cells of a row; `gridcell` each. The first one gets `TreeIndent`. */
  readonly renderCells: (row: R, isActive: boolean) => ReactNode
  readonly head?: ReactNode
  readonly height?: number
  /** Bumped to bring the row with the cursor into sight. */
  readonly scrollGeneration?: number | string
}

/** A tree as a table with a cursor: arrow keys, Home and End, Enter. Only the rows in sight are made. */
export function TreeList<R extends TreeListRow>(props: TreeListProps<R>) {
  const { label, id, rows, at, onAt, onToggle, onPoint, onKey, rowClass, renderCells } = props
  const [pointed, setPointed] = useState(-1)
  const point = (index: number) => {
    setPointed(index)
    onPoint?.(index)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    // A control inside a row has keys of its own.
    if (event.target !== event.currentTarget) return
    const to = targetOf(event.key, rows, at)
    if (to !== null) onAt(to)
    else if (at >= 0 && rows[at]?.isExpandable && togglesRow(event.key, rows[at].isOpen)) {
      onToggle(at, !rows[at].isOpen)
    } else if (!onKey?.(event)) return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent) => {
    const index = rowAt(event)
    if (index === -1 || (event.target as Element).closest('button')) return
    // Who marks text to copy it does not mean the row.
    if (document.getSelection()?.isCollapsed === false) return
    onAt(index)
    if (rows[index]!.isExpandable) onToggle(index, !rows[index]!.isOpen)
  }
  const renderRow = (index: number, place: CSSProperties) => {
    const row = rows[index]!
    return (
      <div
        key={row.path}
        id={`${id}-${index}`}
        role="row"
        data-row={index}
        aria-rowindex={index + (props.head === undefined ? 1 : 2)}
        aria-level={row.depth + 1}
        aria-posinset={row.position}
        aria-setsize={row.setSize}
        aria-expanded={row.isExpandable ? row.isOpen : undefined}
        aria-selected={index === at}
        className={classNames(
          virtualRowClass,
          styles.row,
          index === at && styles.current,
          rowClass(row),
        )}
        style={place}
      >
        {renderCells(row, index === at || index === pointed)}
      </div>
    )
  }
  return (
    <VirtualList
      role="treegrid"
      aria-label={label}
      aria-rowcount={rows.length + (props.head === undefined ? 0 : 1)}
      aria-activedescendant={at >= 0 && at < rows.length ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseOver={event => point(rowAt(event))}
      onMouseLeave={() => point(-1)}
      count={rows.length}
      scrollTo={at}
      scrollGeneration={`${props.scrollGeneration ?? 0} ${at}`}
      keep={at}
      {...(props.height === undefined ? {} : { height: props.height })}
      {...(props.head === undefined ? {} : { head: props.head })}
      renderRow={renderRow}
    />
  )
}

/** The space before the first cell's text, with the mark of what can be unfolded. */
export function TreeIndent({ row }: { readonly row: TreeListRow }) {
  return (
    <span className={styles.indent} style={{ width: row.depth * indentPx + 16 }}>
      {row.isExpandable && (
        <span className={classNames(styles.twisty, row.isOpen && styles.open)} />
      )}
    </span>
  )
}

const indentPx = 14
const pageRows = 10

function targetOf(key: string, rows: readonly TreeListRow[], at: number): number | null {
  const last = rows.length - 1
  if (last < 0) return null
  const within = (row: number) => Math.max(0, Math.min(last, row))
  switch (key) {
    case 'ArrowDown':
      return within(at + 1)
    case 'ArrowUp':
      return within(at - 1)
    case 'PageDown':
      return within(at + pageRows)
    case 'PageUp':
      return within(at - pageRows)
    case 'Home':
      return 0
    case 'End':
      return last
    case 'ArrowRight':
      return rows[at]?.isOpen && at < last ? at + 1 : null
    case 'ArrowLeft':
      return at >= 0 && !rows[at]?.isOpen ? parentOf(rows, at) : null
    default:
      return null
  }
}

/** The row above that is one level higher, or null. */
function parentOf(rows: readonly TreeListRow[], at: number): number | null {
  const depth = rows[at]?.depth ?? 0
  for (let row = at - 1; row >= 0 && depth > 0; row--) if (rows[row]!.depth < depth) return row
  return null
}

function togglesRow(key: string, isOpen: boolean): boolean {
  if (key === 'Enter' || key === ' ') return true
  return key === (isOpen ? 'ArrowLeft' : 'ArrowRight')
}

/** One handler for all rows: finds the row of an event, or -1. */
function rowAt({ target }: MouseEvent): number {
  const found = target instanceof Element && target.closest('[data-row]')
  return found ? Number(found.getAttribute('data-row')) : -1
}
