import { hasBit, type BitSet } from './bit-set.ts'
import type { NodeIndex, PlaneTable } from './snapshot.ts'

/**
 * The nodes a tree view shows, top to bottom: those whose providers are all open.
 * @param top only this node and what is below it, whatever is closed above; -1 is the whole plane
 */
export function visibleNodes(plane: PlaneTable, open: BitSet, top: NodeIndex = -1): Int32Array {
  const first = top === -1 ? 0 : top
  const last = top === -1 ? plane.length : plane.end[top]!
  const nodes = new Int32Array(last - first)
  let count = 0
  for (let node = first; node < last;) {
    nodes[count++] = node
    node = hasBit(open, node) ? node + 1 : plane.end[node]!
  }
  return nodes.subarray(0, count)
}

/** Rows of a filtered tree. */
export interface FilteredNodes {
  readonly nodes: Int32Array
  /** 1 where `nodes[i]` matches itself, 0 where it only leads to a match or lies below one. */
  readonly isMatch: Uint8Array
}

/**
 * The nodes a filtered tree shows: matches, the way to each of them, and, below a match, what is open
 * there. The way is shown whether it is open or not, unless the user folded it while filtering.
 * @param folded nodes closed since the filter was set
 * @param top only this node and what is below it; -1 is the whole plane
 */
export function filteredNodes(
  plane: PlaneTable,
  matches: BitSet,
  open: BitSet,
  folded?: BitSet,
  top: NodeIndex = -1,
): FilteredNodes {
  const first = top === -1 ? 0 : top
  const last = top === -1 ? plane.length : plane.end[top]!
  const nodes = new Int32Array(last - first)
  const isMatch = new Uint8Array(last - first)
  const before = matchesBefore(plane, matches)
  /** 1 where all clients are shown: an open match, and what is open below it. */
  const showsAll = new Uint8Array(plane.length)
  let count = 0
  for (let node = first; node < last;) {
    const end = plane.end[node]!
    const parent = plane.parent[node]!
    const isHit = hasBit(matches, node)
    const isBelowHit = parent >= 0 && showsAll[parent] === 1
    const leadsToHit = before[end]! > before[node + 1]!
    if (!isHit && !isBelowHit && !leadsToHit) {
      node = end
      continue
    }
    if ((isHit || isBelowHit) && hasBit(open, node)) showsAll[node] = 1
    isMatch[count] = isHit ? 1 : 0
    nodes[count++] = node
    const isFolded = folded !== undefined && hasBit(folded, node)
    node = !isFolded && (leadsToHit || showsAll[node] === 1) ? node + 1 : end
  }
  return { nodes: nodes.subarray(0, count), isMatch: isMatch.subarray(0, count) }
}

/** How many matches come before each node, and in all: a subtree's count is one subtraction. */
function matchesBefore(plane: PlaneTable, matches: BitSet): Uint32Array {
  const before = new Uint32Array(plane.length + 1)
  for (let node = 0; node < plane.length; node++) {
    before[node + 1] = before[node]! + (hasBit(matches, node) ? 1 : 0)
  }
  return before
}
