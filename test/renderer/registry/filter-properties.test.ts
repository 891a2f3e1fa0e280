import { expect, test } from 'vitest'
import { filterItems } from '../../../renderer/registry/filter-properties.ts'
import { plainItems, type NamedValue } from '../../../renderer/registry/property-rows.ts'

const properties: readonly NamedValue[] = [
  ['IOClass', { kind: 'string', text: 'IOHIDSystem' }],
  ['clock', { kind: 'integer', value: 0xdead_beef_0000_0001n }],
  ['compatible', { kind: 'data', bytes: new TextEncoder().encode('pci8086,1c10\0pci\0') }],
  [
    'IOPowerManagement',
    { kind: 'dictionary', entries: [['MaxPowerState', { kind: 'integer', value: 3n }]] },
  ],
  ['Active', { kind: 'boolean', value: true }],
]

test.each([
  ['', ['IOClass', 'clock', 'compatible', 'IOPowerManagement', 'Active']],
  ['hidsys', ['IOClass']],
  ['0xdeadbeef', ['clock']],
  ['16045690981097406465', ['clock']],
  ['8086', ['compatible']],
  ['maxpower', ['IOPowerManagement']],
  ['nothing', []],
])('“%s” is found in keys and values', (text, found) => {
  expect(filterItems(plainItems(properties), text).map(({ key }) => key)).toEqual(found)
})

test('in a comparison a property is found by what its value was', () => {
  const [item] = plainItems([['IOName', { kind: 'string', text: 'now' }]])
  const changed = [{ ...item!, before: { kind: 'string', text: 'earlier' } as const }]
  expect(filterItems(changed, 'EARL')).toEqual(changed)
  expect(filterItems(changed, 'later')).toEqual([])
})
