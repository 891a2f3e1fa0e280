import type { EntryIndex } from '../registry/snapshot.ts'

/** What is told of an entry beside what a dump says of it: by a comparison, or by watching a guest. */
export const EntryMark = {
  /** Not there before. */
  new: 1 << 0,
  /** There before and no longer; kept in its place. */
  gone: 1 << 1,
  /** A property, its state, its class or a count differs, noise left out. */
  changed: 1 << 2,
  /** Attached to another provider in some plane. */
  moved: 1 << 3,
} as const
export type EntryMarkName = keyof typeof EntryMark
export const entryMarkNames = Object.keys(EntryMark) as readonly EntryMarkName[]

export interface EntryMarks {
  /** `EntryMark` bits of each entry of the snapshot. */
  readonly bits: Uint8Array
  /** When watching saw the mark come, in milliseconds since the epoch; empty for comparisons. */
  readonly at: ReadonlyMap<EntryIndex, number>
}
