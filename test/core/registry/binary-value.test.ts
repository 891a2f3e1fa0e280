import { expect, test } from 'vitest'
import { BinaryPlist } from '../../../core/plist/binary-plist.ts'
import { BinaryValueHash } from '../../../core/registry/binary-value-hash.ts'
import { readBinaryValue } from '../../../core/registry/read-binary-value.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import {
  assemble,
  big,
  dictionary,
  integer,
  list,
  sized,
  text,
  uid,
  writeBinaryPlist,
  type BinaryValue,
} from '../../helpers/write-binary-plist.ts'

function read(bytes: Uint8Array): PropertyValue {
  const plist = new BinaryPlist(bytes, 'test')
  const at = plist.placeOf(plist.top)
  return readBinaryValue(bytes, at, plist.endOf(at))
}

function hashOf(bytes: Uint8Array): string {
  const plist = new BinaryPlist(bytes, 'test')
  const words = new Uint32Array(2)
  new BinaryValueHash(plist).hash(plist.top, words, 0)
  return words.join()
}

const values = [4, 5, 6].flatMap(seed => {
  const root = randomRegistry({ seed, nodes: 12, isNasty: true })
  const all = [root, ...root.clients]
  return all.flatMap(({ properties }) => properties.map(([, value]) => value))
})

test('a value is read as it was written', () => {
  for (const value of values) expect(read(writeBinaryPlist(value))).toEqual(value)
  const date: BinaryValue = { kind: 'date', iso: '2001-01-01T00:00:01Z' }
  expect(read(writeBinaryPlist(date))).toEqual(date)
  expect(read(writeBinaryPlist(integer((1n << 64n) - 1n)))).toEqual(integer((1n << 64n) - 1n))
  expect(read(writeBinaryPlist(list([uid(300)])))).toEqual(
    list([dictionary({ CF$UID: integer(300) })]),
  )
})

test('equal values have equal hashes in whatever file and order, others have others', () => {
  const byHash = new Map<string, string>()
  const shuffled = new Random(8)
  const reordered = (value: BinaryValue): BinaryValue => {
    if (value.kind === 'array') return list(value.items.map(reordered))
    if (value.kind !== 'dictionary') return value
    const entries = value.entries.map(([key, one]) => [key, reordered(one)] as const)
    return dictionary(shuffled.chance(0.5) ? [...entries].reverse() : entries)
  }
  for (const value of values) {
    const alone = hashOf(writeBinaryPlist(value))
    expect(hashOf(writeBinaryPlist(reordered(value)))).toBe(alone)
    const canonical = JSON.stringify(value, (_, one: unknown) => {
      if (typeof one === 'bigint') return `${one}n`
      if (one instanceof Uint8Array) return [...one]
      const isDictionary = typeof one === 'object' && one !== null && 'entries' in one
      if (!isDictionary || !Array.isArray(one.entries)) return one
      return {
        ...one,
        entries: [...(one.entries as [string, unknown][])].sort(([a], [b]) => (a < b ? -1 : 1)),
      }
    })
    expect(byHash.get(alone) ?? canonical).toBe(canonical)
    byHash.set(alone, canonical)
  }
  expect(byHash.size).toBeGreaterThan(50)
})

test('keys and values that change places change the hash', () => {
  const hash = (value: BinaryValue) => hashOf(writeBinaryPlist(value))
  const a = hash(dictionary({ a: text('b'), c: text('d') }))
  expect(hash(dictionary({ a: text('d'), c: text('b') }))).not.toBe(a)
  expect(hash(dictionary({ b: text('a'), d: text('c') }))).not.toBe(a)
  expect(hash(list([text('a'), text('b')]))).not.toBe(hash(list([text('b'), text('a')])))
  expect(hash(list([list([])]))).not.toBe(hash(list([])))
})

test('a circle is unreadable, and its hash is that of no other file', () => {
  const circle = assemble([[0xa1, 0]])
  expect(read(circle).kind).toBe('unreadable')
  expect(hashOf(circle)).toBe(hashOf(circle.slice()))
  expect(hashOf(assemble([[0xa2, 0, 0]]))).not.toBe(hashOf(circle))
})

test('shared values that multiply are hashed once each, and are not expanded', () => {
  const levels = Array.from({ length: 60 }, (_, i) => [0xa2, i + 1, i + 1])
  const bomb = assemble([...levels, [0x09]])
  expect(read(bomb).kind).toBe('unreadable')
  expect(hashOf(bomb)).not.toBe(hashOf(assemble([...levels, [0x08]])))
})

test('a long text referred to again and again is not expanded without end', () => {
  const many = 20_000
  const long = [...sized(0x50, 100_000), ...new Array<number>(100_000).fill(65)]
  const references = Array.from({ length: many }, () => [0, 1]).flat()
  expect(read(assemble([[...sized(0xa0, many), ...references], long], 2)).kind).toBe('unreadable')
})

test('nesting to any depth is hashed and refused without a deep stack', () => {
  const depth = 100_000
  const levels = Array.from({ length: depth }, (_, i) => [0xa1, ...big(i + 1, 4)])
  const deep = assemble([...levels, [0x09]], 4)
  expect(read(deep).kind).toBe('unreadable')
  expect(hashOf(deep)).toMatch(/^\d+,\d+$/)
})

test('sizes and references that point nowhere are unreadable', () => {
  for (const object of [
    [0x5f, 0x12, 0xff, 0xff, 0xff, 0xff],
    [0x4f, 0x13, 0, 0, 1, 0, 0, 0, 0, 0],
    [0x4f, 0x13, 0xff, 0, 1, 0, 0, 0, 0, 0],
    [0xdf, 0x12, 0x40, 0, 0, 0],
    [0xa1, 9],
    [0x15],
    [0x70],
    [0xd1, 0, 0],
    [0x33, 0xff, 0xf8, 0, 0, 0, 0, 0, 0],
  ]) {
    const bytes = assemble([object])
    expect(readBinaryValue(bytes, 8, 8 + object.length).kind, object.join()).toBe('unreadable')
    expect(hashOf(bytes)).toMatch(/^\d+,\d+$/)
  }
})
