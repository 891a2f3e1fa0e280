import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { mergeSnapshots } from '../../../core/diff/merge-snapshots.ts'
import { entriesById, entryById } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { findEntry, findNode, refOfEntry, refOfNode } from '../../../renderer/registry/selection.ts'
import { drawDump } from '../../core/diff/draw-dump.ts'

// After a reboot the kernel begins to count anew: 0x3 was a stick, and is a camera.
const before = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    PCI0  <class IOPCIDevice, id 0x2, retain 1>
      Stick  <class IOStick, id 0x3, retain 1>
`)
const after = drawDump(`
  Root  <class IORegistryEntry, id 0x1, retain 1>
    Camera  <class IOCamera, id 0x3, retain 1>
    PCI0  <class IOPCIDevice, id 0x2, retain 1>
`)
const { snapshot, afterCount } = mergeSnapshots(
  before,
  after,
  diffSnapshots(before, after, { identity: 'path' }),
)
const plane = snapshot.planes[0]!

test('of two boots that are compared each entry is found again by its own reference, whoever has its ID', () => {
  expect(snapshot.entries.length).toBe(afterCount + 1)
  for (let node = 0; node < plane.length; node++) {
    const ref = refOfNode(snapshot, plane, node)
    expect(findEntry(snapshot, ref), ref.path!).toBe(plane.entry[node])
    expect(findNode(snapshot, plane, ref)).toBe(node)
  }
  const gone = refOfEntry(snapshot, afterCount, plane.plane)
  expect(gone).toEqual({ id: '0x3', path: 'IOService:/PCI0/Stick' })
  expect(nodeLabel(snapshot, plane, findNode(snapshot, plane, gone))).toBe('Stick')
})

test('an ID alone means what is there now', () => {
  expect(entriesById(snapshot, 3n)).toHaveLength(2)
  expect(entryById(snapshot, 3n)).toBeLessThan(afterCount)
  expect(findEntry(snapshot, { id: '0x3', path: null })).toBe(entryById(snapshot, 3n))
  // It has moved since the path was noted, and is still the one that is meant.
  expect(findEntry(snapshot, { id: '0x2', path: 'IOService:/Elsewhere/PCI0' })).toBe(
    entryById(snapshot, 2n),
  )
})
