import { expect, test, vi } from 'vitest'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { scopeNode } from '../../../renderer/registry/scope.ts'
import { findNode, refOfNode } from '../../../renderer/registry/selection.ts'
import { treeRows } from '../../../renderer/registry/tree-rows.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { initialNavigation } from '../../../renderer/state/navigation-state.ts'
import { carryNavigation } from '../../../renderer/state/navigation-steps.ts'
import { openOf } from '../../../renderer/state/open-nodes.ts'
import { readHash, writeHash } from '../../../renderer/state/url-state.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

// Browsing over a transport that answers as a host does, with the demo's registry.

async function browsing() {
  const app = createApp(createDemoTransport({ stepMs: 1 }), decodeSnapshot)
  await app.actions.start()
  await app.actions.connect('demo')
  await vi.waitFor(() => expect(app.store.getState().current).not.toBeNull())
  const state = () => app.store.getState()
  const snapshot = () => state().current!.snapshot
  const plane = () => planeNamed(snapshot(), state().plane)!
  const refOf = (label: string) => {
    const table = plane()
    for (let n = 0; n < table.length; n++) {
      if (nodeLabel(snapshot(), table, n) === label) return refOfNode(snapshot(), table, n)
    }
    throw new Error(`no node is called ${label}`)
  }
  return {
    ...app,
    state,
    refOf,
    go: (label: string) => app.actions.select(refOf(label)),
    step: (label: string) => app.actions.stepTo(refOf(label)),
    /** `IOService PS2K` */
    where: () => {
      const node = findNode(snapshot(), plane(), state().selected!)
      return `${state().plane} ${node === -1 ? '-' : nodeLabel(snapshot(), plane(), node)}`
    },
    rows: () => {
      const table = plane()
      const top = scopeNode(snapshot(), table, state().navigation.scope)
      const { nodes } = treeRows(table, openOf(state(), table), top)
      return Array.from(nodes, n => nodeLabel(snapshot(), table, n))
    },
    said: () => state().navigation.said?.text ?? '',
  }
}

test('back and forward go through what was shown, planes with it', async () => {
  const { actions, go, where } = await browsing()
  go('PS2K')
  actions.setPlane('IODeviceTree')
  actions.setPlane('IOService')
  go('PCI0@0')
  const back = [-1, -1, -1, -1].map(by => (actions.travel(by), where()))
  expect(back).toEqual(['IOService PS2K', 'IODeviceTree -', 'IOService PS2K', 'IOService Root'])
  actions.travel(4)
  expect(where()).toBe('IOService PCI0@0')
})

test('a run of arrow keys is one step to go back over', async () => {
  const { actions, go, step, where, state } = await browsing()
  go('PS2K')
  for (const label of ['IOHIDEventDriver', 'IOHIDSystem', 'IOHIDUserClient']) step(label)
  expect(state().navigation.back).toHaveLength(2)
  go('PCI0@0')
  actions.travel(-1)
  expect(where()).toBe('IOService IOHIDUserClient')
  actions.travel(-1)
  expect(where()).toBe('IOService PS2K')
  // Something else that is shown now takes the place of what was ahead.
  go('Root')
  expect(state().navigation.forward).toEqual([])
})

test('where nothing is left to go back to, that is said', async () => {
  const { actions, said } = await browsing()
  actions.travel(-1)
  expect(said()).toBe('Nothing was shown before this.')
})

test('only so many steps are kept', async () => {
  const { go, state } = await browsing()
  for (let n = 0; n < 150; n++) go(n % 2 === 0 ? 'PS2K' : 'PCI0@0')
  expect(state().navigation.back).toHaveLength(100)
})

test('steps survive another capture; of another boot their paths do', async () => {
  const { actions, go, where, state } = await browsing()
  go('PS2K')
  go('PCI0@0')
  await actions.takeCapture()
  actions.travel(-1)
  expect(where()).toBe('IOService PS2K')
  const step = { ref: { id: '0x1', path: 'IOService:/A' }, plane: 'IOService' }
  const nameless = { ref: { id: '0x2', path: null }, plane: 'IOService' }
  const before = { ...initialNavigation, back: [step, nameless], scope: step.ref }
  const after = carryNavigation(before, false)
  expect(after.back).toEqual([{ ref: { id: null, path: 'IOService:/A' }, plane: 'IOService' }])
  expect(after.scope).toEqual({ id: null, path: 'IOService:/A' })
  expect(carryNavigation(state().navigation, true)).toBe(state().navigation)
})

test('the tree is limited to an entry, widened step by step, and whole again', async () => {
  const { actions, refOf, rows, where, state } = await browsing()
  actions.setScope(refOf('PS2K'))
  expect(rows()).toEqual(['PS2K', 'IOHIDEventDriver', 'IOHIDSystem', 'IOHIDUserClient'])
  expect(where()).toBe('IOService PS2K')
  actions.widenScope()
  expect(rows()[0]).toBe('AppleACPIPlatformExpert')
  actions.widenScope()
  expect(rows()[0]).toBe('iMac19,1')
  actions.widenScope()
  expect(state().navigation.scope).toBeNull()
  expect(rows()[0]).toBe('Root')
})

test('what is shown outside of the limits ends them, and says so', async () => {
  const { actions, refOf, state, said } = await browsing()
  actions.setScope(refOf('PS2K'))
  actions.showEntry(refOf('PCI0@0'))
  expect(state().navigation.scope).toBeNull()
  expect(said()).toBe('The whole plane is shown again: PCI0@0 is not below PS2K.')
})

test('the limits are in the address, and read from it', async () => {
  const { actions, refOf, state } = await browsing()
  actions.setScope(refOf('PS2K'))
  const { scope } = readHash(writeHash(state()))
  expect(scope).toEqual(refOf('PS2K'))
  expect(readHash('#/registry?under=nonsense')).toEqual({ view: 'registry' })
})

test('all below is opened, others are closed, and levels are counted from the top', async () => {
  const { actions, refOf, rows, state } = await browsing()
  const { snapshot } = state().current!
  const plane = planeNamed(snapshot, 'IOService')!
  const node = (label: string) => findNode(snapshot, plane, refOf(label))
  const all = rows()
  actions.openToLevel(2)
  expect(rows()).toEqual(['Root', 'iMac19,1'])
  actions.openToLevel(1)
  expect(rows()).toEqual(['Root'])
  actions.openAllBelow(0, true)
  expect(rows()).toEqual(all)
  actions.closeOthers(node('PS2K'))
  expect(rows().slice(0, 3)).toEqual(['Root', 'iMac19,1', 'AppleACPIPlatformExpert'])
  expect(rows()).toContain('IOHIDUserClient')
  expect(rows()).not.toContain('AppleACPIPCI')
  actions.setScope(refOf('AppleACPIPlatformExpert'))
  actions.openToLevel(2)
  expect(rows().slice(0, 2)).toEqual(['AppleACPIPlatformExpert', 'PCI0@0'])
  expect(rows()).not.toContain('IOHIDEventDriver')
})

test('an entry is followed under its other provider and into its other planes', async () => {
  const { actions, go, state, said } = await browsing()
  go('IOHIDSystem')
  const first = state().selected!.path
  actions.nextPlace(1)
  expect(state().selected!.path).toBe('IOService:/iMac19,1/IOResources/IOHIDSystem')
  expect(said()).toBe('IOHIDSystem in IOService, below IOResources (2 of 2).')
  actions.nextPlace(1)
  expect(state().selected!.path).toBe(first)
  go('Root')
  actions.nextPlane(1)
  const other = state().plane
  actions.nextPlane(-1)
  expect([other, state().plane]).toEqual(['IODeviceTree', 'IOService'])
  go('PS2K')
  actions.nextPlace(1)
  expect(said()).toMatch(/^It has one place in IOService/)
})

test('a bookmark is set, gone to and removed; what is not there is said', async () => {
  const { actions, go, state, where, said } = await browsing()
  go('PS2K')
  actions.toggleBookmark()
  expect(said()).toBe('“PS2K” is bookmark 1.')
  const [bookmark] = state().preferences.bookmarks
  expect(bookmark).toMatchObject({ name: 'PS2K' })
  go('PCI0@0')
  actions.showBookmark(bookmark!)
  expect(where()).toBe('IOService PS2K')
  actions.toggleBookmark()
  expect(state().preferences.bookmarks).toEqual([])
  actions.showBookmark({ ...bookmark!, entryId: null, path: 'IOService:/Nowhere' })
  expect(said()).toBe('“PS2K” is not in this capture.')
})
