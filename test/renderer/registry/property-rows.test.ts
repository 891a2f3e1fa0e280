import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import {
  copyText,
  hexOfInteger,
  sizeOfValue,
  textOfData,
  valueLine,
} from '../../../renderer/registry/format-value.ts'
import {
  comparedItems,
  plainItems,
  propertyRows,
  type NamedValue,
  type PropertyRow,
} from '../../../renderer/registry/property-rows.ts'
import { visibleText } from '../../../renderer/widgets/visible-text.ts'
import { array, dictionary, integer, text } from '../../helpers/decoder-registry.ts'

const marks = { same: ' ', changed: '~', added: '+', removed: '−' } as const

function draw(rows: readonly PropertyRow[]): string[] {
  return rows.map(row => {
    const indent = '  '.repeat(row.depth)
    if (row.kind === 'more') return indent + row.text
    const { key, value, before, change } = row.item
    const mark = change === null ? '' : `${marks[change]} `
    const was = change === 'changed' && before ? `${valueLine(before)} → ` : ''
    return `${mark}${indent}${key} = ${was}${valueLine((value ?? before)!)}`
  })
}

/** All rows open, as far as they go. */
function allOpen(items: Parameters<typeof propertyRows>[0]): readonly PropertyRow[] {
  const open = new Set<string>()
  for (let depth = 0; depth < 5; depth++) {
    for (const row of propertyRows(items, open)) open.add(row.path)
  }
  return propertyRows(items, open)
}

test('nested values are rows only below what is open', () => {
  const properties: readonly NamedValue[] = [
    ['Power', dictionary({ Max: integer(3), List: array(text('a')) })],
    ['Name', text('x')],
  ]
  const items = plainItems(properties)
  expect(draw(propertyRows(items, new Set()))).toEqual(['Power = 2 keys', 'Name = x'])
  expect(draw(propertyRows(items, new Set(['Power\0', 'Power\0List\0'])))).toEqual([
    'Power = 2 keys',
    '  Max = 3',
    '  List = 1 item',
    '    0 = a',
    'Name = x',
  ])
})

test('a value inside an array is read by the key of the array', () => {
  const rows = allOpen(
    plainItems([['IOInterruptSpecifiers', array(dictionary({ a: integer(1) }))]]),
  )
  const keys = rows.flatMap(row =>
    row.kind === 'value' ? [[row.way.join('/'), row.meaningKey]] : [],
  )
  expect(keys).toEqual([
    ['', 'IOInterruptSpecifiers'],
    ['0', 'IOInterruptSpecifiers'],
    ['0/a', 'a'],
  ])
})

test('two properties of the same key are two rows, and the same key of another entry is the same row', () => {
  const rows = propertyRows(
    plainItems([
      ['a', text('1')],
      ['a', text('2')],
    ]),
    new Set(),
  )
  expect(new Set(rows.map(row => row.path)).size).toBe(2)
  const other = propertyRows(
    plainItems([
      ['b', text('0')],
      ['a', text('9')],
    ]),
    new Set(),
  )
  expect(other[1]!.path).toBe(rows[0]!.path)
})

test('a long array is cut and says by how much', () => {
  const items = plainItems([['all', array(...Array.from({ length: 20_005 }, () => text('x')))]])
  expect(draw(propertyRows(items, new Set(['all\0']))).at(-1)).toBe('  5 more are not shown')
})

test('compared values stand beside what they were, nested ones too, and what is gone keeps its place', () => {
  const before: readonly NamedValue[] = [
    ['Gone', text('x')],
    ['Power', dictionary({ Current: integer(2), Max: integer(2), Old: integer(1) })],
    ['Same', integer(1)],
    ['List', array(text('a'), text('b'))],
  ]
  const after: readonly NamedValue[] = [
    ['Power', dictionary({ Current: integer(1), Max: integer(2), New: integer(7) })],
    ['Fresh', text('y')],
    ['Same', integer(1)],
    ['List', array(text('a'), text('c'), text('d'))],
  ]
  expect(draw(allOpen(comparedItems(before, after)))).toEqual([
    '− Gone = x',
    '~ Power = 3 keys → 3 keys',
    '~   Current = 2 → 1',
    '    Max = 2',
    '−   Old = 1',
    '+   New = 7',
    '+ Fresh = y',
    '  Same = 1',
    '~ List = 2 items → 3 items',
    '    0 = a',
    '~   1 = b → c',
    '+   2 = d',
  ])
})

test('items of a set have no places: those that came and went are marked', () => {
  const set = (...items: readonly PropertyValue[]) => ({ kind: 'set', items }) as const
  const items = comparedItems(
    [['S', set(text('a'), text('b'))]],
    [['S', set(text('b'), text('c'))]],
  )
  expect(draw(allOpen(items))).toEqual([
    '~ S = 2 items → 2 items',
    '    0 = b',
    '+   1 = c',
    '−   − = a',
  ])
})

test('a negative integer is shown in hexadecimal as the 64 bits the kernel holds', () => {
  expect(hexOfInteger(-1n)).toBe('0xffffffffffffffff')
  expect(hexOfInteger(42n)).toBe('0x2a')
})

test('sizes are exact as long as they are short', () => {
  const data = (length: number) => sizeOfValue({ kind: 'data', bytes: new Uint8Array(length) })
  expect([0, 9999, 10_240, 1 << 20].map(data)).toEqual(['0 B', '9,999 B', '10 KB', '1 MB'])
})

test('data is text only when it is printable and ended by NUL', () => {
  const of = (latin: string) => Uint8Array.from(latin, c => c.charCodeAt(0))
  expect(textOfData(of('pci8086,1c10\0pci\0'))).toBe('"pci8086,1c10", "pci"')
  expect(textOfData(of('abc'))).toBeNull()
  expect(textOfData(of('a\x01\0'))).toBeNull()
})

test('copying a nested value takes all of it, from which it can be had again exactly', () => {
  const value = dictionary({
    a: { kind: 'data', bytes: Uint8Array.of(1, 255) },
    b: text('c'),
    c: integer(1n << 60n),
  })
  expect(JSON.parse(copyText(value))).toEqual({
    a: { $data: 'Af8=' },
    b: 'c',
    c: { $integer: '1152921504606846976' },
  })
})

test('what would hide or turn the line around is shown', () => {
  expect(visibleText('a\u0000b\n\u202ec\u007f')).toBe('a␀b␊⟨U+202E⟩c␡')
})
