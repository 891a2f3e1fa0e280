import { hasBit, nextBit, type BitSet } from './bit-set.ts'
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
): Int32Array {
  const first = top === -1 ? 0 : top
  const last = top === -1 ? plane.length : plane.end[top]!
  const { end: ends, parent: parents } = plane
  const nodes = new Int32Array(last - first)
  /** 1 where all clients are shown: an open match, and what is open below it. */
  const showsAll = new Uint8Array(plane.length)
  let count = 0
  // Nodes only go up, and with them the next match: whether a subtree has one is a comparison with its end.
  let match = nextMatch(matches, first)
  for (let node = first; node < last;) {
    const end = ends[node]!
    const parent = parents[node]!
    if (match < node) match = nextMatch(matches, node)
    const isHit = match === node
    const isBelowHit = parent >= 0 && showsAll[parent] === 1
    if (match >= end && !isBelowHit) {
      node = end
      continue
    }
    if ((isHit || isBelowHit) && hasBit(open, node)) showsAll[node] = 1
    nodes[count++] = node
    if (isHit) match = nextMatch(matches, node + 1)
    const isWay = match < end
    const isFolded = folded !== undefined && hasBit(folded, node)
    node = !isFolded && (isWay || showsAll[node] === 1) ? node + 1 : end
  }
  return nodes.subarray(0, count)
}

/** The first match from a node on; past all nodes where there is none. */
function nextMatch(matches: BitSet, from: NodeIndex): NodeIndex {
  const found = nextBit(matches, from)
  return found === -1 ? Infinity : found
}
