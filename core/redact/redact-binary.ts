import { BinaryKind, BinaryPlist } from '../plist/binary-plist.ts'
import type { Redaction } from './redact-bytes.ts'

/**
 * Replaces what texts, data and numbers of a binary property list hold, in `bytes`, a copy of `original`. Markers,
 * sizes, references and the table of objects stay, whatever bytes a guest made them of: each object is changed up to
 * where the next one begins. Stops at each `yield`.
 */
export function* redactBinary(
  original: Uint8Array,
  bytes: Uint8Array,
  redaction: Redaction,
): Generator<undefined, void> {
  const list = new BinaryPlist(original, 'the dump')
  const places = list.places()
  const count = (secret: number) => redaction.counts[secret]!++
  for (const [i, at] of places.entries()) {
    if ((i & 1023) === 0) yield
    const next = places[i + 1] ?? list.tableOffset
    const kind = list.kindAt(at)
    if (kind === BinaryKind.integer) {
      redactNumber(original, bytes, at, next, redaction)
      continue
    }
    if (kind !== BinaryKind.data && kind !== BinaryKind.ascii && kind !== BinaryKind.utf16) continue
    const content = contentOf(list, at)
    if (!content) continue
    const end = Math.min(content.end, next)
    const patterns = kind === BinaryKind.data ? redaction.inData : redaction.inText
    patterns.replace(bytes, content.start, end, count)
  }
}

/** Null for a size that no file has. */
function contentOf(list: BinaryPlist, at: number): { start: number; end: number } | null {
  try {
    return { start: list.contentOf(at), end: list.endOf(at) }
  } catch {
    return null
  }
}

/** Its width stays: a pseudonym takes as many bytes. */
function redactNumber(
  original: Uint8Array,
  bytes: Uint8Array,
  at: number,
  next: number,
  { integers, counts }: Redaction,
): void {
  const width = 2 ** (original[at]! & 0x0f)
  const end = at + 1 + width
  // No number of one or two bytes is a secret.
  if (width < 4 || width > 16 || end > next) return
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
