import { growColumn } from '../registry/grow-column.ts'

/** Index into a pool. */
export type PoolIndex = number

/** Runs of bytes, one after another: run `i` is `bytes[start[i]] … bytes[start[i + 1] - 1]`. */
export interface BytePool {
  readonly length: number
  readonly bytes: Uint8Array
  /** `length + 1` offsets. */
  readonly start: Uint32Array
}

/** Runs that a scan looks at before it stops: well under a millisecond, mostly. A multiple of 32. */
export const runsAtOnce = 1 << 15

/** Gives equal runs of bytes one index, in order of first appearance. */
export class BytePoolBuilder {
  private bytes: Uint8Array
  private bytesLength = 0
  private start: Uint32Array
  private count = 0
  /** Open addressing; two words a slot: the hash, then the run's index + 1. */
  private slots: Int32Array
  /** A dump cannot choose runs that all collide. */
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  /** @param expected about how many runs: room for them is only reserved, so too many cost nothing */
  constructor(expected: number) {
    const room = Math.max(1 << 10, expected)
    this.bytes = new Uint8Array(room * 16)
    this.start = new Uint32Array(room)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(room * 3)))
  }

  get length(): number {
    return this.count
  }

  /**
   * The index of `source[from … to - 1]`, each byte replaced as `map` says; -1 where one of these is no ASCII
   * and `needsAscii`.
   */
  intern(
    source: Uint8Array,
    from: number,
    to: number,
    map: Uint8Array,
    needsAscii: boolean,
  ): PoolIndex {
    const begin = this.bytesLength
    const room = begin + to - from
    if (room > this.bytes.length) this.bytes = growColumn(this.bytes, room)
    // Replaced and hashed at the pool's end, where it stays if it is new.
    const { bytes } = this
    let hash = this.seed
    let all = 0
    let at = begin
    for (let i = from; i < to; i++) {
      const byte = map[source[i]!]!
      bytes[at++] = byte
      all |= byte
      hash = Math.imul(hash ^ byte, 0x0100_0193)
    }
    return needsAscii && all >= 128 ? -1 : this.settle(at, (hash ^ (hash >>> 15)) | 0)
  }

  /** Calls `mark` with the bytes of the newest run. */
  markLast(mark: (bytes: Uint8Array, from: number, to: number) => void): void {
    mark(this.bytes, this.start[this.count - 1]!, this.bytesLength)
  }

  seal(): BytePool {
    this.slots = new Int32Array(0)
    return {
      length: this.count,
      bytes: this.bytes.slice(0, this.bytesLength),
      start: this.start.slice(0, this.count + 1),
    }
  }

  /** The index of the run from the pool's end to `end`, which stays there when no other is equal. */
  private settle(end: number, hash: number): PoolIndex {
    const { bytes, slots, start } = this
    const begin = this.bytesLength
    const mask = (slots.length >> 1) - 1
    let slot = hash & mask
    for (;;) {
      const found = slots[2 * slot + 1]! - 1
      if (found < 0) break
      if (slots[2 * slot] === hash && start[found + 1]! - start[found]! === end - begin) {
        let other = start[found]!
        let i = begin
        while (i < end && bytes[i] === bytes[other]) {
          i++
          other++
        }
        if (i === end) return found
      }
      slot = (slot + 1) & mask
    }
    const index = this.count++
    this.bytesLength = end
    if (index + 2 > start.length) this.start = growColumn(start, index + 2)
    this.start[index + 1] = end
    slots[2 * slot] = hash
    slots[2 * slot + 1] = index + 1
    if (this.count * 4 > slots.length) this.rehash()
    return index
  }

  private rehash(): void {
    const before = this.slots
    const slots = new Int32Array(before.length * 4)
    const mask = (slots.length >> 1) - 1
    for (let i = 0; i < before.length; i += 2) {
      if (before[i + 1] === 0) continue
      let slot = before[i]! & mask
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask
      slots[2 * slot] = before[i]!
      slots[2 * slot + 1] = before[i + 1]!
    }
    this.slots = slots
  }
}
