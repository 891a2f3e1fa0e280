/**
 * A property's value, decoded. Integers have 64 bits and stay exact; data is bytes; a string that is not
 * valid UTF-8 keeps its bytes. The same union holds the values of an Info.plist.
 */
export type PropertyValue =
  | {
      readonly kind: 'string'
      readonly text: string
      /** The guest's bytes, only where `text` could not hold them exactly. */
      readonly bytes?: Uint8Array
    }
  /** As the dump prints it: text shows -1 as 18446744073709551615, archives as -1. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'real'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | {
      readonly kind: 'data'
      readonly bytes: Uint8Array
      /** Text dumps print text-like data as `<"a","b">`, which loses its NULs and quotes. */
      readonly isLossy?: boolean
    }
  | { readonly kind: 'date'; readonly iso: string }
  | { readonly kind: 'array'; readonly items: readonly PropertyValue[] }
  | { readonly kind: 'set'; readonly items: readonly PropertyValue[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [string, PropertyValue])[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly raw: string }

export type DictionaryValue = Extract<PropertyValue, { kind: 'dictionary' }>

/** The value of `key` in a dictionary, or undefined. Dictionaries are small: a scan is enough. */
export function valueAt(dictionary: DictionaryValue, key: string): PropertyValue | undefined {
  return dictionary.entries.find(([name]) => name === key)?.[1]
}

/** The text of a string value, or undefined when it is absent or of another type. */
export function stringAt(dictionary: DictionaryValue, key: string): string | undefined {
  const value = valueAt(dictionary, key)
  return value?.kind === 'string' ? value.text : undefined
}
