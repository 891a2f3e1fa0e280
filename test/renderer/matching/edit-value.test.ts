import { expect, test } from 'vitest'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import {
  asKind,
  freeKey,
  readScalar,
  scalarText,
  valueCount,
  withAdded,
  withKeyAt,
  withoutValueAt,
  withValueAt,
} from '../../../renderer/matching/edit-value.ts'
import { propertyText } from '../../../renderer/views/kexts/property-text.ts'

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
const whole: DictionaryValue = {
  kind: 'dictionary',
  entries: [
    ['IOClass', text('Mine')],
    ['IONameMatch', { kind: 'array', items: [text('one'), text('two')] }],
    ['IOProbeScore', { kind: 'integer', value: 1000n }],
  ],
}

test('a value deep inside is replaced, and everything else stays the same object', () => {
  const next = withValueAt(whole, [1, 0], text('first'))
  expect(propertyText(next)).toBe(
    '{ IOClass = "Mine", IONameMatch = ("first", "two"), IOProbeScore = 1000 (0x3e8) }',
  )
  if (next.kind !== 'dictionary') throw new Error('still a dictionary')
  expect(next.entries[0]).toBe(whole.entries[0])
})

test('keys are added at the end, renamed in their place and removed', () => {
  const added = withAdded(whole, [], 'IOMatchCategory', text('Mine'))
  const renamed = withKeyAt(added, [0], 'IOUserClass')
  const removed = withoutValueAt(renamed, [1])
  expect(propertyText(removed)).toBe(
    '{ IOUserClass = "Mine", IOProbeScore = 1000 (0x3e8), IOMatchCategory = "Mine" }',
  )
})

test('items of an array are added and removed', () => {
  const added = withAdded(whole, [1], '', text('three'))
  expect(propertyText(withoutValueAt(added, [1, 0]))).toContain('IONameMatch = ("two", "three")')
})

test('a path that leads nowhere changes nothing', () => {
  expect(withValueAt(whole, [9, 9], text('lost'))).toEqual(whole)
  expect(withoutValueAt(whole, [0, 0])).toEqual(whole)
})

test('a new key takes a name that is free', () => {
  expect(freeKey(whole)).toBe('New key')
  const once = withAdded(whole, [], 'New key', text(''))
  expect(once.kind === 'dictionary' && freeKey(once)).toBe('New key 2')
})

test.each([
  ['string', 'any', 'any'],
  ['integer', '0x1F', '31'],
  ['integer', '-3', '-3'],
  ['real', '1.50', '1.5'],
  ['data', '<86 80 0000>', '86 80 00 00'],
  ['date', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
] as const)('a %s is typed as %s', (kind, typed, shown) => {
  const value = readScalar(kind, typed)
  expect(value && scalarText(value)).toBe(shown)
})

test.each([
  ['integer', '0x'],
  ['integer', '1.5'],
  ['integer', '99999999999999999999'],
  ['real', ''],
  ['data', '123'],
  ['date', 'today'],
] as const)('as %s, “%s” is not a value yet', (kind, typed) => {
  expect(readScalar(kind, typed)).toBe(null)
})

test('another kind keeps what has a meaning there', () => {
  expect(asKind(text('42'), 'integer')).toEqual({ kind: 'integer', value: 42n })
  expect(asKind(text('name'), 'integer')).toEqual({ kind: 'integer', value: 0n })
  expect(asKind(text('name'), 'array')).toEqual({ kind: 'array', items: [text('name')] })
  expect(asKind({ kind: 'integer', value: 7n }, 'string')).toEqual(text('7'))
})

test('values are counted at every depth, up to as many as anybody asks for', () => {
  expect(valueCount(whole, 100)).toBe(6)
  expect(valueCount(whole, 3)).toBe(3)
  expect(valueCount(text('one'), 100)).toBe(1)
})
