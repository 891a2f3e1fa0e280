/** Bytes that say something that cannot be. Caught inside this folder, and handed out as data. */
export class Malformed extends Error {
  /** Where in the file. */
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.name = 'Malformed'
    this.at = at
  }
}

/**
 * A part of a file, read in one byte order. Every offset and length is checked: a file may lie about all of them.
 * Offsets count from the beginning of the part; failures name the place in the whole file.
 */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly isLittleEndian: boolean
  readonly #start: number
  readonly #view: DataView

  /** @param start where `bytes` begin in the file */
  constructor(bytes: Uint8Array, isLittleEndian: boolean, start = 0) {
    this.bytes = bytes
    this.isLittleEndian = isLittleEndian
    this.#start = start
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get length(): number {
    return this.bytes.length
  }

  u8(at: number): number {
    this.check(at, 1, 'a byte')
    return this.#view.getUint8(at)
  }

  u16(at: number): number {
    this.check(at, 2, 'a 16-bit number')
    return this.#view.getUint16(at, this.isLittleEndian)
  }

  u32(at: number): number {
    this.check(at, 4, 'a 32-bit number')
    return this.#view.getUint32(at, this.isLittleEndian)
  }

  u64(at: number): bigint {
    this.check(at, 8, 'a 64-bit number')
    return this.#view.getBigUint64(at, this.isLittleEndian)
  }

  /** A number as wide as a pointer of the architecture. */
  word(at: number, is64Bit: boolean): bigint {
    return is64Bit ? this.u64(at) : BigInt(this.u32(at))
  }

  /** A 64-bit number that is an offset or a size in this file: what is larger than any file is refused. */
  offset64(at: number, what: string): number {
    const value = this.u64(at)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.malformed(at, `${what} is ${value}`)
    return Number(value)
  }

  /** A part of this part, whose failures still name places of the file. */
  part(at: number, length: number, what: string): ByteReader {
    this.check(at, length, what)
    return new ByteReader(
      this.bytes.subarray(at, at + length),
      this.isLittleEndian,
      this.#start + at,
    )
  }

  /** The same bytes in the other byte order, or in this. */
  inOrder(isLittleEndian: boolean): ByteReader {
    return new ByteReader(this.bytes, isLittleEndian, this.#start)
  }

  /** The text from `at` to the first NUL, at most `limit` bytes; of what is longer, its beginning. */
  text(at: number, limit: number): string {
    this.check(at, 0, 'a text')
    const end = Math.min(at + limit, this.length)
    const nul = this.bytes.subarray(at, end).indexOf(0)
    return decoder.decode(this.bytes.subarray(at, nul < 0 ? end : at + nul))
  }

  check(at: number, length: number, what: string): void {
    if (at < 0 || length < 0 || at + length > this.length)
      throw this.malformed(at, `${what} lies outside the file`)
  }

  malformed(at: number, message: string): Malformed {
    return new Malformed(this.#start + at, message)
  }
}

const decoder = new TextDecoder()
