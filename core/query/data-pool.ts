import type { BitSet } from '../registry/bit-set.ts'
import { growColumn } from '../registry/grow-column.ts'
import { BytePoolBuilder, runsAtOnce, type BytePool, type PoolIndex } from './byte-pool.ts'
import { sameByte } from './fold-text.ts'

/** Distinct data, looked through for whole bytes. */
export interface DataPool extends BytePool {
  /** A bit for each upper half that a byte of it has: what one digit asks for. */
  readonly halves: Uint16Array
}

export class DataPoolBuilder {
  private readonly pool: BytePoolBuilder
  private halves: Uint16Array

  constructor(expected: number) {
    this.pool = new BytePoolBuilder(expected)
    this.halves = new Uint16Array(Math.max(1 << 10, expected))
  }

  /** The index of `source[from … to - 1]`. */
  intern(source: Uint8Array, from: number, to: number): PoolIndex {
    const { length } = this.pool
    const data = this.pool.intern(source, from, to, sameByte, false)
    if (data === length) {
      if (data >= this.halves.length) this.halves = growColumn(this.halves, data + 1)
      let halves = 0
      for (let i = from; i < to; i++) halves |= 1 << (source[i]! >> 4)
      this.halves[data] = halves
    }
    return data
  }

  seal(): DataPool {
    return { ...this.pool.seal(), halves: this.halves.slice(0, this.pool.length) }
  }
}

/**
 * The hexadecimal digits of a text that can mean bytes, however they are shown: `849d`, `84 9d`, `<849d>`,
 * `0x849d`. Null for any other text.
 */
export function hexDigitsOf(folded: string): string | null {
  const digits = folded.replace(/^0x/, '').replace(/[\s<>]/g, '')
  return /^[0-9a-f]+$/.test(digits) ? digits : null
}

/** Where bytes with these digits stand in data, counted in bytes, or -1. */
export function indexOfDigits(
  bytes: Uint8Array,
  from: number,
  to: number,
  { whole, half }: WantedBytes,
): number {
  const { length } = whole
  const first = whole[0]
  const last = half < 0 ? to - length : to - length - 1
  for (let at = from; at <= last; at++) {
    if (first !== undefined && bytes[at] !== first) continue
    let i = 1
    while (i < length && bytes[at + i] === whole[i]) i++
    if (i >= length && (half < 0 || bytes[at + length]! >> 4 === half)) return at
  }
  return -1
}

export interface WantedBytes {
  readonly whole: Uint8Array
  /** The upper half of a byte of which the other digit is still to come, else -1. */
  readonly half: number
}

export function wantedBytes(digits: string): WantedBytes {
  const pairs = digits.match(/../g) ?? []
  return {
    whole: Uint8Array.from(pairs, pair => Number.parseInt(pair, 16)),
    half: digits.length % 2 === 1 ? Number.parseInt(digits.at(-1)!, 16) : -1,
  }
}

/** Whether one run of data has the bytes in it. */
export function dataHas(pool: DataPool, data: PoolIndex, wanted: WantedBytes): boolean {
  return indexOfDigits(pool.bytes, pool.start[data]!, pool.start[data + 1]!, wanted) >= 0
}

/**
 * Looks through the data of `[from, from + runsAtOnce)` and sets the bits of those that have the bytes.
 * @param among only these; all when null
 * @returns how many have it
 */
export function scanData(
  { length, bytes, start, halves }: DataPool,
  wanted: WantedBytes,
  among: BitSet | null,
  hits: BitSet,
  from: number,
): number {
  const first = wanted.whole[0] ?? -1
  const half = 1 << wanted.half
  const to = Math.min(length, from + runsAtOnce)
  /** Where the first byte stands next: found for many runs at once, faster than byte by byte. */
  let next = -1
  let count = 0
  for (let data = from; data < to; data++) {
    if (among !== null && ((among.words[data >>> 5]! >>> (data & 31)) & 1) === 0) continue
    if (first < 0) {
      if ((halves[data]! & half) === 0) continue
    } else {
      const begin = start[data]!
      const end = start[data + 1]!
      if (next < begin) {
        next = bytes.indexOf(first, begin)
        if (next < 0) break
      }
      if (next >= end || indexOfDigits(bytes, next, end, wanted) < 0) continue
    }
    hits.words[data >>> 5]! |= 1 << (data & 31)
    count++
  }
  return count
}
