import {
  noString,
  ValueType,
  type EntryTable,
  type PlaneTable,
  type PropertyTable,
  type Snapshot,
} from './snapshot.ts'

/**
 * What is wrong with a snapshot that came from outside, or null: an index out of its table, a tree that is
 * none. Columns are trusted by everything that reads them, and a loop over `end` must come to an end.
 */
export function checkSnapshot(snapshot: Snapshot): string | null {
  const { entries, properties, strings, asides, planes, sources } = snapshot
  if (!rises(strings.start, strings.length, strings.bytes.length)) return 'strings in their bytes'
  if (entries.rows < entries.length) return 'a row for each entry'
  if (!rises(entries.firstProperty, entries.rows, properties.length)) {
    return 'properties grouped by entry'
  }
  const names = [entries.name, entries.className, entries.classChain]
  if (!names.every(column => within(column, noString, strings.length))) return 'names of entries'
  if (!within(properties.key, 0, strings.length)) return 'keys of properties'
  if (!areTyped(properties)) return 'types of values'
  if (!areInSources(properties, sources)) return 'values in their sources'
  if (!planes.every(plane => isTree(plane, entries, strings.length))) return 'planes that are trees'
  for (let aside = 0; aside < asides.length; aside++) {
    const source = sources[asides.source[aside]!]
    const plane = planes[asides.plane[aside]!]
    const node = asides.node[aside]!
    const end = asides.end[aside]!
    if (!source || asides.start[aside]! > end || end > source.bytes.length) {
      return 'asides in their sources'
    }
    if (!plane || node < 0 || node > plane.length) return 'asides at their nodes'
  }
  return null
}

function isTree(plane: PlaneTable, entries: EntryTable, stringCount: number): boolean {
  if (!within(plane.entry, 0, entries.length)) return false
  if (!within(plane.sighting, 0, entries.rows)) return false
  if (!within(plane.name, noString, stringCount)) return false
  if (!within(plane.location, noString, stringCount)) return false
  for (let node = 0; node < plane.length; node++) {
    const parent = plane.parent[node]!
    const end = plane.end[node]!
    if (parent < -1 || parent >= node || end <= node) return false
    const limit = parent < 0 ? plane.length : plane.end[parent]!
    if (node >= limit || end > limit) return false
    if (plane.depth[node] !== (parent < 0 ? 0 : plane.depth[parent]! + 1)) return false
    // The next node is the first client, or stands beside this one or one above it.
    const before = node - 1
    if (node > 0 && parent !== before && plane.end[before] !== node) return false
  }
  return true
}

// Loops over a million properties before the first row of a large capture is seen: plain ones, over columns at hand.

function areTyped({ type, length }: PropertyTable): boolean {
  for (let property = 0; property < length; property++) {
    const own = type[property]!
    if (own < ValueType.string || own > ValueType.unreadable) return false
  }
  return true
}

function areInSources(
  { start, end, source, length }: PropertyTable,
  sources: Snapshot['sources'],
): boolean {
  const sizes = sources.map(({ bytes }) => bytes.length)
  for (let property = 0; property < length; property++) {
    const own = source[property]!
    const to = end[property]!
    if (own >= sizes.length || start[property]! > to || to > sizes[own]!) return false
  }
  return true
}

function within(column: Int32Array, least: number, limit: number): boolean {
  for (let i = 0; i < column.length; i++) {
    const index = column[i]!
    if (index < least || index >= limit) return false
  }
  return true
}

/** `length + 1` offsets from 0 to `total` that never fall. */
function rises(column: Uint32Array, length: number, total: number): boolean {
  if (column[0] !== 0 || column[length] !== total) return false
  for (let i = 0; i < length; i++) if (column[i]! > column[i + 1]!) return false
  return true
}
