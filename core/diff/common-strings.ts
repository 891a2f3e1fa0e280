import { noString, type StringIndex, type StringTable } from '../registry/snapshot.ts'
import { align } from './align.ts'

/**
 * Two snapshots have a string table each. Numbers that both share are made once, so that names, classes
 * and keys are compared as integers afterwards: a string of `after` keeps its index, one of `before` that
 * `after` has too gets that index, and any other a number from `after.length` on.
 */
export interface CommonStrings {
  /** The common number of each string of `before`. */
  readonly ofBefore: Int32Array
  /** All common numbers are below this. */
  readonly count: number
  /** The number of a text that either has, or `noString`. The first call makes an index. */
  readonly find: (text: string) => StringIndex
}

export function commonStrings(before: StringTable, after: StringTable): CommonStrings {
  const ofBefore = new Int32Array(before.length)
  // Strings are in the order in which their dump showed them, and two dumps of a machine are much alike. What was
  // merged begins with all strings of one of the two.
  const isTaken = beginsAlike(before, after)
    ? numberedAlike(ofBefore, after.length)
    : align(ofBefore, after.length, (i, j) =>
        isEqual(after, j, before.bytes, before.start[i]!, before.start[i + 1]!),
      )
  const rest = new StringFinder(after, isTaken)
  let count = after.length
  for (let i = 0; i < before.length; i++) {
    if (ofBefore[i]! >= 0) continue
    const found = rest.find(before.bytes, before.start[i]!, before.start[i + 1]!)
    ofBefore[i] = found >= 0 ? found : count++
  }
  let finders: readonly [StringFinder, StringFinder] | undefined
  return {
    ofBefore,
    count,
    find: text => {
      const bytes = new TextEncoder().encode(text)
      finders ??= [new StringFinder(after), new StringFinder(before)]
      const found = finders[0].find(bytes, 0, bytes.length)
      if (found >= 0) return found
      const known = finders[1].find(bytes, 0, bytes.length)
      return known < 0 ? noString : ofBefore[known]!
    },
  }
}

/** Whether the shorter table is the beginning of the longer one. */
function beginsAlike(one: StringTable, other: StringTable): boolean {
  const shared = Math.min(one.length, other.length)
  for (let i = 0; i <= shared; i++) if (one.start[i] !== other.start[i]) return false
  const end = one.start[shared]!
  if (one.bytes === other.bytes) return true
  for (let at = 0; at < end; at++) if (one.bytes[at] !== other.bytes[at]) return false
  return true
}

function numberedAlike(partner: Int32Array, otherCount: number): Uint8Array {
  const shared = Math.min(partner.length, otherCount)
  for (let i = 0; i < partner.length; i++) partner[i] = i < shared ? i : -1
  return new Uint8Array(otherCount).fill(1, 0, shared)
}

/** `column` of the first snapshot in common numbers. */
export function inCommon(column: Int32Array, common: CommonStrings): Int32Array {
  const { ofBefore } = common
  const mapped = new Int32Array(column.length)
  for (let i = 0; i < column.length; i++) {
    const index = column[i]!
    mapped[i] = index === noString ? noString : ofBefore[index]!
  }
  return mapped
}

function isEqual(
  table: StringTable,
  index: StringIndex,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  let at = table.start[index]!
  if (table.start[index + 1]! - at !== to - from) return false
  for (let i = from; i < to; i++) if (table.bytes[at++] !== bytes[i]) return false
  return true
}

/** Open addressing over the strings' bytes, from a random seed, so that no guest can choose the slots. */
class StringFinder {
  private readonly table: StringTable
  private readonly slots: Int32Array
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  /** @param isLeftOut by string, 1 for those that nobody looks for */
  constructor(table: StringTable, isLeftOut?: Uint8Array) {
    this.table = table
    let count = 0
    for (let i = 0; i < table.length; i++) if (isLeftOut?.[i] !== 1) count++
    let size = 16
    while (size < count * 2) size *= 2
    this.slots = new Int32Array(size).fill(noString)
    const mask = size - 1
    for (let i = 0; i < table.length; i++) {
      if (isLeftOut?.[i] === 1) continue
      let slot = this.hashOf(table.bytes, table.start[i]!, table.start[i + 1]!) & mask
      while (this.slots[slot] !== noString) slot = (slot + 1) & mask
      this.slots[slot] = i
    }
  }

  find(bytes: Uint8Array, from: number, to: number): StringIndex {
    const mask = this.slots.length - 1
    for (let slot = this.hashOf(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot]!
      if (found === noString || isEqual(this.table, found, bytes, from, to)) return found
    }
  }

  private hashOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = this.seed
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
    return (hash ^ (hash >>> 15)) >>> 0
  }
}
