import { FailureError } from '../failure.ts'
import { depthLimit } from '../plist/malformed.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { ByteChunks } from './byte-chunks.ts'
import { escapeXml } from './xml-text.ts'
import { plistHead, XmlValueWriter } from './xml-value.ts'

/**
 * An Info.plist as Apple's tools write XML property lists, with the keys in the order they have: tabs, base64 in
 * lines, integers with all their digits. Read again, it is the same value.
 *
 * @throws FailureError value-unwritable, with the way to the first value that a property list cannot hold
 *   exactly. Nothing is replaced by something like it.
 */
export function writeInfoPlist(info: DictionaryValue): string {
  return `${plistHead}${valueLines(info, 0, [])}</plist>\n`
}

/**
 * One personality as it stands inside `IOKitPersonalities`, for pasting: its key and its dictionary, indented as
 * deep as there.
 *
 * @throws FailureError value-unwritable
 */
export function writePersonality(name: string, personality: DictionaryValue): string {
  refuseText(name, [name])
  return `\t\t<key>${escapeXml(name).text}</key>\n${valueLines(personality, 2, [name])}`
}

/**
 * A value alone, without the frame of a property list, as an editor shows it.
 *
 * @throws FailureError value-unwritable
 */
export function writePlistValue(value: PropertyValue, indent = 0): string {
  return valueLines(value, indent, [])
}

function valueLines(value: PropertyValue, indent: number, way: readonly string[]): string {
  refuse(value, way, 0)
  const out = new ByteChunks()
  const writer = new XmlValueWriter(out, neverLosing, { keepsOrder: true })
  writer.write(value, indent, false)
  const decoder = new TextDecoder()
  return out
    .rest()
    .map(piece => decoder.decode(piece, { stream: true }))
    .join('')
}

/** Whatever would be lost has been refused before. */
const neverLosing = {
  note(what: string): void {
    throw new Error(`an Info.plist would lose something: ${what}`)
  },
}

/** Throws for the first value that would not be the same when it is read again; the depth is bounded. */
function refuse(value: PropertyValue, way: readonly string[], depth: number): void {
  if (depth > depthLimit) throw unwritable(way, `it is nested deeper than ${depthLimit} levels`)
  switch (value.kind) {
    case 'string':
      if (value.bytes) throw unwritable(way, 'its bytes are no valid UTF-8')
      refuseText(value.text, way)
      return
    case 'integer':
      if (value.value < -(1n << 63n) || value.value >= 1n << 64n) {
        throw unwritable(way, `${value.value} does not fit 64 bits`)
      }
      return
    case 'data':
      if (value.isLossy) throw unwritable(way, 'the dump shows its bytes only in part')
      return
    case 'date':
      if (!/^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value.iso)) {
        throw unwritable(way, `“${value.iso}” is no date of a property list`)
      }
      return
    case 'real':
    case 'boolean':
      return
    case 'array':
      value.items.forEach((item, index) => refuse(item, [...way, String(index)], depth + 1))
      return
    case 'dictionary': {
      const keys = new Set<string>()
      for (const [key, item] of value.entries) {
        const place = [...way, key]
        refuseText(key, place)
        if (keys.has(key)) throw unwritable(place, 'the key stands twice in its dictionary')
        keys.add(key)
        refuse(item, place, depth + 1)
      }
      return
    }
    case 'set':
      throw unwritable(way, 'it is a set, and a property list has only arrays')
    case 'missing':
      throw unwritable(way, 'the dump shows no value')
    case 'unreadable':
      throw unwritable(way, 'it could not be read')
  }
}

function refuseText(text: string, way: readonly string[]): void {
  // Half a surrogate pair has no bytes in UTF-8.
  if (!escapeXml(text).isExact || /\p{Surrogate}/u.test(text)) {
    throw unwritable(way, 'it has a character that XML cannot hold')
  }
}

function unwritable(way: readonly string[], detail: string): FailureError {
  const where = way.length === 0 ? 'This value' : way.join(' / ')
  return new FailureError({ kind: 'value-unwritable', where, detail })
}
