/**
 * The characters of an XML element's content: references and CDATA sections are replaced, comments
 * dropped, bytes that are not valid UTF-8 kept. CoreFoundation writes `&amp;`, `&lt;` and `&gt;` only.
 */

const ampersand = 38
const less = 60

/** Is there anything in the range that has to be replaced? */
export function hasMarkup(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === ampersand || bytes[i] === less) return true
  return false
}

/** The bytes that `[from, to)` stands for. A reference of no known form stays as it is written. */
export function unescaped(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (!hasMarkup(bytes, from, to)) return bytes.subarray(from, to)
  // No reference is longer than what it stands for: the shortest, `&#9;`, is one byte, and those of
  // four UTF-8 bytes need at least `&#x10000;`.
  const out = new Uint8Array(to - from)
  let length = 0
  for (let i = from; i < to;) {
    const byte = bytes[i]!
    if (byte === ampersand) {
      const end = bytes.subarray(i, Math.min(to, i + 12)).indexOf(59)
      const codePoint = end < 0 ? -1 : codePointOf(ascii(bytes, i + 1, i + end))
      if (codePoint >= 0) {
        length = putUtf8(out, length, codePoint)
        i += end + 1
        continue
      }
    } else if (byte === less && startsWith(bytes, i, to, '<!--')) {
      const end = indexOfText(bytes, '-->', i + 4, to)
      i = end < 0 ? to : end + 3
      continue
    } else if (byte === less && startsWith(bytes, i, to, '<![CDATA[')) {
      const found = indexOfText(bytes, ']]>', i + 9, to)
      const end = found < 0 ? to : found
      out.set(bytes.subarray(i + 9, end), length)
      length += end - i - 9
      i = found < 0 ? to : end + 3
      continue
    }
    out[length++] = byte
    i++
  }
  return out.subarray(0, length)
}

/** `[from, to)` as ASCII text; other bytes as the Latin-1 character of their value. */
export function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

/** Where `text` (ASCII) next starts in `[from, to)`, or -1. */
export function indexOfText(bytes: Uint8Array, text: string, from: number, to: number): number {
  const range = bytes.subarray(0, to)
  const first = text.charCodeAt(0)
  for (let i = range.indexOf(first, from); i >= 0; i = range.indexOf(first, i + 1)) {
    if (startsWith(range, i, to, text)) return i
  }
  return -1
}

/** Does `[from, to)` begin with `text` (ASCII)? */
export function startsWith(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (from + text.length > to) return false
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false
  return true
}

const named = new Map([
  ['amp', 38],
  ['lt', 60],
  ['gt', 62],
  ['quot', 34],
  ['apos', 39],
])

function codePointOf(reference: string): number {
  const known = named.get(reference)
  if (known !== undefined) return known
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(reference)
  if (!number) return -1
  const codePoint = number[1] ? parseInt(number[1], 16) : Number(number[2])
  const isCharacter = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff)
  return isCharacter ? codePoint : -1
}

/** Writes one code point; returns the next free place. */
export function putUtf8(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    out[at++] = codePoint
  } else if (codePoint < 0x800) {
    out[at++] = 0xc0 | (codePoint >> 6)
    out[at++] = 0x80 | (codePoint & 63)
  } else if (codePoint < 0x10000) {
    out[at++] = 0xe0 | (codePoint >> 12)
    out[at++] = 0x80 | ((codePoint >> 6) & 63)
    out[at++] = 0x80 | (codePoint & 63)
  } else {
    out[at++] = 0xf0 | (codePoint >> 18)
    out[at++] = 0x80 | ((codePoint >> 12) & 63)
    out[at++] = 0x80 | ((codePoint >> 6) & 63)
    out[at++] = 0x80 | (codePoint & 63)
  }
  return at
}
