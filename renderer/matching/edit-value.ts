import type { DictionaryValue, PropertyValue } from '../../core/registry/property-value.ts'
import { hexOf } from '../../core/registry/byte-text.ts'

// Changes of a property list value by a form. Every function returns a new value; the old one stays as it is.

/** Where a value stands inside another: the place in each dictionary or array on the way. */
export type ValuePath = readonly number[]

/** The kinds that a property list can hold; `set` and the like are of the kernel alone. */
export type EditableKind =
  'string' | 'integer' | 'real' | 'boolean' | 'data' | 'date' | 'array' | 'dictionary'

export const editableKinds: readonly (readonly [EditableKind, string])[] = [
  ['string', 'String'],
  ['integer', 'Integer'],
  ['boolean', 'Boolean'],
  ['real', 'Real'],
  ['data', 'Data'],
  ['date', 'Date'],
  ['array', 'Array'],
  ['dictionary', 'Dictionary'],
]

/** The value with the one at `path` replaced. A path that leads nowhere changes nothing. */
export function withValueAt(
  value: PropertyValue,
  path: ValuePath,
  replacement: PropertyValue,
): PropertyValue {
  return changed(value, path, () => replacement)
}

/** The dictionary or array at `path` with one item more at its end. */
export function withAdded(
  value: PropertyValue,
  path: ValuePath,
  key: string,
  item: PropertyValue,
): PropertyValue {
  return changed(value, path, container => {
    if (container.kind === 'dictionary') {
      return { kind: 'dictionary', entries: [...container.entries, [key, item]] }
    }
    if (container.kind === 'array') return { kind: 'array', items: [...container.items, item] }
    return container
  })
}

/** Without the item at `path`. */
export function withoutValueAt(value: PropertyValue, path: ValuePath): PropertyValue {
  const at = path.at(-1)
  if (at === undefined) return value
  return changed(value, path.slice(0, -1), container => {
    if (container.kind === 'dictionary') {
      return { kind: 'dictionary', entries: container.entries.filter((_, index) => index !== at) }
    }
    if (container.kind === 'array') {
      return { kind: 'array', items: container.items.filter((_, index) => index !== at) }
    }
    return container
  })
}

/** With another key at `path`; its place among the keys stays. */
export function withKeyAt(value: PropertyValue, path: ValuePath, key: string): PropertyValue {
  const at = path.at(-1)
  if (at === undefined) return value
  return changed(value, path.slice(0, -1), container =>
    container.kind === 'dictionary' && container.entries[at]
      ? {
          kind: 'dictionary',
          entries: container.entries.with(at, [key, container.entries[at][1]]),
        }
      : container,
  )
}

function changed(
  value: PropertyValue,
  path: ValuePath,
  change: (value: PropertyValue) => PropertyValue,
): PropertyValue {
  const [at, ...rest] = path
  if (at === undefined) return change(value)
  if (value.kind === 'dictionary') {
    const entry = value.entries[at]
    if (!entry) return value
    const [key, item] = entry
    return {
      kind: 'dictionary',
      entries: value.entries.with(at, [key, changed(item, rest, change)]),
    }
  }
  if (value.kind === 'array') {
    const item = value.items[at]
    return item === undefined
      ? value
      : { kind: 'array', items: value.items.with(at, changed(item, rest, change)) }
  }
  return value
}

/** A key that the dictionary does not have yet: `New key`, `New key 2`. */
export function freeKey({ entries }: DictionaryValue, wanted = 'New key'): string {
  const taken = new Set(entries.map(([key]) => key))
  if (!taken.has(wanted)) return wanted
  let number = 2
  while (taken.has(`${wanted} ${number}`)) number++
  return `${wanted} ${number}`
}

/** The value as another kind, as far as it has a meaning there; else that kind's simplest value. */
export function asKind(value: PropertyValue, kind: EditableKind): PropertyValue {
  if (value.kind === kind) return value
  const text = scalarText(value)
  switch (kind) {
    case 'string':
      return { kind, text }
    case 'array':
      return { kind, items: isContainer(value) ? itemsOf(value) : [value] }
    case 'dictionary':
      return { kind, entries: [] }
    case 'boolean':
      return { kind, value: /^(1|yes|true)$/i.test(text) }
    case 'date':
      return { kind, iso: '2001-01-01T00:00:00Z' }
    case 'integer':
    case 'real':
    case 'data':
      return readScalar(kind, text) ?? simplest[kind]
  }
}

const simplest = {
  integer: { kind: 'integer', value: 0n },
  real: { kind: 'real', value: 0 },
  data: { kind: 'data', bytes: new Uint8Array() },
} as const satisfies Record<string, PropertyValue>

function isContainer(value: PropertyValue): boolean {
  return value.kind === 'array' || value.kind === 'set' || value.kind === 'dictionary'
}

function itemsOf(value: PropertyValue): readonly PropertyValue[] {
  if (value.kind === 'array' || value.kind === 'set') return value.items
  return value.kind === 'dictionary' ? value.entries.map(([, item]) => item) : []
}

/** What a field shows; empty for what has no line of text. */
export function scalarText(value: PropertyValue): string {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
      return value.value.toString()
    case 'real':
      return String(value.value)
    case 'boolean':
      return value.value ? 'true' : 'false'
    case 'data':
      return hexOf(value.bytes)
    case 'date':
      return value.iso
    default:
      return ''
  }
}

/** What was typed, as a value of this kind; null where it is none. */
export function readScalar(
  kind: Exclude<EditableKind, 'array' | 'dictionary' | 'boolean'>,
  text: string,
): PropertyValue | null {
  switch (kind) {
    case 'string':
      return { kind, text }
    case 'integer': {
      const digits = /^\s*([+-]?)(0x[0-9a-f]+|\d+)\s*$/i.exec(text)
      if (!digits) return null
      const size = BigInt(digits[2]!)
      const value = digits[1] === '-' ? -size : size
      return value >= -(1n << 63n) && value < 1n << 64n ? { kind, value } : null
    }
    case 'real': {
      const value = Number(text)
      return text.trim() === '' || Number.isNaN(value) ? null : { kind, value }
    }
    case 'data': {
      const digits = text.replace(/[\s<>]/g, '')
      if (!/^([0-9a-f]{2})*$/i.test(digits)) return null
      const pairs = digits.match(/../g) ?? []
      return { kind, bytes: Uint8Array.from(pairs, pair => Number.parseInt(pair, 16)) }
    }
    case 'date':
      return /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text.trim())
        ? { kind, iso: text.trim() }
        : null
  }
}

/** How many values there are in one, itself counted; no more than `most` are looked at. */
export function valueCount(value: PropertyValue, most: number): number {
  const waiting = [value]
  let count = 0
  for (let next = waiting.pop(); next && count < most; next = waiting.pop()) {
    count++
    for (const item of itemsOf(next)) waiting.push(item)
  }
  return count
}
