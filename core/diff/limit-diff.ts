import type { EntryIndex } from '../registry/snapshot.ts'
import type {
  ChangedEntries,
  PlaceChanges,
  PropertyChanges,
  SnapshotDiff,
} from './snapshot-diff.ts'

/**
 * A diff of some of the entries: what is new, gone or changed and passes, with all of its changes. The pairing and what
 * could not be compared stay as they are; noise is counted among what is left.
 *
 * @param isGone of an entry of `before` that is gone
 * @param isThere of an entry of `after`
 */
export function limitDiff(
  diff: SnapshotDiff,
  isGone: (entry: EntryIndex) => boolean,
  isThere: (entry: EntryIndex) => boolean,
): SnapshotDiff {
  const { changed } = diff
  const rows = Array.from({ length: changed.length }, (_, row) => row).filter(row =>
    isThere(changed.after[row]!),
  )
  const ofProperties = rowsOf(changed.firstProperty, rows)
  const ofPlaces = rowsOf(changed.firstPlace, rows)
  const properties = pickProperties(diff.properties, ofProperties.picked)
  return {
    ...diff,
    removed: diff.removed.filter(isGone),
    added: diff.added.filter(isThere),
    changed: {
      ...pickChanged(changed, rows),
      firstProperty: ofProperties.first,
      firstPlace: ofPlaces.first,
    },
    properties,
    places: pickPlaces(diff.places, ofPlaces.picked),
    noise: { ...diff.noise, muted: countMuted(diff, properties) },
  }
}

/** The rows of a table that belong to some rows of the one above it. */
function rowsOf(
  first: Uint32Array,
  rows: readonly number[],
): { readonly first: Uint32Array; readonly picked: readonly number[] } {
  const starts = new Uint32Array(rows.length + 1)
  const picked: number[] = []
  rows.forEach((row, at) => {
    for (let own = first[row]!; own < first[row + 1]!; own++) picked.push(own)
    starts[at + 1] = picked.length
  })
  return { first: starts, picked }
}

const pickChanged = (
  { before, after, what, muted }: ChangedEntries,
  rows: readonly number[],
): Pick<ChangedEntries, 'length' | 'before' | 'after' | 'what' | 'muted'> => ({
  length: rows.length,
  before: Int32Array.from(rows, row => before[row]!),
  after: Int32Array.from(rows, row => after[row]!),
  what: Uint16Array.from(rows, row => what[row]!),
  muted: Uint16Array.from(rows, row => muted[row]!),
})

const pickProperties = (
  { before, after, mutedBy }: PropertyChanges,
  rows: readonly number[],
): PropertyChanges => ({
  length: rows.length,
  before: Int32Array.from(rows, row => before[row]!),
  after: Int32Array.from(rows, row => after[row]!),
  mutedBy: Int16Array.from(rows, row => mutedBy[row]!),
})

const pickPlaces = (
  { plane, kind, before, after }: PlaceChanges,
  rows: readonly number[],
): PlaceChanges => ({
  length: rows.length,
  plane: Uint16Array.from(rows, row => plane[row]!),
  kind: Uint8Array.from(rows, row => kind[row]!),
  before: Int32Array.from(rows, row => before[row]!),
  after: Int32Array.from(rows, row => after[row]!),
})

/** Of changes of properties the rule is kept; of fields (`busyTime`) it is not, and these are left out. */
function countMuted({ noise }: SnapshotDiff, { mutedBy }: PropertyChanges): Uint32Array {
  const muted = new Uint32Array(noise.muted.length)
  for (const rule of mutedBy) if (rule >= 0) muted[rule]!++
  return muted
}
