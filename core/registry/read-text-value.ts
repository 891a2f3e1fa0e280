import { decodeMacRoman } from './mac-roman.ts'
import type { PropertyValue } from './property-value.ts'
import { readHexDump } from './read-hex-dump.ts'
import { closerOf } from './value-brackets.ts'
import {
  addTo,
  closeContainer,
  openContainer,
  stringValue,
  textOf,
  unreadable,
  valueDepthLimit,
  type OpenContainer,
} from './value-parts.ts'

/**
 * A value as `ioreg` prints it (facts: ioreg, section 5):
 *
 *   value  = string | number | Yes | No | data | '(' list ')' | '[' list ']' | '{' pairs '}' | nothing
 *   string = '"' any bytes, not escaped '"'
 *   number = digits | '-' digits | '0x' hexadecimal
 *   data   = '<' hexadecimal '>' | '<' string (',' string)* '>'
 *   list   = value (',' value)*         pairs = string '=' value (',' string '=' value)*
 *
 * Strings are not escaped, so `("a","b")` may hold one string or two. A string ends at the first quote
 * after which the text can go on (a `,` or a bracket); where the rest then cannot be read, at a later one.
 * The reader goes forward over tokens, remembers at each string that it could end later, and returns there
 * when it is stuck. A value that no choice of ends can read is `unreadable`.
 */
export function readTextValue(bytes: Uint8Array, start: number, end: number): PropertyValue {
  if (start === end) return { kind: 'missing' }
  const first = bytes[start]!
  if (first === quote) {
    // Nothing can follow a string that stands alone: it ends where the value does, whatever is inside.
    const isWhole = end - start >= 2 && bytes[end - 1] === quote
    return isWhole
      ? printedString(bytes.subarray(start + 1, end - 1))
      : unreadable(bytes.subarray(start, end))
  }
  if (first === 10 || first === 13) {
    const data = readHexDump(bytes, start, end)
    return data ? { kind: 'data', bytes: data } : unreadable(bytes.subarray(start, end))
  }
  // A clipped value is found out before all its strings are tried.
  const closer = closerOf(first)
  if (closer !== 0 && bytes[end - 1] !== closer) return unreadable(bytes.subarray(start, end))
  const tokens = tokenize(bytes, start, end)
  return (tokens && valueFrom(tokens, bytes)) ?? unreadable(bytes.subarray(start, end))
}

const quote = 34
const comma = 44
const equals = 61
const dataEnd = 62

/**
 * A token, linked to the one before: going back is dropping the newest, and what is kept is shared.
 * `[from, to)` are the characters, without quotes and angle brackets.
 */
interface Token {
  readonly kind:
    | 'open'
    | 'close'
    | 'key'
    | 'string'
    | 'number'
    | 'yes'
    | 'no'
    | 'hex'
    | 'text-data'
    | 'missing'
    | 'unknown'
  readonly from: number
  readonly to: number
  readonly before: Token | null
}

/** The brackets around a place, innermost first. */
interface Brackets {
  readonly closer: number
  readonly around: Brackets | null
  readonly depth: number
}

/** Where the reader stands: before a key, before a value, or after a value. */
interface Place {
  readonly at: number
  readonly expects: 'key' | 'value' | 'end'
  readonly brackets: Brackets | null
  readonly last: Token | null
}

/** A string that may end later: begin again with the first quote from `next`. */
interface Choice {
  readonly place: Place
  readonly next: number
}

/**
 * Bytes of strings that may be looked at beside the value's own length, counted again for every choice that
 * was wrong. Only values made to confuse need more.
 */
const spareBytes = 1_000_000

interface Search {
  readonly choices: Choice[]
  budget: number
}

function tokenize(bytes: Uint8Array, start: number, end: number): Token | null {
  const search: Search = { choices: [], budget: spareBytes + (end - start) * 4 }
  let place: Place | null = { at: start, expects: 'value', brackets: null, last: null }
  while (search.budget > 0) {
    if (place === null) {
      const choice = search.choices.pop()
      if (!choice) return null
      place = readString(bytes, end, choice.place, choice.next, search)
      continue
    }
    if (place.expects === 'end' && place.brackets === null) {
      if (place.at === end) return place.last
      place = null
      continue
    }
    search.budget--
    place = step(bytes, end, place, search)
  }
  return null
}

function step(bytes: Uint8Array, end: number, place: Place, search: Search): Place | null {
  const { at, expects } = place
  const byte = at < end ? bytes[at]! : -1
  if (expects === 'end') return afterValue(byte, place)
  if (expects === 'key') {
    return byte === quote ? readString(bytes, end, place, at + 1, search) : null
  }
  switch (byte) {
    case quote:
      return readString(bytes, end, place, at + 1, search)
    case 40: // (
      return open(bytes, place, 41)
    case 91: // [
      return open(bytes, place, 93)
    case 123: // {
      return open(bytes, place, 125)
    case 60: // <
      return readData(bytes, end, place, search)
    default:
      return readWord(bytes, end, place)
  }
}

function afterValue(byte: number, place: Place): Place | null {
  const brackets = place.brackets!
  if (byte === comma) {
    return { ...place, at: place.at + 1, expects: brackets.closer === 125 ? 'key' : 'value' }
  }
  return byte === brackets.closer ? close(place) : null
}

function open(bytes: Uint8Array, place: Place, closer: number): Place | null {
  const depth = (place.brackets?.depth ?? 0) + 1
  if (depth > valueDepthLimit) return null
  const { at } = place
  const inside: Place = {
    at: at + 1,
    expects: closer === 125 ? 'key' : 'value',
    brackets: { closer, around: place.brackets, depth },
    last: { kind: 'open', from: at, to: at + 1, before: place.last },
  }
  return bytes[at + 1] === closer ? close(inside) : inside
}

function close(place: Place): Place {
  const { at, brackets, last } = place
  return {
    at: at + 1,
    expects: 'end',
    brackets: brackets!.around,
    last: { kind: 'close', from: at, to: at + 1, before: last },
  }
}

/** A string whose first character is after the quote at `place.at`, and that ends at or after `from`. */
function readString(
  bytes: Uint8Array,
  end: number,
  place: Place,
  from: number,
  search: Search,
): Place | null {
  const isData = bytes[place.at] === 60
  const first = isData ? place.at + 2 : place.at + 1
  for (let at = from; at < end; at++) {
    if (bytes[at] !== quote || !canFollow(bytes, at + 1, end, place, isData)) continue
    search.budget -= at - from
    search.choices.push({ place, next: at + 1 })
    if (isData) {
      const last: Token = { kind: 'text-data', from: first - 1, to: at + 1, before: place.last }
      return { at: at + 2, expects: 'end', brackets: place.brackets, last }
    }
    const isKey = place.expects === 'key'
    const last: Token = { kind: isKey ? 'key' : 'string', from: first, to: at, before: place.last }
    return {
      at: isKey ? at + 2 : at + 1,
      expects: isKey ? 'value' : 'end',
      brackets: place.brackets,
      last,
    }
  }
  search.budget -= end - from
  return null
}

/** Can the text go on at `at`, after the quote that would end this string? */
function canFollow(
  bytes: Uint8Array,
  at: number,
  end: number,
  place: Place,
  isData: boolean,
): boolean {
  const byte = at < end ? bytes[at]! : -1
  if (isData) return byte === dataEnd
  if (place.expects === 'key') return byte === equals
  const brackets = place.brackets
  if (!brackets) return at === end
  if (byte === brackets.closer) return true
  return byte === comma && (brackets.closer !== 125 || bytes[at + 1] === quote)
}

function readData(bytes: Uint8Array, end: number, place: Place, search: Search): Place | null {
  const from = place.at + 1
  if (bytes[from] === quote) return readString(bytes, end, place, from + 1, search)
  let to = from
  let isHex = true
  while (to < end && bytes[to] !== dataEnd) isHex = isHexDigit(bytes[to++]!) && isHex
  if (to >= end) return null
  // <unknown object>, or what somebody blacked out: readable around it.
  const kind = isHex && (to - from) % 2 === 0 ? 'hex' : 'unknown'
  return {
    at: to + 1,
    expects: 'end',
    brackets: place.brackets,
    last: { kind, from, to, before: place.last },
  }
}

/** A number, Yes, No, or nothing at all: `"Key"=,`. */
function readWord(bytes: Uint8Array, end: number, place: Place): Place | null {
  const from = place.at
  let to = from
  while (to < end && isWordByte(bytes[to]!)) to++
  const kind = wordKind(bytes, from, to)
  if (kind === null) return null
  return {
    at: to,
    expects: 'end',
    brackets: place.brackets,
    last: { kind, from, to, before: place.last },
  }
}

function wordKind(bytes: Uint8Array, from: number, to: number): Token['kind'] | null {
  if (from === to) return 'missing'
  const word = to - from <= 24 ? textOf(bytes.subarray(from, to)) : ''
  if (word === 'Yes') return 'yes'
  if (word === 'No') return 'no'
  return /^(-?\d+|0x[0-9a-f]+)$/.test(word) ? 'number' : null
}

function isWordByte(byte: number): boolean {
  const isLetter = (byte | 32) >= 97 && (byte | 32) <= 122
  return isLetter || (byte >= 48 && byte <= 57) || byte === 45
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
}

/** Tokens, newest first, into a value. */
function valueFrom(newest: Token, bytes: Uint8Array): PropertyValue | null {
  const tokens: Token[] = []
  for (let token: Token | null = newest; token; token = token.before) tokens.push(token)
  const containers: OpenContainer[] = []
  let done: PropertyValue | null = null
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i]!
    if (token.kind === 'open') {
      containers.push(openContainer(containerKind(bytes[token.from]!)))
      continue
    }
    if (token.kind === 'key') {
      containers.at(-1)!.key = textOf(bytes.subarray(token.from, token.to))
      continue
    }
    const value =
      token.kind === 'close' ? closeContainer(containers.pop()!) : leafValue(token, bytes)
    const around = containers.at(-1)
    if (around) addTo(around, value)
    else done = value
  }
  return done
}

function containerKind(byte: number): OpenContainer['kind'] {
  return byte === 40 ? 'array' : byte === 91 ? 'set' : 'dictionary'
}

function leafValue(token: Token, bytes: Uint8Array): PropertyValue {
  const content = bytes.subarray(token.from, token.to)
  switch (token.kind) {
    case 'string':
      return printedString(content)
    case 'number': {
      const text = textOf(content)
      const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
      return { kind: 'integer', value }
    }
    case 'yes':
    case 'no':
      return { kind: 'boolean', value: token.kind === 'yes' }
    case 'hex':
      return { kind: 'data', bytes: hexBytes(content) }
    case 'text-data':
      return { kind: 'data', bytes: runsOf(content), isLossy: true }
    case 'missing':
      return { kind: 'missing' }
    default:
      return unreadable(bytes.subarray(token.from - 1, token.to + 1))
  }
}

/** Before macOS 13 the tool prints strings in MacRoman (facts: ioreg, section 1). */
function printedString(bytes: Uint8Array): PropertyValue {
  const value = stringValue(bytes)
  const isBroken = value.kind === 'string' && value.bytes !== undefined
  return isBroken ? { ...value, text: decodeMacRoman(bytes) } : value
}

function hexBytes(digits: Uint8Array): Uint8Array {
  const out = new Uint8Array(digits.length / 2)
  const digit = (byte: number) => (byte <= 57 ? byte - 48 : byte - 87)
  for (let i = 0; i < out.length; i++) {
    out[i] = (digit(digits[2 * i]!) << 4) | digit(digits[2 * i + 1]!)
  }
  return out
}

/**
 * `"a","b"` stands for runs that end in a NUL; how many NULs there were is lost, and whether a quote was
 * one of the text's own. One NUL after each is what strings in a device tree have.
 */
export function runsOf(quoted: Uint8Array): Uint8Array {
  const out = new Uint8Array(quoted.length)
  let length = 0
  for (let at = 1; at < quoted.length; at++) {
    const isBreak =
      quoted[at] === quote &&
      quoted[at + 1] === comma &&
      quoted[at + 2] === quote &&
      at + 2 < quoted.length - 1
    if (isBreak) {
      out[length++] = 0
      at += 2
    } else if (at === quoted.length - 1) out[length++] = 0
    else out[length++] = quoted[at]!
  }
  return out.slice(0, length)
}
