import {
  EntryFlag,
  type AsideTable,
  type EntryIndex,
  type EntryTable,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { EntryMark, type EntryMarks } from './entry-marks.ts'
import { GoneRows } from './gone-rows.ts'
import { mergePlane, type MergedPlane } from './merge-planes.ts'
import { mergeProperties } from './merge-properties.ts'
import { MergedStrings } from './merged-strings.ts'
import { ChangeBit, type SnapshotDiff } from './snapshot-diff.ts'

/**
 * Two snapshots as one tree: that of `after`, with what is gone kept where it was. It is a snapshot like any other,
 * so every view, filter, picture and writer works on it.
 */
export interface MergedSnapshot {
  /**
   * Entries `[0, afterCount)` are those of `after`, by the same indices; the rest are entries of `before` that
   * are gone, with `EntryFlag.isTerminated`. It is `after` itself where nothing is gone.
   */
  readonly snapshot: Snapshot
  readonly afterCount: number
  /** The entry of `before` that each entry is or was paired with, or -1. */
  readonly beforeOf: Int32Array
  readonly marks: EntryMarks
}

export interface MergeOptions {
  /** Entries of `before` that are not kept although they are gone. */
  readonly isForgotten?: (entry: EntryIndex) => boolean
}

/**
 * Costs one pass over both tables. Values of `after` stay where they are; those of gone entries are ranges of
 * sources of their own, so that merging again and again holds what is gone and not every dump it was in. A node that
 * is gone stands after the sibling it followed, below the place where its provider is now, or below the nearest one
 * above that is still in the plane. Planes that only `before` has were not looked at again, so nothing in them is
 * known to be gone: they are left out, as are the problems and asides of `before`, which speak of its dump.
 *
 * Columns are shared with `after` where nothing changes in them, and so are the bytes of sources.
 */
export function mergeSnapshots(
  before: Snapshot,
  after: Snapshot,
  diff: SnapshotDiff,
  { isForgotten }: MergeOptions = {},
): MergedSnapshot {
  const afterCount = after.entries.length
  const gone = isForgotten ? diff.removed.filter(entry => !isForgotten(entry)) : diff.removed
  const beforeOf = new Int32Array(afterCount + gone.length)
  beforeOf.set(diff.beforeOf)
  beforeOf.set(gone, afterCount)
  return {
    snapshot: gone.length === 0 ? after : withGone(before, after, diff, gone),
    afterCount,
    beforeOf,
    marks: { bits: marksOf(diff, afterCount, gone.length), at: new Map() },
  }
}

function marksOf(diff: SnapshotDiff, afterCount: number, goneCount: number): Uint8Array {
  const bits = new Uint8Array(afterCount + goneCount)
  bits.fill(EntryMark.gone, afterCount)
  for (const entry of diff.added) bits[entry] = EntryMark.new
  const { changed } = diff
  for (let row = 0; row < changed.length; row++) {
    const shown = changed.what[row]! & ~changed.muted[row]!
    let mark = 0
    if ((shown & ChangeBit.moved) !== 0) mark |= EntryMark.moved
    if ((shown & ~ChangeBit.moved) !== 0) mark |= EntryMark.changed
    bits[changed.after[row]!] = mark
  }
  return bits
}

function withGone(
  before: Snapshot,
  after: Snapshot,
  diff: SnapshotDiff,
  gone: Int32Array,
): Snapshot {
  const rows = new GoneRows(before, after, gone)
  const places = after.planes.map(two => {
    const pair = diff.planes.both.find(({ name }) => name === two.plane)
    const one = pair && before.planes[pair.before]!
    const isKept = rows.isKept
    const merged = one && mergePlane(one, two, { before, after, afterOf: diff.afterOf, isKept })
    if (one && merged) rows.addSightings(one, merged)
    return { one, two, merged }
  })
  const strings = new MergedStrings(before, after)
  const { properties, firstProperty, sources, lost, lostOf } = mergeProperties(
    before,
    after,
    rows,
    strings,
  )
  const entries = mergeEntries(before, after, rows, strings, firstProperty)
  for (const row of lostOf) entries.flags[row]! &= ~EntryFlag.hasProperties
  const planes = places.map(({ one, two, merged }) =>
    one && merged ? mergedTable(one, two, merged, rows, strings) : shiftedTable(two, rows),
  )
  return {
    planes,
    entries,
    properties,
    strings: strings.seal(),
    asides: shiftedAsides(
      after.asides,
      places.map(({ merged }) => merged),
      planes,
    ),
    sources: [...after.sources, ...sources],
    problems:
      lost === 0
        ? after.problems
        : [
            ...after.problems,
            {
              source: 'gone entries',
              kind: 'skipped',
              byteOffset: 0,
              message: `Of entries that are gone, ${lost} properties were in so many binary property lists that no more can be held. They are left out.`,
            },
          ],
  }
}

function mergeEntries(
  before: Snapshot,
  after: Snapshot,
  rows: GoneRows,
  strings: MergedStrings,
  firstProperty: Uint32Array,
): EntryTable {
  const [one, two] = [before.entries, after.entries]
  return {
    length: rows.entryCount,
    rows: rows.rowCount,
    id: rows.column(two.id, one.id),
    name: rows.column(two.name, one.name, strings.number),
    className: rows.column(two.className, one.className, strings.number),
    classChain: rows.column(two.classChain, one.classChain, strings.number),
    flags: rows.column(two.flags, one.flags, flags => flags | EntryFlag.isTerminated),
    state: rows.column(two.state, one.state),
    busyCount: rows.column(two.busyCount, one.busyCount),
    busyTimeNs: rows.column(two.busyTimeNs, one.busyTimeNs),
    retainCount: rows.column(two.retainCount, one.retainCount),
    firstProperty,
  }
}

function mergedTable(
  one: PlaneTable,
  two: PlaneTable,
  merged: MergedPlane,
  rows: GoneRows,
  strings: MergedStrings,
): PlaneTable {
  const { length, afterNode, beforeNode, parent, end, depth } = merged
  const entry = new Int32Array(length)
  const sighting = new Int32Array(length)
  const name = new Int32Array(length)
  const location = new Int32Array(length)
  for (let node = 0; node < length; node++) {
    const from = afterNode[node]!
    if (from >= 0) {
      entry[node] = two.entry[from]!
      sighting[node] = rows.ofAfter(two.sighting[from]!)
      name[node] = two.name[from]!
      location[node] = two.location[from]!
    } else {
      const old = beforeNode[node]!
      entry[node] = rows.ofBefore(one.entry[old]!)
      sighting[node] = rows.ofBefore(one.sighting[old]!)
      name[node] = strings.number(one.name[old]!)
      location[node] = strings.number(one.location[old]!)
    }
  }
  return { plane: two.plane, length, entry, sighting, parent, end, depth, name, location }
}

function shiftedTable(two: PlaneTable, rows: GoneRows): PlaneTable {
  if (rows.afterRows === rows.afterEntries) return two
  return { ...two, sighting: two.sighting.map(row => rows.ofAfter(row)) }
}

function shiftedAsides(
  asides: AsideTable,
  merged: readonly (MergedPlane | null | undefined)[],
  planes: readonly PlaneTable[],
): AsideTable {
  if (asides.length === 0) return asides
  const node = asides.node.map((at, row) => {
    const plane = asides.plane[row]!
    const places = merged[plane]
    if (!places) return at
    return at < places.ofAfter.length ? places.ofAfter[at]! : planes[plane]!.length
  })
  return { ...asides, node }
}
