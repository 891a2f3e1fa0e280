import { expect, test } from 'vitest'
import { valueLines } from '../../../main/cli/format/value-text.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'

const data = (text: string): PropertyValue => ({ kind: 'data', bytes: Buffer.from(text, 'latin1') })
const integer = (value: bigint): PropertyValue => ({ kind: 'integer', value })
const string = (text: string): PropertyValue => ({ kind: 'string', text })
const lines = (value: PropertyValue, isWhole = true) => [...valueLines('key', value, { isWhole })]

test.each<[string, PropertyValue, string]>([
  ['a string', string('a "b"'), '"a "b""'],
  ['a string with a line end and an escape', string('a\nb\u001b[2J'), '"a\\nb\\u001b[2J"'],
  ['a small integer', integer(9n), '9'],
  ['an integer', integer(4096n), '4096 (0x1000)'],
  ['a negative integer', integer(-1n), '-1 (0xffffffffffffffff)'],
  ['a boolean', { kind: 'boolean', value: true }, 'Yes'],
  ['no data', data(''), '<>'],
  ['few bytes', data('\x84\x9d\0\0'), '<84 9d 00 00>'],
  ['data that is text', data('pci8086,9d84\0pci\0'), '<"pci8086,9d84", "pci">'],
  ['a list', { kind: 'array', items: [integer(1n), string('a')] }, '( 1, "a" )'],
  ['an empty dictionary', { kind: 'dictionary', entries: [] }, '{}'],
  ['a set', { kind: 'set', items: [integer(2n)] }, '[ 2 ]'],
  ['nothing', { kind: 'missing' }, '(no value in the dump)'],
])('%s stands in one line', (_, value, expected) => {
  expect(lines(value)).toEqual([`key = ${expected}`])
})

test('a long dictionary stands in lines, its short parts each in one', () => {
  const value: PropertyValue = {
    kind: 'dictionary',
    entries: [
      ['text', string('x'.repeat(70))],
      ['list', { kind: 'array', items: [integer(1n), integer(2n)] }],
      ['data', data('\x01'.repeat(20))],
    ],
  }
  expect(lines(value)).toEqual([
    'key = {',
    `  text = "${'x'.repeat(70)}"`,
    '  list = ( 1, 2 )',
    '  data = data of 20 bytes',
    `    000000  ${Array(16).fill('01').join(' ')}  ${'.'.repeat(16)}`,
    `    000010  ${Array(4).fill('01').join(' ').padEnd(47)}  ....`,
    '}',
  ])
  expect(lines(value, false)[3]).toBe(
    `  data = data of 20 bytes <${Array(16).fill('01').join(' ')} …>`,
  )
})

test('data that is text but for more zeros shows its bytes too', () => {
  expect(lines(data('abc\0\0\0\0\0\0'))).toHaveLength(1)
  const [first, ...dump] = lines(data(`abcdefghijklmn${'\0'.repeat(9)}`))
  expect(first).toBe('key = data of 23 bytes "abcdefghijklmn"')
  expect(dump).toHaveLength(2)
})

test('values nested five hundred deep are shown to the bottom', () => {
  let value = integer(7n)
  for (let depth = 0; depth < 500; depth++) value = { kind: 'array', items: [value] }
  const shown = lines(value)
  expect(shown.some(line => line.includes('7'))).toBe(true)
  expect(shown.filter(line => line.endsWith('('))).toHaveLength(
    shown.filter(line => line.trim() === ')').length,
  )
})
