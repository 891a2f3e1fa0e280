import type { PropertyIndex, Snapshot } from '../registry/snapshot.ts'
import { isAscii } from './fold-text.ts'

/** ASCII letters made small, all other bytes as they are. */
const small = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
)

/**
 * Whether the bytes of a property's value may hold a text, before anything is decoded. False is certain for
 * whatever a source writes in plain characters: strings, keys, words. True only says that it is worth a look:
 * XML may write any character as an entity, a binary property list keeps what is in a container elsewhere, and a
 * text beyond ASCII has more forms than its own bytes.
 */
export function createByteFinder(
  snapshot: Snapshot,
  text: string,
): (property: PropertyIndex) => boolean {
  const { properties, sources } = snapshot
  if (text === '') return () => true
  if (!isAscii(text)) {
    return property => {
      const { bytes, syntax } = sources[properties.source[property]!]!
      if (syntax === 'binary-plist') return true
      const end = properties.end[property]!
      for (let at = properties.start[property]!; at < end; at++) {
        if (bytes[at]! >= 0x80 || bytes[at] === ampersand) return true
      }
      return false
    }
  }
  const needle = new TextEncoder().encode(text.toLowerCase())
  const last = needle.length - 1
  // How far to move on after a byte that ends a try in vain (Boyer, Moore and Horspool).
  const skip = new Int32Array(256).fill(needle.length)
  for (let i = 0; i < last; i++) skip[needle[i]!] = last - i
  const holds = (bytes: Uint8Array, start: number, end: number): boolean => {
    for (let at = start + last; at < end;) {
      const byte = small[bytes[at]!]!
      if (byte === needle[last]) {
        let i = last - 1
        while (i >= 0 && small[bytes[at - last + i]!] === needle[i]) i--
        if (i < 0) return true
      }
      at += skip[byte]!
    }
    return false
  }
  return property => {
    const { bytes, syntax } = sources[properties.source[property]!]!
    if (syntax === 'binary-plist') return true
    const start = properties.start[property]!
    const end = properties.end[property]!
    if (holds(bytes, start, end)) return true
    return syntax === 'xml' && isEscaped(bytes, start, end)
  }
}

const ampersand = 38
const less = 60
const exclamation = 33

/** An entity, or a section of characters: what is written is not what is meant. */
function isEscaped(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === ampersand || (bytes[at] === less && bytes[at + 1] === exclamation))
      return true
  }
  return false
}
