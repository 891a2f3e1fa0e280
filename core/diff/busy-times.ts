import { wordsOf } from '../registry/entry-id-index.ts'
import { EntryFlag, type EntryIndex, type EntryTable } from '../registry/snapshot.ts'

/** Busy times of two snapshots against each other. Most are equal, so that is found out on their words. */
export class BusyTimes {
  private readonly before: EntryTable
  private readonly after: EntryTable
  private readonly beforeWords: Uint32Array
  private readonly afterWords: Uint32Array

  constructor(before: EntryTable, after: EntryTable) {
    this.before = before
    this.after = after
    this.beforeWords = wordsOf(before.busyTimeNs)
    this.afterWords = wordsOf(after.busyTimeNs)
  }

  /** Both snapshots tell it, and it is not zero. */
  isCounted(before: EntryIndex, after: EntryIndex): boolean {
    return (
      (this.before.flags[before]! & this.after.flags[after]! & EntryFlag.hasBusyTime) !== 0 &&
      (this.afterWords[2 * after]! | this.afterWords[2 * after + 1]!) !== 0
    )
  }

  /** 1: it grew, -1: it shrank, 0: it is equal, as far as both tell. */
  difference(before: EntryIndex, after: EntryIndex): -1 | 0 | 1 {
    const { beforeWords, afterWords } = this
    const isEqual =
      beforeWords[2 * before] === afterWords[2 * after] &&
      beforeWords[2 * before + 1] === afterWords[2 * after + 1]
    if (isEqual) return 0
    const flags = this.before.flags[before]!
    const afterFlags = this.after.flags[after]!
    if ((flags & afterFlags & EntryFlag.hasBusyTime) === 0) return 0
    // Text cuts them off to milliseconds.
    const isInMs = ((flags | afterFlags) & EntryFlag.busyTimeInMs) !== 0
    const unit = isInMs ? 1_000_000n : 1n
    const was = this.before.busyTimeNs[before]! / unit
    const is = this.after.busyTimeNs[after]! / unit
    return is > was ? 1 : is < was ? -1 : 0
  }
}
