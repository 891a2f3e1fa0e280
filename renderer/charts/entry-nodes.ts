import type { EntryIndex, NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'

/**
 * The way from an entry to its places in one plane: `first[e]` is a node or -1, `next[n]` the following
 * node of the same entry or -1. Nodes of an entry come in depth-first order.
 */
export interface EntryNodes {
  readonly first: Int32Array
  readonly next: Int32Array
}

const known = new WeakMap<PlaneTable, EntryNodes>()

/** Built once per plane: one pass, backwards, so that the lists come out in order. */
export function entryNodes(plane: PlaneTable): EntryNodes {
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

/** The places of an entry in this plane; none when it is not attached there. */
export function nodesOfEntry(plane: PlaneTable, entry: EntryIndex): readonly NodeIndex[] {
  const { first, next } = entryNodes(plane)
  const nodes: NodeIndex[] = []
  for (let n = first[entry] ?? -1; n !== -1; n = next[n]!) nodes.push(n)
  return nodes
}

/** The entries above this one, one per attachment, without repetition. */
export function providersOf(plane: PlaneTable, entry: EntryIndex): readonly EntryIndex[] {
  const providers = new Set<EntryIndex>()
  for (const node of nodesOfEntry(plane, entry)) {
    const parent = plane.parent[node]!
    if (parent !== -1) providers.add(plane.entry[parent]!)
  }
  return [...providers]
}

/**
 * The entries right below this one, in the plane's order. A dump repeats the subtree of an entry with
 * several providers under each of them, so the clients of all its places are joined.
 */
export function clientsOf(plane: PlaneTable, entry: EntryIndex): readonly EntryIndex[] {
  const clients = new Set<EntryIndex>()
  for (const node of nodesOfEntry(plane, entry)) {
    for (let n = node + 1; n < plane.end[node]!; n = plane.end[n]!) clients.add(plane.entry[n]!)
  }
  return [...clients]
}
