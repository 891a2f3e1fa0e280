import { growColumn } from '../registry/grow-column.ts'
import type { StringTable } from '../registry/snapshot.ts'
import type { BitSet } from '../registry/bit-set.ts'
import { BytePoolBuilder, runsAtOnce, type BytePool, type PoolIndex } from './byte-pool.ts'
import { foldedBytes, sameByte, smallLetter } from './fold-text.ts'

/**
 * Distinct texts, case folded. Looking for something reads three words of marks for each text, and the bytes only of
 * those whose marks allow it. A NUL in a text stands between things that are searched apart, for nobody types
 * one.
 */
export interface TextPool extends BytePool {
  readonly marks: Marks<Uint32Array>
}

/**
 * Which characters a text has: a bit for each letter, then `.`, `-` and `_`, then kinds of others. Which pairs of
 * neighbours, thrown into 32 bits. A bit for each digit, and the pairs once more in the other 22.
 */
type Marks<T> = readonly [letters: T, pairs: T, digits: T]

export class TextPoolBuilder {
  private readonly pool: BytePoolBuilder
  private readonly marks: MarkColumns

  constructor(expected: number) {
    this.pool = new BytePoolBuilder(expected)
    this.marks = new MarkColumns(expected)
  }

  /** The index of `source[from … to - 1]`, folded. */
  intern(source: Uint8Array, from: number, to: number): PoolIndex {
    const { length } = this.pool
    let text = this.pool.intern(source, from, to, smallLetter, true)
    if (text < 0) {
      const folded = foldedBytes(source.subarray(from, to))
      text = this.pool.intern(folded, 0, folded.length, sameByte, false)
    }
    if (text === length) {
      this.pool.markLast((bytes, first, end) => this.marks.put(text, textMarks(bytes, first, end)))
    }
    return text
  }

  seal(): TextPool {
    return { ...this.pool.seal(), marks: this.marks.seal(this.pool.length) }
  }
}

/** All strings of a snapshot's table, with their indices: these are distinct already, but for their case. */
export function foldedTable(table: StringTable): TextPool {
  const { length } = table
  const start = new Uint32Array(length + 1)
  const marks = new MarkColumns(length)
  let bytes = new Uint8Array(table.start[length]!)
  let end = 0
  for (let text = 0; text < length; text++) {
    const from = table.start[text]!
    const to = table.start[text + 1]!
    const begin = end
    let all = 0
    for (let i = from; i < to; i++) all |= table.bytes[i]!
    const folded = all < 128 ? null : foldedBytes(table.bytes.subarray(from, to))
    end = begin + (folded?.length ?? to - from)
    // Only what is beyond ASCII grows when it is folded.
    if (end > bytes.length) bytes = growColumn(bytes, end)
    if (folded) bytes.set(folded, begin)
    else for (let i = from; i < to; i++) bytes[begin + i - from] = smallLetter[table.bytes[i]!]!
    start[text + 1] = end
    marks.put(text, textMarks(bytes, begin, end))
  }
  return { length, bytes, start, marks: marks.seal(length) }
}

/** A text that is looked for, taken apart once. */
export interface TextNeedle {
  readonly bytes: Uint8Array
  readonly marks: Marks<number>
  /** The marks say it all: one character that has a bit of its own. */
  readonly isInMarks: boolean
  /** How far to move on after a byte that ends a try in vain (Boyer, Moore and Horspool). */
  readonly skip: Uint16Array
}

/** @param bytes folded, of one byte or more */
export function textNeedle(bytes: Uint8Array): TextNeedle {
  const last = bytes.length - 1
  const skip = new Uint16Array(256).fill(Math.min(bytes.length, 0xffff))
  for (let i = 0; i < last; i++) skip[bytes[i]!] = Math.min(last - i, 0xffff)
  const isInMarks = bytes.length === 1 && hasOwnBit(bytes[0]!)
  return { bytes, marks: textMarks(bytes, 0, bytes.length), isInMarks, skip }
}

/** Whether one text has the needle in it. */
export function textHas(pool: TextPool, text: PoolIndex, needle: TextNeedle): boolean {
  for (const [at, wanted] of needle.marks.entries()) {
    if ((pool.marks[at]![text]! & wanted) !== wanted) return false
  }
  return needle.isInMarks || hasBytes(pool.bytes, pool.start[text]!, pool.start[text + 1]!, needle)
}

function hasBytes(bytes: Uint8Array, from: number, to: number, needle: TextNeedle): boolean {
  const { bytes: wanted, skip } = needle
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

/**
 * Looks through the texts of `[from, from + runsAtOnce)` and sets the bits of those that have the needle.
 * @param among only these; all when null
 * @returns how many have it
 */
export function scanTexts(
  pool: TextPool,
  needle: TextNeedle,
  among: BitSet | null,
  hits: BitSet,
  from: number,
): number {
  const { start, bytes } = pool
  const [marks0, marks1, marks2] = pool.marks
  const [wanted0, wanted1, wanted2] = needle.marks
  const { isInMarks } = needle
  const to = Math.min(pool.length, from + runsAtOnce)
  let count = 0
  for (let base = from; base < to; base += 32) {
    const end = Math.min(to, base + 32)
    const allowed = among === null ? 0xffff_ffff : among.words[base >>> 5]!
    if (allowed === 0) continue
    let word = 0
    for (let text = base; text < end; text++) {
      if ((marks0[text]! & wanted0) !== wanted0) continue
      if ((marks1[text]! & wanted1) !== wanted1) continue
      if ((marks2[text]! & wanted2) !== wanted2) continue
      if (((allowed >>> (text & 31)) & 1) === 0) continue
      if (!isInMarks && !hasBytes(bytes, start[text]!, start[text + 1]!, needle)) continue
      word |= 1 << (text & 31)
      count++
    }
    hits.words[base >>> 5] = word
  }
  return count
}

/** The marks of a pool that is being filled. */
class MarkColumns {
  private columns: Marks<Uint32Array>

  constructor(expected: number) {
    const column = () => new Uint32Array(Math.max(1 << 10, expected))
    this.columns = [column(), column(), column()]
  }

  put(index: PoolIndex, [a, b, c]: Marks<number>): void {
    if (index >= this.columns[0].length) {
      const [first, second, third] = this.columns
      const grown = (column: Uint32Array) => growColumn(column, index + 1)
      this.columns = [grown(first), grown(second), grown(third)]
    }
    this.columns[0][index] = a
    this.columns[1][index] = b
    this.columns[2][index] = c
  }

  seal(length: number): Marks<Uint32Array> {
    const [first, second, third] = this.columns
    return [first.slice(0, length), second.slice(0, length), third.slice(0, length)]
  }
}

function textMarks(bytes: Uint8Array, from: number, to: number): Marks<number> {
  let letters = 0
  let pairs = 0
  let digits = 0
  let before = -1
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    letters |= letterBit[byte]!
    digits |= digitBit[byte]!
    if (before >= 0) {
      const mixed = Math.imul((before << 8) | byte, 0x9e37_79b1)
      pairs |= 1 << (mixed >>> 27)
      digits |= 1 << (10 + (((mixed >>> 8) & 0xffff) % 22))
    }
    before = byte
  }
  return [letters, pairs, digits]
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

function hasOwnBit(byte: number): boolean {
  return digitBit[byte] !== 0 || (letterBit[byte]! & ((1 << 29) - 1)) !== 0
}
