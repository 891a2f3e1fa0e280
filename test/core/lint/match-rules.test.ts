import { expect, test } from 'vitest'
import { keyFamilies } from '../../../core/lint/known-keys.ts'
import { matchFindings } from '../../../core/lint/match-rules.ts'
import { readPciMatchList } from '../../../core/matching/families/pci-match-list.ts'
import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const rulesOf = (personality: object): readonly string[] =>
  matchFindings('It', dictionaryFrom(personality), ['P']).map(
    ({ rule, severity, keyPath }) => `${severity} ${rule} ${keyPath.join('/')}`,
  )

test.each([
  ['0x12348086', 1, 0, ''],
  ['12348086', 1, 0, ''],
  ['0x12348086 0x56788086', 2, 0, ''],
  ['0x12348086&0xffff0000 \t 0x1&0x0', 2, 1, ''],
  ['0x12348086 & 0xffff0000', 1, 0, ''],
  ['0x12348086&', 1, 1, ''],
  ['0x12348086 & mask', 1, 1, 'mask'],
  ['  0xABCD10de  ', 1, 0, ''],
  ['0x12348086,0x56788086', 1, 0, ',0x56788086'],
  ['0x12348086 or 0x5', 1, 0, 'or 0x5'],
  ['pci8086,1234', 0, 0, 'pci8086,1234'],
  ['', 0, 0, ''],
])('the PCI value %j has %i items, %i of them open, and is not read from %j on', (...row) => {
  const [text, items, openItems, rest] = row
  const read = readPciMatchList(text, 0xffff_ffff)
  expect(read.items).toHaveLength(items)
  expect(read.items.filter(({ mask }) => mask === 0)).toHaveLength(openItems)
  expect(text.slice(read.end).trim()).toBe(rest)
})

test('every key of a family is at home there, and a stranger in another', () => {
  for (const family of keyFamilies)
    for (const key of family.keys.keys()) {
      const strangers = (IOProviderClass: string) =>
        rulesOf({ IOProviderClass, [key]: true }).filter(text => text.includes('of-another'))
      for (const provider of family.providers) expect(strangers(provider)).toEqual([])
      const other = keyFamilies.find(each => !each.keys.has(key))!
      // These two are in place on any provider.
      const isEverywhere = key === 'IOResourceMatch' || key === 'HIDDefaultBehavior'
      expect(strangers(other.providers[0]!)).toHaveLength(isEverywhere ? 0 : 1)
    }
})

test('a provider of no known family may have any key', () => {
  expect(rulesOf({ IOProviderClass: 'AppleUSBXHCIPCI', idVendor: 'x', Whole: 3 })).toEqual([])
})

test('tables in IOParentMatch are held to the same rules, and told by their way', () => {
  const personality = {
    IOProviderClass: 'IOMedia',
    IOParentMatch: {
      IOProviderClass: 'IOUSBHostDevice',
      idVendor: 1,
      IOParentMatch: { IOProviderClass: 'IOPCIDevice', IOPCIMatch: 'x', IONameMtach: 'y' },
    },
  }
  expect(rulesOf(personality)).toEqual([
    'warning usb-combination P/IOParentMatch/idVendor',
    'warning pci-value P/IOParentMatch/IOParentMatch/IOPCIMatch',
    'warning key-misspelt P/IOParentMatch/IOParentMatch/IONameMtach',
  ])
})

test('a table of base keys alone asks no family, and an ancestor may be asked for any class', () => {
  const parents = [
    { IOProviderClass: 'IOUSBHostDevice', IOPropertyMatch: { idVendor: 1 } },
    { IOProviderClass: 'IORegistryEntry' },
  ]
  for (const IOParentMatch of parents)
    expect(rulesOf({ IOProviderClass: 'IOMedia', IOParentMatch })).toEqual([])
  expect(rulesOf({ IOProviderClass: 'IORegistryEntry' })).toEqual([
    'warning provider-never-matches P/IOProviderClass',
  ])
})

test('tables that are nested without an end are followed some way only', () => {
  let table: DictionaryValue = dictionaryFrom({ IONameMatch: 3 })
  for (let i = 0; i < 10_000; i++)
    table = { kind: 'dictionary', entries: [['IOParentMatch', table]] }
  expect(matchFindings('It', table, [])).toEqual([])
})

test.each([
  ['a wildcard', 'IOUSBHostDevice', { idVendor: 1, idProduct: '*' }, []],
  [
    'a number as text',
    'IOUSBHostDevice',
    { idVendor: 1, idProduct: '5' },
    ['warning match-key-type P/idProduct'],
  ],
  ['one dictionary', 'IOMedia', { IOPropertyMatch: { Whole: true } }, []],
  ['several dictionaries', 'IOMedia', { IOPropertyMatch: [{ Whole: true }, {}] }, []],
  [
    'a string for a dictionary',
    'IOMedia',
    { IOPropertyMatch: 'Whole' },
    ['warning match-key-type P/IOPropertyMatch'],
  ],
  ['a location', 'IOPCIDevice', { IOLocationMatch: '1F,2' }, []],
  [
    'a category that is a number',
    'IOPCIDevice',
    { IOMatchCategory: 1 },
    ['warning match-key-type P/IOMatchCategory'],
  ],
  [
    'a SCSI driver with a category of its own',
    'IOSCSIPeripheralDeviceNub',
    { IOMatchCategory: 'Mine' },
    [],
  ],
  [
    'a SCSI driver in the category of the task clients',
    'IOSCSIPeripheralDeviceNub',
    { IOMatchCategory: 'SCSITaskUserClientDevice' },
    ['warning scsi-type-missing P/Peripheral Device Type'],
  ],
])('%s on %s: %o', (_what, IOProviderClass, keys, expected) => {
  expect(rulesOf({ IOProviderClass, ...keys })).toEqual(expected)
})
