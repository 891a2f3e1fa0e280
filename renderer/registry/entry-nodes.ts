import type { EntryIndex, NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'

/** Places of an entry in one plane: `first[e]` is a node or -1, `next[n]` another node of the same entry. */
interface EntryNodes {
  readonly first: Int32Array
  readonly next: Int32Array
}

const known = new WeakMap<PlaneTable, EntryNodes>()

function entryNodes(plane: PlaneTable): EntryNodes {
  const before = known.get(plane)
  if (before) return before
  let entryCount = 0
  for (let n = 0; n < plane.length; n++) entryCount = Math.max(entryCount, plane.entry[n]! + 1)
  const first = new Int32Array(entryCount).fill(-1)
  const next = new Int32Array(plane.length).fill(-1)
  for (let n = plane.length - 1; n >= 0; n--) {
    next[n] = first[plane.entry[n]!]!
    first[plane.entry[n]!] = n
  }
  const made = { first, next }
  known.set(plane, made)
  return made
}

/** In depth-first order; none when the entry is not attached in this plane. */
export function nodesOfEntry(plane: PlaneTable, entry: EntryIndex): readonly NodeIndex[] {
  const { first, next } = entryNodes(plane)
  const nodes: NodeIndex[] = []
  for (let n = first[entry] ?? -1; n !== -1; n = next[n]!) nodes.push(n)
  return nodes
}

/** The entries above this one, one for each attachment. */
export function providersOf(plane: PlaneTable, entry: EntryIndex): readonly EntryIndex[] {
  const found = new Set<EntryIndex>()
  for (const node of nodesOfEntry(plane, entry)) {
    const parent = plane.parent[node]!
    if (parent !== -1) found.add(plane.entry[parent]!)
  }
  return [...found]
}

/** The entries right below this one, in the plane's order. */
export function clientsOf(plane: PlaneTable, entry: EntryIndex): readonly EntryIndex[] {
  const found = new Set<EntryIndex>()
  for (const node of nodesOfEntry(plane, entry)) {
    for (let n = node + 1; n < plane.end[node]!; n = plane.end[n]!) found.add(plane.entry[n]!)
  }
  return [...found]
}
