import type { PropertyValue } from './property-value.ts'
import { readTextValue } from './read-text-value.ts'
import { readXmlValue } from './read-xml-value.ts'
import type { PropertyIndex, Snapshot } from './snapshot.ts'

/**
 * Decodes one property from its source, exactly: integers of 64 bits, data as bytes, broken strings with
 * their bytes. What cannot be read, or is cut off, is `unreadable` with its raw text; this never throws
 * for what a dump holds.
 */
export function readValue(snapshot: Snapshot, property: PropertyIndex): PropertyValue {
  const { properties, sources } = snapshot
  const source = sources[properties.source[property]!]!
  const start = properties.start[property]!
  const end = properties.end[property]!
  return source.syntax === 'xml'
    ? readXmlValue(source.bytes, start, end)
    : readTextValue(source.bytes, start, end)
}

/** The value as the dump writes it: an XML element, or the text after `= `. */
export function valueText(snapshot: Snapshot, property: PropertyIndex): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(valueBytes(snapshot, property))
}

/** The bytes of the value in its source; a view, not a copy. */
export function valueBytes(snapshot: Snapshot, property: PropertyIndex): Uint8Array {
  const { properties, sources } = snapshot
  const source = sources[properties.source[property]!]!
  return source.bytes.subarray(properties.start[property], properties.end[property])
}
