import { Search } from 'lucide-react'
import { useMemo, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../../core/registry/snapshot.ts'
import type { EntryFacts } from '../../registry/entry-facts.ts'
import { entryJson } from '../../registry/entry-json.ts'
import { filterProperties } from '../../registry/filter-properties.ts'
import type { PlaceFacts } from '../../registry/place-facts.ts'
import { propertyRows, type NamedValue } from '../../registry/property-rows.ts'
import { useApp } from '../../state/app-context.tsx'
import { CopyButton } from '../../widgets/copyable.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { VirtualList } from '../../widgets/virtual-list.tsx'
import styles from './properties-tab.module.css'
import { PropertyRowView } from './property-row.tsx'

export interface PropertiesTabProps {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  readonly facts: EntryFacts
  readonly place: PlaceFacts
  readonly properties: readonly NamedValue[]
}

/** From this width of the pane on sixteen bytes fit a line with their characters. */
const wideHex = 600

/** What was unfolded and marked belongs to one list of properties. */
interface Unfolded {
  readonly of: readonly NamedValue[]
  readonly open: ReadonlySet<string>
  readonly at: number
}

export function PropertiesTab({ snapshot, entry, facts, place, properties }: PropertiesTabProps) {
  const [filter, setFilter] = useState('')
  const shown = useMemo(() => filterProperties(properties, filter), [properties, filter])
  const [unfolded, setUnfolded] = useState<Unfolded>({ of: shown, open: new Set(), at: -1 })
  const { open, at } = unfolded.of === shown ? unfolded : { open: nothing, at: -1 }
  const [pointed, setPointed] = useState(-1)
  const bytesPerRow = useApp(state => (state.layout.inspectorWidth >= wideHex ? 16 : 8))
  const rows = useMemo(() => propertyRows(shown, open, bytesPerRow), [shown, open, bytesPerRow])

  if (properties.length === 0) {
    const isWritten = (snapshot.entries.flags[place.propertyRow]! & EntryFlag.hasProperties) !== 0
    return isWritten ? (
      <EmptyState title="No properties">The entry’s property table is empty.</EmptyState>
    ) : (
      <EmptyState title="Properties were not dumped">
        This dump was made without properties of this entry. Dump with ioreg -l to have them.
      </EmptyState>
    )
  }

  const goTo = (row: number) => setUnfolded({ of: shown, open, at: row })
  const toggle = (row: number, isOpen: boolean) => {
    const { path } = rows[row]!
    const after = new Set(open)
    if (isOpen) after.add(path)
    else after.delete(path)
    setUnfolded({ of: shown, open: after, at: row })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    if (event.key === 'ArrowDown') goTo(Math.min(rows.length - 1, at + 1))
    else if (event.key === 'ArrowUp') goTo(Math.max(0, at - 1))
    else if (event.key === 'Home') goTo(0)
    else if (event.key === 'End') goTo(rows.length - 1)
    else if (row?.kind === 'value' && row.isExpandable && event.key === 'ArrowRight') {
      toggle(at, true)
    } else if (row?.kind === 'value' && row.isOpen && event.key === 'ArrowLeft') toggle(at, false)
    else return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent) => {
    const index = rowAt(event)
    if (index === -1 || (event.target as Element).closest('[data-copy]')) return
    const row = rows[index]
    if (row?.kind === 'value' && row.isExpandable) toggle(index, !row.isOpen)
    else goTo(index)
  }
  return (
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
        {filter.trim() !== '' && (
          <span className={styles.count} role="status">
            {shown.length} of {properties.length}
          </span>
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
        <VirtualList
          role="treegrid"
          aria-label="Properties"
          aria-rowcount={rows.length}
          aria-activedescendant={at >= 0 ? `property-${at}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onMouseOver={event => setPointed(rowAt(event))}
          onMouseLeave={() => setPointed(-1)}
          count={rows.length}
          scrollTo={at}
          scrollGeneration={at}
          keep={at}
          renderRow={(index, rowPlace) => (
            <PropertyRowView
              key={rows[index]!.path}
              row={rows[index]!}
              index={index}
              place={rowPlace}
              isCurrent={index === at}
              hasCopy={index === at || index === pointed}
            />
          )}
        />
      )}
    </div>
  )
}

const nothing: ReadonlySet<string> = new Set()

/** One handler for all rows: finds the row of an event, or -1. */
function rowAt({ target }: MouseEvent): number {
  const found = target instanceof Element && target.closest('[data-row]')
  return found ? Number(found.getAttribute('data-row')) : -1
}
