import { afterEach, expect, test } from 'vitest'
import { ServiceState } from '../../../core/registry/snapshot.ts'
import {
  personalitiesAdded,
  publishResource,
  registerService,
} from '../../../main/demo/kernel/register-service.ts'
import { terminate } from '../../../main/demo/kernel/terminate.ts'
import { smallKernel, type SmallKernel } from './small-kernel.ts'

let running: SmallKernel | null = null
function start(...args: Parameters<typeof smallKernel>): SmallKernel {
  running = smallKernel(...args)
  return running
}
afterEach(() => running?.boot.scheduler.stop())

const settled = 0x1e
const returnsFalse = { do: 'return', value: false } as const

test('the best score of a category wins, and each category has its own winner', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Low', 'High', 'Watcher')
  kernel.personalities(
    { IOClass: 'Low', IOProviderClass: 'Nub', IOProbeScore: 10 },
    { IOClass: 'High', IOProviderClass: 'Nub', IOProbeScore: 20 },
    { IOClass: 'Watcher', IOProviderClass: 'Nub', IOMatchCategory: 'Watchers' },
  )
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  expect(kernel.clientsOf(nub)).toEqual(['High', 'Watcher'])
  expect(kernel.boot.classes.instanceCount('Low')).toBe(0)
})

test('when probe or start refuses, the next best gets its turn', async () => {
  const kernel = start()
  kernel.classes('Nub', 'RefusesProbe', 'RefusesStart', 'Modest')
  kernel.personalities(
    { IOClass: 'RefusesProbe', IOProviderClass: 'Nub', IOProbeScore: 30 },
    { IOClass: 'RefusesStart', IOProviderClass: 'Nub', IOProbeScore: 20 },
    { IOClass: 'Modest', IOProviderClass: 'Nub', IOProbeScore: 10 },
  )
  kernel.program('RefusesProbe', { probe: [returnsFalse] })
  kernel.program('RefusesStart', { start: [returnsFalse] })
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  expect(kernel.clientsOf(nub)).toEqual(['Modest'])
  // The losers took IDs that never show.
  expect(nub.clients()[0]!.id - nub.id).toBeGreaterThan(2n)
})

test('probe may change the score and so the winner', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Plain', 'Raised')
  kernel.personalities(
    { IOClass: 'Plain', IOProviderClass: 'Nub', IOProbeScore: 50 },
    { IOClass: 'Raised', IOProviderClass: 'Nub', IOProbeScore: 1 },
  )
  kernel.program('Raised', { probe: [{ do: 'setProbeScore', value: 99 }] })
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  expect(kernel.clientsOf(nub)).toEqual(['Raised'])
  expect(nub.clients()[0]!.properties.get('IOProbeScore')).toEqual({ kind: 'integer', value: 99n })
})

test('a category that an active client has is closed to newcomers', async () => {
  const kernel = start()
  kernel.classes('Nub', 'First', 'Better')
  kernel.personalities({ IOClass: 'First', IOProviderClass: 'Nub' })
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  kernel.personalities({ IOClass: 'Better', IOProviderClass: 'Nub', IOProbeScore: 1000 })
  personalitiesAdded(kernel.boot, kernel.boot.catalogue.all())
  await kernel.until(() => nub.service!.busyCount === 0)
  expect(kernel.clientsOf(nub)).toEqual(['First'])
})

test('a hanging start keeps the provider and everything above it busy, and the driver unregistered', async () => {
  const kernel = start()
  kernel.classes('Bus', 'Nub', 'Hangs')
  kernel.personalities({ IOClass: 'Hangs', IOProviderClass: 'Nub' })
  kernel.program('Hangs', { start: [{ do: 'hang' }] })
  const bus = kernel.nub('Bus')
  const nub = kernel.nub('Nub', {}, bus)
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.clients()[0]?.service?.isStarting === true)
  const [driver] = nub.clients()
  const line = (e = nub) => `${e.className} state ${e.service!.state} busy ${e.service!.busyCount}`
  expect([line(kernel.expert), line(bus), line(nub), line(driver)]).toEqual([
    'IOPlatformExpertDevice state 0 busy 1',
    'Bus state 0 busy 1',
    `Nub state ${ServiceState.registered | ServiceState.firstPublish} busy 1`,
    'Hangs state 0 busy 0',
  ])
})

test('busy time is counted on the way back to quiet', async () => {
  const kernel = start()
  kernel.classes('Nub')
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  expect(kernel.expert.service!.busyCount).toBe(1)
  await kernel.until(() => nub.service!.state === settled)
  expect(kernel.expert.service!.busyCount).toBe(0)
  expect(kernel.expert.service!.busyTimeNs).toBeGreaterThan(0n)
})

test('registering an object that is attached nowhere only logs', () => {
  const kernel = start()
  kernel.classes('Nub')
  const nub = kernel.nub('Nub')
  kernel.boot.registry.detachFromAll(nub)
  registerService(kernel.boot, nub)
  expect(nub.service!.busyCount).toBe(0)
  expect(new TextDecoder().decode(kernel.boot.log.bytes())).toBe(
    'Nub: not registry member at registerService()\n',
  )
})

test('a driver waits for its resources before it starts', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Patient')
  const resources = kernel.nub('IOResources')
  kernel.personalities({ IOClass: 'Patient', IOProviderClass: 'Nub', IOResourceMatch: 'Tea' })
  kernel.program('Patient', { start: [{ do: 'setProperty', key: 'started', value: true }] })
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.clients().length === 1 && nub.clients()[0]!.service!.isStarting)
  expect(nub.clients()[0]!.properties.has('started')).toBe(false)
  publishResource(kernel.boot, 'Tea')
  await kernel.until(() => nub.clients()[0]!.properties.has('started'))
  expect(resources.properties.get('Tea')).toEqual({ kind: 'string', text: 'IOService' })
})

test('a personality whose kext cannot be loaded stalls the provider, then leaves the catalogue', async () => {
  const asked: string[] = []
  const kernel = start(async id => {
    asked.push(id)
    expect(nub.service!.busyCount).toBe(2)
    return false
  })
  kernel.classes('Nub', 'Fallback')
  kernel.personalities(
    { IOClass: 'Missing', IOProviderClass: 'Nub', IOProbeScore: 9, CFBundleIdentifier: 'io.gone' },
    { IOClass: 'Fallback', IOProviderClass: 'Nub' },
  )
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  expect(asked).toEqual(['io.gone'])
  expect(kernel.clientsOf(nub)).toEqual(['Fallback'])
})

test('termination takes the clients along, but not one that another provider still holds', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Driver', 'Client', 'Shared')
  const [left, right] = [kernel.nub('Nub'), kernel.nub('Nub')]
  const driver = kernel.nub('Driver', {}, left)
  kernel.nub('Client', {}, driver)
  const shared = kernel.nub('Shared', {}, driver)
  kernel.boot.registry.attach(shared, right)
  await terminate(kernel.boot, driver)
  expect(kernel.clientsOf(left)).toEqual([])
  expect(kernel.clientsOf(right)).toEqual(['Shared'])
  expect(shared.service!.state & ServiceState.inactive).toBe(0)
  const counts = ['Driver', 'Client', 'Shared'].map(c => kernel.boot.classes.instanceCount(c))
  expect(counts).toEqual([0, 0, 1])
  expect(kernel.expert.service!.busyCount).toBe(0)
})

test('a class without a program is machine code: it starts, registers nothing, and the log says so', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Real')
  kernel.personalities({ IOClass: 'Real', IOProviderClass: 'Nub' })
  const nub = kernel.nub('Nub')
  registerService(kernel.boot, nub)
  await kernel.until(() => nub.service!.state === settled)
  expect(nub.clients()[0]!.service!.state).toBe(0)
  expect(new TextDecoder().decode(kernel.boot.log.bytes())).toContain('cannot run machine code')
})

test('a panic in start ends the work at once', async () => {
  const kernel = start()
  kernel.classes('Nub', 'Bad')
  kernel.personalities({ IOClass: 'Bad', IOProviderClass: 'Nub' })
  kernel.program('Bad', { start: [{ do: 'panic', text: 'boom' }, { do: 'registerService' }] })
  registerService(kernel.boot, kernel.nub('Nub'))
  await kernel.until(() => kernel.panics.length > 0)
  expect(kernel.panics).toEqual(['boom'])
})
