import { expect, test } from 'vitest'
import { valueJson } from '../../../main/cli/format/value-json.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })

test.each<[string, PropertyValue, unknown]>([
  ['a string', { kind: 'string', text: 'a' }, 'a'],
  [
    'a string of broken UTF-8',
    { kind: 'string', text: '\ufffd', bytes: Uint8Array.of(0xff) },
    { $string: '\ufffd', $bytes: '/w==' },
  ],
  ['the largest integer of JavaScript', integer(2n ** 53n - 1n), 9007199254740991],
  ['an integer beyond it', integer(2n ** 53n), { $integer: '9007199254740992' }],
  ['a real', { kind: 'real', value: 1 }, { $real: 1 }],
  ['infinity', { kind: 'real', value: -Infinity }, { $real: '-infinity' }],
  ['a real that is zero from below', { kind: 'real', value: -0 }, { $real: '-0' }],
  ['data', { kind: 'data', bytes: Uint8Array.of(0x84, 0x9d) }, { $data: 'hJ0=' }],
  [
    'data that text could not hold',
    { kind: 'data', bytes: Uint8Array.of(65, 0), isLossy: true },
    { $data: 'QQA=', $lossy: true },
  ],
  ['a date', { kind: 'date', iso: '2020-01-01T00:00:00Z' }, { $date: '2020-01-01T00:00:00Z' }],
  ['a set', { kind: 'set', items: [integer(1n)] }, { $set: [1] }],
  ['nothing', { kind: 'missing' }, { $missing: true }],
  ['what cannot be read', { kind: 'unreadable', raw: '<unk' }, { $unreadable: '<unk' }],
  [
    'a dictionary with one key twice',
    {
      kind: 'dictionary',
      entries: [
        ['a', integer(1n)],
        ['a', integer(2n)],
      ],
    },
    {
      $dictionary: [
        ['a', 1],
        ['a', 2],
      ],
    },
  ],
  [
    'a dictionary with a key that looks like ours',
    { kind: 'dictionary', entries: [['$data', integer(1n)]] },
    { $dictionary: [['$data', 1]] },
  ],
])('%s survives', (_, value, expected) => {
  expect(JSON.parse(JSON.stringify(valueJson(value)))).toEqual(expected)
})

test('a key named __proto__ is a key like any other', () => {
  const json = JSON.stringify(
    valueJson({ kind: 'dictionary', entries: [['__proto__', integer(1n)]] }),
  )
  expect(json).toBe('{"__proto__":1}')
})
