import { expect, test } from 'vitest'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { lookUpPath, pathOffers, pathStart } from '../../../renderer/registry/path-lookup.ts'
import { demoSnapshot } from '../../helpers/demo-registry.ts'
import { snapshotFrom } from '../../helpers/plane-from.ts'
import { Random } from '../../helpers/random.ts'

const snapshot = snapshotFrom(`
  Root  <class IORegistryEntry, id 0x100000100>
    iMac14,2  <class IOPlatformExpertDevice, id 0x100000101>
      PCI0@0  <class IOACPIPlatformDevice, id 0x100000110>
        XHC1@14  <class IOPCIDevice, id 0x100000120>
        GFX0@2  <class IOPCIDevice, id 0x100000121>
      PS2K  <class IOACPIPlatformDevice, id 0x100000130>
    a/b  <class IOService, id 0x100000140>
      Port  <class IOService, id 0x100000141>
      Port  <class IOService, id 0x100000142>
`)

/** What a text leads to, as a path, or as the sentence that says why it does not. */
function answer(text: string, of: Snapshot = snapshot): string {
  const found = lookUpPath(of, text, 'IOService')
  return found.kind === 'place' ? nodePath(of, found.place.plane, found.place.node) : found.why
}

test('a path with its plane or without it, an ID and a name lead to an entry', () => {
  const xhc1 = 'IOService:/iMac14,2/PCI0@0/XHC1@14'
  for (const text of [xhc1, '/iMac14,2/PCI0@0/XHC1@14', '0x100000120', '4294967584', 'XHC1']) {
    expect(answer(text), text).toBe(xhc1)
  }
  expect(answer(' /a/b ')).toBe('IOService:/a/b')
})

test('what is not there is told with the step that is missing, and what is there instead', () => {
  expect(answer('/iMac14,2/PCI0@0/XHC2@14')).toBe(
    '“XHC2@14” is not below IOService:/iMac14,2/PCI0@0. There: XHC1@14, GFX0@2.',
  )
  expect(answer('/iMac14,2/PS2K/Mouse')).toBe(
    '“Mouse” is not below IOService:/iMac14,2/PS2K, which has no clients.',
  )
  expect(answer('/a/c')).toBe('“a” is not below IOService:/. There: a/b, iMac14,2.')
  expect(answer('IOUSB:/Root')).toBe('This capture has no plane IOUSB. It has IOService.')
  expect(answer('0x100000999')).toBe('No entry of this capture has the ID 0x100000999.')
  expect(answer('PS2L')).toBe('No entry is called “PS2L”. Close to it: PS2K.')
  expect(answer('  ')).toBe('Type a path, a name or a registry entry ID.')
})

test('a name that several entries have is asked back, with their places', () => {
  const found = lookUpPath(snapshot, 'Port', 'IOService')
  expect(found).toMatchObject({ kind: 'several', why: '2 entries are called “Port”. Choose one.' })
})

const offered = (text: string) =>
  pathOffers(snapshot, text, 'IOService').offers.map(offer => offer.text)

test('the next step of a path is offered: first what begins as it was typed', () => {
  expect(offered('/iMac14,2/')).toEqual(['/iMac14,2/PCI0@0', '/iMac14,2/PS2K'])
  expect(offered('/iMac14,2/ps')).toEqual(['/iMac14,2/PS2K'])
  expect(offered('/iMac14,2/k')).toEqual(['/iMac14,2/PS2K'])
  expect(offered('IOService:/a')).toEqual(['IOService:/a/b', 'IOService:/iMac14,2'])
  // A name that holds a slash is one step.
  expect(offered('/a/b/')).toEqual(['/a/b/Port', '/a/b/Port'])
})

test('planes and entries are offered for what is no path', () => {
  expect(offered('ios')).toEqual(['IOService:/'])
  expect(offered('xhc')).toEqual(['IOService:/iMac14,2/PCI0@0/XHC1@14'])
  expect(offered('')).toEqual(['IOService:/'])
})

test('only so many are offered, and how many more there are is told', () => {
  const many = snapshotFrom(`Root\n${'  Client\n'.repeat(120)}`)
  const { offers, more } = pathOffers(many, '/', 'IOService')
  expect([offers.length, more]).toEqual([50, 70])
})

test('the path of every node leads back to it, or to a sibling that has the same', () => {
  const random = new Random(5)
  const whole = demoSnapshot(true, 8)
  for (const plane of whole.planes) {
    for (let node = 0; node < plane.length; node++) {
      const path = nodePath(whole, plane, node)
      expect(answer(path, whole)).toBe(path)
      // Cut anywhere, what is there of it is found.
      const cut = path.slice(0, plane.plane.length + 2 + random.below(path.length))
      const start = pathStart(whole, cut, plane.plane)
      expect(start && start.before + start.rest).toBe(cut)
      if (start && start.node !== -1 && plane.parent[start.node] !== -1) {
        expect(start.before.slice(0, -1)).toBe(nodePath(whole, plane, start.node))
        expect(start.before).toContain(nodeLabel(whole, plane, start.node))
      }
    }
  }
})
