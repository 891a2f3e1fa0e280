import { growColumn } from './grow-column.ts'
import { noString, type StringIndex, type StringTable } from './snapshot.ts'

/**
 * Gives equal byte strings one index, in order of first appearance. An open-addressing hash over the
 * bytes: nothing becomes a JavaScript string while a dump is read.
 *
 * The hash starts from a random seed, so a guest cannot choose names that all collide. The indices do
 * not depend on it.
 */
export class StringInterner {
  private bytes = new Uint8Array(1 << 14)
  private bytesLength = 0
  private start = new Uint32Array(1 << 9)
  private hashes = new Uint32Array(1 << 9)
  /** `follower[i]` is the key that came after key `i` the last time; drivers repeat their key order. */
  private follower = new Int32Array(1 << 9)
  private slots = new Int32Array(1 << 11).fill(noString)
  private count = 0
  /** Strings from here on came by `appendAll` and stand in no slot yet. */
  private indexed = 0
  private lastKey = 0
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  get length(): number {
    return this.count
  }

  /** The index of `source[from … to - 1]`. */
  intern(source: Uint8Array, from: number, to: number): StringIndex {
    if (this.indexed < this.count) this.indexRest()
    const hash = this.hashOf(source, from, to)
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (;;) {
      const found = this.slots[slot]!
      if (found === noString) return this.append(source, from, to, hash, slot)
      if (this.hashes[found] === hash && this.isString(found, source, from, to)) return found
      slot = (slot + 1) & mask
    }
  }

  /** The key that followed the last key the last time, if these are its bytes; else -1. */
  guessKey(source: Uint8Array, from: number, to: number): StringIndex {
    const guess = this.follower[this.lastKey]!
    if (guess >= this.count || !this.isString(guess, source, from, to)) return noString
    this.lastKey = guess
    return guess
  }

  /** As `intern`, after a guess, which is nearly always right. */
  internKey(source: Uint8Array, from: number, to: number): StringIndex {
    const guess = this.guessKey(source, from, to)
    if (guess !== noString) return guess
    const key = this.intern(source, from, to)
    this.follower[this.lastKey] = key
    this.lastKey = key
    return key
  }

  internText(text: string): StringIndex {
    const bytes = new TextEncoder().encode(text)
    return this.intern(bytes, 0, bytes.length)
  }

  /** Views of all strings so far, as in a `StringTable`. */
  contents(): StringTable {
    return {
      length: this.count,
      bytes: this.bytes.subarray(0, this.bytesLength),
      start: this.start.subarray(0, this.count + 1),
    }
  }

  /**
   * Adds strings that are not here yet and differ from each other, as a reader found that interns by itself.
   * @param start where in `bytes` each begins, and where the last ends; the first begins at 0
   */
  appendAll(bytes: Uint8Array, start: Uint32Array): void {
    const first = this.count
    const count = first + start.length - 1
    const bytesLength = this.bytesLength + bytes.length
    if (bytesLength > this.bytes.length) this.bytes = growColumn(this.bytes, bytesLength)
    this.bytes.set(bytes, this.bytesLength)
    if (count + 2 > this.start.length) this.growTables(count)
    for (let i = 1; i < start.length; i++) this.start[first + i] = this.bytesLength + start[i]!
    this.bytesLength = bytesLength
    this.count = count
  }

  /** A copy of the bytes of one string. */
  bytesOf(index: StringIndex): Uint8Array {
    return this.bytes.slice(this.start[index], this.start[index + 1])
  }

  seal(): StringTable {
    return {
      length: this.count,
      bytes: this.bytes.slice(0, this.bytesLength),
      start: this.start.slice(0, this.count + 1),
    }
  }

  private hashOf(source: Uint8Array, from: number, to: number): number {
    let hash = this.seed
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ source[i]!, 0x0100_0193)
    return (hash ^ (hash >>> 15)) >>> 0
  }

  private isString(index: StringIndex, source: Uint8Array, from: number, to: number): boolean {
    let at = this.start[index]!
    if (this.start[index + 1]! - at !== to - from) return false
    const bytes = this.bytes
    for (let i = from; i < to; i++, at++) if (bytes[at] !== source[i]) return false
    return true
  }

  private append(
    source: Uint8Array,
    from: number,
    to: number,
    hash: number,
    slot: number,
  ): StringIndex {
    const end = this.bytesLength + to - from
    if (end > this.bytes.length) this.bytes = growColumn(this.bytes, end)
    this.bytes.set(source.subarray(from, to), this.bytesLength)
    this.bytesLength = end
    const index = this.count++
    this.indexed = this.count
    if (index + 2 > this.start.length) this.growTables(index)
    this.start[index + 1] = end
    this.hashes[index] = hash
    this.slots[slot] = index
    if (this.count * 2 > this.slots.length) this.rehash()
    return index
  }

  private growTables(count: number): void {
    this.start = growColumn(this.start, count + 2)
    this.hashes = growColumn(this.hashes, count + 2)
    this.follower = growColumn(this.follower, count + 2)
  }

  /** Left to whoever interns next: after the only dump of a snapshot nobody does. */
  private indexRest(): void {
    const isFull = this.count * 2 > this.slots.length
    const mask = this.slots.length - 1
    for (let index = this.indexed; index < this.count; index++) {
      const hash = this.hashOf(this.bytes, this.start[index]!, this.start[index + 1]!)
      this.hashes[index] = hash
      if (!isFull) this.slots[this.freeSlot(this.slots, hash, mask)] = index
    }
    this.indexed = this.count
    if (isFull) this.rehash()
  }

  private rehash(): void {
    let length = this.slots.length
    while (length < this.count * 4) length *= 2
    const slots = new Int32Array(length).fill(noString)
    const mask = slots.length - 1
    for (let index = 0; index < this.count; index++) {
      slots[this.freeSlot(slots, this.hashes[index]!, mask)] = index
    }
    this.slots = slots
  }

  private freeSlot(slots: Int32Array, hash: number, mask: number): number {
    let slot = hash & mask
    while (slots[slot] !== noString) slot = (slot + 1) & mask
    return slot
  }
}
