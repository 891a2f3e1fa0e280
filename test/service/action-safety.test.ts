import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EventEnvelope } from '../../core/contract/requests.ts'
import type { ActionRecord, Capture } from '../../core/contract/types.ts'
import {
  loadOf,
  loopOf,
  samplesFolder,
  startAppWithDemo,
  type AppWithDemo,
} from '../helpers/app-with-demo.ts'
import { newKeyPair } from '../guest/new-key-pair.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// What an action must never do: run what was not shown, run elsewhere, or end without a word.

const bundlePath = join(samplesFolder, 'MyKext.kext')
const consent = { consent: true as const, accepted: [], sudoPassword: null }
const root = { uid: 0, gid: 0 }

function isInstalled(app: AppWithDemo): boolean {
  try {
    app.guest.files.status('/Library/Extensions/MyKext.kext', root)
    return true
  } catch {
    return false
  }
}

function whenAction(
  app: AppWithDemo,
  isSo: (record: ActionRecord) => boolean,
  act: () => void,
): void {
  const stop = app.service.subscribe((event: EventEnvelope) => {
    if (event.name !== 'action.changed' || !isSo(event.payload)) return
    stop()
    act()
  })
}

const isRunning = (words: string) => (record: ActionRecord) =>
  record.steps.some(step => step.status === 'running' && step.command.includes(words))

const notes = (record: ActionRecord) =>
  record.steps.flatMap(step => step.output.map(piece => piece.text)).join('\n')

test('a plan made for one connection does not run on the next', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath })
  await app.connect({ label: 'Another guest' })
  await expect(app.ask('action.run', { planId, ...consent })).rejects.toMatchObject({
    failure: { kind: 'unknown-plan' },
  })
  expect(isInstalled(app)).toBe(false)
})

test('a plan made before a reboot does not run after it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath })
  app.guest.goDown(100)
  await expect
    .poll(() => app.ask('guest.connection', {}), { timeout: 10_000 })
    .toMatchObject({ phase: 'lost' })
  await expect
    .poll(() => app.ask('guest.connection', {}), { timeout: 10_000 })
    .toMatchObject({ phase: 'connected' })
  await expect(app.ask('action.run', { planId, ...consent })).rejects.toMatchObject({
    failure: { kind: 'unknown-plan' },
  })
})

test('a target marked as read-only while it is connected refuses plans made before', async () => {
  const app = await startAppWithDemo()
  const id = await app.connect()
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath })
  const [target] = await app.ask('targets.list', {})
  const { host, port, user, method, keyPath, label } = target!
  await app.ask('targets.save', {
    id,
    host,
    port,
    user,
    method,
    keyPath,
    label,
    isReadOnly: true,
    isVirtualMachine: true,
  })
  expect(await app.ask('guest.connection', {})).toMatchObject({
    guest: { target: { isReadOnly: true } },
  })
  await expect(app.ask('action.run', { planId, ...consent })).rejects.toMatchObject({
    failure: { kind: 'not-allowed' },
  })
  expect(isInstalled(app)).toBe(false)
})

test('a target that is no longer marked as a virtual machine does not run what was planned for one', async () => {
  const app = await startAppWithDemo()
  const id = await app.connect()
  const { planId, stops } = await app.ask('action.plan', loopOf(bundlePath))
  expect(stops).toEqual([])
  const { host, port, user } = app.guest
  const target = { id, host, port, user, label: '', method: 'password', keyPath: null } as const
  await app.ask('targets.save', { ...target, isReadOnly: false, isVirtualMachine: false })
  await expect(app.ask('action.run', { planId, ...consent })).rejects.toMatchObject({
    failure: { kind: 'unknown-plan' },
  })
  const again = await app.ask('action.plan', loopOf(bundlePath))
  expect(again.stops.map(stop => stop.id)).toEqual(['not-a-virtual-machine'])
})

test('a bundle that changed on the disk after it was planned is not pushed', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const copy = join(temporaryFolder(), 'MyKext.kext')
  cpSync(bundlePath, copy, { recursive: true })
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath: copy })
  // Of the same length, so that neither sizes nor names tell.
  const file = join(copy, 'Contents', 'MacOS', 'MyKext')
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
  await expect(app.ask('action.run', { planId, ...consent })).rejects.toThrow(/changed since/)
  expect(isInstalled(app)).toBe(false)
})

test('a bundle that did not change is pushed although its files were touched', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const copy = join(temporaryFolder(), 'MyKext.kext')
  cpSync(bundlePath, copy, { recursive: true })
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath: copy })
  const file = join(copy, 'Contents', 'Info.plist')
  writeFileSync(file, readFileSync(file))
  expect(await app.ask('action.run', { planId, ...consent })).toMatchObject({ status: 'done' })
})

test.each(['ioreg', 'mkdir', 'kextload', 'ioreg -i'])(
  'an action cancelled while “%s” runs ends as cancelled, and the next one can start',
  async words => {
    const app = await startAppWithDemo()
    await app.connect()
    await app.capture()
    const { planId } = await app.ask('action.plan', loopOf(bundlePath))
    const controller = new AbortController()
    whenAction(app, isRunning(words), () => controller.abort())
    const record = await app.ask('action.run', { planId, ...consent }, controller.signal)
    expect(record.status).toBe('cancelled')
    const [kept] = await app.ask('action.history', {})
    expect(kept).toMatchObject({ id: record.id, status: 'cancelled' })
    expect(kept!.endedAt).not.toBeNull()
    // Whole or not there at all, and the record says which.
    const wasPushed = words === 'kextload' || words === 'ioreg -i'
    expect(isInstalled(app)).toBe(wasPushed)
    expect(notes(record)).toMatch(wasPushed ? /has changed: / : /Nothing in the guest has changed/)
    expect((await app.act({ kind: 'push', bundlePath })).status).toBe('done')
  },
)

test('the capture after a load is one that began after it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const { planId } = await app.ask('action.plan', loopOf(bundlePath))
  // A window captures on its own account before the registry has settled: its older picture must not do.
  const hasSettled = (record: ActionRecord) =>
    record.steps.some(step => step.status === 'done' && step.command.includes('ioreg -i'))
  let other: Promise<Capture> | undefined
  whenAction(app, hasSettled, () => {
    other = app.capture()
  })
  const record = await app.ask('action.run', { planId, ...consent })
  expect(record.status).toBe('done')
  expect((await other)!.snapshotId).not.toBe(record.snapshotAfter)
})

test('what is known of the guest comes from its own capture, not from a file opened since', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { installed } = await app.capture()
  const kext = installed!.find(other => other.path === '/Library/Extensions/WrongOwner.kext')!
  const file = join(temporaryFolder(), 'dump')
  writeFileSync(file, '+-o Root  <class IORegistryEntry, id 0x100000100, retain 19>\n')
  await app.ask('capture.open', { path: file })
  const { bundleIdentifier } = kext
  const plan = await app.ask('action.plan', loadOf(kext.path, bundleIdentifier))
  expect(plan.title).toBe('Load WrongOwner.kext')
})

test('a load whose path and identifier name different kexts is refused', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const request = loadOf('/Library/Extensions/WrongOwner.kext', 'com.example.other')
  await expect(app.ask('action.plan', request)).rejects.toMatchObject({
    failure: { kind: 'bad-request' },
  })
})

test.each(['-b', '/tmp/Evil.kext', '/Library/Extensions/../../tmp/Evil.kext', '/etc/passwd'])(
  'a load of %s is refused before anything is asked of the guest',
  async guestPath => {
    const app = await startAppWithDemo()
    await app.connect()
    await app.capture()
    const request = loadOf(guestPath, 'com.example.evil')
    await expect(app.ask('action.plan', request)).rejects.toMatchObject({
      failure: { kind: 'not-a-bundle' },
    })
  },
)

test('a wrong sudo password fails the step; the right one works with the next plan', async () => {
  const app = await startAppWithDemo()
  // Signed in with a key, so that there is no password of the login to fall back on.
  const pair = newKeyPair()
  const keyPath = join(temporaryFolder(), 'id')
  writeFileSync(keyPath, pair.private, { mode: 0o600 })
  const folder = '/Users/author/.ssh'
  if (!app.guest.files.exists(folder)) app.guest.files.makeDirectory(folder, root)
  app.guest.files.write(`${folder}/authorized_keys`, Buffer.from(`${pair.public}\n`), root)
  await app.connect({ method: 'key', keyPath })
  const wrong = await app.ask('action.plan', { kind: 'push', bundlePath })
  const failed = await app.ask('action.run', {
    planId: wrong.planId,
    consent: true,
    accepted: [],
    sudoPassword: 'not this one',
  })
  expect(failed.status).toBe('failed')
  expect(failed.steps.flatMap(step => step.failure?.kind ?? [])).toEqual(['sudo-refused'])
  expect(notes(failed)).toContain('Nothing in the guest has changed')
  expect(JSON.stringify(failed)).not.toContain('not this one')

  const right = await app.ask('action.plan', { kind: 'push', bundlePath })
  expect(right.needsSudoPassword).toBe(true)
  const done = await app.ask('action.run', {
    planId: right.planId,
    consent: true,
    accepted: [],
    sudoPassword: app.guest.password,
  })
  expect(done.status).toBe('done')
})

test('a connection that breaks off during a load and comes back as the same boot is told as that', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const { planId } = await app.ask('action.plan', loopOf(bundlePath))
  whenAction(app, isRunning('kextload'), () => app.guest.goDown(200))
  const record = await app.ask('action.run', { planId, ...consent })
  expect(record.status).toBe('failed')
  expect(notes(record)).toContain('same boot')
  expect(record.report).toBeNull()
  expect(notes(record)).toMatch(/may have taken effect/)
})

test('stopping in the middle of an action ends it, and what it brought is taken away first', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath })
  let stopped: Promise<void> | undefined
  whenAction(app, isRunning('chown'), () => {
    stopped = app.service.stop()
  })
  const record = await app.ask('action.run', { planId, ...consent })
  expect(record.status).toBe('cancelled')
  await stopped
  const left = app.guest.files.list('/tmp', root)
  expect(left.filter(name => String(name).startsWith('kextant-'))).toEqual([])
  await expect(app.ask('capture.take', {})).rejects.toMatchObject({
    failure: { kind: 'not-connected' },
  })
})

test('a target that is marked read-only while an action runs is changed no more, and nothing is left in it', async () => {
  const app = await startAppWithDemo()
  const id = await app.connect()
  const { planId } = await app.ask('action.plan', loopOf(bundlePath))
  const { host, port, user } = app.guest
  const target = { id, host, port, user, label: '', method: 'password', keyPath: null } as const
  let marked: Promise<unknown> | undefined
  whenAction(app, isRunning('put -r'), () => {
    marked = app.ask('targets.save', { ...target, isReadOnly: true, isVirtualMachine: true })
  })
  const record = await app.ask('action.run', { planId, ...consent })
  await marked
  expect(record).toMatchObject({ status: 'failed', conclusion: 'failed' })
  expect(record.steps.flatMap(step => step.failure?.kind ?? [])).toEqual(['not-allowed'])
  expect(notes(record)).toContain('Nothing in the guest has changed')
  expect(isInstalled(app)).toBe(false)
  const left = app.guest.files.list('/tmp', root)
  expect(left.filter(name => String(name).startsWith('kextant-'))).toEqual([])
})
