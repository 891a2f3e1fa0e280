import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import {
  loadOf,
  loopOf,
  samplesFolder,
  startAppWithDemo,
  unloadOf,
} from '../helpers/app-with-demo.ts'

// The app's own client against the demo guest over a real socket: every sample kext.

const sample = (name: string) => join(samplesFolder, `${name}.kext`)
/** With less patience than usual, for what is never to come true. */
const quickly = (name: string) => ({ ...loopOf(sample(name)), timeoutMs: 1500 })
const steps = (record: ActionRecord) =>
  record.steps.map(step => `${step.status}: ${step.command.split(' ').slice(0, 2).join(' ')}`)
const report = (record: ActionRecord): VerifyReport => {
  expect(record.report, JSON.stringify(record.steps, null, 1)).not.toBeNull()
  return record.report!
}
const instances = (answer: VerifyReport) =>
  answer.personalities.flatMap(personality => personality.instances)

test('MyKext is pushed, loaded, seen registered, unloaded and gone', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()

  const loaded = await app.act(loopOf(sample('MyKext')))
  const load = report(loaded)
  expect(loaded.status, JSON.stringify(load.checks, null, 1)).toBe('done')
  expect(load.verdict).toBe('good')
  expect(load.kext).toMatchObject({
    bundleIdentifier: 'io.darwinos.contrib.MyKext',
    isLoaded: true,
    version: '1.0.0',
  })
  expect(load.kext.uuid).toMatch(/^[0-9A-F]{8}-/)
  const [instance, ...others] = instances(load)
  expect(others).toEqual([])
  expect(instance).toMatchObject({
    className: 'MyKext',
    registration: 'registered',
    stateWords: ['registered', 'matched', 'active'],
  })
  expect(instance!.provider).toMatchObject({ name: 'IOResources' })
  expect(load.added.map(entry => entry.className)).toContain('MyKext')
  expect(load.removed).toEqual([])
  expect(load.newLogLines.join('\n')).toContain('MyKext: hello from kernel space')

  const unloaded = await app.act(unloadOf('io.darwinos.contrib.MyKext'))
  const unload = report(unloaded)
  expect(unloaded.status, JSON.stringify(unload.checks, null, 1)).toBe('done')
  expect(unload.verdict).toBe('good')
  expect(unload.kext.isLoaded).toBe(false)
  expect(unload.removed.map(entry => entry.className)).toContain('MyKext')
  expect(unload.newLogLines.join('\n')).toContain('MyKext: stopping')

  const history = await app.ask('action.history', {})
  expect(history.map(record => record.title)).toEqual([unloaded.title, loaded.title])
})

test('a pushed bundle belongs to root:wheel and nobody else may write it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const record = await app.act({ kind: 'push', bundlePath: sample('MyKext') })
  expect(record.status, steps(record).join('\n')).toBe('done')
  const root = { uid: 0, gid: 0 }
  for (const path of ['', '/Contents', '/Contents/Info.plist', '/Contents/MacOS/MyKext']) {
    const status = app.guest.files.status(`/Library/Extensions/MyKext.kext${path}`, root)
    expect([path, status.uid, status.gid, status.mode & 0o022]).toEqual([path, 0, 0, 0])
  }
})

test('a driver that never registers is told from one that does', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const load = report(await app.act(loopOf(sample('NeverRegisters'))))
  const [instance] = instances(load)
  expect(instance).toMatchObject({
    registration: 'not-registered',
    stateWords: ['!registered', '!matched', 'active'],
  })
  expect(load.verdict).not.toBe('good')
})

test('a start that returns false leaves the kext loaded and no instance', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const load = report(await app.act(quickly('StartFails')))
  expect(load.kext.isLoaded).toBe(true)
  expect(instances(load)).toEqual([])
  expect(load.verdict).not.toBe('good')
})

test('a personality whose provider class no service has gets no instance, and the report says why', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const load = report(await app.act(loopOf(sample('NeverMatches'))))
  expect(load.kext.isLoaded).toBe(true)
  const [personality] = load.personalities
  expect(personality!.instances).toEqual([])
  expect(personality!.whyNone).toContain(personality!.providerClass)
})

test('an instance that leaked keeps the kext loaded, and the report says that it is counted but gone', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const load = await app.act(loopOf(sample('LeaksInstance')))
  const { bundleIdentifier } = report(load).kext
  const record = await app.act(unloadOf(bundleIdentifier))
  expect(record.status).toBe('failed')
  const outcome = record.steps.find(step => step.outcome)?.outcome
  expect(outcome?.succeeded).toBe(false)
  const unload = report(record)
  expect(unload.verdict).toBe('bad')
  expect(unload.kext.isLoaded).toBe(true)
  const text = unload.checks.map(check => `${check.title} ${check.detail}`).join('\n')
  expect(text).toMatch(/counted|leak/i)
})

test('a missing dependency is named by the guest before the bundle takes its place', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const record = await app.act(loopOf(sample('MissingDependency')))
  expect(record).toMatchObject({ status: 'failed', conclusion: 'refused' })
  const refused = record.steps.find(step => step.status === 'failed')
  expect(refused).toMatchObject({ phase: 'preflight', exitCode: 4 })
  expect(refused?.outcome).toMatchObject({ kind: 'missing-dependency', succeeded: false })
  expect(record.preflight?.guestCheck?.verdict).toBe('not-loadable')
  expect(app.guest.files.exists('/Library/Extensions/MissingDependency.kext')).toBe(false)
})

test('a kext with the wrong owner is refused where it lies; a push mends it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const { installed } = await app.capture()
  const kext = installed!.find(other => other.path === '/Library/Extensions/WrongOwner.kext')!
  const { bundleIdentifier } = kext
  const refused = await app.act(loadOf(kext.path, bundleIdentifier))
  expect(refused.status).toBe('failed')
  expect(refused.steps.find(step => step.outcome)?.outcome).toMatchObject({
    kind: 'authentication',
    succeeded: false,
  })

  const mended = await app.act(loopOf(sample('WrongOwner')))
  expect(report(mended).kext.isLoaded).toBe(true)
})

test('a start that hangs does not hang Kextant: the report says that matching is not over', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  const load = report(await app.act(quickly('HangsInStart')))
  expect(load.settled.isSettled).toBe(false)
  expect(instances(load)).toMatchObject([{ registration: 'matching-in-progress' }])
  expect(load.headline).toContain('start() of HangsInStart has not returned')
  expect(load.verdict).not.toBe('good')
}, 60_000)

test('a panic drops the connection; Kextant waits, comes back, and says that it is another boot', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const before = await app.capture()
  const record = await app.act(loopOf(sample('PanicsGuest')))
  expect(record.status).toBe('failed')
  const failures = record.steps.flatMap(step => step.failure ?? [])
  expect(failures.map(failure => failure.kind)).toEqual(['guest-rebooted'])
  const after = await app.capture()
  expect(after.identity!.bootSessionUuid).not.toBe(before.identity!.bootSessionUuid)
  expect(after.kexts!.length).toBe(before.kexts!.length)
}, 60_000)

test('an action can be cancelled by its id, from a page that did not start it', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.capture()
  // Its start never returns, so the wait for the registry to come to rest is long enough to be met.
  const acting = app.act(loopOf(sample('HangsInStart')))
  const runningStep = () => {
    const records = app.events.flatMap(event =>
      event.name === 'action.changed' ? [event.payload] : [],
    )
    return records.at(-1)?.steps.find(step => step.status === 'running')?.command
  }
  await expect.poll(runningStep, { timeout: 20_000 }).toMatch(/^ioreg -i/)
  const [record] = await app.ask('action.history', {})
  await app.ask('action.cancel', { actionId: 'another one' })
  await app.ask('action.cancel', { actionId: record!.id })
  expect((await acting).status).toBe('cancelled')
}, 60_000)
