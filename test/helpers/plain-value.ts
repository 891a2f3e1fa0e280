import type { PropertyValue } from '../../core/registry/property-value.ts'

/** A value as a program holds it that reads a dump with a property list package. */
export function plainValue(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
    case 'boolean':
    case 'real':
      return value.value
    case 'data':
      return value.bytes
    case 'array':
    case 'set':
      return value.items.map(plainValue)
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, item]) => [key, plainValue(item)]))
    default:
      return null
  }
}
