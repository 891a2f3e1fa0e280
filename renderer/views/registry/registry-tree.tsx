import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import { hasBit } from '../../../core/registry/bit-set.ts'
import type { EntryIndex, PropertyIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { refOfNode } from '../../registry/selection.ts'
import { treeMove, typeAhead } from '../../registry/tree-keys.ts'
import { hasClients, isRowOpen, rowOfNode, type TreeRows } from '../../registry/tree-rows.ts'
import { useActions } from '../../state/app-context.tsx'
import { headHeight, rowHeight, VirtualList } from '../../widgets/virtual-list.tsx'
import styles from './registry-tree.module.css'
import { TreeRow } from './tree-row.tsx'

export interface RegistryTreeProps {
  readonly snapshot: Snapshot
  readonly rows: TreeRows
  /** The selected node, -1 for none. */
  readonly node: number
  /** The text that `rows` were filtered by. */
  readonly filter: string
  /** In which property of an entry that text stands, where it is known. */
  readonly places: ReadonlyMap<EntryIndex, PropertyIndex> | null
  /** Bumped to bring the selected row into sight. */
  readonly scrollGeneration: number | string
}

const titles = ['Name', 'Class', 'State', 'Busy', 'ID'] as const

/** Typed letters belong together when they come within this time. */
const typeAheadMs = 700

/** The rows of a plane (treegrid pattern of WAI-ARIA: one row takes the focus, keys move it). */
export function RegistryTree({
  snapshot,
  rows,
  node,
  filter,
  places,
  scrollGeneration,
}: RegistryTreeProps) {
  const actions = useActions()
  const viewport = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  /** Counts the moves by key: each scrolls to its row and focuses it. */
  const [moves, setMoves] = useState(0)
  const row = rowOfNode(rows, node)

  useEffect(() => {
    if (moves === 0) return
    viewport.current
      ?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')
      ?.focus({ preventScroll: true })
  }, [moves])

  const selectRow = (to: number) => {
    actions.select(refOfNode(snapshot, rows.plane, rows.nodes[to]!))
    setMoves(count => count + 1)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const pageRows = Math.max(
      1,
      Math.floor(((viewport.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1,
    )
    const move = treeMove(rows, row, event.key, pageRows)
    if (move) {
      event.preventDefault()
      if (move.kind === 'select') selectRow(move.row)
      else if (move.kind === 'enter') document.getElementById('inspector')?.focus()
      else actions.setOpen(move.nodes, move.kind === 'open')
    } else if (event.key.length === 1 && event.key !== ' ' && event.key !== '/') {
      const now = event.timeStamp
      const text = now - typed.current.at < typeAheadMs ? typed.current.text + event.key : event.key
      typed.current = { text, at: now }
      const found = typeAhead(snapshot, rows, row, text)
      if (found !== -1) selectRow(found)
    }
  }

  const onSight = useCallback(
    (from: number, to: number) => actions.seeRows(rows.nodes.slice(from, to)),
    [actions, rows],
  )

  /** The row that was clicked: one handler for all of them. */
  const rowAt = ({ target }: MouseEvent): number | null => {
    const found = target instanceof Element && target.closest('[data-row]')
    return found ? Number(found.getAttribute('data-row')) : null
  }
  const isOnTwisty = ({ target }: MouseEvent) =>
    target instanceof Element && target.closest('[data-twisty]') !== null
  const toggle = (index: number) => {
    const at = rows.nodes[index]!
    if (hasClients(rows, at)) actions.setOpen([at], !isRowOpen(rows, index))
  }

  return (
    <div className={styles.tree}>
      <VirtualList
        role="treegrid"
        aria-label={`${rows.plane.plane} plane`}
        aria-rowcount={rows.nodes.length + 1}
        aria-colcount={titles.length}
        // Without a selection the list itself takes the focus, so that the first arrow key has a place.
        tabIndex={row === -1 ? 0 : -1}
        viewportRef={viewport}
        onKeyDown={onKeyDown}
        onClick={event => {
          const index = rowAt(event)
          if (index === null) return
          if (isOnTwisty(event)) toggle(index)
          else selectRow(index)
        }}
        onDoubleClick={event => {
          const index = rowAt(event)
          if (index !== null && !isOnTwisty(event)) toggle(index)
        }}
        head={
          <div role="row" aria-rowindex={1} className={styles.head}>
            {titles.map(title => (
              <div key={title} role="columnheader">
                {title}
              </div>
            ))}
          </div>
        }
        count={rows.nodes.length}
        keep={row}
        onSight={onSight}
        // A new filter without the selection among its rows starts at its top.
        scrollTo={row === -1 && rows.matches ? 0 : row}
        scrollGeneration={`${scrollGeneration}:${moves}`}
        renderRow={(index, place) => {
          const at = rows.nodes[index]!
          return (
            <TreeRow
              key={at}
              snapshot={snapshot}
              plane={rows.plane}
              node={at}
              index={index}
              place={place}
              isSelected={index === row}
              isOpen={isRowOpen(rows, index)}
              hasClients={hasClients(rows, at)}
              isHit={rows.matches && hasBit(rows.matches, at)}
              filter={filter}
              property={places?.get(rows.plane.entry[at]!) ?? -1}
            />
          )
        }}
      />
    </div>
  )
}
