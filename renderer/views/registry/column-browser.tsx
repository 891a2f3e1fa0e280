import { ChevronRight } from 'lucide-react'
import {
  memo,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import type { ColourRule } from '../../../core/contract/preferences.ts'
import type { EntryMarks } from '../../../core/diff/entry-marks.ts'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  EntryFlag,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { ruleOf } from '../../filter/rule-numbers.ts'
import { isMac } from '../../commands/keys.ts'
import { columnMove, columnsOf, shownClients, type Column } from '../../registry/column-model.ts'
import { textAt } from '../../registry/columns.ts'
import { refOfNode } from '../../registry/selection.ts'
import { stateBrief } from '../../registry/service-state.ts'
import type { TreeRows } from '../../registry/tree-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { ContextMenu } from '../../widgets/context-menu.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import { rowHeight, virtualRowClass, VirtualList } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './column-browser.module.css'
import tree from './registry-tree.module.css'
import { TreeMenu } from './tree-menu.tsx'
import { markedRowClass, RowMark } from '../watch/row-mark.tsx'
import { Marked } from '../filter/marked.tsx'
import { RuleName, ruleRowClass, ruleText } from '../filter/rule-mark.tsx'

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
  const frame = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const [moves, setMoves] = useState(0)
  const clientsOf = useMemo(() => shownClients(rows), [rows])
  const columns = useMemo(
    () => columnsOf(plane, top, node, clientsOf),
    [plane, top, node, clientsOf],
  )
  const current = columns.findLastIndex(({ nodes, selected }) => nodes[selected] === node)

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

  const show = (to: NodeIndex, isStep: boolean) => {
    const ref = refOfNode(snapshot, plane, to)
    if (isStep) actions.stepTo(ref)
    else actions.select(ref)
    setMoves(before => before + 1)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (isMac ? event.metaKey : event.ctrlKey) {
      if (event.altKey || event.shiftKey) return
      const key = event.key.toLowerCase()
      const isCopy = key === 'c' && document.getSelection()?.isCollapsed !== false
      if (isCopy) void actions.copyEntries('path', false)
      else if (key === 'arrowdown' && node !== -1)
        actions.setScope(refOfNode(snapshot, plane, node))
      else if (key === 'arrowup') actions.widenScope()
      else return
      event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') {
      if (hasScope) actions.setScope(null)
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
      if (to !== -1 && to !== node) show(to, true)
    } else if (event.key.length === 1 && event.key !== ' ' && event.key !== '/') {
      const now = event.timeStamp
      const text = now - typed.current.at < typeAheadMs ? typed.current.text + event.key : event.key
      typed.current = { text, at: now }
      const found = beginsWith(snapshot, plane, columns[Math.max(0, current)]!, text)
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
        onClick={event => {
          const to = nodeAt(event)
          if (to !== null) show(to, false)
        }}
        onContextMenu={event => {
          const to = nodeAt(event)
          if (to !== null && to !== node) show(to, false)
        }}
      >
        {columns.map((column, index) => (
          <ColumnList
            key={column.provider}
            snapshot={snapshot}
            rows={rows}
            column={column}
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

interface ColumnListProps {
  readonly snapshot: Snapshot
  readonly rows: TreeRows
  readonly column: Column
  readonly filter: string
  readonly marks?: EntryMarks | undefined
  /** The selected node stands in it. */
  readonly isCurrent: boolean
  readonly takesFocus: boolean
  readonly scrollGeneration: string
  readonly onTitle: () => void
}

function ColumnList(props: ColumnListProps) {
  const { snapshot, rows, column, filter, marks, isCurrent, takesFocus } = props
  const ruled = useApp(state => state.filters.ruled)
  const { plane } = rows
  const { provider, nodes, selected } = column
  const title = provider === -1 ? plane.plane : visibleText(nodeLabel(snapshot, plane, provider))
  return (
    <section className={styles.column} aria-label={`Clients of ${title}`}>
      <button
        type="button"
        // Keys get there by ArrowLeft.
        tabIndex={-1}
        className={styles.title}
        title={title}
        onClick={event => {
          event.stopPropagation()
          props.onTitle()
        }}
      >
        <span>{title}</span>
        <span className={styles.count}>{nodes.length.toLocaleString('en-US')}</span>
      </button>
      {nodes.length === 0 ? (
        <p className={styles.none} tabIndex={takesFocus ? 0 : undefined}>
          It has no clients.
        </p>
      ) : (
        <VirtualList
          role="listbox"
          aria-label={`Clients of ${title}`}
          tabIndex={takesFocus ? 0 : -1}
          count={nodes.length}
          keep={selected}
          scrollTo={selected}
          scrollGeneration={props.scrollGeneration}
          renderRow={(index, place) => {
            const node = nodes[index]!
            return (
              <ColumnRow
                key={node}
                snapshot={snapshot}
                plane={plane}
                node={node}
                place={place}
                index={index}
                size={nodes.length}
                isSelected={index === selected}
                isCurrent={isCurrent && index === selected}
                isHit={rows.matches && hasBit(rows.matches, node)}
                filter={filter}
                mark={marks?.bits[plane.entry[node]!] ?? 0}
                markAt={marks?.at.get(plane.entry[node]!)}
                rule={ruleOf(ruled, snapshot, plane.entry[node]!)}
              />
            )
          }}
        />
      )}
    </section>
  )
}

interface ColumnRowProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly node: NodeIndex
  readonly place: CSSProperties
  readonly index: number
  readonly size: number
  readonly isSelected: boolean
  readonly isCurrent: boolean
  /** Null without a filter. */
  readonly isHit: boolean | null
  readonly filter: string
  readonly mark: number
  readonly markAt: number | undefined
  /** The colour rule that marks it. */
  readonly rule: ColourRule | null
}

const ColumnRow = memo(function ColumnRow(props: ColumnRowProps) {
  const { snapshot, plane, node, index, isSelected, isCurrent, isHit } = props
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const label = visibleText(nodeLabel(snapshot, plane, node))
  const className = visibleText(textAt(strings, entries.className[entry]!) ?? '')
  const state = stateBrief(entries, knownStateRow(snapshot, plane, node))
  const isOver = (entries.flags[entry]! & EntryFlag.isTerminated) !== 0
  return (
    <div
      role="option"
      data-node={node}
      aria-selected={isSelected}
      aria-posinset={index + 1}
      aria-setsize={props.size}
      tabIndex={isCurrent ? 0 : -1}
      className={classNames(
        virtualRowClass,
        styles.row,
        isSelected && styles.selected,
        isCurrent && styles.current,
        isHit === false && styles.dimmed,
        isOver && styles.over,
        markedRowClass(props.mark),
        props.rule && ruleRowClass(props.rule.colour),
      )}
      style={props.place}
      title={[label, className, state?.words, props.rule && ruleText(props.rule.name)]
        .filter(Boolean)
        .join('\n')}
    >
      <span className={classNames(styles.state, state && tree.state, state && tree[state.tone])}>
        {state && <Spoken>{state.word} </Spoken>}
      </span>
      <span className={styles.name} data-name>
        <Marked text={label} filter={isHit === true ? props.filter : ''} />
        {props.rule && <RuleName name={props.rule.name} />}
      </span>
      {props.mark !== 0 && <RowMark bits={props.mark} at={props.markAt} />}
      {plane.end[node]! > node + 1 && <ChevronRight {...smallIconProps} />}
    </div>
  )
}, isAlike)

function isAlike(before: ColumnRowProps, after: ColumnRowProps): boolean {
  return (
    before.snapshot === after.snapshot &&
    before.plane === after.plane &&
    before.node === after.node &&
    before.index === after.index &&
    before.size === after.size &&
    before.isSelected === after.isSelected &&
    before.isCurrent === after.isCurrent &&
    before.isHit === after.isHit &&
    before.filter === after.filter &&
    before.mark === after.mark &&
    before.markAt === after.markAt &&
    before.rule === after.rule
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
