import type { PropertyValue } from '../../../core/registry/property-value.ts'

export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * A value as JSON, exact. What JSON has is written as it is; the rest is an object with one key that begins with
 * `$`, documented in docs/command-line.md. A dictionary that JSON cannot hold, for a key of it is there twice or
 * begins with `$` itself, is `{"$dictionary": [[key, value], …]}`.
 */
export function valueJson(value: PropertyValue): Json {
  switch (value.kind) {
    case 'string':
      return value.bytes ? { $string: value.text, $bytes: base64Of(value.bytes) } : value.text
    case 'integer':
      return integerJson(value.value)
    case 'real':
      return { $real: realJson(value.value) }
    case 'boolean':
      return value.value
    case 'data':
      return value.isLossy
        ? { $data: base64Of(value.bytes), $lossy: true }
        : { $data: base64Of(value.bytes) }
    case 'date':
      return { $date: value.iso }
    case 'array':
      return value.items.map(valueJson)
    case 'set':
      return { $set: value.items.map(valueJson) }
    case 'dictionary':
      return dictionaryJson(value.entries)
    case 'missing':
      return { $missing: true }
    case 'unreadable':
      return { $unreadable: value.raw }
  }
}

export function dictionaryJson(entries: readonly (readonly [string, PropertyValue])[]): Json {
  const pairs = entries.map(([key, item]) => [key, valueJson(item)] as const)
  const isPlain =
    new Set(entries.map(([key]) => key)).size === entries.length &&
    entries.every(([key]) => !key.startsWith('$'))
  // `fromEntries` defines each key, so that one named __proto__ is a key like any other.
  return isPlain ? Object.fromEntries(pairs) : { $dictionary: pairs }
}

/** A number where JSON's readers keep it exact, else its digits. */
export function integerJson(value: bigint): Json {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : { $integer: value.toString() }
}

/** JSON has no infinities, and its writers drop the sign of zero. */
function realJson(value: number): Json {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity'
  return Object.is(value, -0) ? '-0' : value
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
