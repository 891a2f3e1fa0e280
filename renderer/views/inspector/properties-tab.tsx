import { Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { DecodeContext } from '../../../core/decode/decode-context.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../../core/registry/snapshot.ts'
import type { ComparedProperties } from '../../registry/compared-properties.ts'
import type { EntryFacts } from '../../registry/entry-facts.ts'
import { entryJson } from '../../registry/entry-json.ts'
import { filterItems } from '../../registry/filter-properties.ts'
import type { PlaceFacts } from '../../registry/place-facts.ts'
import {
  propertyRows,
  type NamedValue,
  type PropertyItem,
  type PropertyRow,
  type ValueRow,
} from '../../registry/property-rows.ts'
import { useActions } from '../../state/app-context.tsx'
import { usePanelSize } from '../../state/use-panel-size.ts'
import { classNames } from '../../widgets/class-names.ts'
import { CopyButton } from '../../widgets/copyable.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { TreeList } from '../../widgets/tree-list.tsx'
import { headHeight, rowHeight } from '../../widgets/virtual-list.tsx'
import { useSize } from '../../widgets/use-size.ts'
import { changedClass, useChangedKeys } from '../watch/changed-keys.ts'
import styles from './properties-tab.module.css'
import { PropertyCells, PropertyHead, rowClass } from './property-row.tsx'
import { ValueDetail } from './value-detail.tsx'

export interface PropertiesTabProps {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  readonly facts: EntryFacts
  readonly place: PlaceFacts
  readonly properties: readonly NamedValue[]
  /** The same with what they were, where captures are compared. */
  readonly compared: ComparedProperties | null
  readonly items: readonly PropertyItem[]
  readonly context: DecodeContext
}

/** From this width on the value stands beside the list. */
const besideFrom = 1000
/** How wide the list stays beside it. */
const leastList = 480
/** How high the value is by itself, below the list. */
const leastByItself = 280
const mostByItself = 640
/** Below this height there is no room for both, and the value has the list's place. */
const bothFrom = 360

/**
 * Properties as a tree, and the value of the chosen one below or beside it. What is open and chosen goes by keys, so
 * that it stays when the next entry has the same ones: that is how entries are compared by eye.
 */
export function PropertiesTab(props: PropertiesTabProps) {
  const { snapshot, entry, facts, place, properties, compared, items, context } = props
  const actions = useActions()
  const changedNow = useChangedKeys(snapshot, entry)
  const root = useRef<HTMLDivElement>(null)
  const { width, height: room } = useSize(root)
  const [filter, setFilter] = useState('')
  const [onlyChanges, setOnlyChanges] = useState(false)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState<string | null>(null)
  const [tab, setTab] = useState<string | null>(null)
  const [height, setHeight] = usePanelSize('inspector.value.height', null)
  const [besideWidth, setBesideWidth] = usePanelSize('inspector.value.width', null)

  const shown = useMemo(() => {
    const wanted = onlyChanges && compared ? items.filter(isRealChange) : items
    return filterItems(wanted, filter)
  }, [items, filter, onlyChanges, compared])
  const rows = useMemo(() => propertyRows(shown, open), [shown, open])
  const at = useMemo(
    () => (chosen === null ? -1 : rows.findIndex(row => row.path === chosen)),
    [rows, chosen],
  )
  const row = rows[at]
  // The list has less room when the value comes, and the chosen row may be below it: seen after the next layout.
  const [generation, setGeneration] = useState(0)
  const isValueShown = row !== undefined
  useEffect(() => {
    const frame = requestAnimationFrame(() => setGeneration(before => before + 1))
    return () => cancelAnimationFrame(frame)
  }, [isValueShown])

  if (items.length === 0) {
    const isWritten = (snapshot.entries.flags[place.propertyRow]! & EntryFlag.hasProperties) !== 0
    return isWritten ? (
      <EmptyState title="No properties">The entry’s property table is empty.</EmptyState>
    ) : (
      <EmptyState title="Properties were not dumped">
        This dump was made without properties of this entry. Dump with ioreg -l to have them.
      </EmptyState>
    )
  }

  const toggle = (index: number, isOpen: boolean) => {
    const after = new Set(open)
    if (isOpen) after.add(rows[index]!.path)
    else after.delete(rows[index]!.path)
    setOpen(after)
  }
  const isAlone = row?.kind === 'value' && room > 0 && room < bothFrom && width < besideFrom
  const closeValue = () => {
    setChosen(null)
    // The list may be there only after this.
    requestAnimationFrame(() => {
      root.current
        ?.querySelector<HTMLElement>('[role="treegrid"][aria-label="Properties"]')
        ?.focus()
    })
  }
  const isNarrowed = filter.trim() !== '' || (onlyChanges && compared !== null)
  const list = (
    <div className={styles.properties}>
      <div className={styles.tools}>
        <Search {...smallIconProps} />
        <input
          aria-label="Filter properties"
          placeholder="Filter properties"
          value={filter}
          spellCheck={false}
          autoComplete="off"
          onChange={event => setFilter(event.currentTarget.value)}
          onKeyDown={event => event.key === 'Escape' && setFilter('')}
        />
        {isNarrowed && (
          <span className={styles.count} role="status">
            {shown.length} of {items.length}
          </span>
        )}
        {compared?.fate === 'both' && compared.changed > 0 && (
          <label className={styles.onlyChanges}>
            <input
              type="checkbox"
              checked={onlyChanges}
              onChange={event => setOnlyChanges(event.currentTarget.checked)}
            />
            Only the {compared.changed} that differ
          </label>
        )}
        <CopyButton
          what="the entry as JSON"
          text={() => entryJson(snapshot, entry, facts, place, properties)}
        />
      </div>
      {shown.length === 0 ? (
        <EmptyState title="Nothing matches">
          No key and no value of this entry contains “{filter.trim()}”.
        </EmptyState>
      ) : (
        <TreeList<PropertyRow>
          label="Properties"
          id="property"
          rows={rows}
          at={at}
          onAt={index => setChosen(rows[index]!.path)}
          onToggle={toggle}
          onKey={event => {
            if (event.key !== 'Escape' || chosen === null) return false
            setChosen(null)
            return true
          }}
          scrollGeneration={generation}
          head={<PropertyHead />}
          rowClass={each => classNames(rowClass(each), changedClass(each, changedNow))}
          renderCells={(each, isActive) => (
            <PropertyCells row={each} isActive={isActive} context={context} />
          )}
        />
      )}
    </div>
  )
  const detail =
    row?.kind === 'value' ? (
      <ValueDetail
        key={`${entry} ${row.path}`}
        row={row}
        property={propertyAbove(rows, at)}
        context={context}
        tab={tab}
        onTab={setTab}
        onShowEntry={id => actions.showEntry({ id: `0x${id.toString(16)}`, path: null })}
        onClose={closeValue}
        isAlone={isAlone}
      />
    ) : null
  const isBeside = width >= besideFrom
  // Until the user has said how much: what a short list leaves, for bytes and fields need it more.
  const left = Math.min(mostByItself, room - listHeight(rows.length))
  // What the list can spare: bytes stand beside their fields from 640 on.
  const valueWidth = Math.min(900, Math.max(560, width - leastList))
  const valueHeight = height ?? Math.max(leastByItself, left)
  return (
    <div ref={root} className={styles.panes}>
      {isAlone ? (
        detail
      ) : (
        <SplitPane
          direction={isBeside ? 'row' : 'column'}
          what="value"
          size={isBeside ? (besideWidth ?? valueWidth) : valueHeight}
          isSecondMain={isBeside || height === null}
          min={isBeside ? 360 : 140}
          max={isBeside ? 900 : 1200}
          onResize={isBeside ? setBesideWidth : setHeight}
          first={list}
          second={detail}
        />
      )}
    </div>
  )
}

/** The filter, the titles, the rows and a line of air. */
function listHeight(rowCount: number): number {
  return 32 + headHeight + (rowCount + 1) * rowHeight
}

function isRealChange({ change, noise }: PropertyItem): boolean {
  return change !== 'same' && noise === null
}

/** The property of the entry that a row stands in, or is. */
function propertyAbove(rows: readonly PropertyRow[], at: number) {
  let row = at
  while (row > 0 && rows[row]!.depth > 0) row--
  const { item } = rows[row] as ValueRow
  return { key: item.key, value: (item.value ?? item.before)! }
}
