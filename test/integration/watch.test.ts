import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { WatchStatus } from '../../core/contract/types.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import { samplesFolder } from '../helpers/app-with-demo.ts'
import { startCuttableProxy } from '../helpers/cuttable-proxy.ts'
import { idOf, soon, startWatchedGuest, untilWatch } from '../helpers/watched-guest.ts'

// Watching from the app's own service, against the demo guest over a real socket.

const often = { intervalMs: 500, budgetPercent: 50 }

function labelsOf(
  taken: ReturnType<Awaited<ReturnType<typeof startWatchedGuest>>['app']['service']['taken']>,
) {
  const plane = planeNamed(taken.snapshot, 'IOService')!
  return Array.from({ length: plane.length }, (_, node) => nodeLabel(taken.snapshot, plane, node))
}

test('a kext that another terminal loads appears in a look, and goes with its unload', async () => {
  const guest = await startWatchedGuest()
  const { app } = guest
  await app.connect()
  await app.capture()
  await guest.push('MyKext')
  await app.ask('watch.start', often)
  const first = await untilWatch(guest, ({ lookCount }) => lookCount >= 2)
  expect(first).toMatchObject({ phase: 'running', reason: null, intervalMs: 500, limitedBy: null })

  await guest.inTerminal('kextload /Library/Extensions/MyKext.kext')
  const loaded = await untilWatch(
    guest,
    ({ snapshotId }) =>
      snapshotId !== null && labelsOf(app.service.taken(snapshotId)).includes('MyKext'),
  )
  const taken = app.service.taken(loaded.snapshotId!)
  // Beside the registry, what goes with a change is asked anew; the rest is that of the capture before.
  expect(taken.capture.kexts!.map(kext => kext.bundleIdentifier)).toContain(idOf('MyKext'))
  expect(taken.capture.kernelLog!.join('\n')).toContain('MyKext')
  expect(taken.capture.look!.carried).toEqual(['boot-time personalities', 'installed kexts'])
  expect(taken.capture.planes.map(plane => plane.plane)).toContain('IODeviceTree')
  expect(app.events).toContainEqual({
    name: 'capture.taken',
    payload: { snapshotId: loaded.snapshotId, isLook: true },
  })

  await guest.inTerminal(`kextunload -b ${idOf('MyKext')}`)
  const gone = await untilWatch(
    guest,
    ({ snapshotId }) => !labelsOf(app.service.taken(snapshotId!)).includes('MyKext'),
  )
  expect(gone.problems).toEqual([])
  expect((await app.ask('watch.stop', {})).phase).toBe('stopped')
}, 60_000)

test('a look without a change is only told of: no snapshot is kept', async () => {
  const guest = await startWatchedGuest()
  await guest.app.connect()
  const { snapshotId } = await guest.app.capture()
  await guest.app.ask('watch.start', often)
  // Enough for other planes, and the kexts, to have had their turn.
  await untilWatch(guest, ({ lookCount }) => lookCount >= 12)
  expect((await guest.app.ask('capture.latest', {}))?.snapshotId).toBe(snapshotId)
  const told = guest.app.events.filter(event => event.name === 'watch.changed')
  expect(told.length).toBeGreaterThanOrEqual(12)
  expect(told.at(-1)!.payload).toMatchObject({ counts: { new: 0, gone: 0, changed: 0 } })
  expect(guest.commands.filter(line => /ioreg -a -l -p IODeviceTree/.test(line)).length).toBe(2)
}, 60_000)

test('a look can be saved and opened like any capture', async () => {
  const guest = await startWatchedGuest()
  const { app } = guest
  await app.connect()
  await guest.push('MyKext')
  await app.ask('watch.start', often)
  await untilWatch(guest, ({ lookCount }) => lookCount >= 1)
  await guest.inTerminal('kextload /Library/Extensions/MyKext.kext')
  const { snapshotId } = await untilWatch(
    guest,
    ({ snapshotId: id }) => id !== null && labelsOf(app.service.taken(id)).includes('MyKext'),
  )
  await app.ask('watch.stop', {})
  const path = join(app.settingsFolder, 'look.kextant')
  await app.ask('capture.save', { snapshotId: snapshotId!, path, overwrite: false })
  const opened = await app.ask('capture.open', { path })
  const look = app.service.taken(snapshotId!)
  expect(labelsOf(app.service.taken(opened.snapshotId))).toEqual(labelsOf(look))
  expect(opened.kexts).toEqual(look.capture.kexts)
  expect(opened.installed).toEqual(look.capture.installed)
}, 60_000)

test('while it is paused no command runs in the guest, and it goes on when it is told', async () => {
  const guest = await startWatchedGuest({ ioregTakesMs: 150 })
  await guest.app.connect()
  await guest.app.capture()
  await guest.app.ask('watch.start', often)
  await untilWatch(guest, ({ lookCount }) => lookCount >= 1)
  // In the middle of a look.
  const before = guest.commandCount()
  await vi.waitFor(() => expect(guest.commandCount()).toBeGreaterThan(before), soon)
  expect(await guest.app.ask('watch.pause', {})).toMatchObject({ phase: 'paused', reason: 'asked' })
  const paused = guest.commandCount()
  await sleep(1500)
  expect(guest.commandCount()).toBe(paused)
  await guest.app.ask('watch.resume', {})
  await vi.waitFor(() => expect(guest.commandCount()).toBeGreaterThan(paused), soon)
}, 60_000)

test('a slow guest is looked at less often, so that its share of time stays under the limit', async () => {
  const guest = await startWatchedGuest({ ioregTakesMs: 60 })
  await guest.app.connect()
  await guest.app.capture()
  const told = () =>
    guest.app.events.flatMap(event => (event.name === 'watch.changed' ? [event.payload] : []))
  await guest.app.ask('watch.start', { intervalMs: 500, budgetPercent: 10 })
  await untilWatch(guest, ({ lookCount }) => lookCount >= 3)
  const shares = told()
    .filter(({ lookCount }) => lookCount > 0)
    .map(({ share }) => share)
  expect(Math.max(...shares)).toBeLessThan(0.1)
  const last = told().at(-1)!
  expect(last.guestMs).toBeGreaterThanOrEqual(120)
  expect(last.intervalMs).toBeGreaterThan(1200)
  expect(last.limitedBy).toBe('guest')
  // A larger share is given: it looks more often at once.
  const faster = await guest.app.ask('watch.start', { intervalMs: 500, budgetPercent: 50 })
  expect(faster.intervalMs).toBeLessThan(last.intervalMs)
}, 60_000)

test('while an action runs nothing is looked at, and the watch goes on after it', async () => {
  const guest = await startWatchedGuest()
  const { app } = guest
  await app.connect()
  await app.capture()
  await app.ask('watch.start', often)
  await untilWatch(guest, ({ lookCount }) => lookCount >= 1)
  const record = await app.act({
    kind: 'loop',
    bundlePath: join(samplesFolder, 'MyKext.kext'),
    endsWith: 'loaded',
    expectationsPath: null,
    timeoutMs: 1500,
  })
  expect(record.conclusion).toBe('holds')
  const phases: string[] = []
  for (const event of app.events) {
    if (event.name === 'action.changed') phases.push(event.payload.status)
    if (event.name === 'watch.changed')
      phases.push(`${event.payload.phase} ${event.payload.lookCount}`)
  }
  const begun = phases.indexOf('running')
  const ended = phases.lastIndexOf('done')
  const during = new Set(
    phases.slice(begun, ended).filter(phase => !/^(running|done)$/.test(phase)),
  )
  // It may be told that it waits only after the first step.
  expect([...during].filter(phase => !phase.startsWith('waiting'))).toEqual([])
  const looks = (await guest.status()).lookCount
  await untilWatch(guest, ({ phase, lookCount }) => phase === 'running' && lookCount > looks)
}, 60_000)

test('after the connection was lost the watch goes on by itself', async () => {
  const guest = await startWatchedGuest()
  const proxy = await startCuttableProxy(guest.app.guest.port)
  onTestFinished(() => proxy.close())
  await guest.app.connect({ port: proxy.port })
  await guest.app.ask('watch.start', often)
  const { lookCount } = await untilWatch(guest, status => status.lookCount >= 1)
  proxy.cut()
  const lost = await untilWatch(guest, ({ phase }) => phase === 'waiting')
  expect(lost.reason).toBe('connection-lost')
  const again = await untilWatch(
    guest,
    status => status.phase === 'running' && status.lookCount > lookCount,
  )
  expect(again.rebootedAt).toBeNull()
}, 60_000)

test('after a reboot it says so, and begins anew', async () => {
  const guest = await startWatchedGuest({ rebootMs: 300 })
  await guest.app.connect()
  await guest.app.ask('watch.start', often)
  await untilWatch(guest, ({ lookCount }) => lookCount >= 2)
  const before = (await guest.app.ask('capture.latest', {}))!
  void guest.inTerminal('reboot').catch(() => undefined)
  const after: WatchStatus = await untilWatch(
    guest,
    status => status.rebootedAt !== null && status.lookCount >= 1,
  )
  expect(after.phase).toBe('running')
  const now = (await guest.app.ask('capture.latest', {}))!
  expect(now.identity!.bootSessionUuid).not.toBe(before.identity!.bootSessionUuid)
}, 60_000)

test('it ends with the connection, and says why', async () => {
  const guest = await startWatchedGuest()
  await guest.app.connect()
  await guest.app.ask('watch.start', often)
  await guest.app.ask('guest.disconnect', {})
  const ended = await untilWatch(guest, ({ phase }) => phase === 'stopped')
  expect(ended.reason).toBe('disconnected')
  await expect(guest.app.ask('watch.start', often)).rejects.toMatchObject({
    failure: { kind: 'not-connected' },
  })
})
