import { FailureError } from '../../core/failure.ts'
import { readXmlPlist } from '../../core/plist/read-xml-plist.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readBinaryPlist } from './read-binary-plist.ts'

/** Real Info.plists have a few kilobytes; the largest of Apple's drivers a few hundred. */
export const plistLimitBytes = 4 * 1024 * 1024

/**
 * Reads a property list, XML or binary, as an Info.plist is one. Integers are exact, keys keep their
 * order, data is bytes: neither of the ready-made parsers does all of that. `plist` reads integers as
 * doubles (and hexadecimal ones as 0), drops the order of keys that look like numbers, and `bplist-parser`
 * cannot tell the real 1.0 from the integer 1 and follows references without end.
 *
 * @param source what the bytes are, for the failure: a path
 * @throws FailureError dump-malformed with the place, not-a-dump, dump-too-large
 */
export function readPlist(bytes: Uint8Array, source = 'the property list'): PropertyValue {
  if (bytes.length > plistLimitBytes) {
    throw new FailureError({ kind: 'dump-too-large', source, limitBytes: plistLimitBytes })
  }
  if (startsWith(bytes, 'bplist')) return readBinaryPlist(bytes, source)
  const text = decode(bytes)
  const start = text.trimStart()
  if (start.startsWith('<')) return readXmlPlist(text, source)
  throw new FailureError({ kind: 'not-a-dump', source, looksLike: resemblance(start) })
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((c, i) => bytes[i] === c.charCodeAt(0))
}

/** UTF-8 unless a byte order mark says otherwise. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}

function resemblance(text: string): string {
  if (text === '') return 'an empty file'
  if (text.startsWith('{') || text.startsWith('(')) return 'an old-style (OpenStep) property list'
  return 'something else than a property list'
}
