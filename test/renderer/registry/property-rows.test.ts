import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import {
  copyText,
  hexOfInteger,
  textOfData,
  valueLine,
} from '../../../renderer/registry/format-value.ts'
import { propertyRows, type PropertyRow } from '../../../renderer/registry/property-rows.ts'
import { visibleText } from '../../../renderer/widgets/visible-text.ts'

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 3 + 129) % 256)
const text = (value: string): PropertyValue => ({ kind: 'string', text: value })

function draw(rows: readonly PropertyRow[]): string[] {
  return rows.map(row => {
    const indent = '  '.repeat(row.depth)
    if (row.kind === 'value') return `${indent}${row.key} = ${valueLine(row.value)}`
    if (row.kind === 'hex') return `${indent}${row.offset}: ${row.bytes.length} bytes`
    return indent + row.text
  })
}

test('nested values are rows only below what is open', () => {
  const nested: PropertyValue = {
    kind: 'dictionary',
    entries: [
      ['Max', { kind: 'integer', value: 3n }],
      ['List', { kind: 'array', items: [text('a')] }],
    ],
  }
  const properties = [
    ['Power', nested],
    ['Name', text('x')],
  ] as const
  expect(draw(propertyRows(properties, new Set()))).toEqual(['Power = 2 keys', 'Name = x'])
  expect(draw(propertyRows(properties, new Set(['0', '0/1'])))).toEqual([
    'Power = 2 keys',
    '  Max = 3',
    '  List = 1 item',
    '    0 = a',
    'Name = x',
  ])
})

test('data opens into lines of a hex dump, the last one short', () => {
  const properties = [['rom', { kind: 'data', bytes: bytes(20) } as const]] as const
  expect(draw(propertyRows(properties, new Set(['0']), 8)).slice(1)).toEqual([
    '  0: 8 bytes',
    '  8: 8 bytes',
    '  16: 4 bytes',
  ])
})

test('two properties of the same key are two rows', () => {
  const rows = propertyRows(
    [
      ['a', text('1')],
      ['a', text('2')],
    ],
    new Set(),
  )
  expect(new Set(rows.map(row => row.path)).size).toBe(2)
})

test('a long array is cut and says by how much', () => {
  const items = Array.from({ length: 20_005 }, () => text('x'))
  const rows = propertyRows([['all', { kind: 'array', items }]], new Set(['0']))
  expect(draw(rows).at(-1)).toBe('  5 more are not shown')
})

test('a negative integer is shown in hexadecimal as the 64 bits the kernel holds', () => {
  expect(hexOfInteger(-1n)).toBe('0xffffffffffffffff')
  expect(hexOfInteger(42n)).toBe('0x2a')
})

test('data is text only when it is printable and ended by NUL', () => {
  const of = (latin: string) => Uint8Array.from(latin, c => c.charCodeAt(0))
  expect(textOfData(of('pci8086,1c10\0pci\0'))).toBe('"pci8086,1c10", "pci"')
  expect(textOfData(of('abc'))).toBeNull()
  expect(textOfData(of('a\x01\0'))).toBeNull()
})

test('copying a nested value takes all of it', () => {
  const value: PropertyValue = {
    kind: 'dictionary',
    entries: [
      ['a', { kind: 'data', bytes: Uint8Array.of(1, 255) }],
      ['b', text('c')],
    ],
  }
  expect(copyText(value)).toBe('{a = 01 ff; b = c}')
})

test('what would hide or turn the line around is shown', () => {
  expect(visibleText('a\u0000b\n\u202ec\u007f')).toBe('a␀b␊⟨U+202E⟩c␡')
})
