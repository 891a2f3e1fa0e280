import { ascii, startsWith } from '../registry/xml-characters.ts'

/** What a line of a text is, where it is no node, no block and no property of a shown entry. */

/** The quote that ends a property's key: the first that ` =` follows. -1: this is no property. */
export function keyEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let quote = at + 1; quote + 2 < end; quote++) {
    if (bytes[quote] !== 34 || bytes[quote + 1] !== 32 || bytes[quote + 2] !== 61) continue
    if (quote + 3 === end || bytes[quote + 3] === 32) return quote
  }
  return -1
}

/**
 * `IOService:` alone on a line names the plane of what follows. Planes are named so, but for two that were
 * observed (facts: ioreg, section 9); `Password:` is none.
 */
export function headingOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (bytes[end - 1] !== 58 || end - start > 64) return null
  const name = ascii(bytes, start, end - 1)
  return /^(IO[A-Z0-9]\w*|CoreCapture|VoodooI2C)$/.test(name) ? name : null
}

/**
 * The plane that a shell's line asks `ioreg` for (`mac:~ me$ ioreg -lw0 -p IOPower`); `''` where it asks for none;
 * null where it is no such line.
 */
export function commandPlane(bytes: Uint8Array, start: number, end: number): string | null {
  const line = ascii(bytes, start, Math.min(end, start + 512))
  const command = /(?:^|[\s/$#%>;|(`])ioreg((?:\s+[-\w/.,'"@:]+)*)\s*(?:[|>;)`&]|$)/.exec(line)
  if (!command) return null
  const words = command[1]!.trim().split(/\s+/).filter(Boolean)
  // In prose the word is followed by others: `ioreg shows this`.
  if (words.length > 0 && !words[0]!.startsWith('-')) return null
  for (const [i, word] of words.entries()) {
    const option = /^-[abfilrtxySs]*p(.*)$/.exec(word)
    const plane = option && (option[1] || words[i + 1])?.replace(/^['"]|['"]$/g, '')
    if (plane && /^\w+$/.test(plane)) return plane
  }
  return ''
}

/**
 * Where the root's node begins in a line that quotes it (`> +-o Root  <class …`), or is indented by tabs; -1
 * where the line is none.
 */
export function quotedRoot(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && at < start + 32 && isMarginByte(bytes[at]!)) at++
  if (at === start) return -1
  const isRoot =
    startsWith(bytes, at, end, '+-o Root  <class ') ||
    startsWith(bytes, at, end, '+-o Root class: ')
  return isRoot ? at : -1
}

/** Blank, tab, and the signs that letters and source text put before a line. */
function isMarginByte(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 62 || byte === 35 || byte === 42 || byte === 47
}
