import { base64Room, decodeBase64Into } from '../registry/base64.ts'
import { growColumn } from '../registry/grow-column.ts'
import { runsOf } from '../registry/read-text-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { PropertyIndex, Snapshot } from '../registry/snapshot.ts'
import { bytesAt } from '../registry/strings.ts'
import { unescaped } from '../registry/xml-characters.ts'
import type { PoolIndex } from './byte-pool.ts'
import { DataPoolBuilder, type DataPool } from './data-pool.ts'
import { TextPoolBuilder, type TextPool } from './text-pool.ts'
import { textTokens } from './text-tokens.ts'
import { TokenKind, TokenList } from './value-tokens.ts'
import { integerTexts, textLengthOf, valueParts } from './value-texts.ts'
import { xmlTokens } from './xml-tokens.ts'

/**
 * What each property has in it: its key, and the keys and values inside its value at every depth. That of property
 * `p` is `refs[first[p]] … refs[first[p + 1] - 1]`, its own key first. A ref below `firstData` is a text, from there on
 * it is data.
 *
 * From property to text, not the other way: of a text that is everywhere one property of each entry has to be
 * looked at, a text that is rare leaves most entries out after a bit each, and what is on screen can be asked first.
 */
export interface ValueIndex {
  readonly texts: TextPool
  readonly data: DataPool
  /** Where the refs of data begin: at a multiple of 32, so that bits of both make one set. */
  readonly firstData: number
  readonly refs: Uint32Array
  readonly first: Uint32Array
}

/** Work between two pauses, in bytes of values and in properties: about a millisecond. */
const bytesAtOnce = 1 << 18
const propertiesAtOnce = 1 << 12
const bytesOfRef = 64

/**
 * Makes the index from the values' bytes, in slices: it stops at each `yield` with the number of properties
 * done, and whoever drops it there has cancelled it.
 */
export function* buildValueIndex(snapshot: Snapshot): Generator<number, ValueIndex> {
  const builder = new ValueIndexBuilder(snapshot)
  const { length, start, end } = snapshot.properties
  let bytes = 0
  let count = 0
  for (let property = 0; property < length; property++) {
    const refs = builder.add(property)
    // Of a binary property list a few bytes can refer to much.
    bytes += Math.max(end[property]! - start[property]!, bytesOfRef * refs)
    if (bytes < bytesAtOnce && ++count < propertiesAtOnce) continue
    bytes = 0
    count = 0
    yield property + 1
  }
  return builder.seal()
}

class ValueIndexBuilder {
  private readonly snapshot: Snapshot
  private readonly texts: TextPoolBuilder
  private readonly data: DataPoolBuilder
  private readonly first: Uint32Array
  private refs: Uint32Array
  private count = 0
  private readonly tokens = new TokenList()
  /** The pool's index + 1 for each key of the snapshot's string table; 0 before it is met. */
  private readonly keys: Uint32Array
  private scratch = new Uint8Array(1 << 12)
  private readonly yes: PoolIndex
  private readonly no: PoolIndex

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    const { length } = snapshot.properties
    this.texts = new TextPoolBuilder(length)
    this.data = new DataPoolBuilder(length >> 2)
    this.refs = new Uint32Array(length * 4)
    this.first = new Uint32Array(length + 1)
    this.keys = new Uint32Array(snapshot.strings.length)
    this.yes = this.internText('Yes')
    this.no = this.internText('No')
  }

  /** Returns how many refs it has. */
  add(property: PropertyIndex): number {
    this.addKey(this.snapshot.properties.key[property]!)
    if (!this.addTokens(property)) {
      const { texts, data } = valueParts(readValue(this.snapshot, property))
      for (const text of texts) this.addRef(this.internText(text))
      for (const bytes of data) this.addRef(isData + this.data.intern(bytes, 0, bytes.length))
    }
    this.first[property + 1] = this.count
    return this.count - this.first[property]!
  }

  seal(): ValueIndex {
    const texts = this.texts.seal()
    const firstData = ((texts.length + 31) >>> 5) << 5
    const refs = this.refs.slice(0, this.count)
    // Only now it is known where they begin.
    for (let i = 0; i < refs.length; i++) {
      if (refs[i]! >= isData) refs[i] = refs[i]! - isData + firstData
    }
    return { texts, data: this.data.seal(), firstData, refs, first: this.first }
  }

  private addKey(key: number): void {
    const known = this.keys[key]!
    if (known > 0) return this.addRef(known - 1)
    const bytes = bytesAt(this.snapshot.strings, key)
    const text = this.texts.intern(bytes, 0, bytes.length)
    this.keys[key] = text + 1
    this.addRef(text)
  }

  /** False where the value has to be decoded; nothing of it is added then. */
  private addTokens(property: PropertyIndex): boolean {
    const { properties, sources } = this.snapshot
    const source = sources[properties.source[property]!]!
    const start = properties.start[property]!
    const end = properties.end[property]!
    if (start === end) return true
    const { bytes } = source
    const { tokens } = this
    tokens.length = 0
    const isPlain =
      source.syntax === 'xml'
        ? xmlTokens(bytes, start, end, tokens)
        : source.syntax === 'text' && textTokens(bytes, start, end, tokens)
    if (!isPlain) return false
    const before = this.count
    for (let i = 0; i < tokens.length; i += 3) {
      const { items } = tokens
      if (this.addToken(items[i]!, bytes, items[i + 1]!, items[i + 2]!)) continue
      this.count = before
      return false
    }
    return true
  }

  /** False where it is none of its kind. */
  private addToken(kind: number, bytes: Uint8Array, from: number, to: number): boolean {
    switch (kind) {
      case TokenKind.text:
        this.addRef(this.texts.intern(bytes, from, to))
        break
      case TokenKind.escapedText: {
        const text = unescaped(bytes, from, to)
        this.addRef(this.texts.intern(text, 0, text.length))
        break
      }
      case TokenKind.yes:
        this.addRef(this.yes)
        break
      case TokenKind.no:
        this.addRef(this.no)
        break
      case TokenKind.decimal:
        this.addRef(this.decimal(bytes, from, to))
        break
      case TokenKind.hexadecimal:
        this.addRef(this.integer(BigInt(asciiOf(bytes, from, to))))
        break
      case TokenKind.base64: {
        this.makeRoom(base64Room(to - from))
        const length = decodeBase64Into(this.scratch, bytes, from, to)
        if (length < 0) return false
        this.addData(this.scratch, length)
        break
      }
      case TokenKind.hexData:
        this.makeRoom((to - from) / 2)
        this.addData(this.scratch, decodeHexInto(this.scratch, bytes, from, to))
        break
      default: {
        const runs = runsOf(bytes.subarray(from, to))
        this.addData(runs, runs.length)
      }
    }
    return true
  }

  private addData(bytes: Uint8Array, length: number): void {
    this.addRef(isData + this.data.intern(bytes, 0, length))
    const textLength = textLengthOf(bytes, length)
    if (textLength > 0) this.addRef(this.texts.intern(bytes, 0, textLength))
  }

  /** Decimal and hexadecimal, a NUL between. */
  private decimal(bytes: Uint8Array, from: number, to: number): PoolIndex {
    // Exact as a number up to here; as a negative number its hexadecimal form takes 64 bits.
    if (to - from > 15 || bytes[from] === 45) return this.integer(BigInt(asciiOf(bytes, from, to)))
    const { scratch } = this
    let at = 0
    let value = 0
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!
      scratch[at++] = byte
      value = value * 10 + byte - 48
    }
    scratch[at++] = 0
    scratch[at++] = 48
    scratch[at++] = 120
    const high = Math.floor(value / 0x1_0000_0000)
    const low = value >>> 0
    if (high > 0) at = putHex(scratch, at, high, false)
    at = putHex(scratch, at, low, high > 0)
    return this.texts.intern(scratch, 0, at)
  }

  private integer(value: bigint): PoolIndex {
    return this.internText(integerTexts(value).join('\0'))
  }

  private internText(text: string): PoolIndex {
    const bytes = encoder.encode(text)
    return this.texts.intern(bytes, 0, bytes.length)
  }

  private addRef(text: PoolIndex): void {
    if (this.count === this.refs.length) this.refs = growColumn(this.refs, this.count + 1)
    this.refs[this.count++] = text
  }

  private makeRoom(length: number): void {
    if (length > this.scratch.length) this.scratch = growColumn(this.scratch, length)
  }
}

/** Marks a ref to data until all texts are counted. */
const isData = 0x8000_0000

const encoder = new TextEncoder()
const hexDigits = encoder.encode('0123456789abcdef')

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

function putHex(out: Uint8Array, at: number, word: number, isPadded: boolean): number {
  let shift = 28
  if (!isPadded) while (shift > 0 && word >>> shift === 0) shift -= 4
  for (; shift >= 0; shift -= 4) out[at++] = hexDigits[(word >>> shift) & 15]!
  return at
}

function decodeHexInto(out: Uint8Array, bytes: Uint8Array, from: number, to: number): number {
  let length = 0
  for (let i = from; i < to; i += 2) {
    out[length++] = (hexDigit(bytes[i]!) << 4) | hexDigit(bytes[i + 1]!)
  }
  return length
}

function hexDigit(byte: number): number {
  return byte <= 57 ? byte - 48 : byte - 87
}
