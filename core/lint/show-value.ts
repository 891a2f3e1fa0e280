import type { PropertyValue } from '../registry/property-value.ts'

/** Longer texts are shown by their beginning: a sentence is for reading. */
const longestText = 120

/** A value in a sentence: `“text”`, `the number 3`, `an array`. */
export function shown(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return quoted(value.text)
    case 'integer':
      return `the number ${value.value}`
    case 'real':
      return `the number ${value.value}`
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'data':
      return 'data'
    case 'date':
      return 'a date'
    case 'array':
    case 'set':
      return 'an array'
    case 'dictionary':
      return 'a dictionary'
    default:
      return 'unreadable'
  }
}

export function quoted(text: string): string {
  return `“${text.length > longestText ? `${text.slice(0, longestText)}…` : text}”`
}

/** `a`, `a and b`, `a, b and c`; of many the first, and how many more. */
export function listed(items: readonly string[], most = 6): string {
  const first = items.length > most ? items.slice(0, most - 1) : items
  const rest = items.length - first.length
  if (rest > 0) return `${first.join(', ')} and ${rest} more`
  if (first.length < 2) return first.join('')
  return `${first.slice(0, -1).join(', ')} and ${first.at(-1)!}`
}

export function isTrue(value: PropertyValue | undefined): boolean {
  return value?.kind === 'boolean' && value.value
}

export function isNumber(value: PropertyValue): boolean {
  return value.kind === 'integer' || value.kind === 'real'
}
