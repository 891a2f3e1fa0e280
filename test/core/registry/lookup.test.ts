import { expect, test } from 'vitest'
import {
  clientsOf,
  entriesById,
  entryById,
  nodesOf,
  propertyOf,
  providersOf,
  rootsOf,
} from '../../../core/registry/lookup.ts'
import { findPath, nodePath } from '../../../core/registry/paths.ts'
import { readValue, valueText } from '../../../core/registry/read-value.ts'
import { bytesAt, stringAt } from '../../../core/registry/strings.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

const drawing = `
  Root  <class IORegistryEntry, id 0x100000100, retain 1>
    en0  <class IOEthernetInterface, id 0x2, registered, matched, active, busy 0, retain 1>
      IONetworkStack  <class IONetworkStack, id 0x3, registered, matched, active, busy 0, retain 1>
    en1@0  <class IOEthernetInterface, id 0x4, registered, matched, active, busy 0, retain 1>
      IONetworkStack  <class IONetworkStack, id 0x3, registered, matched, active, busy 0, retain 1>
      a/b  <class IOService, id 0x5, !registered, !matched, active, busy 0, retain 1>
        c  <class IOService, id 0x6, retain 1>
`
const snapshot = snapshotFrom(drawing)
const plane = snapshot.planes[0]!
const nameOf = (entry: number) => stringAt(snapshot.strings, snapshot.entries.name[entry]!)

test('an entry is found by its ID, and an ID that is not there is not', () => {
  expect(nameOf(entryById(snapshot, 0x1_0000_0100n))).toBe('Root')
  expect(nameOf(entryById(snapshot, 3n))).toBe('IONetworkStack')
  expect(entryById(snapshot, 7n)).toBe(-1)
  expect(entryById(snapshot, 0n)).toBe(-1)
})

test('the first look-ups read the columns, later ones an index, and both find the same', () => {
  const { entries } = snapshot
  // Two boots that are compared: the last entry has the ID of another one.
  const id = entries.id.slice()
  id[entries.length - 1] = 2n
  const look = (times: number) => {
    const table = { ...snapshot, entries: { ...entries, id }, planes: [{ ...plane }] }
    for (let time = 0; time < times; time++) {
      entriesById(table, 9n)
      nodesOf(table, table.planes[0]!, 0)
    }
    return [...id, 7n, 0n].map(each => [
      ...entriesById(table, each),
      '·',
      ...entriesById(table, each).flatMap(entry => [...nodesOf(table, table.planes[0]!, entry)]),
    ])
  }
  expect(look(0)).toEqual(look(100))
  expect(look(0)[entries.length - 1]).toEqual([1, entries.length - 1, '·', 1, 6])
})

test('an entry with two providers has two nodes', () => {
  const stack = entryById(snapshot, 3n)
  expect([...nodesOf(snapshot, plane, stack)]).toEqual([2, 4])
  expect(providersOf(snapshot, plane, stack).map(nameOf)).toEqual(['en0', 'en1'])
  expect(clientsOf(snapshot, plane, entryById(snapshot, 4n)).map(nameOf)).toEqual([
    'IONetworkStack',
    'a/b',
  ])
  expect(providersOf(snapshot, plane, entryById(snapshot, 0x1_0000_0100n))).toEqual([])
})

test('paths are those of the kernel, and lead back', () => {
  expect(nodePath(snapshot, plane, 0)).toBe('IOService:/')
  expect(nodePath(snapshot, plane, 4)).toBe('IOService:/en1@0/IONetworkStack')
  expect(nodePath(snapshot, plane, 6)).toBe('IOService:/en1@0/a/b/c')
  for (let node = 0; node < plane.length; node++) {
    expect(findPath(snapshot, plane, nodePath(snapshot, plane, node))).toBe(node)
  }
  expect(findPath(snapshot, plane, 'IOService:/en1/IONetworkStack')).toBe(-1)
  expect(findPath(snapshot, plane, 'IOPower:/en0')).toBe(-1)
})

test('paths of a dump of matches begin at the match', () => {
  const matches = snapshotFrom(`
    A
      B
    C
  `)
  const tree = matches.planes[0]!
  expect(rootsOf(tree)).toEqual([0, 2])
  expect(nodePath(matches, tree, 1)).toBe('IOService:/A/B')
  expect(findPath(matches, tree, 'IOService:/C')).toBe(2)
})

test('a property is found by its key', () => {
  const { snapshot: read } = readDump(
    'text',
    '+-o A  <class C>\n    {\n      "k" = <00ff>\n    }\n',
  )
  const property = propertyOf(read, 0, 'k')
  expect(readValue(read, property)).toEqual({ kind: 'data', bytes: Uint8Array.of(0, 0xff) })
  expect(valueText(read, property)).toBe('<00ff>')
  expect(propertyOf(read, 0, 'l')).toBe(-1)
  expect(propertyOf(read, 0, 'k')).toBe(property)
})

test('every property of a random registry is found where a walk finds it', () => {
  const { snapshot: read } = readDump(
    'archive',
    writeArchive(randomRegistry({ seed: 8, nodes: 80 })),
  )
  const { entries, properties, strings } = read
  for (let entry = 0; entry < entries.length; entry++) {
    for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
      expect(propertyOf(read, entry, stringAt(strings, properties.key[p]!))).toBe(p)
    }
  }
})

test('a name that is no UTF-8 is shown with replacements and keeps its bytes', () => {
  const line = new TextEncoder().encode('+-o aXb  <class C>\n')
  line[5] = 0xff
  const { snapshot: read } = readDump('text', line)
  const name = read.entries.name[0]!
  expect(stringAt(read.strings, name)).toBe('a\ufffdb')
  expect([...bytesAt(read.strings, name)]).toEqual([97, 0xff, 98])
})
