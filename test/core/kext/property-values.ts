import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'

/** A property value from what a test, or the `plist` package, writes as plain JavaScript. */
export function valueFrom(plain: unknown): PropertyValue {
  if (typeof plain === 'string') return { kind: 'string', text: plain }
  if (typeof plain === 'boolean') return { kind: 'boolean', value: plain }
  if (typeof plain === 'bigint') return { kind: 'integer', value: plain }
  if (typeof plain === 'number')
    return Number.isInteger(plain)
      ? { kind: 'integer', value: BigInt(plain) }
      : { kind: 'real', value: plain }
  if (plain instanceof Uint8Array) return { kind: 'data', bytes: plain }
  if (plain instanceof Date) return { kind: 'date', iso: plain.toISOString() }
  if (Array.isArray(plain)) return { kind: 'array', items: plain.map(valueFrom) }
  if (typeof plain === 'object' && plain !== null) return dictionaryFrom(plain)
  return { kind: 'unreadable', raw: String(plain) }
}

export function dictionaryFrom(plain: object): DictionaryValue {
  return {
    kind: 'dictionary',
    entries: Object.entries(plain).map(([key, value]) => [key, valueFrom(value)] as const),
  }
}
