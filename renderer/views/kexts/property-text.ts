import { hexOf } from '../../../core/registry/byte-text.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

const longestText = 400

/** A value on one line, as a developer would write it in a note; long ones end in an ellipsis. */
export function propertyText(value: PropertyValue): string {
  const text = written(value, 0)
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

function written(value: PropertyValue, depth: number): string {
  switch (value.kind) {
    case 'string':
      return depth === 0 ? value.text : `"${value.text}"`
    case 'integer': {
      const isPlain = value.value > -10n && value.value < 10n
      const hex = BigInt.asUintN(64, value.value).toString(16)
      return isPlain ? `${value.value}` : `${value.value} (0x${hex})`
    }
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'data': {
      const shown = value.bytes.subarray(0, 32)
      return `<${hexOf(shown)}${value.bytes.length > shown.length ? ' …' : ''}>`
    }
    case 'date':
      return value.iso
    case 'array':
    case 'set':
      if (depth > 4) return '(…)'
      return `(${value.items
        .slice(0, 50)
        .map(item => written(item, depth + 1))
        .join(', ')})`
    case 'dictionary': {
      if (depth > 4) return '{…}'
      const pairs = value.entries
        .slice(0, 50)
        .map(([key, item]) => `${key} = ${written(item, depth + 1)}`)
      return `{ ${pairs.join(', ')} }`
    }
    case 'missing':
      return ''
    case 'unreadable':
      return value.raw
  }
}
