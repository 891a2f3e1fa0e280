import { nodeLabel } from '../../core/registry/paths.ts'
import type { NodeIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { hasClients, isRowOpen, rowOfNode, type TreeRows } from './tree-rows.ts'

export type TreeMove =
  | { readonly kind: 'select'; readonly row: number }
  | { readonly kind: 'open'; readonly nodes: readonly NodeIndex[] }
  | { readonly kind: 'close'; readonly nodes: readonly NodeIndex[] }
  | { readonly kind: 'open-all-below'; readonly node: NodeIndex }
  | { readonly kind: 'close-others'; readonly node: NodeIndex }
  | { readonly kind: 'enter' }

/**
 * What a key does in the tree (the treegrid pattern of WAI-ARIA, rows focused).
 * @param row the selected row, -1 for none
 * @param pageRows rows in sight
 */
export function treeMove(
  rows: TreeRows,
  row: number,
  key: string,
  pageRows: number,
): TreeMove | null {
  const count = rows.nodes.length
  if (count === 0) return null
  const select = (to: number): TreeMove => ({
    kind: 'select',
    row: Math.max(0, Math.min(count - 1, to)),
  })
  if (row < 0) {
    const starts = ['ArrowDown', 'ArrowUp', 'Home', 'PageDown', 'PageUp', 'ArrowRight']
    if (key === 'End') return select(count - 1)
    return starts.includes(key) ? select(0) : null
  }
  const node = rows.nodes[row]!
  const isOpen = isRowOpen(rows, row)
  switch (key) {
    case 'ArrowDown':
      return select(row + 1)
    case 'ArrowUp':
      return select(row - 1)
    case 'PageDown':
      return select(row + pageRows)
    case 'PageUp':
      return select(row - pageRows)
    case 'Home':
      return select(0)
    case 'End':
      return select(count - 1)
    case 'ArrowRight':
      if (isOpen) return select(row + 1)
      return hasClients(rows, node) ? { kind: 'open', nodes: [node] } : null
    case 'ArrowLeft': {
      if (isOpen) return { kind: 'close', nodes: [node] }
      const parent = rows.plane.parent[node]!
      return parent === -1 || node === rows.top ? null : select(rowOfNode(rows, parent))
    }
    case '*':
      return { kind: 'open-all-below', node }
    case '-':
      return { kind: 'close-others', node }
    case 'Enter':
      return { kind: 'enter' }
    default:
      return null
  }
}

/** The next row whose name begins with what was typed, around the end; -1 when there is none. */
export function typeAhead(snapshot: Snapshot, rows: TreeRows, row: number, typed: string): number {
  const wanted = typed.toLowerCase()
  const count = rows.nodes.length
  // One letter moves on to the next; more letters may still fit the row where it stands.
  const first = typed.length === 1 ? row + 1 : Math.max(0, row)
  for (let i = 0; i < count; i++) {
    const at = (first + i) % count
    const label = nodeLabel(snapshot, rows.plane, rows.nodes[at]!)
    if (label.toLowerCase().startsWith(wanted)) return at
  }
  return -1
}
