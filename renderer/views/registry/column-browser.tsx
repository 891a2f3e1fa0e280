import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import type { EntryMarks } from '../../../core/diff/entry-marks.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { isMac } from '../../commands/keys.ts'
import { choiceKey } from '../../registry/choice-keys.ts'
import {
  chooseAll,
  chooseAlso,
  chooseHere,
  chooseRange,
  chosenIn,
  keepChosen,
} from '../../registry/choose-rows.ts'
import { columnMove, columnsOf, shownClients, type Column } from '../../registry/column-model.ts'
import { refOfNode } from '../../registry/selection.ts'
import { rowOfNode, type TreeRows } from '../../registry/tree-rows.ts'
import type { ChosenNodes } from '../../state/navigation-state.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { ContextMenu } from '../../widgets/context-menu.tsx'
import { rowHeight } from '../../widgets/virtual-list.tsx'
import styles from './column-browser.module.css'
import { ColumnList } from './column-list.tsx'
import { TreeMenu } from './tree-menu.tsx'

export interface ColumnBrowserProps {
  readonly snapshot: Snapshot
  /** The same model as the tree's: plane, hits, and what it is limited to. */
  readonly rows: TreeRows
  /** The selected node, -1 for none. */
  readonly node: NodeIndex
  readonly filter: string
  readonly marks?: EntryMarks | undefined
  readonly scrollGeneration: number | string
}

const typeAheadMs = 700

/** A plane as columns, each with the clients of what is selected in the one before. */
export function ColumnBrowser(props: ColumnBrowserProps) {
  const { snapshot, rows, node, filter, marks, scrollGeneration } = props
  const { plane, top } = rows
  const actions = useActions()
  const hasScope = useApp(state => state.navigation.scope !== null)
  const allRequests = useApp(state => state.navigation.allRequests)
  const chosen = chosenIn(
    useApp(state => state.navigation.chosen),
    snapshot,
    plane.plane,
  )
  const frame = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const [moves, setMoves] = useState(0)
  const clientsOf = useMemo(() => shownClients(rows), [rows])
  const columns = useMemo(
    () => columnsOf(plane, top, node, clientsOf),
    [plane, top, node, clientsOf],
  )
  const current = columns.findLastIndex(({ nodes, selected }) => nodes[selected] === node)

  // Several are chosen within one column: that of the selected row, or the first one.
  const column = columns[Math.max(0, current)]!
  const own = useMemo<TreeRows>(() => ({ ...rows, nodes: column.nodes }), [rows, column.nodes])

  // The newest column is what the user looks for next.
  const count = columns.length
  useLayoutEffect(() => {
    const element = frame.current
    if (element) element.scrollLeft = element.scrollWidth
  }, [count, node])
  const focusCurrent = () =>
    frame.current
      ?.querySelector<HTMLElement>('[role="option"][tabindex="0"], [role="listbox"][tabindex="0"]')
      ?.focus({ preventScroll: true })
  useEffect(() => {
    if (moves > 0) focusCurrent()
  }, [moves])
  // Other tables bring other columns, and what went took the focus along.
  const hadFocus = useRef(false)
  useEffect(() => {
    const { activeElement } = document
    if (!hadFocus.current || !activeElement) return
    if (activeElement === document.body || frame.current?.contains(activeElement)) focusCurrent()
  }, [node, rows])

  const show = (to: NodeIndex, isStep: boolean) => {
    const ref = refOfNode(snapshot, plane, to)
    if (isStep) actions.stepTo(ref)
    else actions.select(ref)
    setMoves(before => before + 1)
  }

  const choose = (now: ChosenNodes | null, to: NodeIndex) => {
    actions.choose(now, refOfNode(snapshot, plane, to))
    setMoves(before => before + 1)
  }
  const takeAll = () => {
    const at = current === -1 ? (column.nodes[0] ?? -1) : node
    if (at !== -1) choose(chooseAll(snapshot, own, at), at)
  }
  const askedForAll = useRef(allRequests)
  useEffect(() => {
    if (askedForAll.current === allRequests) return
    askedForAll.current = allRequests
    takeAll()
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const how = choiceKey(event)
    if (how !== null) {
      event.preventDefault()
      if (current === -1) return
      if (how === 'toggle') return choose(chooseHere(snapshot, own, chosen, node), node)
      const to = column.selected + (how === 'keep-down' ? 1 : -1)
      const next = column.nodes[to]
      if (next !== undefined) choose(keepChosen(snapshot, own, chosen, node, to), next)
      return
    }
    if (isMac ? event.metaKey : event.ctrlKey) {
      if (event.altKey || event.shiftKey) return
      const key = event.key.toLowerCase()
      const isCopy = key === 'c' && document.getSelection()?.isCollapsed !== false
      if (isCopy) void actions.copyEntries('path', false)
      else if (key === 'a') takeAll()
      else if (key === 'arrowdown' && node !== -1)
        actions.setScope(refOfNode(snapshot, plane, node))
      else if (key === 'arrowup') actions.widenScope()
      else return
      event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') {
      if (chosen) choose(null, node)
      else if (hasScope) actions.setScope(null)
      return
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      document.getElementById('inspector')?.focus()
      return
    }
    const pageRows = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2)
    const to = columnMove(columns, node, event.key, pageRows)
    if (to !== null) {
      event.preventDefault()
      if (to === -1) return
      const row = rowOfNode(own, to)
      // Only within the column: what lies in another one is not between two of its rows.
      if (event.shiftKey && current !== -1 && row !== -1) {
        choose(chooseRange(snapshot, own, chosen, node, row), to)
      } else if (to !== node) show(to, true)
    } else if (event.key.length === 1 && event.key !== ' ' && event.key !== '/') {
      const now = event.timeStamp
      const text = now - typed.current.at < typeAheadMs ? typed.current.text + event.key : event.key
      typed.current = { text, at: now }
      const found = beginsWith(snapshot, plane, column, text)
      if (found !== -1) show(found, true)
    }
  }
  const nodeAt = ({ target }: MouseEvent): NodeIndex | null => {
    const found = target instanceof Element && target.closest('[data-node]')
    return found ? Number(found.getAttribute('data-node')) : null
  }

  return (
    <ContextMenu
      menu={<TreeMenu snapshot={snapshot} rows={rows} node={node} />}
      onClosed={focusCurrent}
    >
      <div
        ref={frame}
        role="group"
        aria-label={`${plane.plane} plane in columns`}
        className={styles.frame}
        onKeyDown={onKeyDown}
        onFocus={() => (hadFocus.current = true)}
        onBlur={event => {
          if (event.target.isConnected) hadFocus.current = false
        }}
        onMouseDown={event => {
          // Shift would mark the text between.
          if (event.shiftKey) event.preventDefault()
        }}
        onClick={event => {
          const to = nodeAt(event)
          if (to === null) return
          const row = current === -1 ? -1 : rowOfNode(own, to)
          if (row !== -1 && event.shiftKey) {
            choose(chooseRange(snapshot, own, chosen, node, row), to)
          } else if (row !== -1 && (isMac ? event.metaKey : event.ctrlKey)) {
            const now = chooseAlso(snapshot, own, chosen, node, row)
            choose(now.chosen, now.selected)
          } else show(to, false)
        }}
        onContextMenu={event => {
          const to = nodeAt(event)
          if (to === null) return
          // About the row below the pointer, with the others where it is one of several.
          if (chosen && hasBit(chosen.nodes, to)) choose(chosen, to)
          else if (chosen || to !== node) show(to, false)
        }}
      >
        {columns.map((column, index) => (
          <ColumnList
            key={column.provider}
            snapshot={snapshot}
            rows={rows}
            column={column}
            chosen={chosen}
            filter={filter}
            marks={marks}
            isCurrent={index === current}
            takesFocus={current === -1 && index === 0}
            scrollGeneration={`${scrollGeneration}:${column.selected}`}
            onTitle={() => column.provider !== -1 && show(column.provider, false)}
          />
        ))}
      </div>
    </ContextMenu>
  )
}

/** The next of a column whose name begins so, around the end; -1 when there is none. */
function beginsWith(
  snapshot: Snapshot,
  plane: PlaneTable,
  { nodes, selected }: Column,
  typed: string,
): NodeIndex {
  const wanted = typed.toLowerCase()
  const first = typed.length === 1 ? selected + 1 : Math.max(0, selected)
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(first + i) % nodes.length]!
    if (nodeLabel(snapshot, plane, node).toLowerCase().startsWith(wanted)) return node
  }
  return -1
}
