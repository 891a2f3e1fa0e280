/**
 * Case is folded on both sides of a comparison: ASCII letters byte by byte, and a text with anything beyond
 * ASCII as a whole, the way JavaScript makes it lower case. UTF-8 keeps order and borders of characters, so that
 * a text stands in another where its bytes stand in the other's.
 */

/** For each byte, the same as a small ASCII letter. */
export const smallLetter = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
)

/** For each byte itself. */
export const sameByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** What somebody typed, ready to be looked for. */
export function foldedQuery(text: string): Uint8Array {
  return encoder.encode(text.toLowerCase())
}

/** The bytes of any text, folded as a whole. What is no UTF-8 becomes U+FFFD, as it is shown. */
export function foldedBytes(bytes: Uint8Array): Uint8Array {
  return encoder.encode(decoder.decode(bytes).toLowerCase())
}

/**
 * How texts are made comparable with `text`: where it is ASCII, ASCII letters alone are made small, as
 * everywhere in search (`containsText`); else every letter is.
 */
export function createFold(text: string): (other: string) => string {
  return isAscii(text)
    ? other => other.replace(/[A-Z]+/g, letters => letters.toLowerCase())
    : other => other.toLowerCase()
}

export function isAscii(text: string): boolean {
  // Upper and lower case of ASCII letters alone are ASCII.
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}
