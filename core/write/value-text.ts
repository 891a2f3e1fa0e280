import type { PropertyValue } from '../registry/property-value.ts'
import { propertyValueToJson } from './value-json.ts'

/**
 * A value as one short text, for a cell of a table: strings as they are, integers in decimal, data in
 * hexadecimal, containers as JSON in one line. Nothing for a value that the tool printed as nothing.
 */
export function valueToText(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
    case 'real':
    case 'boolean':
      return String(value.value)
    case 'data':
      return hexText(value.bytes)
    case 'date':
      return value.iso
    case 'missing':
      return ''
    case 'unreadable':
      return value.raw
    case 'array':
    case 'set':
    case 'dictionary':
      return JSON.stringify(propertyValueToJson(value))
  }
}

function hexText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
