import { expect, test } from 'vitest'
import { describeFormat } from '../../../core/dump/describe-format.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import {
  writeBinaryArchive,
  writeExplorerDocument,
  writeIOJonesDocument,
} from '../../helpers/write-documents.ts'
import { writeText } from '../../helpers/write-text.ts'

const root = randomRegistry({ seed: 12, nodes: 30 })
const planes = { root, planes: { IOService: (entry: ModelEntry) => entry.clients } }
const gone = new Set([root.clients[0]!])

function describe(dump: string | Uint8Array) {
  const { summary, snapshot } = readDump('any', dump)
  return describeFormat(summary.format, snapshot)
}

test.each([
  [writeArchive(root), 'archive of ioreg -a, in XML, plane IOService'],
  [writeBinaryArchive(root), 'archive of ioreg -a, as a binary property list, plane IOService'],
  [writeText(root), 'text of ioreg, plane IOService'],
  [
    writeExplorerDocument(planes, gone),
    'IORegistryExplorer document, version 1, plane IOService, 1 entry that had terminated',
  ],
  [writeIOJonesDocument(planes), 'IOJones document, plane IOService'],
  [
    'Index Refs Address            Size       Wired      Name (Version) <Linked Against>\n',
    'list of loaded kexts, as kextstat and kmutil print it',
  ],
])('a dump says what it is (%#)', (dump, what) => {
  expect(describe(dump).what).toBe(what)
})

test('an archive with chains lacks nothing but sets', () => {
  expect(describe(writeArchive(root, { hasChains: true })).lacks).toEqual([
    'sets, which a property list cannot hold',
  ])
})

test('what no entry has is lacking, and what some have is counted', () => {
  const none = describe(writeArchive(root, { hasNoProperties: true }))
  expect(none.lacks).toEqual(['superclasses', 'properties'])
  const nodes = `+-o A  <class IOService, id 0x1, registered, matched, active, busy 0, retain 2>
  +-o B  <class IOService, registered, matched, active, busy 0, retain 2>
`
  expect(describe(nodes).lacks).toEqual([
    'registry entry IDs of 1 of 2 entries',
    'superclasses',
    'busy times of 1 of 2 services',
    'properties',
    'state bits other than registered, matched and inactive',
  ])
})

test('planes that the root names and the dump does not show are lacking', () => {
  const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 2>
      {
        "IORegistryPlanes" = {"IOPower"="IOPower","IOService"="IOService","IOUSB"="IOUSB"}
      }
`
  expect(describe(dump).lacks.at(-1)).toBe('the planes IOPower, IOUSB')
})
