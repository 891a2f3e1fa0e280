import type { DumpSource, Snapshot } from '../registry/snapshot.ts'
import { ValueType } from '../registry/snapshot.ts'
import { isBinary } from './binary-objects.ts'
import { redactBinary } from './redact-binary.ts'
import { HexRuns } from './redact-hex.ts'
import { redactInteger } from './redact-integer.ts'
import { redactXmlNumbers, redactXmlTexts } from './redact-xml.ts'
import type { Redaction } from './redaction.ts'

/** An output that is no dump: a kext list, a kernel log. Changes `bytes`. */
export function redactText(bytes: Uint8Array, redaction: Redaction): void {
  redaction.inText.replace(bytes, 0, bytes.length, secret => redaction.counts[secret]!++)
}

/**
 * A property list that is no dump: an Info.plist, the cache of personalities. A binary one is no `FailureError` away
 * from being text: what cannot be read as one is redacted as text. Changes `bytes`.
 */
export function* redactPlist(bytes: Uint8Array, redaction: Redaction): Generator<number, void> {
  if (isBinary(bytes)) {
    try {
      return yield* redactBinary(bytes.slice(), bytes, redaction)
    } catch {
      return redactText(bytes, redaction)
    }
  }
  yield* redactXmlTexts(bytes, redaction)
  redactXmlNumbers(bytes, redaction)
}

/**
 * A copy of a dump's bytes, of the same length, in which the secrets are replaced: in its texts where they stand, in
 * its data and numbers inside of each value. Yields how far it has come, 0 to 1.
 */
export function* redactSource(
  snapshot: Snapshot,
  source: number,
  redaction: Redaction,
): Generator<number, Uint8Array> {
  const { bytes: original, syntax } = snapshot.sources[source] as DumpSource
  const bytes = original.slice()
  if (syntax === 'binary-plist') {
    for (const at of redactBinary(original, bytes, redaction)) yield at / bytes.length
    return bytes
  }
  const texts = syntax === 'xml' ? redactXmlTexts(bytes, redaction) : redactLines(bytes, redaction)
  for (const at of texts) yield (0.7 * at) / bytes.length
  // Values are XML inside of a binary document there, and names are its own texts.
  if (syntax === 'xml' && isBinary(bytes)) {
    for (const at of redactBinary(original, bytes, redaction, { hasTextsOnly: true })) {
      yield 0.7 + (0.1 * at) / bytes.length
    }
  }
  for (const part of redactNumbers(snapshot, source, bytes, redaction)) yield 0.8 + 0.2 * part
  return bytes
}

/** A pass over text is made in parts of about this size. */
const stride = 1 << 20

/** Text as `ioreg` prints it: everywhere, and in what the digits of data say. Yields how far it has come, in bytes. */
function* redactLines(bytes: Uint8Array, redaction: Redaction): Generator<number, void> {
  const data = new HexRuns(redaction)
  for (let at = 0; at < bytes.length;) {
    yield at
    const end = endOfPart(bytes, at)
    data.redact(bytes, at, end)
    redaction.inText.replace(bytes, at, end, secret => redaction.counts[secret]!++)
    at = end
  }
}

/** Parts end with a line, if there is one: no secret has a line break, so none stands across. */
function endOfPart(bytes: Uint8Array, at: number): number {
  if (at + stride >= bytes.length) return bytes.length
  const line = bytes.indexOf(10, at + stride)
  return line < 0 ? bytes.length : line + 1
}

/** Numbers of values: those of the format itself stay. Yields 0 to 1. */
function* redactNumbers(
  snapshot: Snapshot,
  source: number,
  bytes: Uint8Array,
  redaction: Redaction,
): Generator<number, void> {
  if (redaction.integers.size === 0) return
  const { properties } = snapshot
  for (let row = 0; row < properties.length; row++) {
    if ((row & 4095) === 0) yield row / properties.length
    if (properties.source[row] !== source) continue
    if (!mayHoldNumbers.has(properties.type[row]!)) continue
    redactRuns(bytes, properties.start[row]!, properties.end[row]!, redaction)
  }
}

const mayHoldNumbers: ReadonlySet<number> = new Set([
  ValueType.integer,
  ValueType.dictionary,
  ValueType.array,
  ValueType.set,
  ValueType.unreadable,
])

/** Runs of digits with no letter or digit beside them. */
function redactRuns(bytes: Uint8Array, from: number, to: number, redaction: Redaction): void {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    if (isWordByte[byte] === 0) continue
    let end = at + 1
    while (end < to && isWordByte[bytes[end]!] === 1) end++
    if (byte >= 48 && byte <= 57 && end - at >= 6) {
      const isNegative = at > from && bytes[at - 1] === minus
      redactInteger(bytes, isNegative ? at - 1 : at, end, redaction)
    }
    at = end
  }
}

const minus = 45
const isWordByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /\w/.test(String.fromCharCode(byte)) ? 1 : 0,
)
