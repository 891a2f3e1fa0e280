import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

// Values of a property list, short to write.

export type Entry = readonly [key: string, value: PropertyValue]

export const text = (value: string): PropertyValue => ({ kind: 'string', text: value })

export const integer = (value: number | bigint): PropertyValue => ({
  kind: 'integer',
  value: BigInt(value),
})

export const boolean = (value: boolean): PropertyValue => ({ kind: 'boolean', value })

export const array = (items: readonly PropertyValue[]): PropertyValue => ({ kind: 'array', items })

export const dictionary = (entries: readonly Entry[]): DictionaryValue => ({
  kind: 'dictionary',
  entries,
})
