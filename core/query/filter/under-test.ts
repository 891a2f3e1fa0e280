import { emptyBitSet, hasBit, setBit, type BitSet } from '../../registry/bit-set.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../registry/snapshot.ts'
import { placesMeant } from '../select-entry.ts'

/**
 * Whether a node is an entry, or below it. An ID or a name means every place of the entry, in each plane; a path means
 * what stands there. In a plane that has none of these places those entries pass that have a place below one of them. A
 * name that several entries have means all of these; one that none has, nothing.
 */
export function createUnderTest(
  snapshot: Snapshot,
  selector: string,
): (plane: PlaneTable, node: NodeIndex) => boolean {
  const tops = new Map<PlaneTable, NodeIndex[]>()
  for (const { plane, node } of placesMeant(snapshot, selector)) {
    const known = tops.get(plane)
    if (known) known.push(node)
    else tops.set(plane, [node])
  }
  if (tops.size === 0) return () => false
  const below = new Map<PlaneTable, BitSet>()
  for (const [plane, nodes] of tops) below.set(plane, subtrees(plane, nodes))
  let entries: BitSet | undefined
  return (plane, node) => {
    const here = below.get(plane)
    if (here) return hasBit(here, node)
    entries ??= entriesBelow(snapshot, below)
    return hasBit(entries, plane.entry[node]!)
  }
}

function subtrees(plane: PlaneTable, tops: readonly NodeIndex[]): BitSet {
  const below = emptyBitSet(plane.length)
  for (const top of tops) {
    // Inside another one: it is in there already.
    if (hasBit(below, top)) continue
    for (let node = top; node < plane.end[top]!; node++) setBit(below, node)
  }
  return below
}

function entriesBelow(snapshot: Snapshot, below: ReadonlyMap<PlaneTable, BitSet>): BitSet {
  const entries = emptyBitSet(snapshot.entries.length)
  for (const [plane, nodes] of below) {
    for (let node = 0; node < plane.length; node++) {
      if (hasBit(nodes, node)) setBit(entries, plane.entry[node]!)
    }
  }
  return entries
}
