import { emptyBitSet, type BitSet } from '../registry/bit-set.ts'
import { growColumn } from '../registry/grow-column.ts'
import type { StringTable } from '../registry/snapshot.ts'
import { foldedBytes, smallLetter } from './fold-text.ts'

/** Index into a `TextPool`. */
export type TextIndex = number

/**
 * Distinct texts, case folded, as one run of bytes: text `i` is `bytes[start[i]] … bytes[start[i + 1] - 1]`.
 * Looking for something reads a word or three of marks for each text, and the bytes only of those whose marks
 * allow it. A NUL inside a text stands between things that are searched apart, for nobody types one.
 */
export interface TextPool {
  readonly length: number
  readonly bytes: Uint8Array
  /** `length + 1` offsets. */
  readonly start: Uint32Array
  /** Which characters a text has: a bit for each letter, then `.`, `-` and `_`, then kinds of others. */
  readonly letters: Uint32Array
  /** Which pairs of neighbouring bytes it has, 65 536 of them thrown into 32 bits. */
  readonly pairs: Uint32Array
  /** A bit for each digit, then the pairs once more, thrown into the 22 other bits. */
  readonly digits: Uint32Array
}

/** Gives equal texts one index, whatever their case. */
export class TextPoolBuilder {
  private bytes: Uint8Array
  private bytesLength = 0
  private start: Uint32Array
  private letters: Uint32Array
  private pairs: Uint32Array
  private digits: Uint32Array
  private count = 0
  /** Open addressing over the folded bytes; two words a slot: the hash, then the text's index + 1. */
  private slots: Int32Array
  /** A dump cannot choose texts that all collide. */
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff) | 0

  /** @param expected about how many texts: room for them is only reserved, so too many cost nothing */
  constructor(expected = 0) {
    const room = Math.max(1 << 10, expected)
    this.bytes = new Uint8Array(room * 16)
    this.start = new Uint32Array(room)
    this.letters = new Uint32Array(room)
    this.pairs = new Uint32Array(room)
    this.digits = new Uint32Array(room)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(room * 3)))
  }

  get length(): number {
    return this.count
  }

  /** The index of `source[from … to - 1]`, folded. */
  intern(source: Uint8Array, from: number, to: number): TextIndex {
    const begin = this.bytesLength
    const room = begin + to - from
    if (room > this.bytes.length) this.bytes = growColumn(this.bytes, room)
    // Folded and hashed at the pool's end, where it stays if it is new.
    const { bytes } = this
    let hash = this.seed
    let all = 0
    let at = begin
    for (let i = from; i < to; i++) {
      const byte = smallLetter[source[i]!]!
      bytes[at++] = byte
      all |= byte
      hash = Math.imul(hash ^ byte, 0x0100_0193)
    }
    if (all >= 128) return this.internBeyondAscii(source, from, to)
    return this.settle(at, hash)
  }

  seal(): TextPool {
    this.slots = new Int32Array(0)
    return {
      length: this.count,
      bytes: this.bytes.slice(0, this.bytesLength),
      start: this.start.slice(0, this.count + 1),
      letters: this.letters.slice(0, this.count),
      pairs: this.pairs.slice(0, this.count),
      digits: this.digits.slice(0, this.count),
    }
  }

  private internBeyondAscii(source: Uint8Array, from: number, to: number): TextIndex {
    const folded = foldedBytes(source.subarray(from, to))
    const begin = this.bytesLength
    const end = begin + folded.length
    if (end > this.bytes.length) this.bytes = growColumn(this.bytes, end)
    this.bytes.set(folded, begin)
    let hash = this.seed
    for (const byte of folded) hash = Math.imul(hash ^ byte, 0x0100_0193)
    return this.settle(end, hash)
  }

  /** The index of the text from the pool's end to `end`, which stays there when no other is equal. */
  private settle(end: number, running: number): TextIndex {
    const { bytes, slots, start } = this
    const begin = this.bytesLength
    const hash = (running ^ (running >>> 15)) | 0
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
    if (index + 2 > start.length) {
      this.start = growColumn(start, index + 2)
      this.letters = growColumn(this.letters, index + 2)
      this.pairs = growColumn(this.pairs, index + 2)
      this.digits = growColumn(this.digits, index + 2)
    }
    this.start[index + 1] = end
    const { letters, pairs, digits } = this
    markText({ letters, pairs, digits }, index, this.bytes, begin, end)
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

/** All strings of a snapshot's table, with their indices: these are distinct already, but for their case. */
export function foldedTable(table: StringTable): TextPool {
  const { length } = table
  const start = new Uint32Array(length + 1)
  const marks: Marks = {
    letters: new Uint32Array(length),
    pairs: new Uint32Array(length),
    digits: new Uint32Array(length),
  }
  let bytes = new Uint8Array(table.start[length]!)
  let end = 0
  for (let text = 0; text < length; text++) {
    const from = table.start[text]!
    const to = table.start[text + 1]!
    const begin = end
    let all = 0
    for (let i = from; i < to; i++) all |= table.bytes[i]!
    const folded = all < 128 ? null : foldedBytes(table.bytes.subarray(from, to))
    const room = begin + (folded?.length ?? to - from)
    // Only what is beyond ASCII grows when it is folded.
    if (room > bytes.length) bytes = growColumn(bytes, room)
    if (folded) bytes.set(folded, begin)
    else for (let i = from; i < to; i++) bytes[begin + i - from] = smallLetter[table.bytes[i]!]!
    end = room
    start[text + 1] = end
    markText(marks, text, bytes, begin, end)
  }
  return { length, bytes, start, ...marks }
}

type Marks = Pick<TextPool, 'letters' | 'pairs' | 'digits'>

function markText(
  marks: Marks,
  text: TextIndex,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  let letters = 0
  let pairs = 0
  let digits = 0
  let before = -1
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    letters |= letterBit[byte]!
    digits |= digitBit[byte]!
    if (before >= 0) {
      const mixed = pairHash(before, byte)
      pairs |= 1 << (mixed >>> 27)
      digits |= 1 << (10 + (((mixed >>> 8) & 0xffff) % 22))
    }
    before = byte
  }
  marks.letters[text] = letters
  marks.pairs[text] = pairs
  marks.digits[text] = digits
}

const letterBit = Uint32Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 97 && byte <= 122) return 1 << (byte - 97)
  const own = [46, 45, 95].indexOf(byte) // . - _
  if (own !== -1) return 1 << (26 + own)
  if (byte >= 48 && byte <= 57) return 0
  return byte === 32 || byte === 44 ? 1 << 29 : byte > 32 && byte < 127 ? 1 << 30 : 1 << 31
})

const digitBit = Uint32Array.from({ length: 256 }, (_, byte) =>
  byte >= 48 && byte <= 57 ? 1 << (byte - 48) : 0,
)

function pairHash(first: number, second: number): number {
  return Math.imul((first << 8) | second, 0x9e37_79b1)
}

/** What is looked for, taken apart once. */
export interface Needle {
  readonly bytes: Uint8Array
  readonly letters: number
  readonly pairs: number
  readonly digits: number
  /** The marks say it all: one character that has a bit of its own. */
  readonly isInMarks: boolean
  /** How far to move on after a byte that ends a try in vain (Boyer, Moore and Horspool). */
  readonly skip: Uint16Array
}

/** @param bytes folded, of one byte or more */
export function needleOf(bytes: Uint8Array): Needle {
  const last = bytes.length - 1
  const skip = new Uint16Array(256).fill(Math.min(bytes.length, 0xffff))
  for (let i = 0; i < last; i++) skip[bytes[i]!] = Math.min(last - i, 0xffff)
  const one = new Uint32Array(1)
  const marks: Marks = { letters: one, pairs: one.slice(), digits: one.slice() }
  markText(marks, 0, bytes, 0, bytes.length)
  const isInMarks = bytes.length === 1 && hasOwnBit(bytes[0]!)
  const [letters, pairs, digits] = [marks.letters, marks.pairs, marks.digits].map(
    ([word]) => word! | 0,
  )
  return { bytes, letters: letters!, pairs: pairs!, digits: digits!, isInMarks, skip }
}

function hasOwnBit(byte: number): boolean {
  return digitBit[byte] !== 0 || (letterBit[byte]! & ((1 << 29) - 1)) !== 0
}

/** Whether one text has the needle in it. */
export function textHas(pool: TextPool, text: TextIndex, needle: Needle): boolean {
  if ((pool.letters[text]! & needle.letters) !== needle.letters) return false
  if ((pool.pairs[text]! & needle.pairs) !== needle.pairs) return false
  if ((pool.digits[text]! & needle.digits) !== needle.digits) return false
  return needle.isInMarks || hasBytes(pool.bytes, pool.start[text]!, pool.start[text + 1]!, needle)
}

function hasBytes(bytes: Uint8Array, from: number, to: number, needle: Needle): boolean {
  const wanted = needle.bytes
  const { skip } = needle
  const last = wanted.length - 1
  const final = wanted[last]!
  for (let at = from + last; at < to;) {
    const byte = bytes[at]!
    if (byte === final) {
      let i = last - 1
      while (i >= 0 && bytes[at - last + i] === wanted[i]) i--
      if (i < 0) return true
    }
    at += skip[byte]!
  }
  return false
}

/** Texts that one call of `scanPool` looks at: well under a millisecond. */
export const textsAtOnce = 1 << 15

/**
 * Looks through the texts of `[from, from + textsAtOnce)` and sets the bits of those that have the needle.
 * @param among only these; all when null
 * @returns how many have it
 */
export function scanPool(
  pool: TextPool,
  needle: Needle,
  among: BitSet | null,
  hits: BitSet,
  from: number,
): number {
  const { letters, pairs, digits, start, bytes } = pool
  const { isInMarks } = needle
  const wantedLetters = needle.letters
  const wantedPairs = needle.pairs
  const wantedDigits = needle.digits
  const to = Math.min(pool.length, from + textsAtOnce)
  let count = 0
  for (let base = from; base < to; base += 32) {
    const end = Math.min(to, base + 32)
    const allowed = among === null ? 0xffff_ffff : among.words[base >>> 5]!
    if (allowed === 0) continue
    let word = 0
    for (let text = base; text < end; text++) {
      if ((letters[text]! & wantedLetters) !== wantedLetters) continue
      if ((pairs[text]! & wantedPairs) !== wantedPairs) continue
      if ((digits[text]! & wantedDigits) !== wantedDigits) continue
      if (((allowed >>> (text & 31)) & 1) === 0) continue
      if (!isInMarks && !hasBytes(bytes, start[text]!, start[text + 1]!, needle)) continue
      word |= 1 << (text & 31)
      count++
    }
    hits.words[base >>> 5] = word
  }
  return count
}

/** Every text that has the needle, at once: for small pools. */
export function textsWith(pool: TextPool, needle: Needle): BitSet {
  const hits = emptyBitSet(pool.length)
  for (let from = 0; from < pool.length; from += textsAtOnce) {
    scanPool(pool, needle, null, hits, from)
  }
  return hits
}
