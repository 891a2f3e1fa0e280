import { hexOf } from '../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { propertyValueToJson } from '../../core/write/value-json.ts'

/** The type of a value as a word, and as a sentence for the tooltip. */
export const typeMarks: Readonly<Record<PropertyValue['kind'], readonly [string, string]>> = {
  string: ['string', 'String'],
  integer: ['integer', 'Integer, 64 bits'],
  real: ['real', 'Real'],
  boolean: ['boolean', 'Boolean'],
  data: ['data', 'Data'],
  date: ['date', 'Date'],
  array: ['array', 'Array'],
  set: ['set', 'Set'],
  dictionary: ['dict', 'Dictionary'],
  missing: ['none', 'The dump has no value here'],
  unreadable: ['raw', 'Not of any known form; shown as it stands in the dump'],
}

/** The value in one line. */
export function valueLine(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
      return value.value.toString()
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'data':
      return dataLine(value.bytes)
    case 'date':
      return value.iso
    case 'array':
    case 'set':
      return plural(value.items.length, 'item')
    case 'dictionary':
      return plural(value.entries.length, 'key')
    case 'missing':
      return 'no value in the dump'
    case 'unreadable':
      return value.raw
  }
}

const plural = (count: number, word: string) =>
  count === 0 ? 'empty' : `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`

/** Sixteen bits and more of an integer in hexadecimal: as the 64 bits that the kernel holds. */
export function hexOfInteger(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`
}

const lineBytes = 12

function dataLine(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty'
  const text = textOfData(bytes)
  if (text !== null) return text
  const more = bytes.length > lineBytes ? ` … ${bytes.length.toLocaleString('en-US')} bytes` : ''
  return hexOf(bytes.subarray(0, lineBytes)) + more
}

/**
 * The strings in data that is NUL-terminated text, as device trees hold them: `"pci8086,1c10","pci"`.
 * Null when it is not text (facts: ioreg, section 5: printable, ended by NUL).
 */
export function textOfData(bytes: Uint8Array): string | null {
  if (bytes.length < 2 || bytes.at(-1) !== 0 || bytes[0] === 0 || bytes.length > 4096) return null
  const strings: string[] = []
  let now = ''
  for (const [index, byte] of bytes.entries()) {
    if (byte >= 0x20 && byte < 0x7f) now += String.fromCharCode(byte)
    else if (byte === 0 && (now !== '' || index === bytes.length - 1)) {
      if (now !== '') strings.push(`"${now}"`)
      now = ''
    } else return null
  }
  return strings.join(', ')
}

/** How much a value holds, for a column: `12 B`, `3 keys`; empty where its kind says it. */
export function sizeOfValue(value: PropertyValue): string {
  switch (value.kind) {
    case 'data':
      return bytesText(value.bytes.length)
    case 'string':
      return value.text.length > 0 ? `${value.text.length.toLocaleString('en-US')} ch` : ''
    case 'array':
    case 'set':
      return String(value.items.length)
    case 'dictionary':
      return String(value.entries.length)
    default:
      return ''
  }
}

/** Exact up to four digits, then in the unit that keeps it short. */
function bytesText(length: number): string {
  if (length < 10_000) return `${length.toLocaleString('en-US')} B`
  const [unit, word] = length < 1 << 20 ? [1 << 10, 'KB'] : ([1 << 20, 'MB'] as const)
  return `${(length / unit).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${word}`
}

/**
 * What copying a value takes: data as its digits, everything else as it is read; lists and dictionaries as JSON from
 * which they can be had again exactly (docs/json-format.md).
 */
export function copyText(value: PropertyValue): string {
  switch (value.kind) {
    case 'data':
      return hexOf(value.bytes)
    case 'array':
    case 'set':
    case 'dictionary':
      return JSON.stringify(propertyValueToJson(value), null, 2)
    case 'string':
    case 'integer':
    case 'real':
    case 'boolean':
    case 'date':
    case 'missing':
    case 'unreadable':
      return valueLine(value)
  }
}

/** The kernel's stand-in for an object that has no form outside of it (facts: ioreg, section 5). */
export function isNotSerializable(value: PropertyValue): boolean {
  return value.kind === 'string' && value.text.endsWith(' is not serializable')
}
