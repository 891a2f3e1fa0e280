import { expect, test } from 'vitest'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { findNode, refOfNode } from '../../../renderer/registry/selection.ts'
import { rowOfNode, treeRows } from '../../../renderer/registry/tree-rows.ts'
import type { AppState } from '../../../renderer/state/app-state.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { openOf } from '../../../renderer/state/open-nodes.ts'
import { readHash, writeHash } from '../../../renderer/state/url-state.ts'
import { withAddress } from '../../../renderer/state/with-address.ts'
import { createDemoTransport } from '../../helpers/demo-transport.ts'

/** A page over a registry that is too large to be wholly open at first. */
async function opened(hash: string) {
  const transport = createDemoTransport({ stepMs: 1, isConnectedAtStart: true, pciCount: 600 })
  const { scope: _, ...address } = readHash(hash)
  const app = createApp(transport, decodeSnapshot, address)
  await app.actions.start()
  return { ...app, state: () => app.store.getState() }
}

function planeOf({ current, plane }: AppState) {
  return planeNamed(current!.snapshot, plane)!
}

/** `DemoNub at row 17`; without a row it is hidden in what is closed. */
function selectedRow(state: AppState): string {
  const plane = planeOf(state)
  const node = findNode(state.current!.snapshot, plane, state.selected!)
  const row = rowOfNode(treeRows(plane, openOf(state, plane)), node)
  const label = nodeLabel(state.current!.snapshot, plane, node)
  return row === -1 ? `${label} hidden` : `${label} in sight`
}

/** The address of the deepest entry. */
function deepest(state: AppState): string {
  const plane = planeOf(state)
  const node = plane.depth.indexOf(Math.max(...plane.depth))
  return writeHash({ ...state, selected: refOfNode(state.current!.snapshot, plane, node) })
}

test('an address that names an entry deep in a large registry shows its row', async () => {
  const first = await opened('')
  const hash = deepest(first.state())
  const { state } = await opened(hash)
  expect(selectedRow(state())).toMatch(/in sight$/)
})

test('so does one that is picked in a page that is open', async () => {
  const { store, state } = await opened('')
  store.setState(withAddress(state(), deepest(state())))
  expect(selectedRow(state())).toMatch(/in sight$/)
})

test('what an address leaves out is as at first, and one without a view changes nothing', async () => {
  const { store, actions, state } = await opened('')
  actions.setPlane('IODeviceTree')
  actions.setFilter('usb')
  actions.setFilterScope('everything')
  expect(withAddress(state(), '#/nonsense?filter=x')).toEqual({})
  store.setState(withAddress(state(), '#/registry'))
  expect(state()).toMatchObject({ plane: 'IOService', filter: '', filterScope: 'names' })
  expect(writeHash(state())).toMatch(/^#\/registry\?id=0x\w+&path=/)
})
