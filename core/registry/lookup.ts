import { EntryIdIndex, wordsOf } from './entry-id-index.ts'
import { findString } from './strings.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type EntryTable,
  type NodeIndex,
  type PlaneTable,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from './snapshot.ts'

const idIndices = new WeakMap<EntryTable, EntryIdIndex>()
/** Entries whose ID an earlier one has, by that one. */
const idTwins = new WeakMap<EntryTable, ReadonlyMap<EntryIndex, readonly EntryIndex[]>>()
const nodeIndices = new WeakMap<PlaneTable, NodesOfEntry>()
const keyIndices = new WeakMap<StringTable, Map<string, StringIndex>>()

/**
 * So often a column is read through, at some ten microseconds for a hundred thousand entries, before an index of it is made,
 * which takes a hundred times as long: the first view of a capture asks for a handful of entries.
 */
const scansBeforeIndex = 32
const scans = new WeakMap<EntryTable | PlaneTable, number>()

function isWorthAnIndex(table: EntryTable | PlaneTable): boolean {
  const count = (scans.get(table) ?? 0) + 1
  scans.set(table, count)
  return count > scansBeforeIndex
}

/** The first entry with this ID from one on, or -1, by reading the column. */
function scanForId(entries: EntryTable, id: bigint, from: EntryIndex): EntryIndex {
  for (let at = from; ; at++) {
    at = entries.id.indexOf(id, at)
    // The rows after the entries are what single places showed of them.
    if (at === -1 || at >= entries.length) return -1
    if ((entries.flags[at]! & EntryFlag.hasId) !== 0) return at
  }
}

/** The entry with this registry entry ID, or -1. Who asks often for one snapshot is answered by an index. */
export function entryById(snapshot: Snapshot, id: bigint): EntryIndex {
  const { entries } = snapshot
  if (!idIndices.has(entries) && !isWorthAnIndex(entries)) return scanForId(entries, id, 0)
  const low = Number(id & 0xffff_ffffn)
  const high = Number((id >> 32n) & 0xffff_ffffn)
  return idIndexOf(entries).find(wordsOf(entries.id), low, high)
}

/**
 * All entries with this ID: one, within a boot. Where two boots are compared, what is gone may have the ID that the
 * later boot gave to something else; it comes after that.
 */
export function entriesById(snapshot: Snapshot, id: bigint): readonly EntryIndex[] {
  const { entries } = snapshot
  const first = entryById(snapshot, id)
  if (first === -1) return []
  if (idIndices.has(entries)) return [first, ...(idTwins.get(entries)?.get(first) ?? [])]
  const found = [first]
  for (let at = first; (at = scanForId(entries, id, at + 1)) !== -1;) found.push(at)
  return found
}

/** The index behind `entryById`, for those who look up a whole table. */
export function idIndexOf(entries: EntryTable): EntryIdIndex {
  let index = idIndices.get(entries)
  if (!index) {
    index = new EntryIdIndex()
    const words = wordsOf(entries.id)
    const twins = new Map<EntryIndex, EntryIndex[]>()
    for (let entry = 0; entry < entries.length; entry++) {
      if ((entries.flags[entry]! & EntryFlag.hasId) === 0) continue
      const first = index.findOrAdd(words, entry)
      if (first === entry) continue
      const others = twins.get(first)
      if (others) others.push(entry)
      else twins.set(first, [entry])
    }
    idIndices.set(entries, index)
    if (twins.size > 0) idTwins.set(entries, twins)
  }
  return index
}

/** The nodes of entry `e` in one plane are `node[first[e]] … node[first[e + 1] - 1]`, top to bottom. */
export interface NodesOfEntry {
  readonly first: Uint32Array
  readonly node: Int32Array
}

/** Where each entry stands in a plane: nowhere, once, or below each of its providers. */
export function nodesOfEntry(snapshot: Snapshot, plane: PlaneTable): NodesOfEntry {
  let index = nodeIndices.get(plane)
  if (!index) {
    const first = new Uint32Array(snapshot.entries.length + 1)
    for (let node = 0; node < plane.length; node++) first[plane.entry[node]! + 1]!++
    for (let entry = 0; entry < snapshot.entries.length; entry++) first[entry + 1]! += first[entry]!
    const next = first.slice(0, -1)
    const nodes = new Int32Array(plane.length)
    for (let node = 0; node < plane.length; node++) nodes[next[plane.entry[node]!]!++] = node
    index = { first, node: nodes }
    nodeIndices.set(plane, index)
  }
  return index
}

/** The nodes of one entry in a plane, top to bottom. */
export function nodesOf(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex): Int32Array {
  if (!nodeIndices.has(plane) && !isWorthAnIndex(plane)) {
    const nodes: NodeIndex[] = []
    for (let at = -1; (at = plane.entry.indexOf(entry, at + 1)) !== -1;) nodes.push(at)
    return Int32Array.from(nodes)
  }
  const { first, node } = nodesOfEntry(snapshot, plane)
  return node.subarray(first[entry], first[entry + 1])
}

/** The entries directly above in a plane, the original provider first; empty for a root. */
export function providersOf(
  snapshot: Snapshot,
  plane: PlaneTable,
  entry: EntryIndex,
): EntryIndex[] {
  const providers = new Set<EntryIndex>()
  for (const node of nodesOf(snapshot, plane, entry)) {
    const parent = plane.parent[node]!
    if (parent >= 0) providers.add(plane.entry[parent]!)
  }
  return [...providers]
}

/** The entries directly below in a plane, in registry order. */
export function clientsOf(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex): EntryIndex[] {
  const clients = new Set<EntryIndex>()
  for (const node of nodesOf(snapshot, plane, entry)) {
    for (const client of childrenOf(plane, node)) clients.add(plane.entry[client]!)
  }
  return [...clients]
}

/** The nodes directly below a node, top to bottom. */
export function childrenOf(plane: PlaneTable, node: NodeIndex): NodeIndex[] {
  const children: NodeIndex[] = []
  const end = plane.end[node]!
  for (let child = node + 1; child < end; child = plane.end[child]!) children.push(child)
  return children
}

/** The roots of a plane: one, or one for each match of `ioreg -r`. */
export function rootsOf(plane: PlaneTable): NodeIndex[] {
  const roots: NodeIndex[] = []
  for (let node = 0; node < plane.length; node = plane.end[node]!) roots.push(node)
  return roots
}

/** The table of a plane, or undefined when the snapshot does not have it. */
export function planeNamed(snapshot: Snapshot, name: string): PlaneTable | undefined {
  return snapshot.planes.find(plane => plane.plane === name)
}

/** The property of an entry with this key, or -1. */
export function propertyOf(snapshot: Snapshot, entry: EntryIndex, key: string): PropertyIndex {
  const wanted = keyIndex(snapshot.strings, key)
  if (wanted === noString) return -1
  const { firstProperty } = snapshot.entries
  const end = firstProperty[entry + 1]!
  for (let property = firstProperty[entry]!; property < end; property++) {
    if (snapshot.properties.key[property] === wanted) return property
  }
  return -1
}

/** The string index of a key; remembered, for the same few keys are asked for every entry. */
function keyIndex(strings: StringTable, key: string): StringIndex {
  let known = keyIndices.get(strings)
  if (!known) keyIndices.set(strings, (known = new Map<string, StringIndex>()))
  let index = known.get(key)
  if (index === undefined) known.set(key, (index = findString(strings, key)))
  return index
}
