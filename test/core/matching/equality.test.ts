import { expect, test } from 'vitest'
import { isEqualTo, isPropertyEqual } from '../../../core/matching/equality.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { Random } from '../../helpers/random.ts'
import { dictionaryFrom, valueFrom } from '../kext/property-values.ts'
import { comparePossible } from './possible-values.ts'

const data = (text: string): PropertyValue => ({ kind: 'data', bytes: Buffer.from(text, 'latin1') })
/** As a text dump prints it: `<"a","b">`. */
const printed = (...runs: readonly string[]): PropertyValue => ({
  kind: 'data',
  bytes: Buffer.from(runs.map(run => `${run}\0`).join(''), 'latin1'),
  isLossy: true,
})
const set = (...items: readonly unknown[]): PropertyValue => ({
  kind: 'set',
  items: items.map(valueFrom),
})

// Facts: matching, section 5.
const rows: readonly [what: string, left: PropertyValue, right: PropertyValue, answer: boolean][] =
  [
    ['a string and the same characters', valueFrom('ab'), valueFrom('ab'), true],
    ['a string and other characters', valueFrom('ab'), valueFrom('aB'), false],
    ['a string and data of its characters', valueFrom('ab'), data('ab'), true],
    ['a string and data with a NUL behind', valueFrom('ab'), data('ab\0'), true],
    ['a string and data with two NULs behind', valueFrom('ab'), data('ab\0\0'), false],
    ['a string and data that begins with it', valueFrom('ab'), data('abc'), false],
    ['data with a NUL behind and the string', data('ab\0'), valueFrom('ab'), true],
    ['a string and a number', valueFrom('1'), valueFrom(1), false],
    ['equal numbers', valueFrom(7), valueFrom(7), true],
    ['−1 and what text prints for it', valueFrom(-1), valueFrom(0xffff_ffff_ffff_ffffn), true],
    ['numbers that differ', valueFrom(7), valueFrom(8), false],
    ['numbers equal in 32 bits alone', valueFrom(7), valueFrom((1n << 32n) + 7n), false],
    ['true and true', valueFrom(true), valueFrom(true), true],
    ['true and false', valueFrom(true), valueFrom(false), false],
    ['true and 1', valueFrom(true), valueFrom(1), false],
    ['1 and true', valueFrom(1), valueFrom(true), false],
    ['the same bytes', data('a\0b'), data('a\0b'), true],
    ['data with a NUL behind and without', data('ab'), data('ab\0'), false],
    ['arrays in order', valueFrom([1, 'a']), valueFrom([1, 'a']), true],
    ['arrays in another order', valueFrom([1, 'a']), valueFrom(['a', 1]), false],
    ['arrays of different length', valueFrom([1]), valueFrom([1, 1]), false],
    ['an array and its only member', valueFrom(['a']), valueFrom('a'), false],
    ['sets in any order', set(1, 'a'), set('a', 1), true],
    ['sets with another member', set(1, 'a'), set('b', 1), false],
    ['a set and an array with other members', set(1, 'a'), valueFrom(['b', 1]), false],
    [
      'dictionaries in any order',
      dictionaryFrom({ a: 1, b: 'x' }),
      dictionaryFrom({ b: 'x', a: 1 }),
      true,
    ],
    [
      'dictionaries with one key more',
      dictionaryFrom({ a: 1 }),
      dictionaryFrom({ a: 1, b: 2 }),
      false,
    ],
    ['dictionaries with another value', dictionaryFrom({ a: 1 }), dictionaryFrom({ a: 2 }), false],
    [
      'a string in a dictionary and data',
      dictionaryFrom({ a: 'x' }),
      dictionaryFrom({ a: Buffer.from('x\0') }),
      true,
    ],
  ]

test.each(rows)('%s', (_, left, right, answer) => {
  expect(isEqualTo(left, right)).toBe(answer)
})

const openRows: readonly [what: string, left: PropertyValue, right: PropertyValue][] = [
  ['a set and an array of the same members', set(1, 'a'), valueFrom([1, 'a'])],
  ['an array and a set of the same members', valueFrom([1, 'a']), set('a', 1)],
  ['exact data and the same printed as text', data('ab\0'), printed('ab')],
  ['a string that holds what a break is printed as', valueFrom('a","b'), printed('a', 'b')],
  [
    '−1 and 0xffffffff, which prints as −1 where it has 32 bits',
    valueFrom(-1),
    valueFrom(0xffff_ffff),
  ],
  ['what is missing', valueFrom('a'), { kind: 'missing' }],
  ['what is unreadable', { kind: 'unreadable', raw: '<--->' }, data('a')],
  ['a number and a real', valueFrom(1), { kind: 'real', value: 1.5 }],
]

test.each(openRows)('nobody can tell: %s', (_, left, right) => {
  expect(isEqualTo(left, right)).toBe(null)
})

test('what is open in a member leaves the whole open, and a member that differs decides', () => {
  const open: PropertyValue = { kind: 'array', items: [data('b\0'), valueFrom(1)] }
  const other = (last: number): PropertyValue => ({
    kind: 'array',
    items: [printed('b'), valueFrom(last)],
  })
  expect(isEqualTo(open, other(1))).toBe(null)
  expect(isEqualTo(open, other(2))).toBe(false)
})

test('data that is printed as text equals a string of its one run, and no string of other text', () => {
  expect(isEqualTo(valueFrom('model'), printed('model'))).toBe(true)
  expect(isEqualTo(valueFrom('mode'), printed('model'))).toBe(false)
  expect(isEqualTo(valueFrom('a'), printed('a', 'b'))).toBe(false)
  expect(isEqualTo(printed('a', 'b'), data('a\0c\0'))).toBe(false)
})

test('a string that the catalogue keeps as a symbol never equals data', () => {
  const [wanted, found] = [valueFrom('ACME'), data('ACME')]
  expect(isEqualTo(wanted, found)).toBe(true)
  expect(isPropertyEqual('Vendor Identification', wanted, found)).toBe(false)
  expect(isPropertyEqual('Vendor Identification', wanted, valueFrom('ACME'))).toBe(true)
  expect(isPropertyEqual('Product Identification', wanted, found)).toBe(true)
  expect(isPropertyEqual('Vendor Identification', found, found)).toBe(true)
})

test('a property that is not there equals nothing', () => {
  expect(isPropertyEqual('name', valueFrom(''), undefined)).toBe(false)
})

test('a value that was made to take long is not decided, and takes no time', () => {
  const many = set(...Array.from({ length: 3000 }, (_, i) => [i]))
  const turned = set(...Array.from({ length: 3000 }, (_, i) => [2999 - i]))
  expect(isEqualTo(many, turned)).toBe(null)
  let deep = valueFrom(1)
  for (let i = 0; i < 5000; i++) deep = { kind: 'array', items: [deep] }
  expect(isEqualTo(deep, deep)).toBe(null)
})

/** Small, and of few letters, so that equal ones are common. */
function randomValue(random: Random, depth = 0): PropertyValue {
  switch (random.below(depth > 1 ? 5 : 8)) {
    case 0:
      return valueFrom(random.pick(['', 'a', 'ab', 'a","b', '1']))
    case 1:
      return valueFrom(
        random.pick([0n, 1n, -1n, 0xffff_ffffn, -2n, 0xffff_fffen, 1n << 63n, 0x8000_0000n]),
      )
    case 2:
      return valueFrom(random.chance(0.5))
    case 3:
      return data(random.pick(['a', 'a\0', 'ab', 'ab\0', 'a\0b', 'a\0b\0', 'a","b', '\0']))
    case 4:
      return printed(...random.pick([['ab'], ['a', 'b'], ['ab', 'a'], ['a","b']]))
    case 5:
      return { kind: 'array', items: randomItems(random, depth) }
    case 6: {
      const items = randomItems(random, depth)
      // A set holds nothing twice.
      return { kind: 'set', items: items.filter((_, i) => i === 0) }
    }
    default:
      return {
        kind: 'dictionary',
        entries: randomItems(random, depth).map((item, i) => ['xyz'[i]!, item] as const),
      }
  }
}

function randomItems(random: Random, depth: number): PropertyValue[] {
  return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1))
}

const hasBoth = (a: PropertyValue, b: PropertyValue, kind: PropertyValue['kind']): boolean =>
  JSON.stringify([a, b], (_, value: unknown) => (typeof value === 'bigint' ? '' : value)).includes(
    `"kind":"${kind}"`,
  )

test('it says what all values agree on that may stand behind what is shown, and else nothing', () => {
  const random = new Random(4)
  const seen = { true: 0, false: 0, null: 0 }
  for (let i = 0; i < 60_000; i++) {
    const left = randomValue(random)
    const right = random.chance(0.3) ? left : randomValue(random)
    // A property list may show a set as an array: that is a row of its own above.
    if (hasBoth(left, right, 'set') && hasBoth(left, right, 'array')) continue
    const answer = isEqualTo(left, right)
    expect(answer, `pair ${i}`).toBe(comparePossible(left, right))
    seen[`${answer}`]++
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(500)
})

test('it is symmetric', () => {
  const random = new Random(5)
  for (let i = 0; i < 30_000; i++) {
    const [left, right] = [randomValue(random), randomValue(random)]
    expect(isEqualTo(left, right), `${i}`).toBe(isEqualTo(right, left))
  }
})
