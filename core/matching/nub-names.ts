import type { PropertyValue } from '../registry/property-value.ts'

/** Nubs of the device tree compare these, in this order (facts: matching, section 4.1). */
export const nubProperties = ['name', 'compatible', 'device_type', 'model'] as const

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const decoded = new WeakMap<PropertyValue, readonly string[]>()

/** A string, or data with a list of strings, each with a NUL behind. Remembered: many personalities ask. */
export function namesIn(value: PropertyValue | undefined): readonly string[] {
  if (value === undefined) return []
  let names = decoded.get(value)
  if (!names) {
    const text = value.kind === 'data' ? decoder.decode(value.bytes) : ''
    names = value.kind === 'string' ? [value.text] : text.split('\0').filter(name => name !== '')
    decoded.set(value, names)
  }
  return names
}
