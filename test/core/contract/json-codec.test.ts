import { expect, test } from 'vitest'
import { fromJson, toJson } from '../../../core/contract/json-codec.ts'

test.each([
  ['a 64-bit integer', 18_446_744_073_709_551_615n],
  ['a negative one', -1n],
  ['bytes', Uint8Array.of(0, 1, 254, 255)],
  ['no bytes', new Uint8Array(0)],
  ['a tree of both', { a: [1, 'x', { b: 2n, c: Uint8Array.of(7) }], d: null }],
  ['an object that looks like one of our tags', { $int: 'not a number' }],
  ['a tag inside such an object', { $data: { $int: 5n } }],
  ['an object with a key $object', { $object: { $object: 1 } }],
  ['a key that is no ordinary key', JSON.parse('{"__proto__":1}') as unknown],
])('%s comes back as it went', (_, value) => {
  expect(fromJson(toJson(value))).toEqual(value)
})

test('bytes larger than one call can take come back whole', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251)
  expect(fromJson(toJson(bytes))).toEqual(bytes)
})
