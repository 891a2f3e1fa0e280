import {
  bitsBetween,
  countBits,
  emptyBitSet,
  nextBit,
  setBit,
  type BitSet,
} from '../../core/registry/bit-set.ts'
import type { NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'
import { filteredNodes, visibleNodes } from '../../core/registry/visible-nodes.ts'

/** The rows of the tree: numbers only, whatever the size of the plane. */
export interface TreeRows {
  readonly plane: PlaneTable
  /** Top to bottom. */
  readonly nodes: Int32Array
  /** Nodes that the filter found, shown or not; null without a filter. */
  readonly matches: BitSet | null
  readonly matchCount: number
  /** The tree is limited to this node and what is below it; -1 for the whole plane. */
  readonly top: NodeIndex
}

export interface FilterFolds {
  readonly openedInFilter: ReadonlySet<NodeIndex>
  readonly closedInFilter: ReadonlySet<NodeIndex>
}

export function treeRows(plane: PlaneTable, open: BitSet, top: NodeIndex = -1): TreeRows {
  return { plane, nodes: visibleNodes(plane, open, top), matches: null, matchCount: 0, top }
}

/**
 * Hits and the way to them; below a hit only what was opened since the filter was set.
 * @param top only hits at and below this node; -1 for the whole plane
 */
export function filteredRows(
  plane: PlaneTable,
  matches: BitSet,
  folds: FilterFolds,
  top: NodeIndex = -1,
): TreeRows {
  const within = top === -1 ? matches : bitsBetween(matches, top, plane.end[top]!)
  const nodes = filteredNodes(
    plane,
    within,
    bitsOf(folds.openedInFilter, plane.length),
    bitsOf(folds.closedInFilter, plane.length),
    top,
  )
  return { plane, nodes, matches: within, matchCount: countBits(within), top }
}

function bitsOf(nodes: ReadonlySet<NodeIndex>, length: number): BitSet {
  const bits = emptyBitSet(length)
  for (const node of nodes) setBit(bits, node)
  return bits
}

/** Row of a node, or -1. Rows come in depth-first order, so they are sorted. */
export function rowOfNode(rows: TreeRows, node: NodeIndex): number {
  let low = 0
  let high = rows.nodes.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = rows.nodes[middle]!
    if (found === node) return middle
    if (found < node) low = middle + 1
    else high = middle - 1
  }
  return -1
}

export function hasClients({ plane }: TreeRows, node: NodeIndex): boolean {
  return plane.end[node]! > node + 1
}

/** Open is what shows something below itself, filter or not. */
export function isRowOpen(rows: TreeRows, row: number): boolean {
  const next = rows.nodes[row + 1]
  return next !== undefined && next < rows.plane.end[rows.nodes[row]!]!
}

type Matches = Pick<TreeRows, 'matches' | 'matchCount'>

/** The match after or before a node, around the ends; -1 when there is none. */
export function nextMatch(rows: Matches, from: NodeIndex, step: 1 | -1): NodeIndex {
  const { matches } = rows
  if (!matches || rows.matchCount === 0) return -1
  if (step === 1) {
    const found = nextBit(matches, from + 1)
    return found === -1 ? nextBit(matches, 0) : found
  }
  let last = -1
  let before = -1
  for (let n = nextBit(matches, 0); n !== -1; n = nextBit(matches, n + 1)) {
    if (n < from) before = n
    last = n
  }
  return before === -1 ? last : before
}

/** Which match a node is, counted from 1; 0 when it is none. */
export function matchNumber(rows: Pick<Matches, 'matches'>, node: NodeIndex): number {
  const { matches } = rows
  if (!matches) return 0
  let number = 0
  for (let n = nextBit(matches, 0); n !== -1 && n <= node; n = nextBit(matches, n + 1)) {
    number++
    if (n === node) return number
  }
  return 0
}
