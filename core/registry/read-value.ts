import type { PropertyValue } from './property-value.ts'
import { readBinaryValue } from './read-binary-value.ts'
import { readTextValue } from './read-text-value.ts'
import { readXmlValue } from './read-xml-value.ts'
import type { PropertyIndex, Snapshot } from './snapshot.ts'
import { valueNotation } from './value-notation.ts'

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
  switch (source.syntax) {
    case 'xml':
      return readXmlValue(source.bytes, start, end)
    case 'text':
      return readTextValue(source.bytes, start, end)
    case 'binary-plist':
      return readBinaryValue(source.bytes, start, end)
  }
}

/**
 * The value as the dump writes it: an XML element, or the text after `= `. A binary property list holds no
 * text; its values are written as `ioreg` would.
 */
export function valueText(snapshot: Snapshot, property: PropertyIndex): string {
  const { properties, sources } = snapshot
  if (sources[properties.source[property]!]!.syntax === 'binary-plist') {
    return valueNotation(readValue(snapshot, property))
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(valueBytes(snapshot, property))
}

/**
 * The bytes of the value in its source; a view, not a copy. In a binary property list those of the object
 * alone: what a container holds is referred to, so equal bytes of two files need not be equal values.
 */
export function valueBytes(snapshot: Snapshot, property: PropertyIndex): Uint8Array {
  const { properties, sources } = snapshot
  const source = sources[properties.source[property]!]!
  return source.bytes.subarray(properties.start[property], properties.end[property])
}
