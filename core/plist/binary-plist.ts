import { FailureError } from '../failure.ts'

/**
 * The binary form of a property list (CoreFoundation, CFBinaryPList.c), all numbers big-endian:
 *
 *   "bplist00" | objects … | offset table | trailer, 32 bytes:
 *     6 unused/sort version, 1 size of an offset, 1 size of a reference,
 *     8 count of objects, 8 number of the top object, 8 offset of the offset table
 *
 * An object starts with a marker: its type in the high four bits, a size n in the low four, where 15 says
 * that an integer object with the size follows.
 *
 *   0x08 false, 0x09 true          0x6n UTF-16, n units
 *   0x1n integer of 2^n bytes      0x8n UID of n + 1 bytes: an index in a keyed archive
 *   0x2n real of 2^n bytes         0xAn array, n references
 *   0x33 date, seconds from 2001   0xCn set, n references
 *   0x4n data, n bytes             0xDn dictionary, n keys and then n values
 *   0x5n ASCII, n characters
 *
 * Integers of 1, 2 and 4 bytes are unsigned, those of 8 and 16 signed. A *reference* is an object's number;
 * its *place* is its first byte. References may be shared and may lead in circles, so whoever follows them
 * counts (`core/registry/read-binary-value.ts`, `core/dump/binary-reader.ts`).
 */
export class BinaryPlist {
  readonly bytes: Uint8Array
  readonly source: string
  readonly referenceSize: number
  readonly objectCount: number
  /** Reference of the top object. */
  readonly top: number

  private readonly view: DataView
  private readonly offsetSize: number
  readonly tableOffset: number

  /**
   * Reads the trailer, and nothing else yet.
   * @param source names the bytes in failures
   * @throws FailureError dump-malformed
   */
  constructor(bytes: Uint8Array, source: string) {
    // A plain view: of Node's Buffer, `slice` would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.source = source
    const trailer = bytes.length - trailerLength
    if (trailer < headerLength)
      throw this.malformed(bytes.length, 'a trailer of 32 bytes; was the file cut?')
    this.offsetSize = bytes[trailer + 6]!
    this.referenceSize = bytes[trailer + 7]!
    this.objectCount = this.unsigned(trailer + 8, 8)
    this.top = this.unsigned(trailer + 16, 8)
    this.tableOffset = this.unsigned(trailer + 24, 8)
    const sizes = [this.offsetSize, this.referenceSize]
    if (sizes.some(size => size < 1 || size > 8)) {
      throw this.malformed(
        trailer + 6,
        'the table of objects at the end, without which nothing can be read; was the file cut?',
      )
    }
    if (this.tableOffset + this.objectCount * this.offsetSize > trailer) {
      throw this.malformed(trailer + 24, 'an offset table inside the file')
    }
  }

  /** Where the object of a reference starts. */
  placeOf(reference: number): number {
    if (reference >= this.objectCount) {
      throw this.malformed(this.tableOffset, `more than ${reference} objects`)
    }
    const entry = this.tableOffset + reference * this.offsetSize
    const at = this.unsigned(entry, this.offsetSize)
    if (at < headerLength || at >= this.tableOffset) {
      throw this.malformed(entry, 'an object’s place')
    }
    return at
  }

  /** Places of all objects, ascending, each once; those that lie outside are left out. */
  places(): Float64Array {
    const { objectCount, offsetSize, tableOffset } = this
    const places = new Float64Array(objectCount)
    let count = 0
    for (let i = 0; i < objectCount; i++) {
      const at = this.unsigned(tableOffset + i * offsetSize, offsetSize)
      if (at >= headerLength && at < tableOffset) places[count++] = at
    }
    const sorted = places.subarray(0, count).sort()
    return sorted.filter((at, i) => i === 0 || at !== sorted[i - 1])
  }

  /** Reference number `index` of the list that starts at `start`. */
  referenceAt(start: number, index: number): number {
    return this.unsigned(start + index * this.referenceSize, this.referenceSize)
  }

  /** The high four bits of the marker: what kind of object it is. */
  kindAt(at: number): number {
    return this.byteAt(at) >> 4
  }

  /** Number of characters, units, bytes, items or pairs of an object that counts them. */
  countAt(at: number): number {
    const low = this.byteAt(at) & 0x0f
    if (low !== 15) return low
    if (this.byteAt(at + 1) >> 4 !== BinaryKind.integer) {
      throw this.malformed(at + 1, 'the size of a value')
    }
    const size = this.integerAt(at + 1)
    if (size < 0n || size > BigInt(this.bytes.length)) {
      throw this.malformed(at + 1, 'a size that fits in the file')
    }
    return Number(size)
  }

  /** Where the characters, bytes or references of such an object start. All of them lie in the file. */
  contentOf(at: number): number {
    const start =
      (this.byteAt(at) & 0x0f) === 15 ? at + 2 + 2 ** (this.byteAt(at + 1) & 0x0f) : at + 1
    this.need(start, this.countAt(at) * this.unitOf(this.kindAt(at)))
    return start
  }

  /** One past the object's last byte: its references are its own, what they lead to is not. */
  endOf(at: number): number {
    const marker = this.byteAt(at)
    const length = widthOf(marker)
    if (length >= 0) {
      this.need(at + 1, length)
      return at + 1 + length
    }
    return this.contentOf(at) + this.countAt(at) * this.unitOf(marker >> 4)
  }

  /** All 64, or 128, bits. */
  integerAt(at: number): bigint {
    const length = 2 ** (this.byteAt(at) & 0x0f)
    if (this.kindAt(at) !== BinaryKind.integer || length > 16) {
      throw this.malformed(at, 'an integer of at most 16 bytes')
    }
    this.need(at + 1, length)
    let value = 0n
    for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(this.bytes[at + 1 + i]!)
    return length >= 8 ? BigInt.asIntN(length * 8, value) : value
  }

  uidAt(at: number): number {
    const length = (this.byteAt(at) & 0x0f) + 1
    if (this.kindAt(at) !== BinaryKind.uid || length > 8) throw this.malformed(at, 'a UID')
    return this.unsigned(at + 1, length)
  }

  realAt(at: number): number {
    const low = this.byteAt(at) & 0x0f
    if (this.kindAt(at) !== BinaryKind.real || (low !== 2 && low !== 3)) {
      throw this.malformed(at, 'a real of 4 or 8 bytes')
    }
    this.need(at + 1, 2 ** low)
    return low === 2 ? this.view.getFloat32(at + 1) : this.view.getFloat64(at + 1)
  }

  /** Seconds since 2001-01-01. */
  secondsAt(at: number): number {
    if (this.byteAt(at) !== 0x33) throw this.malformed(at, 'a date')
    this.need(at + 1, 8)
    return this.view.getFloat64(at + 1)
  }

  textAt(at: number): string {
    const start = this.contentOf(at)
    const count = this.countAt(at)
    if (this.kindAt(at) === BinaryKind.utf16) {
      return new TextDecoder('utf-16be', { ignoreBOM: true }).decode(
        this.bytes.subarray(start, start + 2 * count),
      )
    }
    if (this.kindAt(at) !== BinaryKind.ascii) throw this.malformed(at, 'a string')
    const bytes = this.bytes.subarray(start, start + count)
    if (bytes.every(byte => byte < 0x80)) return new TextDecoder().decode(bytes)
    // Nothing should be there above ASCII; taken as Latin-1. `windows-1252` would turn 0x80–0x9f.
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  }

  byteAt(at: number): number {
    this.need(at, 1)
    return this.bytes[at]!
  }

  malformed(byteOffset: number, expected: string): FailureError {
    return new FailureError({
      kind: 'dump-malformed',
      source: this.source,
      byteOffset,
      expected,
    })
  }

  /** Of up to eight bytes. Beyond 2^53 it is inexact, which no file is large enough to notice. */
  private unsigned(at: number, length: number): number {
    this.need(at, length)
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + this.bytes[at + i]!
    return value
  }

  private unitOf(kind: number): number {
    switch (kind) {
      case BinaryKind.utf16:
        return 2
      case BinaryKind.array:
      case BinaryKind.set:
        return this.referenceSize
      case BinaryKind.dictionary:
        return 2 * this.referenceSize
      default:
        return 1
    }
  }

  private need(at: number, length: number): void {
    if (at + length > this.bytes.length) throw this.malformed(at, `${length} more bytes`)
  }
}

/** The high four bits of a marker. */
export const BinaryKind = {
  /** Null, false, true, and fill bytes. */
  simple: 0x0,
  integer: 0x1,
  real: 0x2,
  date: 0x3,
  data: 0x4,
  ascii: 0x5,
  utf16: 0x6,
  uid: 0x8,
  array: 0xa,
  set: 0xc,
  dictionary: 0xd,
} as const

const headerLength = 8
const trailerLength = 32

/** Bytes after the marker of an object that does not count, or -1. */
function widthOf(marker: number): number {
  const low = marker & 0x0f
  switch (marker >> 4) {
    case BinaryKind.integer:
    case BinaryKind.real:
      return 2 ** low
    case BinaryKind.date:
      return 8
    case BinaryKind.uid:
      return low + 1
    case BinaryKind.data:
    case BinaryKind.ascii:
    case BinaryKind.utf16:
    case BinaryKind.array:
    case BinaryKind.set:
    case BinaryKind.dictionary:
      return -1
    default:
      return 0
  }
}
