import { expect, test } from 'vitest'
import { selectEntry } from '../../../core/query/select-entry.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import { EntryFlag, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

const drawing = snapshotFrom(`
  Root  <class IORegistryEntry, id 0x1>
    PCI0@0  <class IOPCIBridge, id 0x2>
      XHC1@14  <class IOPCIDevice, id 0x3>
      port@1  <class IOPort, id 0x4>
      port@2  <class IOPort, id 0x5>
      twin  <class IOService, id 0x6>
      twin  <class IOService, id 0x7>
      a/b  <class IOService, id 0x8>
    shared  <class IOStack, id 0x9>
    PCI1  <class IOPCIBridge, id 0xa>
      shared  <class IOStack, id 0x9>
`)

/** The answer in words. */
function answer(snapshot: Snapshot, selector: string): string {
  const selection = selectEntry(snapshot, selector)
  switch (selection.kind) {
    case 'entry':
      return `0x${snapshot.entries.id[selection.entry]!.toString(16)}`
    case 'several':
      return selection.places.map(({ plane, node }) => nodePath(snapshot, plane, node)).join(' ')
    case 'none':
      return `none; ${selection.nearest.join(' ')}`.trim()
  }
}

test.each([
  ['0x3', '0x3'],
  ['0x0000000000000003', '0x3'],
  ['IOService:/PCI0@0/XHC1@14', '0x3'],
  ['/PCI0@0/XHC1@14', '0x3'],
  ['IOService:/', '0x1'],
  ['/', '0x1'],
  ['/PCI0@0/a/b', '0x8'],
  ['a/b', '0x8'],
  ['XHC1@14', '0x3'],
  ['XHC1', '0x3'],
  ['port@2', '0x5'],
  ['port', 'IOService:/PCI0@0/port@1 IOService:/PCI0@0/port@2'],
  ['/PCI0@0/twin', 'IOService:/PCI0@0/twin IOService:/PCI0@0/twin'],
  // Two places of one entry are not two entries.
  ['shared', '0x9'],
  ['xhc1', 'none; XHC1'],
  ['XHC2@14', 'none; XHC1'],
  ['/PCI0@0/prot', 'none; port'],
  ['PCI', 'none; PCI0 PCI1'],
  ['0x99', 'none;'],
  ['IOUSB:/PCI0@0', 'none; PCI0 PCI1'],
  ['', 'none;'],
])('“%s” is %s', (selector, expected) => {
  expect(answer(drawing, selector)).toBe(expected)
})

test('every place of a generated registry is found by its path, every entry by its ID', () => {
  const root = randomRegistry({ seed: 5, nodes: 150, isNasty: true })
  const { snapshot } = readDump('archive', writeArchive(root))
  const { entries } = snapshot
  for (const plane of snapshot.planes) {
    for (let node = 0; node < plane.length; node++) {
      const path = nodePath(snapshot, plane, node)
      const selection = selectEntry(snapshot, path)
      const found =
        selection.kind === 'entry'
          ? [selection.entry]
          : selection.kind === 'several'
            ? selection.places.map(place => place.plane.entry[place.node]!)
            : []
      expect(found).toContain(plane.entry[node])
    }
  }
  for (let entry = 0; entry < entries.length; entry++) {
    if ((entries.flags[entry]! & EntryFlag.hasId) === 0) continue
    const selection = selectEntry(snapshot, `0x${entries.id[entry]!.toString(16)}`)
    expect(selection).toMatchObject({ kind: 'entry', entry })
    expect(stringAt(snapshot.strings, entries.name[entry]!)).not.toBe('')
  }
})
