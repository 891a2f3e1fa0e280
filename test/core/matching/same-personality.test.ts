import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { isEqualTo } from '../../../core/matching/equality.ts'
import { isSamePersonality, likenessKey } from '../../../core/matching/same-personality.ts'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { Random } from '../../helpers/random.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const same = (a: object, b: object) => isSamePersonality(dictionaryFrom(a), dictionaryFrom(b))
const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  ['the order of keys does not matter', { a: 1, b: 'x' }, { b: 'x', a: 1 }],
  ['a string equals data of its characters', { a: 'pci' }, { a: bytes('pci') }],
  ['a string equals data of its characters with a NUL', { a: 'pci' }, { a: bytes('pci\0') }],
  ['a number is what it is in 64 bits', { a: -1n }, { a: 0xffff_ffff_ffff_ffffn }],
  ['containers are equal by what they hold', { a: [{ b: [1] }] }, { a: [{ b: [1] }] }],
])('%s', (_title, a, b) => {
  expect(same(a, b)).toBe(true)
  expect(same(b, a)).toBe(true)
  expect(likenessKey(dictionaryFrom(a))).toBe(likenessKey(dictionaryFrom(b)))
})

test.each([
  ['a key more', { a: 1 }, { a: 1, b: 1 }],
  ['another key', { a: 1 }, { b: 1 }],
  ['the order of an array', { a: [1, 2] }, { a: [2, 1] }],
  ['a boolean for a number', { a: 1 }, { a: true }],
  ['a string for a number', { a: 1 }, { a: '1' }],
  ['data with a NUL for the same data without one', { a: bytes('x') }, { a: bytes('x\0') }],
  ['data with two NULs for a string', { a: 'x' }, { a: bytes('x\0\0') }],
  ['letters of another case', { a: 'IOPCIDevice' }, { a: 'IOPCIdevice' }],
])('%s makes another personality', (_title, a, b) => {
  expect(same(a, b)).toBe(false)
  expect(same(b, a)).toBe(false)
})

test('what cannot be read is equal to nothing, not even to itself', () => {
  const odd = (value: PropertyValue): DictionaryValue => ({
    kind: 'dictionary',
    entries: [['a', value]],
  })
  for (const value of [{ kind: 'missing' }, { kind: 'unreadable', raw: '<' }] as const) {
    expect(isSamePersonality(odd(value), odd(value))).toBe(false)
  }
})

test('sets are equal by their members', () => {
  const withSet = (...members: string[]): DictionaryValue => ({
    kind: 'dictionary',
    entries: [['a', { kind: 'set', items: members.map(text => ({ kind: 'string', text })) }]],
  })
  expect(isSamePersonality(withSet('x', 'y'), withSet('y', 'x'))).toBe(true)
  expect(isSamePersonality(withSet('x', 'y'), withSet('y', 'z'))).toBe(false)
  expect(likenessKey(withSet('x', 'y'))).toBe(likenessKey(withSet('y', 'x')))
})

/** Few keys and few values, so that equal ones and nearly equal ones are frequent. */
function randomValue(random: Random, depth: number): unknown {
  switch (random.below(depth > 2 ? 5 : 7)) {
    case 0:
      return random.below(2)
    case 1:
      return random.chance(0.5)
    case 2:
      return random.pick(['x', 'y'])
    case 3:
      return bytes(random.pick(['x', 'x\0', 'y']))
    case 4:
      return random.pick([-1n, 0xffff_ffff_ffff_ffffn])
    case 5:
      return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1))
    default:
      return randomObject(random, depth + 1)
  }
}

function randomObject(random: Random, depth: number): object {
  const keys = ['a', 'b', 'c'].filter(() => random.chance(0.5))
  return Object.fromEntries(
    (random.chance(0.5) ? keys : keys.reverse()).map(key => [key, randomValue(random, depth)]),
  )
}

/** The slow and obvious: facts: matching, section 5, a row a line. */
function isEqualPlain(a: unknown, b: unknown): boolean {
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const data = (value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : null
  if (typeof a === 'number' || typeof a === 'bigint') {
    if (typeof b !== 'number' && typeof b !== 'bigint') return false
    return BigInt.asUintN(64, BigInt(a)) === BigInt.asUintN(64, BigInt(b))
  }
  if (typeof a === 'boolean') return a === b
  if (text(a) !== null && text(b) !== null) return a === b
  if (data(a) !== null && data(b) !== null) return data(a) === data(b)
  if (text(a) !== null) return data(b) === text(a) || data(b) === `${text(a)}\0`
  if (data(a) !== null) return text(b) !== null && isEqualPlain(b, a)
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((x, i) => isEqualPlain(x, b[i]))
  }
  if (typeof b !== 'object' || Array.isArray(b) || b instanceof Uint8Array) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every(key => key in right && isEqualPlain(left[key], right[key]))
  )
}

test('equality is that of the obvious one, and equal personalities share their key', () => {
  const random = new Random(4)
  let equal = 0
  for (let round = 0; round < 20_000; round++) {
    const a = randomObject(random, 0)
    const b = randomObject(random, 0)
    const expected = isEqualPlain(a, b)
    expect(same(a, b), inspect([a, b], { depth: 9 })).toBe(expected)
    const inMatching = isEqualTo(dictionaryFrom(a), dictionaryFrom(b))
    if (inMatching !== null) expect(inMatching, inspect([a, b], { depth: 9 })).toBe(expected)
    if (!expected) continue
    equal++
    expect(likenessKey(dictionaryFrom(a))).toBe(likenessKey(dictionaryFrom(b)))
  }
  expect(equal).toBeGreaterThan(300)
})
