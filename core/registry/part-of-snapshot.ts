import { copyProperties, propertyColumns } from './property-columns.ts'
import type { EntryTable, NodeIndex, PlaneTable, PropertyTable, Snapshot } from './snapshot.ts'

/**
 * A few nodes of one plane as a snapshot of its own, so that every writer can write them. A node whose provider is not
 * among them stands below the nearest one above it that is, and is a root where none is; what a dump held besides its
 * entries is left out. Values stay where they are: sources and strings are shared.
 * @param nodes of `plane`, rising, each once
 */
export function partOfSnapshot(
  snapshot: Snapshot,
  plane: PlaneTable,
  nodes: ArrayLike<NodeIndex>,
): Snapshot {
  const rows = rowsOf(snapshot, plane, nodes)
  const part = planeOf(plane, nodes, rows)
  const { entries, properties } = tablesOf(snapshot, rows)
  return {
    planes: [part],
    entries,
    properties,
    strings: snapshot.strings,
    asides: noAsides,
    sources: snapshot.sources,
    problems: [],
  }
}

const none = new Uint32Array(0)
const noAsides: Snapshot['asides'] = {
  length: 0,
  kind: new Uint8Array(0),
  source: new Uint8Array(0),
  start: none,
  end: none,
  plane: new Uint16Array(0),
  node: new Int32Array(0),
  index: new Int32Array(0),
}

/** The rows of the entry table that are needed: entries first, then sightings, as the whole table has them. */
interface Rows {
  readonly kept: readonly number[]
  /** Of them, entries. */
  readonly entryCount: number
  readonly newRow: ReadonlyMap<number, number>
}

function rowsOf(snapshot: Snapshot, plane: PlaneTable, nodes: ArrayLike<NodeIndex>): Rows {
  const wanted = new Set<number>()
  for (let i = 0; i < nodes.length; i++) {
    wanted.add(plane.entry[nodes[i]!]!)
    wanted.add(plane.sighting[nodes[i]!]!)
  }
  const kept = [...wanted].sort((a, b) => a - b)
  const entryCount = kept.filter(row => row < snapshot.entries.length).length
  return { kept, entryCount, newRow: new Map(kept.map((row, index) => [row, index])) }
}

function planeOf(plane: PlaneTable, nodes: ArrayLike<NodeIndex>, { newRow }: Rows): PlaneTable {
  const { length } = nodes
  const part = {
    plane: plane.plane,
    length,
    entry: new Int32Array(length),
    sighting: new Int32Array(length),
    parent: new Int32Array(length),
    end: new Int32Array(length),
    depth: new Uint16Array(length),
    name: new Int32Array(length),
    location: new Int32Array(length),
  }
  /** The nodes that the next one may be below, by their new numbers. */
  const above: number[] = []
  for (let i = 0; i < length; i++) {
    const node = nodes[i]!
    while (above.length > 0 && plane.end[nodes[above.at(-1)!]!]! <= node) {
      part.end[above.pop()!] = i
    }
    part.entry[i] = newRow.get(plane.entry[node]!)!
    part.sighting[i] = newRow.get(plane.sighting[node]!)!
    part.parent[i] = above.at(-1) ?? -1
    part.depth[i] = above.length
    part.name[i] = plane.name[node]!
    part.location[i] = plane.location[node]!
    above.push(i)
  }
  for (const i of above) part.end[i] = length
  return part
}

function tablesOf(
  { entries, properties }: Snapshot,
  { kept, entryCount }: Rows,
): { readonly entries: EntryTable; readonly properties: PropertyTable } {
  const firstProperty = new Uint32Array(kept.length + 1)
  for (const [index, row] of kept.entries()) {
    const count = entries.firstProperty[row + 1]! - entries.firstProperty[row]!
    firstProperty[index + 1] = firstProperty[index]! + count
  }
  const length = firstProperty[kept.length]!
  const part = propertyColumns(length)
  for (const [index, row] of kept.entries()) {
    const from = entries.firstProperty[row]!
    const to = entries.firstProperty[row + 1]!
    const at = firstProperty[index]!
    copyProperties(properties, from, to, part, at)
  }
  return {
    properties: part,
    entries: {
      length: entryCount,
      rows: kept.length,
      id: BigUint64Array.from(kept, row => entries.id[row]!),
      name: Int32Array.from(kept, row => entries.name[row]!),
      className: Int32Array.from(kept, row => entries.className[row]!),
      classChain: Int32Array.from(kept, row => entries.classChain[row]!),
      flags: Uint16Array.from(kept, row => entries.flags[row]!),
      state: Uint32Array.from(kept, row => entries.state[row]!),
      busyCount: Uint32Array.from(kept, row => entries.busyCount[row]!),
      busyTimeNs: BigUint64Array.from(kept, row => entries.busyTimeNs[row]!),
      retainCount: Uint32Array.from(kept, row => entries.retainCount[row]!),
      firstProperty,
    },
  }
}
