import { closerOf } from '../registry/value-brackets.ts'
import { valueDepthLimit } from '../registry/value-parts.ts'
import { isCanonicalDecimal, TokenKind, type TokenList } from './value-tokens.ts'

const quote = 34
const comma = 44
const equals = 61
const dataEnd = 62

/** Closing brackets of what is open. One for all calls: none begins inside another. */
const closers = new Uint8Array(valueDepthLimit)

/**
 * The tokens of one value as `ioreg` prints it, where each string ends at the first quote that can end it.
 * `readTextValue` takes this reading first too, and another one only where it leads nowhere; then, and at
 * anything unusual, this gives up.
 */
export function textTokens(
  bytes: Uint8Array,
  start: number,
  end: number,
  tokens: TokenList,
): boolean {
  const first = bytes[start]!
  if (first === quote) {
    // A string that stands alone ends where the value does, whatever is inside.
    if (end - start < 2 || bytes[end - 1] !== quote) return false
    if (!isAscii(bytes, start + 1, end - 1)) return false
    tokens.push(TokenKind.text, start + 1, end - 1)
    return true
  }
  const outer = closerOf(first)
  if (outer !== 0 && bytes[end - 1] !== outer) return false
  let depth = 0
  for (let at = start; ;) {
    const closer = depth > 0 ? closers[depth - 1]! : 0
    if (closer === 125) {
      at = pairKey(bytes, at, end, tokens)
      if (at < 0) return false
    }
    const byte = at < end ? bytes[at]! : 0
    const opened = byte === dataStart ? 0 : closerOf(byte)
    if (opened !== 0) {
      if (depth === valueDepthLimit) return false
      closers[depth++] = opened
      at++
      if (bytes[at] !== opened) continue
    } else {
      at = leaf(bytes, at, end, closer, tokens)
      if (at < 0) return false
    }
    while (depth > 0 && at < end && bytes[at] === closers[depth - 1]) {
      at++
      depth--
    }
    if (depth === 0) return at === end
    if (at >= end || bytes[at] !== comma) return false
    at++
  }
}

const dataStart = 60

/** A key in quotes and its `=`; where the value begins, or -1. */
function pairKey(bytes: Uint8Array, at: number, end: number, tokens: TokenList): number {
  if (at >= end || bytes[at] !== quote) return -1
  for (let to = at + 1; to + 1 < end; to++) {
    if (bytes[to] !== quote || bytes[to + 1] !== equals) continue
    tokens.push(TokenKind.text, at + 1, to)
    return to + 2
  }
  return -1
}

/** Where the leaf ends, or -1. @param closer of the container around it, 0 for none */
function leaf(
  bytes: Uint8Array,
  at: number,
  end: number,
  closer: number,
  tokens: TokenList,
): number {
  const byte = at < end ? bytes[at]! : 0
  if (byte === quote) return string(bytes, at, end, closer, tokens)
  if (byte === dataStart) return data(bytes, at, end, tokens)
  let to = at
  while (to < end && isWordByte(bytes[to]!)) to++
  if (to === at) return to // Nothing was printed: `"Key"=,`
  const length = to - at
  if (length === 3 && byte === 89 && bytes[at + 1] === 101 && bytes[at + 2] === 115) {
    tokens.push(TokenKind.yes, at, to)
  } else if (length === 2 && byte === 78 && bytes[at + 1] === 111) {
    tokens.push(TokenKind.no, at, to)
  } else if (length <= 24 && isCanonicalDecimal(bytes, at, to)) {
    tokens.push(TokenKind.decimal, at, to)
  } else if (length > 2 && length <= 24 && byte === 48 && bytes[at + 1] === 120) {
    for (let i = at + 2; i < to; i++) if (!isHexDigit(bytes[i]!)) return -1
    tokens.push(TokenKind.hexadecimal, at, to)
  } else return -1
  return to
}

function string(
  bytes: Uint8Array,
  at: number,
  end: number,
  closer: number,
  tokens: TokenList,
): number {
  for (let to = at + 1; to + 1 < end; to++) {
    if (bytes[to] !== quote) continue
    const next = bytes[to + 1]!
    const goesOn = next === comma && (closer !== 125 || bytes[to + 2] === quote)
    if (next !== closer && !goesOn) continue
    if (!isAscii(bytes, at + 1, to)) return -1
    tokens.push(TokenKind.text, at + 1, to)
    return to + 1
  }
  return -1
}

/** Other strings may be in MacRoman (facts: ioreg, section 1), which is for `readTextValue` to tell. */
function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i]! >= 128) return false
  return true
}

function data(bytes: Uint8Array, at: number, end: number, tokens: TokenList): number {
  if (bytes[at + 1] === quote) {
    for (let to = at + 2; to + 1 < end; to++) {
      if (bytes[to] !== quote || bytes[to + 1] !== dataEnd) continue
      tokens.push(TokenKind.quotedData, at + 1, to + 1)
      return to + 2
    }
    return -1
  }
  let to = at + 1
  while (to < end && isHexDigit(bytes[to]!)) to++
  if (to >= end || bytes[to] !== dataEnd || (to - at) % 2 === 0) return -1
  tokens.push(TokenKind.hexData, at + 1, to)
  return to + 1
}

function isWordByte(byte: number): boolean {
  const isLetter = (byte | 32) >= 97 && (byte | 32) <= 122
  return isLetter || (byte >= 48 && byte <= 57) || byte === 45
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
}
