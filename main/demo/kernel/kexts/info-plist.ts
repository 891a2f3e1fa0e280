import { parseBinary, type PlistValue } from 'plist'
import type { DictionaryValue, PropertyValue } from '../../../../core/registry/property-value.ts'
import { parseXmlPlist } from './xml-plist.ts'

const maxBytes = 4_000_000

/** @returns the dictionary of an Info.plist, or null when it is not one. */
export function parseInfoPlist(bytes: Uint8Array): DictionaryValue | null {
  if (bytes.length > maxBytes) return null
  let value: PropertyValue
  try {
    value = isBinary(bytes)
      ? fromPlist(parseBinary(bytes))
      : parseXmlPlist(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parsers throw plain errors, and whatever they find wrong, the bundle's plist is unreadable.
    return null
  }
  return value.kind === 'dictionary' ? value : null
}

function isBinary(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 6)) === 'bplist'
}

/** Binary Info.plists are rare and hold small numbers, so the parser's doubles are exact enough here. */
function fromPlist(value: PlistValue): PropertyValue {
  if (value === null) return { kind: 'missing' }
  if (typeof value === 'string') return { kind: 'string', text: value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? { kind: 'integer', value: BigInt.asUintN(64, BigInt(value)) }
      : { kind: 'real', value }
  }
  if (value instanceof Date) return { kind: 'date', iso: value.toISOString() }
  if (value instanceof Uint8Array) return { kind: 'data', bytes: value }
  if (Array.isArray(value)) return { kind: 'array', items: value.map(fromPlist) }
  return {
    kind: 'dictionary',
    entries: Object.entries(value).map(([key, item]) => [key, fromPlist(item)] as const),
  }
}
