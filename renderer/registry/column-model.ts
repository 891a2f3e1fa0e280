import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import type { NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'
import type { TreeRows } from './tree-rows.ts'

/** The clients of one provider, as one column of the browser. */
export interface Column {
  /** -1 for the roots, where a dump has several. */
  readonly provider: NodeIndex
  /** Rising. */
  readonly nodes: Int32Array
  /** Which of them is selected or leads to what is; -1 for none. */
  readonly selected: number
}

/** The clients of providers, made once each: a hundred thousand siblings are passed over once, not at every key. */
export type ClientsOf = (provider: NodeIndex) => Int32Array

/** What a column shows below a provider: with a filter, hits and the way to them, and all clients of a hit. */
export function shownClients({ plane, matches }: Pick<TreeRows, 'plane' | 'matches'>): ClientsOf {
  const known = new Map<NodeIndex, Int32Array>()
  const before = matches && matchesBefore(plane, matches)
  return provider => {
    let nodes = known.get(provider)
    if (!nodes) {
      const leadsToHit = before && !isAtHit(plane, matches, provider) ? before : null
      nodes = clients(plane, provider, leadsToHit)
      known.set(provider, nodes)
    }
    return nodes
  }
}

function clients(
  plane: PlaneTable,
  provider: NodeIndex,
  matchCount: Uint32Array | null,
): Int32Array {
  const end = provider === -1 ? plane.length : plane.end[provider]!
  const found: number[] = []
  for (let node = provider + 1; node < end; node = plane.end[node]!) {
    if (!matchCount || matchCount[plane.end[node]!]! > matchCount[node]!) found.push(node)
  }
  return Int32Array.from(found)
}

function isAtHit(plane: PlaneTable, matches: BitSet, node: NodeIndex): boolean {
  for (let n = node; n !== -1; n = plane.parent[n]!) if (hasBit(matches, n)) return true
  return false
}

/** How many matches come before each node, and in all. */
function matchesBefore(plane: PlaneTable, matches: BitSet): Uint32Array {
  const before = new Uint32Array(plane.length + 1)
  for (let node = 0; node < plane.length; node++) {
    before[node + 1] = before[node]! + (hasBit(matches, node) ? 1 : 0)
  }
  return before
}

/**
 * The columns from the top down to the clients of the selected node.
 * @param top the node that the browser is limited to; -1 for the whole plane
 * @param node the selected one, -1 for none
 */
export function columnsOf(
  plane: PlaneTable,
  top: NodeIndex,
  node: NodeIndex,
  clientsOf: ClientsOf,
): readonly Column[] {
  const hasOneRoot = plane.length > 0 && plane.end[0] === plane.length
  const first = top !== -1 ? top : hasOneRoot ? 0 : -1
  const way: NodeIndex[] = []
  for (let n = node; n !== -1 && n !== first; n = plane.parent[n]!) way.push(n)
  // A node outside of what is shown leads nowhere.
  const isInside = node !== -1 && (first === -1 || (node >= first && node < plane.end[first]!))
  const steps = isInside ? way.reverse() : []
  const columns: Column[] = []
  let provider = first
  for (const step of steps) {
    const nodes = clientsOf(provider)
    columns.push({ provider, nodes, selected: indexIn(nodes, step) })
    provider = step
  }
  const last = clientsOf(provider)
  if (last.length > 0 || columns.length === 0) {
    columns.push({ provider, nodes: last, selected: -1 })
  }
  return columns
}

function indexIn(nodes: Int32Array, node: NodeIndex): number {
  let low = 0
  let high = nodes.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = nodes[middle]!
    if (found === node) return middle
    if (found < node) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Where a key leads in the columns; null where it is none of theirs, -1 where there is nothing. */
export function columnMove(
  columns: readonly Column[],
  node: NodeIndex,
  key: string,
  pageRows: number,
): NodeIndex | null {
  // The column that the selected node stands in; none for what the first column is about.
  const at = columns.findLastIndex(({ nodes, selected }) => nodes[selected] === node)
  const column = columns[Math.max(0, at)]!
  const row = at === -1 ? -1 : column.selected
  const last = column.nodes.length - 1
  const toRow = (to: number) => column.nodes[Math.max(0, Math.min(last, to))] ?? -1
  switch (key) {
    case 'ArrowDown':
      return toRow(row + 1)
    case 'ArrowUp':
      return toRow(row - 1)
    case 'PageDown':
      return toRow(row + pageRows)
    case 'PageUp':
      return toRow(row - pageRows)
    case 'Home':
      return toRow(0)
    case 'End':
      return toRow(last)
    case 'ArrowRight':
      return (at === -1 ? columns[0] : columns[at + 1])?.nodes[0] ?? -1
    case 'ArrowLeft':
      return at === -1 ? -1 : column.provider
    default:
      return null
  }
}
