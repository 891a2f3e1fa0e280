import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'

/** A registry entry's property table. Order is the order of insertion. */
export type Properties = Map<string, PropertyValue>

/** What a table in code may say in place of a `PropertyValue`. */
export type Plain =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Typed
  | readonly Plain[]
  | { readonly [key: string]: Plain }

/** A value that is already typed: made by `int32`, `le32`, `cString` … */
export class Typed {
  readonly value: PropertyValue
  constructor(value: PropertyValue) {
    this.value = value
  }
}

/**
 * A 64-bit number of the kernel. Kept unsigned, as the text of `ioreg` prints it; the archive shows the
 * same bits signed (facts: ioreg, sections 5 and 7).
 */
export function int(value: number | bigint): PropertyValue {
  return { kind: 'integer', value: BigInt.asUintN(64, BigInt(value)) }
}

/** A 32-bit number: reaches the tools sign-extended (facts: ioreg, section 5). */
export function int32(value: number): Typed {
  return new Typed(int(BigInt.asIntN(32, BigInt(value))))
}

export const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
export const flag = (value: boolean): PropertyValue => ({ kind: 'boolean', value })
export const data = (bytes: Uint8Array): PropertyValue => ({ kind: 'data', bytes })

/** Device-tree style data: each string followed by a NUL. */
export function cString(...strings: readonly string[]): Uint8Array {
  return new TextEncoder().encode(strings.map(s => `${s}\0`).join(''))
}

/** 32-bit little-endian words, as PCI and ACPI properties hold them. */
export function le32(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => view.setUint32(i * 4, word >>> 0, true))
  return bytes
}

export function hex(digits: string): Uint8Array {
  const clean = digits.replaceAll(' ', '')
  return Uint8Array.from({ length: clean.length / 2 }, (_, i) =>
    Number.parseInt(clean.slice(i * 2, i * 2 + 2), 16),
  )
}

/** What an object that has no `serialize` of its own turns into (facts: ioreg, section 5). */
export const notSerializable = (className: string): string => `${className} is not serializable`

export function toValue(plain: Plain): PropertyValue {
  if (plain instanceof Typed) return plain.value
  if (typeof plain === 'string') return text(plain)
  if (typeof plain === 'number' || typeof plain === 'bigint') return int(plain)
  if (typeof plain === 'boolean') return flag(plain)
  if (plain instanceof Uint8Array) return data(plain)
  if (isList(plain)) return { kind: 'array', items: plain.map(toValue) }
  return toDictionary(plain)
}

export function toDictionary(plain: { readonly [key: string]: Plain }): DictionaryValue {
  return {
    kind: 'dictionary',
    entries: Object.entries(plain).map(([key, value]) => [key, toValue(value)] as const),
  }
}

export function toProperties(plain: { readonly [key: string]: Plain }): Properties {
  return new Map(Object.entries(plain).map(([key, value]) => [key, toValue(value)]))
}

export function propertiesOf(dictionary: DictionaryValue): Properties {
  return new Map(dictionary.entries)
}

export function stringOf(value: PropertyValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.text : undefined
}

/** A number as the kernel's score and count fields read it: 32-bit signed. */
export function numberOf(value: PropertyValue | undefined): number | undefined {
  return value?.kind === 'integer' ? Number(BigInt.asIntN(32, value.value)) : undefined
}

export function dictionaryOf(value: PropertyValue | undefined): DictionaryValue | undefined {
  return value?.kind === 'dictionary' ? value : undefined
}

/** The strings of a string or of an array or set of strings: the form of `IONameMatch` and its kin. */
export function stringsOf(value: PropertyValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (value.kind === 'string') return [value.text]
  if (value.kind !== 'array' && value.kind !== 'set') return []
  return value.items.flatMap(item => (item.kind === 'string' ? [item.text] : []))
}

/** `isEqualTo` of the kernel's containers (facts: matching, section 5). */
export function isEqual(left: PropertyValue, right: PropertyValue): boolean {
  if (left.kind === 'string' && right.kind === 'data') return isTextOf(left.text, right.bytes)
  if (left.kind === 'data' && right.kind === 'string') return isTextOf(right.text, left.bytes)
  if (left.kind === 'string' && right.kind === 'string') return left.text === right.text
  if (left.kind === 'integer' && right.kind === 'integer') {
    return BigInt.asUintN(64, left.value) === BigInt.asUintN(64, right.value)
  }
  if (left.kind === 'boolean' && right.kind === 'boolean') return left.value === right.value
  if (left.kind === 'data' && right.kind === 'data') return sameBytes(left.bytes, right.bytes)
  if (left.kind === 'array' && right.kind === 'array') {
    return (
      left.items.length === right.items.length &&
      left.items.every((item, i) => isEqual(item, right.items[i]!))
    )
  }
  if (left.kind === 'set' && right.kind === 'set') {
    return (
      left.items.length === right.items.length &&
      left.items.every(item => right.items.some(other => isEqual(item, other)))
    )
  }
  if (left.kind === 'dictionary' && right.kind === 'dictionary') {
    if (left.entries.length !== right.entries.length) return false
    const others = new Map(right.entries)
    return left.entries.every(([key, value]) => {
      const other = others.get(key)
      return other !== undefined && isEqual(value, other)
    })
  }
  return false
}

/** Data equals a string with or without one trailing NUL. */
function isTextOf(text: string, bytes: Uint8Array): boolean {
  const wanted = new TextEncoder().encode(text)
  const length =
    bytes.length === wanted.length + 1 && bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length
  return length === wanted.length && wanted.every((byte, i) => bytes[i] === byte)
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}

function isList(
  plain: readonly Plain[] | { readonly [key: string]: Plain },
): plain is readonly Plain[] {
  return Array.isArray(plain)
}
