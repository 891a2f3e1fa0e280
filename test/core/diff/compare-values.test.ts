import { expect, test } from 'vitest'
import { compareValues, type ValueChange } from '../../../core/diff/compare-values.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readTextValue } from '../../../core/registry/read-text-value.ts'
import { readXmlValue } from '../../../core/registry/read-xml-value.ts'

const encode = (value: string) => new TextEncoder().encode(value)
const text = (value: string) => readTextValue(encode(value), 0, encode(value).length)
const xml = (value: string) => readXmlValue(encode(value), 0, encode(value).length)
const inText = (one: string, two: string) => compareValues(text(one), text(two), true)
const across = (one: string, two: string) => {
  const verdict = compareValues(text(one), xml(two), false)
  expect(compareValues(xml(two), text(one), false)).toBe(verdict)
  return verdict
}
const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })

test('dictionaries and sets have no order, arrays have one', () => {
  expect(inText('{"a"=1,"b"=(1,2)}', '{"b"=(1,2),"a"=1}')).toBe('same')
  expect(inText('{"a"=1,"b"=2}', '{"b"=1,"a"=2}')).toBe('different')
  expect(inText('[1,2,2]', '[2,1,2]')).toBe('same')
  expect(inText('[1,2,2]', '[2,1,1]')).toBe('different')
  expect(inText('(1,2)', '(2,1)')).toBe('different')
  expect(inText('(1,2)', '[1,2]')).toBe('different')
})

test('an integer of 64 bits is the same however it is printed', () => {
  expect(across('18446744073709551615', '<integer>-1</integer>')).toBe('same')
  expect(across('4294967295', '<integer>-1</integer>')).toBe('different')
  expect(inText('0x1f', '31')).toBe('same')
  expect(compareValues(integer(1n << 64n), integer(0n), true)).toBe('different')
})

test('text-like data is equal as far as the text can tell', () => {
  expect(across('<"model">', '<data>bW9kZWwA</data>')).toBe('same')
  expect(across('<"model">', '<data>bW9kZWw=</data>')).toBe('same')
  expect(across('<"model">', '<data>bW9kZWwx</data>')).toBe('different')
  expect(across('<"a","b">', '<data>YQBiAA==</data>')).toBe('same')
  expect(across('<6d6f>', '<data>bW8=</data>')).toBe('same')
  expect(inText('<"a">', '<"a","b">')).toBe('different')
  // With -x and without.
  expect(inText('<6d6f64656c00>', '<"model">')).toBe('same')
})

test('a set in text is an array in an archive', () => {
  expect(across('[1,2]', '<array><integer>2</integer><integer>1</integer></array>')).toBe('same')
  expect(across('[1,2]', '<array><integer>2</integer></array>')).toBe('different')
  const lossy = '["x",<"model">]'
  expect(across(lossy, '<array><data>bW9kZWwA</data><string>x</string></array>')).toBe('same')
})

test('a real is cut off in text', () => {
  expect(across('3', '<real>3.9</real>')).toBe('same')
  expect(across('4', '<real>3.9</real>')).toBe('different')
  expect(across('4', '<real>nan</real>')).toBe('unknown')
})

test('what is missing or unreadable says nothing, beside what does', () => {
  expect(across('', '<string>ä</string>')).toBe('unknown')
  expect(inText('{"a"=,"b"=1}', '{"a"="x","b"=1}')).toBe('unknown')
  expect(inText('{"a"=,"b"=1}', '{"a"="x","b"=2}')).toBe('different')
  expect(inText('"clipped$', '"clipped here"')).toBe('unknown')
  expect(inText('"clipped$', '"clipped$')).toBe('same')
  expect(inText('', '')).toBe('same')
})

test('strings of broken bytes are told apart in one syntax, and not across two', () => {
  const broken = readTextValue(Uint8Array.of(34, 0xff, 34), 0, 3)
  const other = readTextValue(Uint8Array.of(34, 0xfe, 34), 0, 3)
  expect(compareValues(broken, other, true)).toBe('different')
  expect(compareValues(broken, xml('<string>ÿ</string>'), false)).toBe('unknown')
})

test('differences inside are told with the way to them', () => {
  const changes: ValueChange[] = []
  const one = text('{"a"={"b"=(1,{"c"=2})},"gone"=Yes,"set"=[1,2]}')
  const two = text('{"a"={"b"=(1,{"c"=3},4)},"new"=No,"set"=[2,3]}')
  compareValues(one, two, true, changes)
  const told = changes.map(({ way, before, after }) => [
    way.join('/'),
    before?.kind === 'integer' ? Number(before.value) : before?.kind,
    after?.kind === 'integer' ? Number(after.value) : after?.kind,
  ])
  expect(told).toEqual([
    ['a/b/1/c', 2, 3],
    ['a/b/2', undefined, 4],
    ['new', undefined, 'boolean'],
    ['set/[]', 1, undefined],
    ['set/[]', undefined, 3],
    ['gone', 'boolean', undefined],
  ])
})

test('a key that comes twice is compared in order', () => {
  expect(inText('{"a"=1,"a"=2}', '{"a"=1,"a"=2}')).toBe('same')
  expect(inText('{"a"=1,"a"=2}', '{"a"=2,"a"=1}')).toBe('different')
  expect(inText('{"__proto__"=1}', '{"__proto__"=2}')).toBe('different')
})

test('large sets that differ end soon, and values as deep as readers give do not overflow', () => {
  const items = Array.from({ length: 50_000 }, (_, i) => integer(BigInt(i)))
  const others = items.map((_, i) => integer(BigInt(i + 1_000_000)))
  expect(compareValues({ kind: 'set', items }, { kind: 'set', items: others }, true)).toBe(
    'different',
  )
  const deep = (leaf: string) => text('('.repeat(500) + leaf + ')'.repeat(500))
  expect(compareValues(deep('1'), deep('2'), true)).toBe('different')
})

// Sixty thousand numbers: tried each against each they take hours, and the runner's time limit ends it.
test('sets of sets that differ end soon', () => {
  const sets = (levels: number, first: number): PropertyValue => {
    const items = Array.from({ length: 40 }, (_, i) => first + i * 40 ** levels)
    return {
      kind: 'set',
      items: items.map(one => (levels === 0 ? integer(BigInt(one)) : sets(levels - 1, one))),
    }
  }
  const changes: ValueChange[] = []
  expect(compareValues(sets(2, 0), sets(2, 1_000_000), true, changes)).toBe('different')
  expect(changes).toHaveLength(80)
})

test('data in a set of sets is equal to its text as far as that can tell', () => {
  expect(
    across(
      '[[<"a">,1],[<"b">]]',
      '<array><array><data>YgA=</data></array><array><integer>1</integer><data>YQA=</data></array></array>',
    ),
  ).toBe('same')
})
