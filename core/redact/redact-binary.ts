import { BinaryKind, BinaryPlist } from '../plist/binary-plist.ts'
import { contentOf } from './binary-objects.ts'
import type { Redaction } from './redaction.ts'

/**
 * Replaces what texts, data and numbers of a binary property list hold, in `bytes`, a copy of `original`. Markers,
 * sizes, references and the table of objects stay, whatever bytes a guest made them of: each object is changed up to
 * where the next one begins. Yields how far it has come, in bytes.
 * @param hasTextsOnly its numbers and data are no values, as in a document of IORegistryExplorer
 * @throws FailureError dump-malformed
 */
export function* redactBinary(
  original: Uint8Array,
  bytes: Uint8Array,
  redaction: Redaction,
  { hasTextsOnly = false } = {},
): Generator<number, void> {
  const list = new BinaryPlist(original, 'the dump')
  const places = list.places()
  const count = (secret: number) => redaction.counts[secret]!++
  for (const [i, at] of places.entries()) {
    if ((i & 1023) === 0) yield at
    const next = places[i + 1] ?? list.tableOffset
    const kind = list.kindAt(at)
    if (hasTextsOnly && kind !== BinaryKind.ascii && kind !== BinaryKind.utf16) continue
    if (kind === BinaryKind.integer) {
      redactNumber(original, bytes, at, next, redaction)
      continue
    }
    if (kind !== BinaryKind.data && kind !== BinaryKind.ascii && kind !== BinaryKind.utf16) continue
    const content = contentOf(list, at, next)
    if (!content) continue
    const { start, end } = content
    if (kind !== BinaryKind.data && replaceWhole(bytes, start, end, redaction)) continue
    const patterns = kind === BinaryKind.data ? redaction.inData : redaction.inText
    patterns.replace(bytes, start, end, count)
  }
}

/** A name of three or four letters, in either kind of string. */
function replaceWhole(bytes: Uint8Array, from: number, to: number, redaction: Redaction): boolean {
  if (redaction.wholes.size === 0 || to - from > 8) return false
  const found = redaction.wholes.get(String.fromCharCode(...bytes.subarray(from, to)))
  if (!found) return false
  bytes.set(found.put, from)
  redaction.counts[found.secret]!++
  return true
}

/** Its width stays: a pseudonym takes as many bytes. */
function redactNumber(
  original: Uint8Array,
  bytes: Uint8Array,
  at: number,
  next: number,
  { integers, integerWords, counts }: Redaction,
): void {
  const width = 2 ** (original[at]! & 0x0f)
  const end = at + 1 + width
  // No number of one or two bytes is a secret.
  if (width < 4 || width > 16 || end > next) return
  let word = 0
  for (let i = end - 4; i < end; i++) word = (word << 8) | original[i]!
  if (!integerWords.has(word >>> 0)) return
  let value = 0n
  for (let i = at + 1; i < end; i++) value = (value << 8n) | BigInt(original[i]!)
  const found = integers.get(width < 8 ? value : BigInt.asIntN(8 * width, value))
  if (!found) return
  counts[found.secret]!++
  let rest = BigInt.asUintN(8 * width, found.to)
  for (let i = end - 1; i > at; i--) {
    bytes[i] = Number(rest & 255n)
    rest >>= 8n
  }
}
