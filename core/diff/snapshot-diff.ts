import type { NoiseRule } from './noise.ts'

/**
 * What differs between two snapshots, as columns: nothing is stored for what is equal but the pairing
 * itself. Indices point into the two snapshots; `before` columns into the first, `after` columns into the
 * second, and -1 stands for "not there".
 */
export interface SnapshotDiff {
  readonly identity: Identity
  /** Why that identity, in a sentence. */
  readonly because: string
  /** For each entry of `before` its partner in `after`, or -1. */
  readonly afterOf: Int32Array
  /** For each entry of `after` its partner in `before`, or -1. */
  readonly beforeOf: Int32Array
  /** Entries of `after` without a partner, in its order. */
  readonly added: Int32Array
  /** Entries of `before` without a partner, in its order. */
  readonly removed: Int32Array
  /** Paired entries of which something differs, in the order of `after`. */
  readonly changed: ChangedEntries
  readonly places: PlaceChanges
  readonly properties: PropertyChanges
  readonly planes: ComparedPlanes
  readonly uncomparable: Uncomparable
  /** The rules that were applied, and how many changes each of them muted. */
  readonly noise: { readonly rules: readonly NoiseRule[]; readonly muted: Uint32Array }
}

/**
 * `entry-id`: the kernel's registry entry ID, which means one object within one boot. `path`: the place
 * in the planes by names and locations, then the class: across boots, machines and formats without IDs.
 */
export type Identity = 'entry-id' | 'path'

/** What can differ of an entry that both snapshots have; bits of `ChangedEntries.what`. */
export const ChangeBit = {
  /** It is attached to another provider in some plane, or no longer in a plane, or newly. */
  moved: 1 << 0,
  /** Its name or location differs in some plane. */
  renamed: 1 << 1,
  className: 1 << 2,
  state: 1 << 3,
  busyCount: 1 << 4,
  busyTime: 1 << 5,
  retainCount: 1 << 6,
  properties: 1 << 7,
} as const
export type ChangeName = keyof typeof ChangeBit

export interface ChangedEntries {
  readonly length: number
  /** -> EntryTable of `before` */
  readonly before: Int32Array
  /** -> EntryTable of `after` */
  readonly after: Int32Array
  /** `ChangeBit`s of everything that differs. */
  readonly what: Uint16Array
  /** Those bits of `what` that are noise; `properties` where each changed property is. */
  readonly muted: Uint16Array
  /** Rows of `PropertyChanges`: `[first[r], first[r + 1])`; `length + 1` items. */
  readonly firstProperty: Uint32Array
  /** Rows of `PlaceChanges`, likewise. */
  readonly firstPlace: Uint32Array
}

export interface PropertyChanges {
  readonly length: number
  /** -> PropertyTable of `before`; -1: the property was added */
  readonly before: Int32Array
  /** -> PropertyTable of `after`; -1: the property was removed */
  readonly after: Int32Array
  /** The noise rule that mutes this change -> `noise.rules`; -1: none does */
  readonly mutedBy: Int16Array
}

export const PlaceChange = {
  /** One provider in place of another. */
  moved: 1,
  /** A further provider: `before` is -1. */
  attached: 2,
  /** A provider less: `after` is -1. */
  detached: 3,
  /** Another name or location in this plane. */
  renamed: 4,
} as const

export interface PlaceChanges {
  readonly length: number
  /** -> `ComparedPlanes.both` */
  readonly plane: Uint16Array
  /** `PlaceChange` */
  readonly kind: Uint8Array
  /** -> PlaneTable of `before`, or -1 */
  readonly before: Int32Array
  /** -> PlaneTable of `after`, or -1 */
  readonly after: Int32Array
}

export interface ComparedPlanes {
  /** Planes that both have, in the order of `before`: index of the table in each. */
  readonly both: readonly {
    readonly name: string
    readonly before: number
    readonly after: number
  }[]
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
}

/** What cannot be said to be equal or different, since one of the two does not tell. Never a change. */
export interface Uncomparable {
  /** Entries that stand only in planes that the other snapshot does not have. */
  readonly entries: number
  /** Entries whose class one of the two does not tell. */
  readonly classes: number
  /** Entries of which only one of the two shows properties. */
  readonly propertyBlocks: number
  /** Values that are missing or unreadable in one of the two. */
  readonly values: number
}

/** How much differs, noise left out. */
export interface DiffSummary {
  readonly added: number
  readonly removed: number
  /** Entries with a change that is no noise. */
  readonly changed: number
  /** Of these, entries with such a change. */
  readonly by: Readonly<Record<ChangeName, number>>
  /** Changes of properties that are no noise. */
  readonly properties: number
  /** Changes that are noise. */
  readonly muted: number
  readonly uncomparable: number
}

export const changeNames = Object.keys(ChangeBit) as readonly ChangeName[]

export function summarize(diff: SnapshotDiff): DiffSummary {
  const { changed, properties, uncomparable } = diff
  const by = Object.fromEntries(changeNames.map(name => [name, 0])) as Record<ChangeName, number>
  let count = 0
  for (let row = 0; row < changed.length; row++) {
    const shown = changed.what[row]! & ~changed.muted[row]!
    if (shown === 0) continue
    count++
    for (const name of changeNames) if ((shown & ChangeBit[name]) !== 0) by[name]++
  }
  let shownProperties = 0
  for (let row = 0; row < properties.length; row++) {
    if (properties.mutedBy[row]! < 0) shownProperties++
  }
  const { entries, classes, propertyBlocks, values } = uncomparable
  return {
    added: diff.added.length,
    removed: diff.removed.length,
    changed: count,
    by,
    properties: shownProperties,
    muted: diff.noise.muted.reduce((sum, each) => sum + each, 0),
    uncomparable: entries + classes + propertyBlocks + values,
  }
}

/** Whether there is nothing that could be compared, though there is something. */
export function isNothingShared({ planes }: SnapshotDiff): boolean {
  return planes.both.length === 0 && planes.onlyBefore.length + planes.onlyAfter.length > 0
}

/** Whether nothing differs but noise; with `all`, nothing at all. */
export function isSame(diff: SnapshotDiff, all = false): boolean {
  if (isNothingShared(diff)) return false
  if (diff.added.length > 0 || diff.removed.length > 0) return false
  return all ? diff.changed.length === 0 : summarize(diff).changed === 0
}
