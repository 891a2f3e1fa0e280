import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import type { EntryMarks } from '../../../core/diff/entry-marks.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import type { EntryIndex, PropertyIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { isMac } from '../../commands/keys.ts'
import { choiceKey, type ChoiceKey } from '../../registry/choice-keys.ts'
import {
  chooseAll,
  chooseAlso,
  chooseHere,
  chooseRange,
  chosenIn,
  keepChosen,
} from '../../registry/choose-rows.ts'
import { ruleOf } from '../../filter/rule-numbers.ts'
import { refOfNode } from '../../registry/selection.ts'
import { shownSiblingPlaces } from '../../registry/sibling-places.ts'
import { treeMove, typeAhead } from '../../registry/tree-keys.ts'
import { hasClients, isRowOpen, rowOfNode, type TreeRows } from '../../registry/tree-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { ContextMenu } from '../../widgets/context-menu.tsx'
import { headHeight, rowHeight, VirtualList } from '../../widgets/virtual-list.tsx'
import { useKeptScroll } from '../watch/use-kept-scroll.ts'
import styles from './registry-tree.module.css'
import { TreeMenu } from './tree-menu.tsx'
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
  /** What a watch or a comparison tells of the entries. */
  readonly marks?: EntryMarks | undefined
  /** Bumped to bring the selected row into sight. */
  readonly scrollGeneration: number | string
}

const titles = ['Name', 'Class', 'State', 'Busy', 'ID'] as const
/** Columns that a narrow tree goes without. */
const headClass: Readonly<Record<string, string | undefined>> = {
  Class: styles.classHead,
  Busy: styles.busyHead,
  ID: styles.idHead,
}

/** Typed letters belong together when they come within this time. */
const typeAheadMs = 700

/** The rows of a plane (treegrid pattern of WAI-ARIA: one row takes the focus, keys move it). */
export function RegistryTree({
  snapshot,
  rows,
  node,
  filter,
  places,
  marks,
  scrollGeneration,
}: RegistryTreeProps) {
  const actions = useActions()
  const planeName = rows.plane.plane
  const chosen = chosenIn(
    useApp(state => state.navigation.chosen),
    snapshot,
    planeName,
  )
  const hasScope = useApp(state => state.navigation.scope !== null)
  const allRequests = useApp(state => state.navigation.allRequests)
  const ruled = useApp(state => state.filters.ruled)
  const viewport = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  /** Counts the moves by key: each scrolls to its row and focuses it. */
  const [moves, setMoves] = useState(0)
  const row = rowOfNode(rows, node)
  const siblings = shownSiblingPlaces(rows)
  const topDepth = rows.top === -1 ? 0 : rows.plane.depth[rows.top]!

  useKeptScroll(viewport, snapshot, rows, rowHeight)

  const focusRow = () =>
    viewport.current
      ?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')
      ?.focus({ preventScroll: true })
  useEffect(() => {
    if (moves > 0) focusRow()
  }, [moves])

  // A row that went with its plane or its scope took the focus along: it belongs to the row that is selected now. So it
  // does where the selection was moved from elsewhere, by the keys for back and forward or for the next hit.
  const hadFocus = useRef(false)
  useEffect(() => {
    const { activeElement } = document
    if (!hadFocus.current || !activeElement) return
    if (activeElement === document.body || viewport.current?.contains(activeElement)) focusRow()
  }, [node, rows])

  const takeAll = () => {
    if (rows.nodes.length === 0) return
    const at = row === -1 ? rows.nodes[0]! : node
    actions.choose(chooseAll(snapshot, rows, at), refOfNode(snapshot, rows.plane, at))
  }
  const askedForAll = useRef(allRequests)
  useEffect(() => {
    if (askedForAll.current === allRequests) return
    askedForAll.current = allRequests
    takeAll()
  })

  const selectRow = (to: number, isStep = false) => {
    const ref = refOfNode(snapshot, rows.plane, rows.nodes[to]!)
    if (isStep) actions.stepTo(ref)
    else actions.select(ref)
    setMoves(count => count + 1)
  }
  const extendTo = (to: number) => {
    const range = chooseRange(snapshot, rows, chosen, node, to)
    actions.choose(range, refOfNode(snapshot, rows.plane, rows.nodes[to]!))
    setMoves(count => count + 1)
  }
  const toggleRow = (to: number) => {
    const now = chooseAlso(snapshot, rows, chosen, node, to)
    actions.choose(now.chosen, refOfNode(snapshot, rows.plane, now.selected))
    setMoves(count => count + 1)
  }

  /** Keys with Ctrl, on a Mac Cmd; true where it was one of ours. */
  const commandKey = (event: KeyboardEvent): boolean => {
    if (event.altKey || event.shiftKey) return false
    switch (event.key.toLowerCase()) {
      case 'a':
        takeAll()
        return true
      case 'c':
        // What is marked on the page is what the user means.
        if (document.getSelection()?.isCollapsed === false) return false
        void actions.copyEntries('path', false)
        return true
      case 'arrowdown':
        if (node !== -1) actions.setScope(refOfNode(snapshot, rows.plane, node))
        setMoves(count => count + 1)
        return true
      case 'arrowup':
        actions.widenScope()
        return true
      default:
        return false
    }
  }
  /** Space and the arrows that keep what is chosen. */
  const choose = (how: ChoiceKey) => {
    if (row === -1) return
    const step = how === 'keep-down' ? 1 : how === 'keep-up' ? -1 : 0
    const to = Math.max(0, Math.min(rows.nodes.length - 1, row + step))
    const now =
      how === 'toggle'
        ? chooseHere(snapshot, rows, chosen, node)
        : keepChosen(snapshot, rows, chosen, node, to)
    actions.choose(now, refOfNode(snapshot, rows.plane, rows.nodes[to]!))
    setMoves(count => count + 1)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const how = choiceKey(event)
    if (how !== null) {
      event.preventDefault()
      return choose(how)
    }
    if (isMac ? event.metaKey : event.ctrlKey) {
      if (commandKey(event)) event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') {
      if (chosen) actions.choose(null, refOfNode(snapshot, rows.plane, node))
      else if (hasScope) actions.setScope(null)
      return
    }
    const pageRows = Math.max(
      1,
      Math.floor(((viewport.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1,
    )
    const move = treeMove(rows, row, event.key, pageRows)
    if (move) {
      event.preventDefault()
      if (move.kind === 'select') {
        if (event.shiftKey && row !== -1) extendTo(move.row)
        else selectRow(move.row, true)
      } else if (move.kind === 'enter') document.getElementById('inspector')?.focus()
      else if (move.kind === 'open-all-below') actions.openAllBelow(move.node, true)
      else if (move.kind === 'close-others') actions.closeOthers(move.node)
      else actions.setOpen(move.nodes, move.kind === 'open')
    } else if (event.key.length === 1 && event.key !== ' ' && event.key !== '/') {
      const now = event.timeStamp
      const text = now - typed.current.at < typeAheadMs ? typed.current.text + event.key : event.key
      typed.current = { text, at: now }
      const found = typeAhead(snapshot, rows, row, text)
      if (found !== -1) selectRow(found, true)
    }
  }

  const nodeOf = (index: number) => rows.nodes[index]!
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
  const onClick = (event: MouseEvent) => {
    const index = rowAt(event)
    if (index === null) return
    if (isOnTwisty(event)) toggle(index)
    else if (event.shiftKey && row !== -1) extendTo(index)
    else if ((isMac ? event.metaKey : event.ctrlKey) && row !== -1) toggleRow(index)
    else selectRow(index)
  }
  /** The menu is about the row below the pointer, with the others where it is one of several. */
  const onContextMenu = (event: MouseEvent) => {
    const index = rowAt(event)
    if (index === null) return
    const at = rows.nodes[index]!
    if (chosen ? hasBit(chosen.nodes, at) : index === row) {
      actions.choose(chosen, refOfNode(snapshot, rows.plane, at))
    } else selectRow(index)
  }

  return (
    <div className={styles.tree}>
      <ContextMenu
        menu={<TreeMenu snapshot={snapshot} rows={rows} node={node} />}
        onClosed={focusRow}
      >
        <div className={styles.frame} onContextMenu={onContextMenu}>
          <VirtualList
            role="treegrid"
            aria-label={`${planeName} plane`}
            aria-rowcount={rows.nodes.length + 1}
            aria-colcount={titles.length}
            aria-multiselectable
            // Without a selection the list itself takes the focus, so that the first arrow key has a place.
            tabIndex={row === -1 ? 0 : -1}
            viewportRef={viewport}
            onKeyDown={onKeyDown}
            onFocus={() => (hadFocus.current = true)}
            onBlur={event => {
              if (event.target.isConnected) hadFocus.current = false
            }}
            onMouseDown={event => {
              // Shift would mark the text between.
              if (event.shiftKey) event.preventDefault()
            }}
            onClick={onClick}
            onDoubleClick={event => {
              const index = rowAt(event)
              if (index !== null && !isOnTwisty(event)) toggle(index)
            }}
            head={
              <div role="row" aria-rowindex={1} className={styles.head}>
                {titles.map(title => (
                  <div key={title} role="columnheader" className={headClass[title]}>
                    {title}
                  </div>
                ))}
              </div>
            }
            count={rows.nodes.length}
            keep={row}
            onSight={onSight}
            // A new filter without the selection among its rows starts at its top.
            scrollTo={row === -1 && (rows.matches || rows.top !== -1) ? 0 : row}
            scrollGeneration={`${scrollGeneration}:${moves}`}
            idOf={nodeOf}
            renderRow={(index, place, slot) => {
              const at = rows.nodes[index]!
              const entry = rows.plane.entry[at]!
              return (
                <TreeRow
                  key={slot}
                  snapshot={snapshot}
                  plane={rows.plane}
                  node={at}
                  index={index}
                  place={place}
                  topDepth={topDepth}
                  {...siblings.of(index)}
                  isSelected={chosen ? hasBit(chosen.nodes, at) : index === row}
                  isCurrent={index === row}
                  isOpen={isRowOpen(rows, index)}
                  hasClients={hasClients(rows, at)}
                  isHit={rows.matches && hasBit(rows.matches, at)}
                  filter={filter}
                  property={places?.get(entry) ?? -1}
                  mark={marks?.bits[entry] ?? 0}
                  markAt={marks?.at.get(entry)}
                  rule={ruleOf(ruled, snapshot, entry)}
                />
              )
            }}
          />
        </div>
      </ContextMenu>
    </div>
  )
}
