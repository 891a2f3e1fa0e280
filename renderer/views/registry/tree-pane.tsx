import { memo, useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { planeNamed } from '../../../core/registry/lookup.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { hitsOf } from '../../filter/hits.ts'
import { scopeNode } from '../../registry/scope.ts'
import { findNode } from '../../registry/selection.ts'
import { filteredRows, treeRows } from '../../registry/tree-rows.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { isColumns } from '../../state/navigation-actions.ts'
import { openOf } from '../../state/open-nodes.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { ArrangeBookmarksDialog } from './arrange-bookmarks-dialog.tsx'
import { BrowseBar } from './browse-bar.tsx'
import { ColumnBrowser } from './column-browser.tsx'
import { PlaceStrip } from './place-strip.tsx'
import { NoHits } from '../filter/no-hits.tsx'
import { RegistryTree } from './registry-tree.tsx'
import { ScopeBanner } from './scope-banner.tsx'
import styles from './tree-pane.module.css'

// A key of the filter, and each answer to it, draws the pane twice: at once with the rows it has, and with the new ones
// when there is time. What the first of the two changes nothing in is not drawn.
const Bar = memo(BrowseBar)
const Banner = memo(ScopeBanner)
const Tree = memo(RegistryTree)
const Columns = memo(ColumnBrowser)
const Strip = memo(PlaceStrip)

/** One plane as a tree, with its filter's hits. */
export function TreePane({ snapshot }: { readonly snapshot: Snapshot }) {
  const actions = useActions()
  const planeName = useApp(state => state.plane)
  // What was typed shows at once, the rows when there is time; a scroll goes with its rows.
  const newest = useApp(hitsOf)
  const deferred = useDeferredValue(newest)
  // Hits of other tables come at once: the whole plane would be drawn in between, and the place in the list be lost.
  const found = newest && deferred && newest.plane !== deferred.plane ? newest : deferred
  const generation = useDeferredValue(useApp(state => state.scrollGeneration))
  const places = useDeferredValue(useApp(state => state.deepSearch.places))
  const open = useApp(state => state.open)
  const openedInFilter = useApp(state => state.openedInFilter)
  const closedInFilter = useApp(state => state.closedInFilter)
  const selected = useApp(state => state.selected)
  // Of the tables that are shown: rows may be a moment behind.
  const marks = useApp(state =>
    state.current?.snapshot === snapshot ? state.current.marks : undefined,
  )
  const hasKexts = useApp(state => (state.current?.capture.kexts?.length ?? 0) > 0)
  const inColumns = useApp(isColumns)
  const isArrangingBookmarks = useApp(state => state.navigation.isArrangingBookmarks)
  const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0] ?? null
  const scope = useApp(state => state.navigation.scope)
  const top = useMemo(
    () => (plane ? scopeNode(snapshot, plane, scope) : -1),
    [snapshot, plane, scope],
  )

  const hits = found?.plane === plane ? found : null
  const filter = hits?.text ?? ''
  // Its rows come after the key that asked for them, and with them their scroll.
  const scrollGeneration = hits ? `${generation} ${hits.text}` : generation

  const matches = hits?.matches ?? null
  const rows = useMemo(() => {
    if (!plane) return null
    if (!matches) return treeRows(plane, openOf({ open }, plane), top)
    return filteredRows(plane, matches, { openedInFilter, closedInFilter }, top)
  }, [plane, top, matches, open, openedInFilter, closedInFilter])
  const node = useMemo(
    () => (plane && selected ? findNode(snapshot, plane, selected) : -1),
    [snapshot, plane, selected],
  )
  const pane = useRef<HTMLElement>(null)
  const wasInColumns = useRef(inColumns)
  useEffect(() => {
    if (wasInColumns.current === inColumns) return
    wasInColumns.current = inColumns
    // What was shown before took the focus with it. Rows are drawn when the room for them is known.
    if (document.activeElement !== document.body) return
    requestAnimationFrame(() =>
      pane.current
        ?.querySelector<HTMLElement>(':is([role="row"], [role="option"])[tabindex="0"]')
        ?.focus({ preventScroll: true }),
    )
  }, [inColumns])

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
    <section ref={pane} className={styles.pane} aria-label="Registry">
      <Bar snapshot={snapshot} plane={plane} node={node} />
      <Banner snapshot={snapshot} plane={plane} top={top} />
      {hits && hits.matchCount === 0 ? (
        <NoHits hits={hits} />
      ) : inColumns ? (
        <Columns
          snapshot={snapshot}
          rows={rows}
          node={node}
          filter={filter}
          marks={marks}
          scrollGeneration={scrollGeneration}
        />
      ) : (
        <Tree
          snapshot={snapshot}
          rows={rows}
          node={node}
          filter={filter}
          places={hits && places}
          marks={marks}
          scrollGeneration={scrollGeneration}
        />
      )}
      <Strip snapshot={snapshot} rows={rows} node={node} isTree={!inColumns} />
      {isArrangingBookmarks && <ArrangeBookmarksDialog snapshot={snapshot} />}
    </section>
  )
}
