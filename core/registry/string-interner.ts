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
  private lastKey = 0
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  get length(): number {
    return this.count
  }

  /** The index of `source[from … to - 1]`. */
  intern(source: Uint8Array, from: number, to: number): StringIndex {
    let hash = this.seed
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ source[i]!, 0x0100_0193)
    hash ^= hash >>> 15
    hash >>>= 0
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
    if (index + 2 > this.start.length) {
      this.start = growColumn(this.start, index + 2)
      this.hashes = growColumn(this.hashes, index + 2)
      this.follower = growColumn(this.follower, index + 2)
    }
    this.start[index + 1] = end
    this.hashes[index] = hash
    this.slots[slot] = index
    if (this.count * 2 > this.slots.length) this.rehash()
    return index
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4).fill(noString)
    const mask = slots.length - 1
    for (let index = 0; index < this.count; index++) {
      let slot = this.hashes[index]! & mask
      while (slots[slot] !== noString) slot = (slot + 1) & mask
      slots[slot] = index
    }
    this.slots = slots
  }
}
