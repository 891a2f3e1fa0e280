import { wordsOf } from './entry-id-index.ts'
import { idIndexOf } from './lookup.ts'
import { EntryFlag, type EntryIndex, type EntryTable, type Snapshot } from './snapshot.ts'

/** What changed between two snapshots of one boot. IDs mean nothing across boots. */
export interface EntryDiff {
  /** Entries of the second snapshot that the first does not have, in its order. */
  readonly added: readonly EntryIndex[]
  /** Entries of the first snapshot that the second does not have, in its order. */
  readonly removed: readonly EntryIndex[]
  /** Services whose state differs, in the order of the second snapshot. */
  readonly stateChanged: readonly StateChange[]
  /** Entries of either that have no ID and so could not be compared. */
  readonly uncomparedCount: number
}

export interface StateChange {
  readonly before: EntryIndex
  readonly after: EntryIndex
}

/** Compares by registry entry ID, which the kernel gives once in a boot (facts: ioreg, section 3). */
export function diffByEntryId(before: Snapshot, after: Snapshot): EntryDiff {
  const removed: EntryIndex[] = []
  const added: EntryIndex[] = []
  const stateChanged: StateChange[] = []
  let uncomparedCount = 0
  const findAfter = finder(after.entries, before.entries)
  for (let entry = 0; entry < before.entries.length; entry++) {
    if (!hasFlag(before.entries, entry, EntryFlag.hasId)) uncomparedCount++
    else if (findAfter(entry) < 0) removed.push(entry)
  }
  const findBefore = finder(before.entries, after.entries)
  for (let entry = 0; entry < after.entries.length; entry++) {
    if (!hasFlag(after.entries, entry, EntryFlag.hasId)) {
      uncomparedCount++
      continue
    }
    const known = findBefore(entry)
    if (known < 0) added.push(entry)
    else if (stateDiffers(before.entries, known, after.entries, entry)) {
      stateChanged.push({ before: known, after: entry })
    }
  }
  return { added, removed, stateChanged, uncomparedCount }
}

/** Finds in `table` the entry that has the ID of an entry of `other`. */
function finder(table: EntryTable, other: EntryTable): (entry: EntryIndex) => EntryIndex {
  const index = idIndexOf(table)
  const words = wordsOf(table.id)
  const otherWords = wordsOf(other.id)
  return entry => index.find(words, otherWords[2 * entry]!, otherWords[2 * entry + 1]!)
}

/**
 * Inactive, registered and matched: the three that text shows too, so that a text dump and an archive of
 * the same moment do not differ (facts: service-state, section 1).
 */
const shownStateBits = 0x7

function stateDiffers(
  before: EntryTable,
  known: EntryIndex,
  after: EntryTable,
  entry: EntryIndex,
): boolean {
  const isService = EntryFlag.isService
  if (!hasFlag(before, known, isService) || !hasFlag(after, entry, isService)) return false
  return ((before.state[known]! ^ after.state[entry]!) & shownStateBits) !== 0
}

function hasFlag(entries: EntryTable, entry: EntryIndex, flag: number): boolean {
  return (entries.flags[entry]! & flag) !== 0
}
