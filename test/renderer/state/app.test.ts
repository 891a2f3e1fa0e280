import { expect, test, vi } from 'vitest'
import { hasBit } from '../../../core/registry/bit-set.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { findPath, nodePath } from '../../../core/registry/paths.ts'
import { decodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { HostPresence } from '../../../renderer/client.ts'
import { createApp } from '../../../renderer/state/create-app.ts'
import { readHash, writeHash } from '../../../renderer/state/url-state.ts'
import { createDemoTransport, type DemoOptions } from '../../helpers/demo-transport.ts'

// The whole state over a transport that answers as a host does, checks and codec included.

function start(options: DemoOptions = {}) {
  const transport = createDemoTransport({ stepMs: 1, ...options })
  const app = createApp(transport, decodeSnapshot)
  return { ...app, transport, state: () => app.store.getState() }
}

/** Also notes the secrets that leave the page. */
function startNoting(options: DemoOptions) {
  const transport = createDemoTransport({ stepMs: 1, ...options })
  const secrets: (string | null)[] = []
  const noting: typeof transport = {
    ...transport,
    request: (name, params, requestId) => {
      if (name === 'guest.connect') secrets.push((params as { secret: string | null }).secret)
      return transport.request(name, params, requestId)
    },
  }
  return { ...createApp(noting, decodeSnapshot), sent: () => secrets }
}

test('connecting to a guest takes a capture by itself', async () => {
  const { actions, state } = start()
  await actions.start()
  expect(state().targets?.[0]?.isBuiltIn).toBe(true)
  expect(await actions.connect('demo')).toBe(true)
  await vi.waitFor(() => expect(state().current).not.toBeNull())
  expect(state().connection.phase).toBe('connected')
  expect(state().work).toEqual({ phase: 'idle' })
})

test('a failed sign-in stays with its target, and trusting the key connects', async () => {
  const failure = {
    kind: 'host-key-unknown',
    address: 'vm:22',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:abc',
  } as const
  const { actions, state } = start({ connectFailure: failure })
  await actions.start()
  expect(await actions.connect('vm')).toBe(false)
  expect(state().signIn).toEqual({ phase: 'failed', targetId: 'vm', failure })
  expect(await actions.connect('vm', { trustFingerprint: 'SHA256:abc' })).toBe(true)
  expect(state().signIn).toEqual({ phase: 'idle' })
})

test('a password typed before the question about the key goes with its answer, and only there', async () => {
  const failure = {
    kind: 'host-key-unknown',
    address: 'vm:22',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:abc',
  } as const
  const { actions, sent } = startNoting({ connectFailure: failure })
  await actions.start()
  await actions.connect('vm', { secret: 'kernel' })
  await actions.connect('vm', { trustFingerprint: 'SHA256:abc' })
  expect(sent()).toEqual(['kernel', 'kernel'])

  // Whoever says no to the key sends nothing later.
  await actions.connect('vm', { secret: 'kernel' })
  actions.clearSignIn()
  await actions.connect('vm')
  expect(sent().slice(2)).toEqual(['kernel', null])
})

test('a failed reconnection shows its form, although a capture is open', async () => {
  const failure = { kind: 'connection-refused', address: 'vm:22' } as const
  const { actions, state } = start({ isConnectedAtStart: true, connectFailure: failure })
  await actions.start()
  expect(state().isChoosingTarget).toBe(false)
  await actions.connect('vm')
  expect(state().isChoosingTarget).toBe(true)
  expect(state().current).not.toBeNull()
})

test('a host that is back is asked for what was missed', async () => {
  let tell: (presence: HostPresence) => void = () => undefined
  const transport = createDemoTransport({ stepMs: 1, isConnectedAtStart: true })
  const watched = {
    ...transport,
    watchHost: (listener: typeof tell) => {
      tell = listener
      return () => undefined
    },
  }
  const { store, actions } = createApp(watched, decodeSnapshot)
  await actions.start()
  const shown = store.getState().current
  tell('gone')
  expect(store.getState().hostPresence).toBe('gone')
  store.setState({ connection: { phase: 'disconnected', failure: null } })
  tell('here')
  await vi.waitFor(() => expect(store.getState().connection.phase).toBe('connected'))
  expect(store.getState().hostPresence).toBe('here')
  // The same capture is not fetched again: selection and open rows stay.
  await vi.waitFor(() => expect(store.getState().work.phase).toBe('idle'))
  expect(store.getState().current).toBe(shown)
})

test('a sign-in that was cancelled leaves no failure', async () => {
  const { actions, state } = start({ stepMs: 5000 })
  await actions.start()
  const connecting = actions.connect('demo')
  actions.cancelConnect()
  expect(await connecting).toBe(false)
  expect(state().signIn).toEqual({ phase: 'idle' })
})

test('a capture that fails keeps the one before', async () => {
  const failure = { kind: 'command-missing', command: 'ioreg', detail: '' } as const
  const { actions, state } = start({ isConnectedAtStart: true, captureFailure: failure })
  await actions.start()
  const before = state().current
  await actions.takeCapture()
  expect(state().work).toEqual({ phase: 'failed', what: 'take', failure })
  expect(state().current).toBe(before)
})

test('the selection and closed rows survive the next capture, and what is new is open', async () => {
  const { actions, state } = start({ isConnectedAtStart: true })
  await actions.start()
  const pathOf = (path: string) => {
    const { snapshot } = state().current!
    const plane = planeNamed(snapshot, 'IOService')!
    return { plane, node: findPath(snapshot, plane, path) }
  }
  const acpi = 'IOService:/iMac19,1/AppleACPIPlatformExpert'
  actions.select({ id: '0x100000118', path: 'IOService:/iMac19,1/IOResources' })
  actions.setOpen([pathOf(acpi).node], false)

  const plan = await actions.plan({
    kind: 'loop',
    bundlePath: '/samples/HelloNub.kext',
    endsWith: 'loaded',
    expectationsPath: null,
    timeoutMs: null,
  })
  const before = state().current
  const record = await actions.run(
    plan.planId,
    { accepted: [], sudoPassword: null },
    new AbortController().signal,
  )
  expect(record.status).toBe('done')
  await vi.waitFor(() => expect(state().current).not.toBe(before))

  const { plane, node } = pathOf(acpi)
  expect(hasBit(state().open.get('IOService')!, node)).toBe(false)
  const added = pathOf('IOService:/iMac19,1/IOResources/org_kextant_HelloNub').node
  expect(added).toBeGreaterThan(0)
  expect(hasBit(state().open.get('IOService')!, plane.parent[added]!)).toBe(true)
  expect(state().selected?.id).toBe('0x100000118')
  expect(state().history[0]?.status).toBe('done')
})

test('showing an entry opens what hides it and turns to a plane that has it', async () => {
  const { actions, state } = start({ isConnectedAtStart: true })
  await actions.start()
  actions.setView('history')
  actions.setOpen([1], false)
  actions.showEntry({ id: '0x100000201', path: null })
  expect(state().view).toBe('registry')
  expect(hasBit(state().open.get('IOService')!, 1)).toBe(true)
  actions.showEntry({ id: '0x10000010a', path: null })
  expect(state().plane).toBe('IODeviceTree')
})

test('a page that is opened again comes back to the same place', () => {
  const state = {
    view: 'kexts',
    plane: 'IODeviceTree',
    selected: { id: '0x100000116', path: 'IODeviceTree://a&b=c' },
    filter: 'usb #1',
    filterScope: 'everything',
    isPictureLarge: true,
    inspectorTab: 'picture',
  } as const
  expect(readHash(writeHash(state))).toEqual(state)
  const matching = { ...state, isPictureLarge: false, inspectorTab: 'matching' } as const
  const { isPictureLarge: _, ...kept } = matching
  expect(readHash(writeHash(matching))).toEqual(kept)
})

test('an address that makes no sense changes nothing', () => {
  expect(readHash('#/nonsense?id=12&plane=')).toEqual({})
  expect(readHash('')).toEqual({})
  expect(readHash('#/registry?id=0xZZ&path=IOService:/x')).toEqual({
    view: 'registry',
    selected: { id: null, path: 'IOService:/x' },
  })
})

test('a file that is dropped while the page still starts is opened all the same', async () => {
  const { actions, state } = start()
  const starting = actions.start()
  const dropping = actions.openFiles([new File(['+-o Root'], 'ioreg.txt')])
  await Promise.all([starting, dropping])
  expect(state().current?.capture.source).toMatchObject({ kind: 'file', label: 'ioreg.txt' })
})

test('a file shows no entry as selected only because an ID of the guest is used in it too', async () => {
  const { actions, state, store } = start()
  await actions.start()
  await actions.connect('demo')
  await vi.waitFor(() => expect(state().current).not.toBeNull())
  const { capture } = state().current!
  const selected = { id: '0x100000102', path: 'IOService:/Somewhere' }
  actions.select(selected)
  await actions.takeCapture()
  expect(state().current!.capture.snapshotId).not.toBe(capture.snapshotId)
  expect(state().selected).toEqual(selected)

  // A file of the same boot may go by the ID; here nobody knows its boot.
  await actions.openDump('/home/dev/saved.txt')
  expect(state().selected).toEqual(selected)
  const current = state().current!
  store.setState({ current: { ...current, capture: { ...current.capture, identity: null } } })
  await actions.openDump('/home/dev/ioreg.txt')
  expect(state().selected).toEqual({ id: null, path: 'IOService:/Somewhere' })
})

test('the user is asked where to save only when there is something to save', async () => {
  const { actions, state } = start()
  await actions.start()
  actions.askToSave(true)
  expect(state().isSaving).toBe(false)
  await actions.openDump('/home/dev/ioreg.txt')
  actions.askToSave(true)
  expect(state().isSaving).toBe(true)
  actions.askToSave(false)
  expect(state().isSaving).toBe(false)
})

test('a capture of the same boot moves nothing: the rows in sight stay, and what was opened below a hit', async () => {
  const { actions, state } = start({ isConnectedAtStart: true })
  await actions.start()
  const nodeAt = (path: string) => {
    const { snapshot } = state().current!
    return findPath(snapshot, planeNamed(snapshot, 'IOService')!, path)
  }
  const pci = [...planeNamed(state().current!.snapshot, 'IOService')!.parent].findLast(n => n > 0)!
  const path = nodePath(
    state().current!.snapshot,
    planeNamed(state().current!.snapshot, 'IOService')!,
    pci,
  )
  actions.setFilter('e')
  actions.setOpen([pci], false)
  const { scrollGeneration } = state()
  await actions.takeCapture()
  expect([...state().closedInFilter]).toEqual([nodeAt(path)])
  expect(state().scrollGeneration).toBe(scrollGeneration)
})
