import { decodeBase64Into, encodeBase64 } from '../registry/base64.ts'
import type { DumpSource, Snapshot } from '../registry/snapshot.ts'
import { textTokens } from '../query/text-tokens.ts'
import { TokenKind, TokenList } from '../query/value-tokens.ts'
import { xmlTokens } from '../query/xml-tokens.ts'
import { PatternSet, type BytePattern } from './byte-patterns.ts'
import type { Secret } from './find-secrets.ts'
import { textPseudonym, type Digest } from './pseudonym.ts'
import { redactBinary } from './redact-binary.ts'

/** Secrets made ready to be looked for. */
export interface Redaction {
  readonly inText: PatternSet
  /** Both forms: data holds texts too. */
  readonly inData: PatternSet
  readonly integers: ReadonlyMap<bigint, { readonly to: bigint; readonly secret: number }>
  readonly digest: Digest
  /** How often each secret was replaced so far. */
  readonly counts: Uint32Array
}

export function prepareRedaction(secrets: readonly Secret[], digest: Digest): Redaction {
  const inText: BytePattern[] = []
  const inData: BytePattern[] = []
  const integers = new Map<bigint, { to: bigint; secret: number }>()
  secrets.forEach((secret, number) => {
    for (const form of secret.inText) inText.push({ ...form, secret: number })
    for (const form of secret.inData) inData.push({ ...form, secret: number })
    if (secret.integer) integers.set(secret.integer.from, { to: secret.integer.to, secret: number })
  })
  return {
    inText: new PatternSet(inText),
    inData: new PatternSet([...inText, ...inData]),
    integers,
    digest,
    counts: new Uint32Array(secrets.length),
  }
}

/** An output that is no dump: a kext list, a kernel log. Changes `bytes`. */
export function redactText(bytes: Uint8Array, redaction: Redaction): void {
  redaction.inText.replace(bytes, 0, bytes.length, secret => redaction.counts[secret]!++)
}

/**
 * A copy of a dump's bytes, of the same length, in which the secrets are replaced: in its texts where they stand, in
 * its data and numbers inside of each value. Stops at each `yield`.
 */
export function* redactSource(
  snapshot: Snapshot,
  source: number,
  redaction: Redaction,
): Generator<undefined, Uint8Array> {
  const { bytes: original, syntax } = snapshot.sources[source] as DumpSource
  const bytes = original.slice()
  const count = (secret: number) => redaction.counts[secret]!++
  if (syntax === 'binary-plist') {
    yield* redactBinary(original, bytes, redaction)
    return bytes
  }
  for (let at = 0; at < bytes.length;) {
    yield
    if (syntax === 'xml') at = replaceBetweenTags(bytes, at, redaction.inText, count)
    else {
      const end = endOfPart(bytes, at)
      redaction.inText.replace(bytes, at, end, count)
      at = end
    }
  }
  const { properties } = snapshot
  const tokens = new TokenList()
  for (let row = 0; row < properties.length; row++) {
    if ((row & 1023) === 0) yield
    if (properties.source[row] !== source) continue
    const start = properties.start[row]!
    const end = properties.end[row]!
    tokens.length = 0
    const isPlain =
      syntax === 'xml'
        ? xmlTokens(bytes, start, end, tokens)
        : textTokens(bytes, start, end, tokens)
    if (isPlain) redactTokens(bytes, tokens, redaction)
    else redactLoosely(bytes, start, end, redaction)
  }
  return bytes
}

/** A pass over everything is made in parts of about this size. */
const stride = 1 << 20

/** Parts end with a line, if there is one: no secret has a line break, so none stands across. */
function endOfPart(bytes: Uint8Array, at: number): number {
  if (at + stride >= bytes.length) return bytes.length
  const line = bytes.indexOf(10, at + stride)
  return line < 0 ? bytes.length : line + 1
}

/**
 * Tags stay, whatever a guest calls its things; comments are looked into.
 * @returns where to go on: at a tag, about a part behind `from`
 */
function replaceBetweenTags(
  bytes: Uint8Array,
  from: number,
  patterns: PatternSet,
  count: (secret: number) => void,
): number {
  let at = from
  while (at < bytes.length && at < from + stride) {
    const tag = bytes.indexOf(60, at)
    if (tag < 0) {
      patterns.replace(bytes, at, bytes.length, count)
      return bytes.length
    }
    patterns.replace(bytes, at, tag, count)
    // `<!` begins a comment or CDATA.
    const close = bytes[tag + 1] === 33 ? tag : bytes.indexOf(62, tag)
    at = close < 0 ? bytes.length : close + 1
  }
  return at
}

function redactTokens(bytes: Uint8Array, tokens: TokenList, redaction: Redaction): void {
  const { items, length } = tokens
  for (let i = 0; i < length; i += 3) {
    const [kind, from, to] = [items[i]!, items[i + 1]!, items[i + 2]!]
    if (kind === TokenKind.base64) redactBase64(bytes, from, to, redaction)
    else if (kind === TokenKind.hexData) redactHex(bytes, from, to, redaction)
    else if (kind === TokenKind.decimal || kind === TokenKind.hexadecimal) {
      redactInteger(bytes, from, to, redaction)
    }
  }
}

function redactBase64(bytes: Uint8Array, from: number, to: number, redaction: Redaction): void {
  const data = new Uint8Array(Math.ceil(((to - from) * 3) / 4))
  const length = decodeBase64Into(data, bytes, from, to)
  if (length < 0 || !replaceIn(data, length, redaction)) return
  const digits = encodeBase64(data.subarray(0, length))
  let digit = 0
  for (let at = from; at < to; at++) {
    if (bytes[at]! > 32 && bytes[at] !== padding) bytes[at] = digits[digit++]!
  }
}

const padding = 61

function redactHex(bytes: Uint8Array, from: number, to: number, redaction: Redaction): void {
  const length = (to - from) >> 1
  const data = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    data[i] = (digitOf(bytes[from + 2 * i]!) << 4) | digitOf(bytes[from + 2 * i + 1]!)
  }
  if (!replaceIn(data, length, redaction)) return
  for (let i = 0; i < length; i++) {
    bytes[from + 2 * i] = hexDigits.charCodeAt(data[i]! >> 4)
    bytes[from + 2 * i + 1] = hexDigits.charCodeAt(data[i]! & 15)
  }
}

const hexDigits = '0123456789abcdef'

function digitOf(byte: number): number {
  return byte <= 57 ? byte - 48 : (byte | 32) - 87
}

function replaceIn(data: Uint8Array, length: number, redaction: Redaction): boolean {
  return redaction.inData.replace(data, 0, length, secret => redaction.counts[secret]!++)
}

/** Text dumps show a negative number as the 64-bit word it is (facts: ioreg, section 5). */
function redactInteger(bytes: Uint8Array, from: number, to: number, redaction: Redaction): void {
  const { integers, digest } = redaction
  if (integers.size === 0 || to - from > 24) return
  const text = String.fromCharCode(...bytes.subarray(from, to))
  const found = integers.get(BigInt(text))
  if (!found) return
  redaction.counts[found.secret]!++
  const isHex = text.startsWith('0x')
  const made = isHex ? `0x${textPseudonym(text.slice(2), digest)}` : String(found.to)
  for (let i = 0; i < made.length; i++) bytes[from + i] = made.charCodeAt(i)
}

/** A value in an unusual form: its runs of hexadecimal digits and of base64 are looked into one by one. */
function redactLoosely(bytes: Uint8Array, from: number, to: number, redaction: Redaction): void {
  for (let at = from; at < to;) {
    let end = at
    while (end < to && isHexDigit(bytes[end]!)) end++
    const length = (end - at) & ~1
    if (length >= 8) redactHex(bytes, at, at + length, redaction)
    at = Math.max(end, at + 1)
  }
  const tag = new TextEncoder().encode('<data')
  for (let at = from; at < to; at++) {
    if (!tag.every((byte, i) => bytes[at + i] === byte)) continue
    const open = bytes.indexOf(62, at)
    const close = open < 0 ? -1 : bytes.indexOf(60, open)
    if (open < 0 || open >= to || close < 0 || close > to) return
    redactBase64(bytes, open + 1, close, redaction)
    at = close
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
}
