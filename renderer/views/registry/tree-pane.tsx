import { ChevronDown, ChevronUp } from 'lucide-react'
import { useDeferredValue, useMemo } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { findNode, refOfNode } from '../../registry/selection.ts'
import {
  filteredRows,
  matchesOf,
  matchNumber,
  nextMatch,
  treeRows,
  type TreeRows,
} from '../../registry/tree-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { openOf } from '../../state/open-nodes.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { PlaneSwitch } from './plane-switch.tsx'
import { RegistryTree } from './registry-tree.tsx'
import styles from './tree-pane.module.css'

/** One plane as a tree, with its filter's hits. */
export function TreePane({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  // What was typed shows at once, the rows when there is time; a scroll goes with its rows.
  const typed = useDeferredValue(useApp(state => state.filter))
  const generation = useDeferredValue(useApp(state => state.scrollGeneration))
  const scope = useApp(state => state.filterScope)
  const { phase, found, places } = useApp(state => state.deepSearch)
  const open = useApp(state => state.open)
  const openedInFilter = useApp(state => state.openedInFilter)
  const closedInFilter = useApp(state => state.closedInFilter)
  const selected = useApp(state => state.selected)
  const hasKexts = useApp(state => (state.current?.capture.kexts?.length ?? 0) > 0)
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0] ?? null

  const isFiltered = typed.trim() !== ''
  // The worker's newest answer, though it may be to what was typed a moment ago; names until the first one.
  const isDeep = scope === 'everything' && isFiltered
  const deep = isDeep && found?.snapshot === snapshot && found.plane === plane?.plane ? found : null
  const filter = deep?.text ?? typed
  // Its rows come after the key that asked for them, and with them their scroll.
  const scrollGeneration = deep ? `${generation} ${deep.text}` : generation

  const deepMatches = deep?.matches
  const rows = useMemo(() => {
    if (!plane) return null
    if (!isFiltered) return treeRows(plane, openOf({ open }, plane))
    const matches = deepMatches ?? matchesOf(snapshot, plane, filter)
    return filteredRows(plane, matches, { openedInFilter, closedInFilter })
  }, [snapshot, plane, isFiltered, filter, deepMatches, open, openedInFilter, closedInFilter])
  const node = useMemo(
    () => (plane && selected ? findNode(snapshot, plane, selected) : -1),
    [snapshot, plane, selected],
  )

  if (!plane || !rows) {
    return (
      <EmptyState
        title="This capture holds no plane"
        actions={
          hasKexts && <Button onClick={() => actions.setView('kexts')}>Show its kexts</Button>
        }
      >
        The dump was read, but no entry of the registry was in it.
      </EmptyState>
    )
  }
  return (
    <section className={styles.pane} aria-label="Registry">
      <div className={styles.tools}>
        <PlaneSwitch snapshot={snapshot} plane={plane.plane} onChange={actions.setPlane} />
        <div className={styles.spring} />
        {rows.matches ? (
          <Hits
            rows={rows}
            node={node}
            note={isDeep ? notes[phase] : ''}
            onShow={to => actions.showEntry(refOfNode(snapshot, plane, to))}
          />
        ) : (
          <span className={styles.count}>{count(rows.nodes.length)} rows</span>
        )}
      </div>
      {rows.matches && rows.matchCount === 0 ? (
        <NoHits
          plane={plane.plane}
          text={filter.trim()}
          isComplete={deep?.isComplete ?? (!isDeep || phase === 'broken')}
        />
      ) : (
        <RegistryTree
          snapshot={snapshot}
          rows={rows}
          node={node}
          filter={filter}
          places={deep && places}
          scrollGeneration={scrollGeneration}
        />
      )}
    </section>
  )
}

/** Said beside the count as long as keys and values are not searched. */
const notes = {
  off: '',
  indexing: ' · indexing…',
  ready: '',
  broken: ' · names only',
} as const

interface NoHitsProps {
  readonly plane: string
  readonly text: string
  readonly isComplete: boolean
}

function NoHits({ plane, text, isComplete }: NoHitsProps) {
  const actions = useActions()
  const scope = useApp(state => state.filterScope)
  if (!isComplete) {
    return (
      <EmptyState title="Nothing so far">
        No name or class in {plane} contains “{text}”. Keys and values are still being indexed.
      </EmptyState>
    )
  }
  const clear = <Button onClick={() => actions.setFilter('')}>Clear the filter</Button>
  return scope === 'names' ? (
    <EmptyState
      title="Nothing matches"
      actions={
        <>
          <Button onClick={() => actions.setFilterScope('everything')}>
            Look in keys and values too
          </Button>
          {clear}
        </>
      }
    >
      No name or class in {plane} contains “{text}”. Other planes may hold it.
    </EmptyState>
  ) : (
    <EmptyState title="Nothing matches" actions={clear}>
      No name, class, key or value in {plane} contains “{text}”. Other planes may hold it.
    </EmptyState>
  )
}

interface HitsProps {
  readonly rows: TreeRows
  readonly node: number
  /** Why there may be more. */
  readonly note: string
  readonly onShow: (node: number) => void
}

function Hits({ rows, node, note, onShow }: HitsProps) {
  const number = matchNumber(rows, node)
  const go = (step: 1 | -1) => {
    const to = nextMatch(rows, node, step)
    if (to !== -1) onShow(to)
  }
  return (
    <div className={styles.hits}>
      <span className={styles.count} role="status">
        {number > 0 ? `${count(number)} of ` : ''}
        {count(rows.matchCount)} {rows.matchCount === 1 ? 'match' : 'matches'}
        {note}
      </span>
      <IconButton
        label="Previous match"
        icon={<ChevronUp {...smallIconProps} />}
        disabled={rows.matchCount === 0}
        onClick={() => go(-1)}
      />
      <IconButton
        label="Next match"
        icon={<ChevronDown {...smallIconProps} />}
        disabled={rows.matchCount === 0}
        onClick={() => go(1)}
      />
    </div>
  )
}

const count = (number: number) => number.toLocaleString('en-US')
