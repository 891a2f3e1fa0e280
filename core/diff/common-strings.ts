import { noString, type StringIndex, type StringTable } from '../registry/snapshot.ts'

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
  /** The number of a text that either has, or `noString`. */
  readonly find: (text: string) => StringIndex
}

export function commonStrings(before: StringTable, after: StringTable): CommonStrings {
  const index = new StringIndexOf(after)
  const ofBefore = new Int32Array(before.length)
  let count = after.length
  let guess = 0
  for (let i = 0; i < before.length; i++) {
    // Snapshots of one machine meet their strings in nearly the same order.
    let found = index.isAt(guess, before.bytes, before.start[i]!, before.start[i + 1]!) ? guess : -1
    if (found < 0) found = index.find(before.bytes, before.start[i]!, before.start[i + 1]!)
    if (found >= 0) guess = found + 1
    ofBefore[i] = found >= 0 ? found : count++
  }
  let beforeIndex: StringIndexOf | undefined
  return {
    ofBefore,
    count,
    find: text => {
      const bytes = new TextEncoder().encode(text)
      const found = index.find(bytes, 0, bytes.length)
      if (found >= 0) return found
      beforeIndex ??= new StringIndexOf(before)
      const known = beforeIndex.find(bytes, 0, bytes.length)
      return known < 0 ? noString : ofBefore[known]!
    },
  }
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

/** Open addressing over the strings' bytes, from a random seed, so that no guest can choose the slots. */
class StringIndexOf {
  private readonly table: StringTable
  private readonly slots: Int32Array
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  constructor(table: StringTable) {
    this.table = table
    let size = 16
    while (size < table.length * 2) size *= 2
    this.slots = new Int32Array(size).fill(noString)
    const mask = size - 1
    for (let i = 0; i < table.length; i++) {
      let slot = this.hashOf(table.bytes, table.start[i]!, table.start[i + 1]!) & mask
      while (this.slots[slot] !== noString) slot = (slot + 1) & mask
      this.slots[slot] = i
    }
  }

  find(bytes: Uint8Array, from: number, to: number): StringIndex {
    const mask = this.slots.length - 1
    for (let slot = this.hashOf(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot]!
      if (found === noString || this.isAt(found, bytes, from, to)) return found
    }
  }

  isAt(index: StringIndex, bytes: Uint8Array, from: number, to: number): boolean {
    if (index >= this.table.length) return false
    let at = this.table.start[index]!
    if (this.table.start[index + 1]! - at !== to - from) return false
    for (let i = from; i < to; i++) if (this.table.bytes[at++] !== bytes[i]) return false
    return true
  }

  private hashOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = this.seed
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
    return (hash ^ (hash >>> 15)) >>> 0
  }
}
