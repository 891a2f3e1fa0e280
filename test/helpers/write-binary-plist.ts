import type { PropertyValue } from '../../core/registry/property-value.ts'

/** A value of a binary property list: as in a dump, and the indices of keyed archives. */
export type BinaryValue =
  | PropertyValue
  | { readonly kind: 'uid'; readonly index: number }
  | { readonly kind: 'array' | 'set'; readonly items: readonly BinaryValue[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [string, BinaryValue])[] }

export const text = (text: string): BinaryValue => ({ kind: 'string', text })
export const integer = (value: bigint | number): BinaryValue => ({
  kind: 'integer',
  value: BigInt(value),
})
export const flag = (value: boolean): BinaryValue => ({ kind: 'boolean', value })
export const uid = (index: number): BinaryValue => ({ kind: 'uid', index })
export const list = (items: readonly BinaryValue[]): BinaryValue => ({ kind: 'array', items })
export const dictionary = (
  entries: Readonly<Record<string, BinaryValue>> | readonly (readonly [string, BinaryValue])[],
): BinaryValue => ({
  kind: 'dictionary',
  entries: Array.isArray(entries) ? entries : Object.entries(entries),
})

const epochMs = Date.UTC(2001, 0, 1)

/** Written the plain way: one object for each value, equal scalars once, as CoreFoundation does; of any depth. */
export function writeBinaryPlist(value: BinaryValue): Uint8Array {
  const objects: (BinaryValue | readonly [number, readonly number[]])[] = []
  const known = new Map<string, number>()
  const add = (item: BinaryValue): number => {
    if (item.kind === 'array' || item.kind === 'set' || item.kind === 'dictionary') {
      return objects.push(item) - 1
    }
    const bytes = item.kind === 'uid' ? `uid ${item.index}` : scalar(item).join()
    let index = known.get(bytes)
    if (index === undefined) known.set(bytes, (index = objects.push(item) - 1))
    return index
  }
  const top = add(value)
  // What a container holds comes after it, so this ends behind the last.
  for (let at = 0; at < objects.length; at++) {
    const object = objects[at]!
    if (!('kind' in object)) continue
    if (object.kind === 'array' || object.kind === 'set') {
      objects[at] = [object.kind === 'array' ? 0xa0 : 0xc0, object.items.map(add)]
    } else if (object.kind === 'dictionary') {
      const keys = object.entries.map(([key]) => add(text(key)))
      objects[at] = [0xd0, [...keys, ...object.entries.map(([, one]) => add(one))]]
    }
  }
  const size = objects.length < 256 ? 1 : objects.length < 65536 ? 2 : 4
  return assemble(
    objects.map(object => {
      if ('kind' in object) return scalar(object)
      const [marker, references] = object
      const count = marker === 0xd0 ? references.length / 2 : references.length
      return [...sized(marker, count), ...references.flatMap(one => big(one, size))]
    }),
    size,
    top,
  )
}

/** Objects as they are, behind each other, with their table and trailer. */
export function assemble(
  objects: readonly (readonly number[])[],
  referenceSize = 1,
  top = 0,
): Uint8Array {
  const offsets: number[] = []
  let length = 8
  for (const object of objects) {
    offsets.push(length)
    length += object.length
  }
  const size = length < 65536 ? 2 : 4
  const bytes = new Uint8Array(length + size * offsets.length + 32)
  bytes.set(new TextEncoder().encode('bplist00'))
  objects.forEach((object, i) => bytes.set(object, offsets[i]))
  offsets.forEach((offset, i) => bytes.set(big(offset, size), length + size * i))
  const trailer = [0, 0, 0, 0, 0, 0, size, referenceSize]
  bytes.set(
    [...trailer, ...big(objects.length, 8), ...big(top, 8), ...big(length, 8)],
    bytes.length - 32,
  )
  return bytes
}

function scalar(value: BinaryValue): number[] {
  switch (value.kind) {
    case 'boolean':
      return [value.value ? 0x09 : 0x08]
    case 'integer': {
      const signed = value.value >= -(1n << 63n) && value.value < 1n << 63n
      if (!signed) return [0x14, ...big(value.value, 16)]
      if (value.value < 0n || value.value > 0xffff_ffffn) return [0x13, ...big(value.value, 8)]
      const number = Number(value.value)
      if (number > 0xffff) return [0x12, ...big(number, 4)]
      return number > 0xff ? [0x11, ...big(number, 2)] : [0x10, number]
    }
    case 'real': {
      const bytes = new DataView(new ArrayBuffer(8))
      bytes.setFloat64(0, value.value)
      return [0x23, ...new Uint8Array(bytes.buffer)]
    }
    case 'date': {
      const bytes = new DataView(new ArrayBuffer(8))
      bytes.setFloat64(0, (Date.parse(value.iso) - epochMs) / 1000)
      return [0x33, ...new Uint8Array(bytes.buffer)]
    }
    case 'data':
      return [...sized(0x40, value.bytes.length), ...value.bytes]
    case 'uid':
      if (value.index < 256) return [0x80, value.index]
      return value.index < 65536 ? [0x81, ...big(value.index, 2)] : [0x83, ...big(value.index, 4)]
    case 'string': {
      const units = Array.from({ length: value.text.length }, (_, i) => value.text.charCodeAt(i))
      return units.every(unit => unit < 0x80)
        ? [...sized(0x50, units.length), ...units]
        : [...sized(0x60, units.length), ...units.flatMap(unit => big(unit, 2))]
    }
    default:
      throw new Error(`no binary form for a value that is ${value.kind}`)
  }
}

/** A marker with its count. */
export function sized(marker: number, count: number): number[] {
  if (count < 15) return [marker | count]
  const size = count < 256 ? 1 : count < 65536 ? 2 : 4
  return [marker | 15, 0x10 | Math.log2(size), ...big(count, size)]
}

/** Big-endian, two's complement. */
export function big(value: number | bigint, length: number): number[] {
  // BigInt is slow, and a file of a hundred thousand entries has millions of references.
  if (length === 1) return [Number(value) & 0xff]
  if (typeof value === 'number' && length === 4) {
    return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  }
  const bits = BigInt.asUintN(8 * length, BigInt(value))
  return Array.from({ length }, (_, i) => Number((bits >> BigInt(8 * (length - 1 - i))) & 0xffn))
}
