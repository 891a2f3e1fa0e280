import { textPseudonym } from './pseudonym.ts'
import type { Redaction } from './redaction.ts'

/**
 * A number in decimal digits, or in hexadecimal ones behind `0x`. Text dumps show a negative number as the 64-bit word
 * it is (facts: ioreg, section 5).
 */
export function redactInteger(
  bytes: Uint8Array,
  from: number,
  to: number,
  { integers, integerWords, digest, counts }: Redaction,
): void {
  // No number of five digits is a secret.
  if (to - from < 6 || to - from > 24 || !integerWords.has(lowWord(bytes, from, to))) return
  const text = String.fromCharCode(...bytes.subarray(from, to))
  const found = /^(?:0x[\da-fA-F]+|-?\d+)$/.test(text) ? integers.get(valueOf(text)) : undefined
  if (!found) return
  counts[found.secret]!++
  const isHex = text.startsWith('0x')
  const made = isHex ? `0x${textPseudonym(text.slice(2), digest)}` : String(found.to)
  for (let i = 0; i < made.length; i++) bytes[from + i] = made.charCodeAt(i)
}

function valueOf(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
}

/** Its lowest 32 bits, wherever there is no digit anything: only what is worth a closer look has them right. */
function lowWord(bytes: Uint8Array, from: number, to: number): number {
  let word = 0
  if (bytes[from] === 48 && bytes[from + 1] === 120) {
    for (let i = from + 2; i < to; i++) {
      const byte = bytes[i]!
      word = (word << 4) | (byte <= 57 ? byte - 48 : (byte | 32) - 87)
    }
    return word >>> 0
  }
  const isNegative = bytes[from] === 45
  for (let i = isNegative ? from + 1 : from; i < to; i++) {
    word = (Math.imul(word, 10) + bytes[i]! - 48) | 0
  }
  return (isNegative ? -word : word) >>> 0
}
