import { hexOf } from './byte-text.ts'
import type { PropertyValue } from './property-value.ts'

/**
 * A value in one line, much as `ioreg` writes it, for values that no dump wrote as text. Exact, but not a
 * format: nothing reads it again. Recursive, for a decoded value has at most `valueDepthLimit` levels.
 */
export function valueNotation(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return `"${value.text}"`
    case 'integer':
      return value.value.toString()
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'data':
      return `<${hexOf(value.bytes, '')}>`
    case 'date':
      return value.iso
    case 'array':
      return `(${value.items.map(valueNotation).join(',')})`
    case 'set':
      return `[${value.items.map(valueNotation).join(',')}]`
    case 'dictionary':
      return `{${value.entries.map(([key, item]) => `"${key}"=${valueNotation(item)}`).join(',')}}`
    case 'missing':
      return ''
    case 'unreadable':
      return value.raw
  }
}
