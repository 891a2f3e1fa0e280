import type { PropertyValue } from '../../core/registry/property-value.ts'
import { depthLimit, malformed } from './malformed.ts'

/**
 * The binary form, `bplist00` (CoreFoundation, CFBinaryPList.c), all numbers big-endian:
 *
 *   "bplist00" | objects … | offset table | trailer, 32 bytes:
 *     6 unused/sort version, 1 size of an offset, 1 size of a reference,
 *     8 count of objects, 8 number of the top object, 8 offset of the offset table
 *
 * An object starts with a marker: its type in the high four bits, a size n in the low four, where 15 says
 * that an integer object with the size follows.
 *
 *   0x08 false, 0x09 true          0x5n ASCII, n characters
 *   0x1n integer of 2^n bytes      0x6n UTF-16, n units
 *   0x2n real of 2^n bytes         0xAn array, n references
 *   0x33 date, seconds from 2001   0xCn set, n references
 *   0x4n data, n bytes             0xDn dictionary, n keys and then n values
 *
 * Integers of 1, 2 and 4 bytes are unsigned, those of 8 and 16 signed. References may be shared, so a file
 * of a few kilobytes can stand for more values than there is memory: the number of values is bounded.
 */
export function readBinaryPlist(bytes: Uint8Array, source: string): PropertyValue {
  return new Reader(bytes, source).document()
}

const headerLength = 8
const trailerLength = 32
const valueLimit = 500_000
/** 2001-01-01, CoreFoundation's beginning of time, in milliseconds since 1970. */
const epochMs = Date.UTC(2001, 0, 1)
const latestDateMs = 8.64e15

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #source: string
  #offsetSize = 0
  #referenceSize = 0
  #objectCount = 0
  #tableOffset = 0
  #valueCount = 0

  constructor(bytes: Uint8Array, source: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#source = source
  }

  document(): PropertyValue {
    const trailer = this.#bytes.length - trailerLength
    if (trailer < headerLength) throw this.#wrong(this.#bytes.length, 'a trailer of 32 bytes')
    this.#offsetSize = this.#bytes[trailer + 6]!
    this.#referenceSize = this.#bytes[trailer + 7]!
    this.#objectCount = this.#number(trailer + 8, 8)
    const top = this.#number(trailer + 16, 8)
    this.#tableOffset = this.#number(trailer + 24, 8)
    const sizes = [this.#offsetSize, this.#referenceSize]
    if (sizes.some(size => size < 1 || size > 8)) {
      throw this.#wrong(trailer + 6, 'sizes from 1 to 8')
    }
    if (this.#tableOffset + this.#objectCount * this.#offsetSize > trailer) {
      throw this.#wrong(trailer + 24, 'an offset table inside the file')
    }
    return this.#object(top, 0)
  }

  #object(reference: number, depth: number): PropertyValue {
    const at = this.#place(reference)
    if (depth > depthLimit) throw this.#wrong(at, `at most ${depthLimit} levels`)
    if (++this.#valueCount > valueLimit) throw this.#wrong(at, `at most ${valueLimit} values`)
    const marker = this.#byte(at)
    const low = marker & 0x0f
    switch (marker >> 4) {
      case 0x0:
        if (low === 8 || low === 9) return { kind: 'boolean', value: low === 9 }
        throw this.#wrong(at, 'a value')
      case 0x1:
        return { kind: 'integer', value: this.#integer(at) }
      case 0x2:
        return { kind: 'real', value: this.#real(at, low) }
      case 0x3:
        return { kind: 'date', iso: this.#date(at) }
      case 0x4: {
        const [start, length] = this.#sized(at, 1)
        // A copy: `slice` of a Buffer is a view of the whole file.
        return { kind: 'data', bytes: new Uint8Array(this.#bytes.subarray(start, start + length)) }
      }
      case 0x5: {
        const [start, length] = this.#sized(at, 1)
        return { kind: 'string', text: latin(this.#bytes.subarray(start, start + length)) }
      }
      case 0x6: {
        const [start, count] = this.#sized(at, 2)
        const units = this.#bytes.subarray(start, start + count * 2)
        return { kind: 'string', text: new TextDecoder('utf-16be').decode(units) }
      }
      case 0xa:
        return { kind: 'array', items: this.#items(at, depth) }
      case 0xc:
        return { kind: 'set', items: this.#items(at, depth) }
      case 0xd:
        return { kind: 'dictionary', entries: this.#entries(at, depth) }
      default:
        throw this.#wrong(at, 'a known kind of value')
    }
  }

  #items(at: number, depth: number): PropertyValue[] {
    const [start, count] = this.#sized(at, this.#referenceSize)
    const items: PropertyValue[] = []
    for (let i = 0; i < count; i++) {
      const reference = this.#number(start + i * this.#referenceSize, this.#referenceSize)
      items.push(this.#object(reference, depth + 1))
    }
    return items
  }

  #entries(at: number, depth: number): (readonly [string, PropertyValue])[] {
    const size = this.#referenceSize
    const [start, count] = this.#sized(at, size * 2)
    const entries = new Map<string, PropertyValue>()
    for (let i = 0; i < count; i++) {
      const key = this.#object(this.#number(start + i * size, size), depth + 1)
      if (key.kind !== 'string') throw this.#wrong(start + i * size, 'a string as a key')
      const value = this.#number(start + (count + i) * size, size)
      entries.set(key.text, this.#object(value, depth + 1))
    }
    return [...entries]
  }

  #integer(at: number): bigint {
    const length = 2 ** (this.#byte(at) & 0x0f)
    if (length > 16) throw this.#wrong(at, 'an integer of at most 16 bytes')
    this.#need(at + 1, length)
    let value = 0n
    for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(this.#bytes[at + 1 + i]!)
    return length >= 8 ? BigInt.asIntN(length * 8, value) : value
  }

  #real(at: number, low: number): number {
    if (low !== 2 && low !== 3) throw this.#wrong(at, 'a real of 4 or 8 bytes')
    this.#need(at + 1, 2 ** low)
    return low === 2 ? this.#view.getFloat32(at + 1) : this.#view.getFloat64(at + 1)
  }

  #date(at: number): string {
    this.#need(at + 1, 8)
    const ms = epochMs + this.#view.getFloat64(at + 1) * 1000
    if (!(Math.abs(ms) <= latestDateMs)) throw this.#wrong(at, 'a date')
    return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
  }

  /** Where the content of an object starts and how many units of `unit` bytes it has. */
  #sized(at: number, unit: number): readonly [start: number, count: number] {
    let count = this.#byte(at) & 0x0f
    let start = at + 1
    if (count === 15) {
      const marker = this.#byte(at + 1)
      if (marker >> 4 !== 1) throw this.#wrong(at + 1, 'the size of a value')
      const size = this.#integer(at + 1)
      if (size < 0n || size > BigInt(this.#bytes.length))
        throw this.#wrong(at + 1, 'a smaller size')
      count = Number(size)
      start = at + 2 + 2 ** (marker & 0x0f)
    }
    this.#need(start, count * unit)
    return [start, count]
  }

  #place(reference: number): number {
    if (reference >= this.#objectCount) {
      throw this.#wrong(this.#tableOffset, `fewer references than object ${reference}`)
    }
    const entry = this.#tableOffset + reference * this.#offsetSize
    const at = this.#number(entry, this.#offsetSize)
    if (at < headerLength || at >= this.#tableOffset) throw this.#wrong(entry, 'an object’s place')
    return at
  }

  /** Unsigned, of up to eight bytes. Beyond 2^53 it is inexact, which no file is large enough to notice. */
  #number(at: number, length: number): number {
    this.#need(at, length)
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + this.#bytes[at + i]!
    return value
  }

  #byte(at: number): number {
    this.#need(at, 1)
    return this.#bytes[at]!
  }

  #need(at: number, length: number): void {
    if (at + length > this.#bytes.length) throw this.#wrong(at, `${length} more bytes`)
  }

  #wrong(byteOffset: number, expected: string) {
    return malformed(this.#source, byteOffset, expected)
  }
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
