/**
 * Finds equals between two lists in linear time: items of one go in under keys of four words, and come out
 * first in, first out. Open addressing; each slot holds the chain of the items under one key.
 */
export class KeyMatcher {
  private slots = new Int32Array(16)
  private mask = 15
  private keys = new Int32Array(4 * 16)
  private head = new Int32Array(16)
  private tail = new Int32Array(16)
  private next = new Int32Array(16)
  private keyCount = 0

  /** Forgets everything. @param count how many items will go in at most, numbered below it */
  begin(count: number): void {
    let size = 16
    while (size < 2 * count) size *= 2
    if (size > this.slots.length) this.slots = new Int32Array(size)
    this.mask = size - 1
    this.slots.fill(-1, 0, size)
    if (count > this.next.length) {
      this.keys = new Int32Array(4 * count)
      this.head = new Int32Array(count)
      this.tail = new Int32Array(count)
      this.next = new Int32Array(count)
    }
    this.keyCount = 0
  }

  put(item: number, words: Int32Array): void {
    const slot = this.slotOf(words)
    this.next[item] = -1
    const key = this.slots[slot]!
    if (key < 0) {
      this.slots[slot] = this.keyCount
      this.keys.set(words, 4 * this.keyCount)
      this.head[this.keyCount] = item
      this.tail[this.keyCount++] = item
    } else if (this.head[key] === -1) {
      this.head[key] = item
      this.tail[key] = item
    } else {
      this.next[this.tail[key]!] = item
      this.tail[key] = item
    }
  }

  /** The first item under this key, which is out then; -1 when there is none. */
  take(words: Int32Array): number {
    const key = this.slots[this.slotOf(words)]!
    if (key < 0) return -1
    const item = this.head[key]!
    if (item >= 0) this.head[key] = this.next[item]!
    return item
  }

  private slotOf(words: Int32Array): number {
    const { keys, mask, slots } = this
    const a = words[0]!
    const b = words[1]!
    const c = words[2]!
    const d = words[3]!
    let hash = Math.imul(a, 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35) ^ Math.imul(c, 0x27d4_eb2f)
    hash = Math.imul(hash ^ (hash >>> 13), 0x1656_67b1) ^ Math.imul(d, 0x9e37_79b1)
    hash ^= hash >>> 16
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = slots[slot]!
      if (key < 0) return slot
      const at = 4 * key
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) {
        return slot
      }
    }
  }
}
