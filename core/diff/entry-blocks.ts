import { emptyBitSet, hasBit, setBit } from '../registry/bit-set.ts'
import { nodeLabel } from '../registry/paths.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'

/** Listed entries that stand together: a node and, below it, the others of the list. */
export interface EntryBlock {
  readonly plane: PlaneTable
  readonly node: NodeIndex
  /** Nodes below of listed entries, each entry once. */
  readonly below: readonly NodeIndex[]
}

/**
 * Puts entries (all that were added, say) into as few blocks as their subtrees allow. Each entry comes once,
 * in the first of the planes that shows it.
 */
export function* entryBlocks(
  snapshot: Snapshot,
  planes: readonly PlaneTable[],
  entries: Int32Array,
): Generator<EntryBlock> {
  const isWaiting = emptyBitSet(snapshot.entries.length)
  for (const entry of entries) setBit(isWaiting, entry)
  const take = (entry: EntryIndex) => {
    if (!hasBit(isWaiting, entry)) return false
    isWaiting.words[entry >>> 5]! &= ~(1 << (entry & 31))
    return true
  }
  let left = entries.length
  for (const plane of planes) {
    for (let node = 0; node < plane.length && left > 0;) {
      if (!take(plane.entry[node]!)) {
        node++
        continue
      }
      const below: NodeIndex[] = []
      const end = plane.end[node]!
      for (let client = node + 1; client < end; client++) {
        if (take(plane.entry[client]!)) below.push(client)
      }
      left -= 1 + below.length
      yield { plane, node, below }
      node = end
    }
  }
}

const levelLimit = 40

/** `nodePath`, but of a place deeper than any real one only the last levels: `IOService:/…/a/b`. */
export function shortPath(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  const labels: string[] = []
  let at = node
  for (; at >= 0 && labels.length < levelLimit; at = plane.parent[at]!) {
    const label = nodeLabel(snapshot, plane, at)
    // The registry's root has no name in a path (facts: ioreg, section 4).
    if (plane.parent[at]! >= 0 || label !== 'Root') labels.push(label)
  }
  if (at >= 0) labels.push('…')
  return `${plane.plane}:/${labels.reverse().join('/')}`
}
