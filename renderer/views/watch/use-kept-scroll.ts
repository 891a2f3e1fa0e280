import { useLayoutEffect, useRef, type RefObject } from 'react'
import { findNode, refOfNode } from '../../registry/selection.ts'
import { rowOfNode, type TreeRows } from '../../registry/tree-rows.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'

/**
 * When a look of the watch brings other tables, what is in sight stays in its place, and the row that had the focus
 * has it again: rows are told apart by their index, which means another entry now.
 */
export function useKeptScroll(
  viewport: RefObject<HTMLDivElement | null>,
  snapshot: Snapshot,
  rows: TreeRows,
  rowHeight: number,
): void {
  const before = useRef({ snapshot, rows, hadFocus: false })
  // Before the rows of this pass are in the document, the focus is still where it was.
  const { activeElement } = document
  const hadFocus = activeElement !== null && activeElement.closest('[role="treegrid"]') !== null
  useLayoutEffect(() => {
    const old = before.current
    before.current = { snapshot, rows, hadFocus }
    const element = viewport.current
    if (!element || old.snapshot === snapshot || old.rows.plane.plane !== rows.plane.plane) return
    const { scrollTop } = element
    const top = Math.floor(scrollTop / rowHeight)
    // The first that is still there, from the top of what is in sight.
    for (let at = top; at < Math.min(top + mostLookedAt, old.rows.nodes.length); at++) {
      const ref = refOfNode(old.snapshot, old.rows.plane, old.rows.nodes[at]!)
      const row = rowOfNode(rows, findNode(snapshot, rows.plane, ref))
      if (row === -1) continue
      const moved = (row - at) * rowHeight
      if (moved !== 0) element.scrollTo({ top: scrollTop + moved, behavior: 'instant' })
      break
    }
    const now = document.activeElement
    if (!hadFocus || (now !== document.body && !element.contains(now))) return
    element.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus({ preventScroll: true })
  }, [viewport, snapshot, rows, rowHeight, hadFocus])
}

/** As many rows as a tall window shows. */
const mostLookedAt = 100
