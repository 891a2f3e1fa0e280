import type { PropertyValue } from './property-value.ts'

/** Brackets nested deeper than this are unreadable: no real value has ten levels. */
export const valueDepthLimit = 512

const exact = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** A string value; it keeps its bytes where they are no valid UTF-8. */
export function stringValue(bytes: Uint8Array): PropertyValue {
  try {
    return { kind: 'string', text: exact.decode(bytes) }
  } catch {
    return { kind: 'string', text: lenient.decode(bytes), bytes: bytes.slice() }
  }
}

export function textOf(bytes: Uint8Array): string {
  return lenient.decode(bytes)
}

export function unreadable(bytes: Uint8Array): PropertyValue {
  return { kind: 'unreadable', raw: lenient.decode(bytes) }
}

/** A container being filled: what the readers keep on their stacks instead of recursing. */
export interface OpenContainer {
  readonly kind: 'array' | 'set' | 'dictionary'
  readonly items: PropertyValue[]
  readonly entries: (readonly [string, PropertyValue])[]
  /** The key that waits for its value. */
  key: string | null
}

export function openContainer(kind: OpenContainer['kind']): OpenContainer {
  return { kind, items: [], entries: [], key: null }
}

export function closeContainer(container: OpenContainer): PropertyValue {
  return container.kind === 'dictionary'
    ? { kind: 'dictionary', entries: container.entries }
    : { kind: container.kind, items: container.items }
}

/** False for a value in a dictionary that has no key for it. */
export function addTo(container: OpenContainer, value: PropertyValue): boolean {
  if (container.kind !== 'dictionary') {
    container.items.push(value)
    return true
  }
  if (container.key === null) return false
  container.entries.push([container.key, value])
  container.key = null
  return true
}
