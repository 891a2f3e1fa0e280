import { useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { termFor } from '../../filter/filter-terms.ts'
import { ContextMenu } from '../../widgets/context-menu.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { VirtualTable, type Column } from '../../widgets/virtual-table.tsx'
import { sizeText } from '../action/quantities.ts'
import { FilterForContextItems } from '../filter/filter-for.tsx'
import { isKernel, type KextColumn, type KextOrder, type KextRow } from './kext-rows.ts'
import styles from './kext-table.module.css'

export interface KextTableProps {
  readonly rows: readonly KextRow[]
  /** False where the guest did not give its list of loaded kexts. */
  readonly isLoadKnown: boolean
  readonly order: KextOrder
  readonly selected: string | null
  readonly onSort: (column: KextColumn) => void
  readonly onSelect: (bundleIdentifier: string) => void
}

type TableColumn = KextColumn | 'state'

const columns: readonly Column<TableColumn>[] = [
  { key: 'name', title: 'Bundle identifier', track: 'minmax(200px, 3fr)', isSortable: true },
  { key: 'state', title: 'State', track: '88px' },
  { key: 'version', title: 'Version', track: 'minmax(64px, 0.6fr)', isSortable: true },
  { key: 'index', title: 'Index', track: '48px', isSortable: true, isNumeric: true },
  { key: 'refs', title: 'Refs', track: '44px', isSortable: true, isNumeric: true },
  { key: 'size', title: 'Size', track: '72px', isSortable: true, isNumeric: true },
  {
    key: 'personalities',
    title: 'Personalities',
    track: '84px',
    isSortable: true,
    isNumeric: true,
  },
  { key: 'path', title: 'Path', track: 'minmax(0, 2fr)', isSortable: true },
  { key: 'uuid', title: 'UUID', track: 'minmax(0, 1.4fr)', isSortable: true },
]

/** How wide the table must be to show a column; the details beside it say everything at any width. */
const showsFrom: Partial<Readonly<Record<TableColumn, number>>> = {
  index: 500,
  refs: 560,
  size: 640,
  personalities: 740,
  path: 960,
  uuid: 1240,
}

export function KextTable(props: KextTableProps) {
  const { rows, isLoadKnown, order, selected, onSort, onSelect } = props
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const shown = columns.filter(({ key }) => width >= (showsFrom[key] ?? 0))
  return (
    <ContextMenu
      menu={selected !== null && <FilterForContextItems term={termFor.kext(selected)} />}
    >
      <div
        ref={frame}
        className={styles.frame}
        // The menu is about the row below the pointer.
        onContextMenu={event => {
          const at = (event.target as Element).closest('[aria-rowindex]')
          const row = rows[Number(at?.getAttribute('aria-rowindex')) - 2]
          if (row) onSelect(row.bundleIdentifier)
        }}
      >
        <VirtualTable
          label="Kexts"
          columns={shown}
          count={rows.length}
          selected={rows.findIndex(row => row.bundleIdentifier === selected)}
          onSelect={index => onSelect(rows[index]!.bundleIdentifier)}
          sort={{ key: order.column, isDescending: order.isDescending }}
          onSort={column => column !== 'state' && onSort(column)}
          renderCell={(index, column) => (
            <Cell row={rows[index]!} column={column} isLoadKnown={isLoadKnown} />
          )}
        />
      </div>
    </ContextMenu>
  )
}

/** Of an element, kept up to date; 0 before it is laid out. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setWidth(element.current?.clientWidth ?? 0))
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [element])
  return width
}

interface CellProps {
  readonly row: KextRow
  readonly column: TableColumn
  readonly isLoadKnown: boolean
}

function Cell({ row, column, isLoadKnown }: CellProps) {
  const { loaded, installed } = row
  switch (column) {
    case 'name':
      return <Mono isClipped>{row.bundleIdentifier}</Mono>
    case 'state':
      return loaded ? (
        <StateMark tone="good">Loaded</StateMark>
      ) : (
        <StateMark tone="idle">
          {isKernel(row) ? 'The kernel' : isLoadKnown ? 'Not loaded' : 'Not known'}
        </StateMark>
      )
    case 'version':
      return (
        <Mono isClipped isSoft>
          {row.version}
        </Mono>
      )
    case 'index':
    case 'refs':
      return loaded?.[column] ?? <Unknown />
    case 'size':
      return loaded?.size == null ? <Unknown /> : sizeText(loaded.size)
    case 'personalities':
      return installed.length === 0 ? <Unknown /> : row.personalities.length
    case 'uuid':
    case 'path': {
      const text = column === 'uuid' ? loaded?.uuid : row.path
      return text ? (
        <Mono isClipped isSoft>
          {text}
        </Mono>
      ) : (
        <Unknown />
      )
    }
  }
}

function Unknown() {
  return (
    <span className={styles.unknown} aria-label="not known">
      –
    </span>
  )
}
