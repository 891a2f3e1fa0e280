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
  const filter = useDeferredValue(useApp(state => state.filter))
  const scrollGeneration = useDeferredValue(useApp(state => state.scrollGeneration))
  const open = useApp(state => state.open)
  const openedInFilter = useApp(state => state.openedInFilter)
  const closedInFilter = useApp(state => state.closedInFilter)
  const selected = useApp(state => state.selected)
  const hasKexts = useApp(state => (state.current?.capture.kexts?.length ?? 0) > 0)
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0] ?? null

  const rows = useMemo(() => {
    if (!plane) return null
    if (filter.trim() === '') return treeRows(plane, openOf({ open }, plane))
    const matches = matchesOf(snapshot, plane, filter)
    return filteredRows(plane, matches, { openedInFilter, closedInFilter })
  }, [snapshot, plane, filter, open, openedInFilter, closedInFilter])
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
            onShow={to => actions.showEntry(refOfNode(snapshot, plane, to))}
          />
        ) : (
          <span className={styles.count}>{count(rows.nodes.length)} rows</span>
        )}
      </div>
      {rows.matches && rows.matchCount === 0 ? (
        <EmptyState
          title="Nothing matches"
          actions={<Button onClick={() => actions.setFilter('')}>Clear the filter</Button>}
        >
          No name or class in {plane.plane} contains “{filter.trim()}”. Other planes may hold it.
        </EmptyState>
      ) : (
        <RegistryTree
          snapshot={snapshot}
          rows={rows}
          node={node}
          filter={filter}
          scrollGeneration={scrollGeneration}
        />
      )}
    </section>
  )
}

interface HitsProps {
  readonly rows: TreeRows
  readonly node: number
  readonly onShow: (node: number) => void
}

function Hits({ rows, node, onShow }: HitsProps) {
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
