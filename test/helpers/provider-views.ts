import type { ClassHierarchy } from '../../core/matching/class-hierarchy.ts'
import type { ProviderView } from '../../core/matching/provider-view.ts'
import { propertyOf } from '../../core/registry/lookup.ts'
import type { DictionaryValue, PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'

/** JavaScript values in place of property values: bytes are data, `null` is nothing. */
export type Plain =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain }

export function valueOf(plain: Plain): PropertyValue {
  if (typeof plain === 'string') return { kind: 'string', text: plain }
  if (typeof plain === 'number' || typeof plain === 'bigint') {
    return { kind: 'integer', value: BigInt(plain) }
  }
  if (typeof plain === 'boolean') return { kind: 'boolean', value: plain }
  if (plain instanceof Uint8Array) return { kind: 'data', bytes: plain }
  if (Array.isArray(plain)) return { kind: 'array', items: plain.map(valueOf) }
  return dictionaryOf(plain as { readonly [key: string]: Plain })
}

export function dictionaryOf(plain: { readonly [key: string]: Plain }): DictionaryValue {
  const entries = Object.entries(plain).map(([key, value]) => [key, valueOf(value)] as const)
  return { kind: 'dictionary', entries }
}

/** Little-endian data of four bytes, as PCI properties are. */
export function le(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number, true)
  return bytes
}

/** A service of which no more is known than this. Null for properties: the dump does not show them. */
export function drawnProvider(
  classes: readonly string[],
  properties: { readonly [key: string]: Plain } | null,
): ProviderView {
  const values = new Map(Object.entries(properties ?? {}).map(([key, v]) => [key, valueOf(v)]))
  return {
    entry: 0,
    className: classes[0]!,
    chain: { classes, isComplete: true, source: 'dump' },
    conformsTo: className => classes.includes(className),
    hasProperties: properties !== null,
    property: key => values.get(key),
    name: classes[0]!,
    location: null,
  }
}

/** A service of a snapshot. */
export function shownProvider(
  snapshot: Snapshot,
  hierarchy: ClassHierarchy,
  entry: EntryIndex,
): ProviderView {
  const { entries, strings } = snapshot
  return {
    entry,
    className: stringAt(strings, entries.className[entry]!),
    chain: hierarchy.chainOf(entry),
    conformsTo: className => hierarchy.conforms(entry, className),
    hasProperties: (entries.flags[entry]! & EntryFlag.hasProperties) !== 0,
    property: key => {
      const property = propertyOf(snapshot, entry, key)
      return property < 0 ? undefined : readValue(snapshot, property)
    },
    name: stringAt(strings, entries.name[entry]!),
    location: null,
  }
}
