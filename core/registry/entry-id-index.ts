import type { EntryIndex } from './snapshot.ts'

/**
 * Registry entry ID -> entry, without a bigint per look-up: an ID is two 32-bit words, and the words
 * live in the entry table (`ids[2 * e]` low, `ids[2 * e + 1]` high). Open addressing.
 */
export class EntryIdIndex {
  private slots = new Int32Array(1 << 10).fill(-1)
  private count = 0

  /** The entry that has this ID, or -1. */
  find(ids: Uint32Array, low: number, high: number): EntryIndex {
    const mask = this.slots.length - 1
    for (let slot = hashOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!
      if (entry === -1) return -1
      if (ids[2 * entry] === low && ids[2 * entry + 1] === high) return entry
    }
  }

  /** The entry that has the ID of `entry`; where there is none, it is `entry` from now on. */
  findOrAdd(ids: Uint32Array, entry: EntryIndex): EntryIndex {
    if (2 * (this.count + 1) > this.slots.length) this.grow(ids)
    const { slots } = this
    const low = ids[2 * entry]!
    const high = ids[2 * entry + 1]!
    const mask = slots.length - 1
    for (let slot = hashOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const known = slots[slot]!
      if (known === -1) {
        this.count++
        slots[slot] = entry
        return entry
      }
      if (ids[2 * known] === low && ids[2 * known + 1] === high) return known
    }
  }

  /** Adds an entry whose ID is not in the index yet. */
  add(ids: Uint32Array, entry: EntryIndex): void {
    if (++this.count * 2 > this.slots.length) this.grow(ids)
    this.place(ids, entry)
  }

  private grow(ids: Uint32Array): void {
    const before = this.slots
    this.slots = new Int32Array(before.length * 4).fill(-1)
    for (const known of before) if (known !== -1) this.place(ids, known)
  }

  private place(ids: Uint32Array, entry: EntryIndex): void {
    const mask = this.slots.length - 1
    let slot = hashOf(ids[2 * entry]!, ids[2 * entry + 1]!) & mask
    while (this.slots[slot] !== -1) slot = (slot + 1) & mask
    this.slots[slot] = entry
  }
}

/** IDs count up from 0x100000100 (facts: ioreg, section 3), so the low word alone nearly decides. */
function hashOf(low: number, high: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1)
  hash ^= hash >>> 15
  return Math.imul(hash, 0xc2b2_ae35) >>> 7
}

/** The 32-bit words of a column of 64-bit IDs. Columns are little-endian, as every host of ours is. */
export function wordsOf(ids: BigUint64Array): Uint32Array {
  return new Uint32Array(ids.buffer, ids.byteOffset, ids.length * 2)
}
