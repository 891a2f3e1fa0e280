import { encodeBase64 } from '../registry/base64.ts'
import type { PropertyValue } from '../registry/property-value.ts'

/** What JSON can hold. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * A value as JSON from which it can be had again exactly (docs/json-format.md). What JSON has itself is written
 * plainly; everything else is an object with one key that begins with `$`:
 *
 *   {"$integer": "18446744073709551615"}    beyond ±(2^53 − 1)
 *   {"$real": 1.5}  {"$real": "nan"}        every real, for 1.0 is not the integer 1
 *   {"$data": "base64"}                     with "$lossy": true where text lost NULs and quotes
 *   {"$date": "2024-01-31T12:00:00Z"}
 *   {"$set": [ … ]}
 *   {"$string": "a\ufffdb", "$bytes": "base64"}   bytes that are no UTF-8
 *   {"$missing": true}                      the tool printed nothing
 *   {"$unreadable": "raw text"}
 *   {"$dictionary": [[key, value], … ]}     a dictionary that has a key beginning with `$`, or one key twice
 *
 * So an object that has a key beginning with `$` is never a plain dictionary.
 */
export function propertyValueToJson(value: PropertyValue): JsonValue {
  const open: OpenContainer[] = []
  let done = enter(value, open)
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (done !== undefined) top.items.push(done)
    const next = top.children[top.items.length]
    if (next) {
      done = enter(next, open)
      continue
    }
    open.pop()
    done = closed(top)
  }
  return done!
}

/** A string from the guest, by its bytes where they are no UTF-8. */
export function textToJson(text: string, bytes?: Uint8Array): JsonValue {
  return bytes ? { $string: text, $bytes: base64Text(bytes) } : text
}

/**
 * Keys and values as an object, or as `$dictionary` where an object could not hold them.
 * @param keys as `textToJson` gives them
 */
export function dictionaryToJson(
  keys: readonly JsonValue[],
  values: readonly JsonValue[],
): JsonValue {
  // Without a prototype, a key named __proto__ is a key like any other.
  const object = Object.create(null) as Record<string, JsonValue>
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    if (typeof key !== 'string' || key.startsWith('$') || key in object) {
      return { $dictionary: keys.map((name, at) => [name, values[at]!]) }
    }
    object[key] = values[i]!
  }
  return object
}

/** Exact: a number where a reader's double holds it. */
export function integerToJson(value: bigint): JsonValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : { $integer: value.toString() }
}

interface OpenContainer {
  readonly value: Extract<PropertyValue, { kind: 'array' | 'set' | 'dictionary' }>
  readonly children: readonly PropertyValue[]
  /** Those that are done. */
  readonly items: JsonValue[]
}

/** The JSON of a scalar; undefined for a container, which is open then. */
function enter(value: PropertyValue, open: OpenContainer[]): JsonValue | undefined {
  switch (value.kind) {
    case 'string':
      return textToJson(value.text, value.bytes)
    case 'integer':
      return integerToJson(value.value)
    case 'real':
      return { $real: realToJson(value.value) }
    case 'boolean':
      return value.value
    case 'data': {
      const $data = base64Text(value.bytes)
      return value.isLossy ? { $data, $lossy: true } : { $data }
    }
    case 'date':
      return { $date: value.iso }
    case 'missing':
      return { $missing: true }
    case 'unreadable':
      return { $unreadable: value.raw }
    case 'array':
    case 'set':
      open.push({ value, children: value.items, items: [] })
      return undefined
    case 'dictionary':
      open.push({ value, children: value.entries.map(([, item]) => item), items: [] })
      return undefined
  }
}

function closed({ value, items }: OpenContainer): JsonValue {
  switch (value.kind) {
    case 'array':
      return items
    case 'set':
      return { $set: items }
    case 'dictionary':
      return dictionaryToJson(
        value.entries.map(([key]) => key),
        items,
      )
  }
}

/** JSON has no infinities, and its writers drop the sign of zero. */
function realToJson(value: number): number | string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'infinity' : '-infinity'
  return Object.is(value, -0) ? '-0' : value
}

const ascii = new TextDecoder()

function base64Text(bytes: Uint8Array): string {
  return ascii.decode(encodeBase64(bytes))
}
