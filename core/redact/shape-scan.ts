import { isHexDigit as isHex } from './hex-digits.ts'
import type { SecretCategory } from './secret-rules.ts'

/*
 * What is a secret by its look, wherever it stands, found in one pass over bytes: each look has a byte that is rare
 * elsewhere, and only there anything is compared. Letters and digits are ASCII; a look begins and ends where no letter,
 * digit or `_` stands beside it.
 *
 *   uuids      8-4-4-4-12 hexadecimal digits
 *   hardware   six pairs of hexadecimal digits with `:` or `-` between them
 *   network    192.168.x.x, 169.254.x.x, 172.16.x.x to 172.31.x.x, and fe80::…: private and link-local ranges. Of these
 *              not 10.x, for four numbers with dots between them are mostly a version.
 *   people     the name in /Users/NAME, /home/NAME, /Volumes/NAME and /var/folders/xx/NAME; e-mail addresses
 */

/** @param from of the secret itself: of a path only the name */
export type ShapeReport = (
  category: SecretCategory,
  bytes: Uint8Array,
  from: number,
  to: number,
) => void

/** Hears of the signs that values are made of, on the way. */
export interface Brackets {
  readonly equals: (bytes: Uint8Array, at: number) => void
  readonly less: (bytes: Uint8Array, at: number, end: number) => void
}

/** No look is shorter: `/home/x`. */
export const shortestShape = 7
/** A name has at most 64 characters, of at most four bytes. */
const longestName = 256
/** Of fewer bytes each is looked at by itself. */
const worthPairs = 256

const isWord = new Uint8Array(256)
/** Ends a name in a path: `/"<>:` and white space of ASCII, NUL. */
const endsName = new Uint8Array(256)
const isLocalPart = new Uint8Array(256)
const isDomain = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte)
  isWord[byte] = /\w/.test(character) ? 1 : 0
  endsName[byte] = /[/"<>: \t\n\r\f\v\0]/.test(character) ? 1 : 0
  isLocalPart[byte] = /[\w.+-]/.test(character) ? 1 : 0
  isDomain[byte] = /[A-Za-z\d.-]/.test(character) ? 1 : 0
}

const quote = 34
const hyphen = 45
const dot = 46
const slash = 47
const digitOne = 49
const colon = 58
const at = 64
const less = 60
const equals = 61
const triggersOf = (bytes: readonly number[]) => {
  const table = new Uint8Array(256)
  for (const byte of bytes) table[byte] = 1
  return table
}
const looksOnly = triggersOf([hyphen, dot, slash, colon, at])
const withBrackets = triggersOf([hyphen, dot, slash, colon, at, less, equals])
const pairsOf = (table: Uint8Array) =>
  Uint8Array.from({ length: 65_536 }, (_, pair) => table[pair & 255]! | table[pair >> 8]!)
const pairsOfLooks = pairsOf(looksOnly)
const pairsWithBrackets = pairsOf(withBrackets)
/** `/Users/`, `/home/`, `/Volumes/`, `/var/folders/`. */
const beginsFolder = new Uint8Array(256)
for (const character of 'UhVv') beginsFolder[character.charCodeAt(0)] = 1

/** Goes over bytes from their beginning to their end, part by part. */
export class ShapeScan {
  private readonly report: ShapeReport
  private readonly brackets: Brackets | null
  private readonly isTrigger: Uint8Array
  /** By two bytes, whichever of them comes first: whether one is a trigger. */
  private readonly isPair: Uint8Array
  /** Where the last of each look has ended: the next does not begin in it. */
  private lastPairs = 0
  private lastNumbers = 0
  private lastLink = 0
  private lastPath = 0
  private lastMail = 0

  constructor(report: ShapeReport, brackets: Brackets | null = null) {
    this.report = report
    this.brackets = brackets
    this.isTrigger = brackets ? withBrackets : looksOnly
    this.isPair = brackets ? pairsWithBrackets : pairsOfLooks
  }

  /** Begins with other bytes. */
  restart(at = 0): void {
    this.lastPairs = this.lastNumbers = this.lastLink = this.lastPath = this.lastMail = at
  }

  /**
   * Looks whose trigger is in `[from, to)`; all of `[begin, end)` may be a part of them.
   */
  scan(bytes: Uint8Array, from: number, to: number, begin = 0, end = bytes.length): void {
    const { isTrigger, isPair } = this
    if (to - from < worthPairs) {
      for (let i = from; i < to; i++) {
        if (isTrigger[bytes[i]!] === 1) this.trigger(bytes, i, begin, end)
      }
      return
    }
    // Two bytes at once: nearly all of them begin nothing.
    const odd = bytes.byteOffset & 1
    const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset + odd, (bytes.length - odd) >> 1)
    let i = from
    if (i < to && ((i ^ odd) & 1) === 1 && isTrigger[bytes[i++]!] === 1) {
      this.trigger(bytes, i - 1, begin, end)
    }
    const last = Math.min(pairs.length, (to - odd) >> 1)
    for (let pair = (i - odd) >> 1; pair < last; pair++) {
      if (isPair[pairs[pair]!] === 0) continue
      i = 2 * pair + odd
      if (isTrigger[bytes[i]!] === 1) this.trigger(bytes, i, begin, end)
      if (isTrigger[bytes[i + 1]!] === 1) this.trigger(bytes, i + 1, begin, end)
    }
    for (i = Math.max(i, 2 * last + odd); i < to; i++) {
      if (isTrigger[bytes[i]!] === 1) this.trigger(bytes, i, begin, end)
    }
  }

  private trigger(bytes: Uint8Array, i: number, begin: number, end: number): void {
    switch (bytes[i]) {
      case dot:
        if (bytes[i - 3] === digitOne) this.numbers(bytes, i, begin, end)
        return
      case slash:
        if (beginsFolder[bytes[i + 1]!] === 1) this.path(bytes, i, end)
        return
      case at:
        return this.mail(bytes, i, begin, end)
      case less:
        return this.brackets!.less(bytes, i, end)
      case equals:
        if (bytes[i - 1] === quote) this.brackets!.equals(bytes, i)
        return
      default: {
        if (isHex[bytes[i - 1]!] === 1 && isHex[bytes[i - 2]!] === 1) {
          this.pairs(bytes, i, begin, end)
          if (bytes[i] === hyphen) this.uuid(bytes, i, begin, end)
        }
        if (bytes[i] === colon && bytes[i + 1] === colon) this.link(bytes, i, begin, end)
      }
    }
  }

  private uuid(bytes: Uint8Array, i: number, begin: number, end: number): void {
    const from = i - 8
    const to = from + 36
    if (from < begin || to > end) return
    if (bytes[i + 5] !== hyphen || bytes[i + 10] !== hyphen || bytes[i + 15] !== hyphen) return
    for (let n = from; n < to; n++) {
      if (isHex[bytes[n]!] === 0 && n !== i && n !== i + 5 && n !== i + 10 && n !== i + 15) return
    }
    if (isFree(bytes, from, to, begin, end)) this.report('uuids', bytes, from, to)
  }

  private pairs(bytes: Uint8Array, i: number, begin: number, end: number): void {
    const from = i - 2
    const to = from + 17
    if (from < begin || from < this.lastPairs || to > end) return
    for (let n = i; n < to; n += 3) {
      if (bytes[n] !== colon && bytes[n] !== hyphen) return
      if (isHex[bytes[n + 1]!] === 0 || isHex[bytes[n + 2]!] === 0) return
    }
    if (!isFree(bytes, from, to, begin, end)) return
    this.lastPairs = to
    this.report('hardware', bytes, from, to)
  }

  private numbers(bytes: Uint8Array, i: number, begin: number, end: number): void {
    const from = i - 3
    if (from < begin || from < this.lastNumbers) return
    const first = numberAt(bytes, from, i)
    if (first !== 192 && first !== 169 && first !== 172) return
    const second = digitsTo(bytes, i + 1, end)
    if (second === i + 1 || bytes[second] !== dot) return
    const number = numberAt(bytes, i + 1, second)
    const isPrivate =
      (first === 192 && number === 168) ||
      (first === 169 && number === 254) ||
      (first === 172 && number >= 16 && number <= 31)
    const third = digitsTo(bytes, second + 1, end)
    if (!isPrivate || third === second + 1 || bytes[third] !== dot) return
    const to = digitsTo(bytes, third + 1, end)
    if (to === third + 1 || !isFree(bytes, from, to, begin, end)) return
    this.lastNumbers = to
    this.report('network', bytes, from, to)
  }

  /** `fe80::` and up to four groups. */
  private link(bytes: Uint8Array, i: number, begin: number, end: number): void {
    const from = i - 4
    if (from < begin || from < this.lastLink || i + 2 > end) return
    if ((bytes[from]! | 32) !== 102 || (bytes[from + 1]! | 32) !== 101) return
    if (bytes[from + 2] !== 56 || bytes[from + 3] !== 48) return
    if (from > begin && isWord[bytes[from - 1]!] === 1) return
    let to = -1
    for (let group = 0, at = i + 2; group < 4; group++) {
      let n = at
      while (n < end && n < at + 4 && isHex[bytes[n]!] === 1) n++
      if (n === at) break
      if (n >= end || isWord[bytes[n]!] === 0) to = n
      if (bytes[n] !== colon) break
      at = n + 1
    }
    if (to < 0) return
    this.lastLink = to
    this.report('network', bytes, from, to)
  }

  private path(bytes: Uint8Array, i: number, end: number): void {
    if (i < this.lastPath) return
    let from = -1
    if (follows(bytes, i, end, users)) from = i + users.length
    else if (follows(bytes, i, end, home)) from = i + home.length
    else if (follows(bytes, i, end, volumes)) from = i + volumes.length
    else if (follows(bytes, i, end, folders) && bytes[i + folders.length + 2] === slash) {
      from = i + folders.length + 3
    }
    if (from < 0) return
    let to = from
    const last = Math.min(end, from + longestName)
    while (to < last && endsName[bytes[to]!] === 0) to++
    if (to === from) return
    this.lastPath = to
    this.report('people', bytes, from, to)
  }

  private mail(bytes: Uint8Array, i: number, begin: number, end: number): void {
    let from = i
    const first = Math.max(begin, this.lastMail, i - 64)
    while (from > first && isLocalPart[bytes[from - 1]!] === 1) from--
    if (from === i) return
    let to = i + 1
    const last = Math.min(end, i + 254)
    while (to < last && isDomain[bytes[to]!] === 1) to++
    while (to > i + 1 && isWord[bytes[to - 1]!] === 0) to--
    let label = to
    while (label > i + 1 && isLetter(bytes[label - 1]!)) label--
    const isWhole = to - label >= 2 && to - label <= 12 && bytes[label - 1] === dot
    if (!isWhole || label - 1 === i + 1) return
    this.lastMail = to
    this.report('people', bytes, from, to)
  }
}

const ascii = (text: string) => new TextEncoder().encode(text)
const users = ascii('/Users/')
const home = ascii('/home/')
const volumes = ascii('/Volumes/')
/** Each user has a folder of his own there, of two levels. */
const folders = ascii('/var/folders/')

function follows(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (at + text.length > end) return false
  for (let i = 1; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

/** No letter or digit stands beside it. */
function isFree(bytes: Uint8Array, from: number, to: number, begin: number, end: number): boolean {
  if (from > begin && isWord[bytes[from - 1]!] === 1) return false
  return to >= end || isWord[bytes[to]!] === 0
}

/** Where a run of one to three digits ends. */
function digitsTo(bytes: Uint8Array, from: number, end: number): number {
  let to = from
  while (to < end && to < from + 3 && bytes[to]! >= 48 && bytes[to]! <= 57) to++
  return to
}

function numberAt(bytes: Uint8Array, from: number, to: number): number {
  let number = 0
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122
}
