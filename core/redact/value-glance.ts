import { BytePoolBuilder } from '../query/byte-pool.ts'
import { sameByte } from '../query/fold-text.ts'
import { base64Room, decodeBase64Into } from '../registry/base64.ts'
import { isEdid } from './found-secrets.ts'
import { hexDigitValue, isHexDigit } from './hex-digits.ts'
import { categoryOfKey, publicUuidKeys } from './secret-rules.ts'
import { ShapeScan, shortestShape, type Brackets } from './shape-scan.ts'
import { wideTexts } from './wide-text.ts'

/**
 * Where in a source a value may tell something though its own key does not: by a key inside of it, or by the look of what
 * stands in its data. Found from the bytes alone, while they are gone over for looks; what is not marked is certain to
 * tell nothing more, and need not be decoded. A place too many costs a look at its value.
 */
export class ValueGlance implements Brackets {
  private readonly isXml: boolean
  private places = new Uint32Array(1 << 8)
  private length = 0
  private next = 0
  private scratch = new Uint8Array(1 << 12)
  private hasLook = false
  private readonly looks = new ShapeScan(() => (this.hasLook = true))
  /** Distinct keys inside of values, and for each of them whether it tells something. */
  private readonly keys = new BytePoolBuilder(1 << 10)
  private readonly tells: boolean[] = []

  constructor(isXml: boolean) {
    this.isXml = isXml
  }

  /** Whether a place in `[start, end)` is marked. Quick where ranges are asked for in their order. */
  isMarked(start: number, end: number): boolean {
    const { places, length } = this
    if (this.next > 0 && places[this.next - 1]! >= start) this.next = 0
    if (this.next === 0) this.next = firstAtOrAfter(places, length, start)
    while (this.next < length && places[this.next]! < start) this.next++
    return this.next < length && places[this.next]! < end
  }

  /** `"key"=`: inside of values, for one of its own has a blank there. */
  equals(bytes: Uint8Array, at: number): void {
    if (this.isXml) return
    const first = Math.max(0, at - 1 - longestKey)
    let from = at - 1
    while (from > first && bytes[from - 1] !== quote) from--
    if (this.keyTells(bytes, from, at - 1)) this.mark(at)
  }

  less(bytes: Uint8Array, at: number, end: number): void {
    if (this.isXml ? this.elementTells(bytes, at, end) : this.hexTells(bytes, at, end))
      this.mark(at)
  }

  private mark(at: number): void {
    if (this.length === this.places.length) {
      const wider = new Uint32Array(2 * this.length)
      wider.set(this.places)
      this.places = wider
    }
    this.places[this.length++] = at
  }

  /** Data and keys in plain tags; whatever is unusual tells something. */
  private elementTells(bytes: Uint8Array, at: number, end: number): boolean {
    const name = bytes[at + 1]
    if (name === letterK) {
      if (bytes[at + 4] !== greater || bytes[at + 3] !== letterY) return true
      let to = at + 5
      while (to < end && bytes[to] !== lessSign) if (bytes[to++] === ampersand) return true
      return bytes[to + 1] !== slash || this.keyTells(bytes, at + 5, to)
    }
    if (name === exclamation) return true
    // `<data`, not `<dict` or `<date`.
    if (name !== letterD || bytes[at + 2] !== letterA || bytes[at + 4] !== letterA) return false
    if (bytes[at + 5] !== greater) return bytes[at + 5] !== slash
    let to = at + 6
    while (to < end && bytes[to] !== lessSign) to++
    if (to - at - 6 < shortestShape) return false
    const data = this.room(base64Room(to - at - 6))
    const length = decodeBase64Into(data, bytes, at + 6, to)
    return length < 0 || this.dataTells(data, length)
  }

  /** `<0a1b2c>`; digits in groups are left to whoever reads values. */
  private hexTells(bytes: Uint8Array, at: number, end: number): boolean {
    let to = at + 1
    while (to < end && isHexDigit[bytes[to]!] === 1) to++
    if (to === at + 1) return bytes[to] === quote
    if (bytes[to] !== greater) return bytes[to]! <= 32
    const length = (to - at - 1) >> 1
    if (length < shortestShape) return false
    const data = this.room(length)
    for (let i = 0, digit = at + 1; i < length; i++, digit += 2) {
      data[i] = (hexDigitValue[bytes[digit]!]! << 4) | hexDigitValue[bytes[digit + 1]!]!
    }
    return this.dataTells(data, length)
  }

  private keyTells(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from > longestKey) return false
    const known = this.keys.length
    const key = this.keys.intern(bytes, from, to, sameByte, false)
    if (key === known) {
      const name = new TextDecoder().decode(bytes.subarray(from, to))
      this.tells[key] = publicUuidKeys.test(name) || categoryOfKey(name) !== null
    }
    return this.tells[key]!
  }

  private dataTells(data: Uint8Array, length: number): boolean {
    this.hasLook = false
    this.looks.restart()
    this.looks.scan(data, 0, length, 0, length)
    if (this.hasLook || (length >= 128 && isEdid(data.subarray(0, length)))) return true
    const wide = length < 2 * shortestShape ? null : wideTexts(data, 0, length)
    if (!wide) return false
    this.looks.restart()
    this.looks.scan(wide, 0, wide.length)
    return this.hasLook
  }

  private room(length: number): Uint8Array {
    if (this.scratch.length < length) this.scratch = new Uint8Array(2 * length)
    return this.scratch
  }
}

/** `categoryOfKey` knows none that is longer. */
const longestKey = 200
const exclamation = 33
const quote = 34
const ampersand = 38
const slash = 47
const lessSign = 60
const greater = 62
const letterA = 97
const letterD = 100
const letterK = 107
const letterY = 121

function firstAtOrAfter(places: Uint32Array, length: number, wanted: number): number {
  let [from, to] = [0, length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (places[middle]! < wanted) from = middle + 1
    else to = middle
  }
  return from
}
