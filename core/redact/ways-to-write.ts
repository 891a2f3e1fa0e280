import { textPseudonym, type Digest } from './pseudonym.ts'

/** How people, kernels and firmware write one and the same thing. */

/** As text; the same number of ways for equal lengths, in the same order. */
export function writings(bytes: Uint8Array): readonly string[] {
  const pairs = [...bytes].map(byte => byte.toString(16).padStart(2, '0'))
  const ways =
    bytes.length === 16
      ? [uuidText(pairs), pairs.join('')]
      : bytes.length === 6
        ? [pairs.join(':'), pairs.join('-'), pairs.join('')]
        : [pairs.join(' '), pairs.join('')]
  return ways.flatMap(way => [way, way.toUpperCase()])
}

export interface Order {
  readonly bytes: Uint8Array
  /** Which of the `writings` are usual in it: so many, from the first. */
  readonly writtenWays: number
}

/**
 * The orders in which its bytes are stored: a Bluetooth address lowest byte first, an Ethernet address as words of
 * 16 bits, a UUID with its first three groups lowest byte first (UEFI, appendix A). The first is the usual one.
 */
export function inOrders(bytes: Uint8Array): readonly Order[] {
  const ordered = (places: readonly number[]) => Uint8Array.from(places, at => bytes[at]!)
  const usual = { bytes, writtenWays: 6 }
  const backwards = bytes.slice().reverse()
  if (bytes.length === 6) {
    return [
      usual,
      { bytes: backwards, writtenWays: 4 },
      { bytes: ordered([1, 0, 3, 2, 5, 4]), writtenWays: 0 },
    ]
  }
  if (bytes.length === 8) return [usual, { bytes: backwards, writtenWays: 0 }]
  if (bytes.length !== 16) return [usual]
  const ofFirmware = ordered([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15])
  return [usual, { bytes: ofFirmware, writtenWays: 2 }, { bytes: backwards, writtenWays: 0 }]
}

export interface Way {
  readonly find: Uint8Array
  readonly put: Uint8Array
}

/**
 * A text as it is, in XML of Apple's and of others, in the other of Unicode's two forms (file names), and in a URL,
 * with the pseudonym in each.
 */
export function waysOfText(text: string, pseudonym: string, digest: Digest): readonly Way[] {
  const ways = [...escapes, urlText].map(way => ({
    find: utf8(way(text)),
    put: utf8(way(pseudonym)),
  }))
  for (const form of ['NFD', 'NFC']) {
    const other = text.normalize(form)
    if (other === text) continue
    ways.push({ find: utf8(other), put: utf8(textPseudonym(other, digest)) })
  }
  return ways
}

export function macBytes(text: string): Uint8Array | null {
  return /^[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}$/i.test(text) ? fromHex(text) : null
}

export function uuidBytes(text: string): Uint8Array | null {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? fromHex(text) : null
}

export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

const encoder = new TextEncoder()
export const utf8 = (text: string) => encoder.encode(text)

export function utf16be(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) >> 8
    bytes[2 * i + 1] = text.charCodeAt(i) & 255
  }
  return bytes
}

export function utf16le(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) & 255
    bytes[2 * i + 1] = text.charCodeAt(i) >> 8
  }
  return bytes
}

const withBrackets = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const withQuotes = (text: string, apostrophe: string) =>
  withBrackets(text).replace(/"/g, '&quot;').replace(/'/g, apostrophe)
const escapes: readonly ((text: string) => string)[] = [
  text => text,
  withBrackets,
  text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;'),
  text => withQuotes(text, '&apos;'),
  text => withQuotes(text, '&#39;'),
]

/** Signs and letters beyond ASCII as `%C3%BC`. Half a surrogate pair is no text of a URL. */
function urlText(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text
  }
}

function uuidText(pairs: readonly string[]): string {
  const hex = pairs.join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[^\da-f]/gi, '')
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  )
}
