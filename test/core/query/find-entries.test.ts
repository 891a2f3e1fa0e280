import { expect, test } from 'vitest'
import { findEntries, type EntryHit, type EntryQuery } from '../../../core/query/find-entries.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { EntryFlag, noString, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { dictionary, list, text, writeBinaryPlist } from '../../helpers/write-binary-plist.ts'
import { writeBinaryArchive } from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x100, retain 9>
  | {
  |   "IOKitBuildVersion" = "Darwin Kernel Version 17.7.0"
  | }
  | 
  +-o XHC1@14  <class IORegistryEntry:IOService:IOPCIDevice, id 0x1000002a3, registered, matched, active, busy 0, retain 9>
    | {
    |   "device-id" = <849d0000>
    |   "compatible" = <"pci8086,9d84","pciclass,0c0330">
    |   "IOPowerManagement" = {"MaxPowerState"=3,"DriverPowerState"=18446744073709551615}
    |   "built-in" = Yes
    | }
    | 
    +-o AppleUSBXHCI  <class IORegistryEntry:IOService:AppleUSBXHCIPCI, id 0x1000002a4, registered, matched, active, busy 0, retain 9>
        {
          "IOClass" = "AppleUSBXHCIPCI"
          "Revision" = <00030000>
          "locationID" = 336592896
        }
        
`

function hits(snapshot: Snapshot, query: EntryQuery): string[] {
  return [...findEntries(snapshot, query)].map(hit => describe(snapshot, hit))
}

function describe(snapshot: Snapshot, { entry, where, property }: EntryHit): string {
  const { entries, properties, strings } = snapshot
  const name = stringAt(strings, entries.name[entry]!)
  return property < 0
    ? `${name}: ${where}`
    : `${name}: ${where} of ${stringAt(strings, properties.key[property]!)}`
}

test.each<[string, EntryQuery, string[]]>([
  ['a name in other letters', { text: 'xhc1' }, ['XHC1: name']],
  ['a name with its location', { text: 'xhc1@14' }, ['XHC1: name']],
  ['an ID by its beginning', { text: '0x1000002A' }, ['XHC1: id', 'AppleUSBXHCI: id']],
  ['text in data', { text: 'pci8086' }, ['XHC1: value of compatible']],
  ['a key', { text: 'LOCATIONID' }, ['AppleUSBXHCI: key of locationID']],
  ['a key inside of a value', { key: 'maxpower' }, ['XHC1: key of IOPowerManagement']],
  ['a class by its superclass', { className: 'ioservice' }, ['XHC1: class', 'AppleUSBXHCI: class']],
  ['bytes of data', { value: '849d' }, ['XHC1: value of device-id']],
  ['bytes of data, as a hex dump has them', { value: '84 9D 00' }, ['XHC1: value of device-id']],
  ['half a byte of data', { value: '49d0' }, []],
  ['an integer in decimal', { value: '336592896' }, ['AppleUSBXHCI: value of locationID']],
  ['an integer in hexadecimal', { value: '0x14100000' }, ['AppleUSBXHCI: value of locationID']],
  [
    'minus one, as the 64 bits it is',
    { value: '0xffffffffffffffff' },
    ['XHC1: value of IOPowerManagement'],
  ],
  ['Yes', { key: 'built', value: 'yes' }, ['XHC1: value of built-in']],
  [
    'a key and a value of two properties of one entry',
    { key: 'IOClass', value: '336592896' },
    ['AppleUSBXHCI: value of locationID'],
  ],
  [
    'the property that has both, before another that has one',
    { key: 'location', value: '00' },
    ['AppleUSBXHCI: value of locationID'],
  ],
  ['a text, of a class only', { text: 'usb', className: 'IOPCIDevice' }, []],
])('%s is found', (_, query, expected) => {
  expect(hits(readDump('text', dump).snapshot, query)).toEqual(expected)
})

test('data that is text beyond ASCII is found by it, as in the window', () => {
  const { snapshot } = readDump(
    'text',
    dump.replace('849d0000', '4e616d6520646573206772c3b6c39f6572656e2042757373657300'),
  )
  expect(hits(snapshot, { value: 'BUSSES' })).toEqual(['XHC1: value of device-id'])
  expect(hits(snapshot, { value: 'größer' })).toEqual(['XHC1: value of device-id'])
})

test('without conditions, and by the empty text, every entry is found once', () => {
  const { snapshot } = readDump('text', dump)
  expect(hits(snapshot, {})).toHaveLength(3)
  expect(hits(snapshot, { text: '' })).toHaveLength(3)
})

// The slow and obvious: everything of every entry as a list of lower-case texts.

function isHit(snapshot: Snapshot, entry: number, query: EntryQuery): boolean {
  const { entries, strings } = snapshot
  const at = (index: number) => (index === noString ? [] : [stringAt(strings, index)])
  const properties: { keys: string[]; values: string[] } = { keys: [], values: [] }
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    properties.keys.push(stringAt(strings, snapshot.properties.key[p]!))
    gather(readValue(snapshot, p), properties)
  }
  const classes = [...at(entries.className[entry]!), ...at(entries.classChain[entry]!)]
  const names = snapshot.planes.flatMap(plane =>
    [...nodesOf(snapshot, plane, entry)].flatMap(node => [
      nodeLabel(snapshot, plane, node),
      ...at(plane.location[node]!),
    ]),
  )
  const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
  const id = hasId ? `0x${entries.id[entry]!.toString(16)}` : ''
  const contains = (texts: readonly string[], wanted: string) =>
    texts.some(text => text.toLowerCase().includes(wanted.toLowerCase()))
  const { text, className, key, value } = query
  if (className !== undefined && !contains(classes, className)) return false
  if (key !== undefined && !contains(properties.keys, key)) return false
  if (value !== undefined && !hasValue(properties.values, value)) return false
  if (text === undefined) return true
  return (
    contains([...names, ...classes.slice(0, 1), ...properties.keys], text) ||
    (/^0x[\da-f]+$/i.test(text) && id.startsWith(text.toLowerCase())) ||
    hasValue(properties.values, text)
  )
}

function hasValue(values: readonly string[], wanted: string): boolean {
  const lower = wanted.toLowerCase()
  const digits = lower.replace(/^0x/, '').replaceAll(/[\s<>]/g, '')
  const bytes = /^([\da-f]{2})+$/.test(digits) ? `#${digits.replaceAll(/..(?=.)/g, '$&.')}` : null
  return values.some(value => {
    if (!value.startsWith('#')) return value.toLowerCase().includes(lower)
    return bytes !== null && `.${value.slice(1)}`.includes(`.${bytes.slice(1)}`)
  })
}

function gather(value: PropertyValue, into: { keys: string[]; values: string[] }): void {
  switch (value.kind) {
    case 'dictionary':
      for (const [key, item] of value.entries) {
        into.keys.push(key)
        gather(item, into)
      }
      return
    case 'array':
    case 'set':
      for (const item of value.items) gather(item, into)
      return
    case 'integer':
      into.values.push(String(value.value), `0x${BigInt.asUintN(64, value.value).toString(16)}`)
      return
    case 'boolean':
      into.values.push(value.value ? 'Yes' : 'No')
      return
    case 'data': {
      const latin = Buffer.from(value.bytes).toString('latin1')
      if (/^[ -~]+(\0+[ -~]+)*\0*$/.test(latin) && latin.length > 1) {
        into.values.push(...latin.split(/\0+/).filter(run => run !== ''))
      }
      into.values.push(
        `#${Buffer.from(value.bytes)
          .toString('hex')
          .replaceAll(/..(?=.)/g, '$&.')}`,
      )
      return
    }
    case 'string':
      into.values.push(value.text)
      return
    case 'unreadable':
      into.values.push(value.raw)
      return
    case 'real':
    case 'date':
    case 'missing':
      throw new Error(`the model makes no ${value.kind}`)
  }
}

const words = [
  ...['smc', 'IOService', 'pci', 'PCI0@', '@0', 'e', 'ye', 'No', 'com.apple', 'not serial', 'x'],
  ...['0', '4096', '0x1000', '00', '7f', '0x', 'a1', '-1', '"', '&', '<', 'a "b"', '\n', ''],
  ...[
    'ä',
    '😀',
    'Ä',
    'IOPower',
    'reg',
    'name0',
    '9007199254740992',
    'key',
    'string',
    'data',
    'dict',
  ],
]

test.each([1, 2, 3, 4, 5, 6])('what is found is what a plain look finds, seed %i', seed => {
  const random = new Random(seed)
  const root = randomRegistry({ seed, nodes: 60, isNasty: true })
  const isText = seed % 2 === 0
  const dumpText = isText
    ? writeText(root, { hasChains: seed % 4 === 0, isHex: seed % 3 === 0 })
    : writeArchive(root, { hasChains: true })
  const { snapshot } = readDump(isText ? 'text' : 'archive', dumpText)
  let found = 0
  for (let round = 0; round < 120; round++) {
    const maybe = () => (random.chance(0.4) ? random.pick(words) : undefined)
    const query = { text: maybe(), className: maybe(), key: maybe(), value: maybe() }
    const expected = Array.from({ length: snapshot.entries.length }, (_, entry) => entry).filter(
      entry => isHit(snapshot, entry, query),
    )
    const actual = [...findEntries(snapshot, query)]
    expect([query, actual.map(({ entry }) => entry)]).toEqual([query, expected])
    found += actual.length
  }
  expect(found).toBeGreaterThan(100)
})

test.each([1, 2, 3])('a binary archive has the same hits as the archive in XML, seed %i', seed => {
  const random = new Random(seed)
  const root = randomRegistry({ seed, nodes: 60, isNasty: true })
  const xml = readDump('any', writeArchive(root, { hasChains: true })).snapshot
  const binary = readDump('any', writeBinaryArchive(root)).snapshot
  for (let round = 0; round < 120; round++) {
    const query = { [random.pick(['text', 'key', 'value'])]: random.pick(words) }
    const entriesOf = (snapshot: Snapshot) =>
      [...findEntries(snapshot, query)].map(hit => hit.entry)
    expect([query, entriesOf(binary)]).toEqual([query, entriesOf(xml)])
  }
})

test('what a binary property list holds elsewhere in the file is found', () => {
  const file = writeBinaryPlist(
    dictionary({
      IORegistryEntryName: text('Root'),
      Names: list([text('deep')]),
      Wide: text('größe'),
    }),
  )
  const { snapshot } = readDump('any', file)
  expect(hits(snapshot, { value: 'deep' })).toEqual(['Root: value of Names'])
  expect(hits(snapshot, { value: 'gr' })).toEqual(['Root: value of Wide'])
})

test('what only a second place of an entry shows is found too', () => {
  const client = (
    location: string,
  ) => `  +-o Bridge${location}  <class IOService, id 0x10${location.length + 1}>
  | +-o Shared  <class IOService, id 0x200>
  |     {
  |       "Seen" = "at${location || '@0'}"
  |     }
  |     
`
  const twice = `+-o Root  <class IORegistryEntry, id 0x100>\n${client('')}${client('@1')}`
  const { snapshot } = readDump('text', twice)
  expect(snapshot.entries.rows).toBe(snapshot.entries.length + 1)
  expect(hits(snapshot, { value: 'at@0' })).toEqual(['Shared: value of Seen'])
  expect(hits(snapshot, { value: 'at@1' })).toEqual(['Shared: value of Seen'])
  expect(hits(snapshot, { text: 'at@1' })).toEqual(['Shared: value of Seen'])
})
