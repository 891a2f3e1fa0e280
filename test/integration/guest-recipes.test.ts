import { expect, test } from 'vitest'
import { run, signIn } from '../demo/ssh/guest-client.ts'
import type { Program } from '../../main/demo/program.ts'
import {
  loopOf,
  startAppWithDemo,
  unloadOf,
  verifyOf,
  type AppWithDemo,
} from '../helpers/app-with-demo.ts'
import { connected, idOf, inGuest, phases, sample } from './recipe-helpers.ts'

// What is asked of kexts that lie in the guest or are loaded there, and of guests of other kinds.

test('a load that the kernel refuses is still looked after and explained', async () => {
  const app = await connected()
  const record = await app.act(loopOf(sample('ModuleStartFails')))
  expect(record).toMatchObject({ status: 'failed', conclusion: 'refused' })
  expect(phases(record).slice(-4)).toEqual([
    'load failed',
    'settle done',
    'look done',
    'verify done',
  ])
  expect(record.steps.find(({ phase }) => phase === 'load')?.outcome?.kind).toBe('start-failed')
  expect(record.report?.kext.isLoaded).toBe(false)
})

test('a kext that somebody holds open names who', async () => {
  const app = await connected()
  await app.act(loopOf(sample('HeldOpen')))
  const before = await app.ask('unload.explain', { bundleIdentifier: idOf('HeldOpen') })
  expect(before).toMatchObject({ when: 'before', verdict: 'held' })
  // What is held stays busy for good.
  const record = await app.act({ ...unloadOf(idOf('HeldOpen')), timeoutMs: 1500 })
  expect(record).toMatchObject({ conclusion: 'refused' })
  expect(record.blockers).toMatchObject({ when: 'after-refusal', verdict: 'held' })
  const creators = record.blockers!.instances.flatMap(({ holders }) =>
    holders.flatMap(({ creator }) => creator ?? []),
  )
  expect(creators.length).toBeGreaterThan(0)
})

test.each([
  ['LeaksInstance', 'leaks', 'does-not-hold', 1],
  ['LeaksHelper', 'leaks', 'does-not-hold', 1],
  ['MyKext', 'clean', 'holds', 3],
] as const)('a hunt for leaks of %s finds: %s', async (name, verdict, conclusion, cycles) => {
  const app = await connected()
  await app.act({ kind: 'push', bundlePath: sample(name) })
  const record = await app.act({
    kind: 'leak-hunt',
    guestPath: inGuest(name),
    bundleIdentifier: idOf(name),
    cycles: 3,
    timeoutMs: null,
  })
  expect(record.leaks).toMatchObject({ verdict, plannedCycles: 3 })
  expect(record.leaks!.cycles).toHaveLength(cycles)
  expect(record.leaks!.cycles[0]!.allocations).not.toBeNull()
  expect(record.conclusion).toBe(conclusion)
  for (const growth of record.leaks!.growth.filter(({ isCertain }) => isCertain)) {
    expect(growth).toMatchObject({
      what: 'class',
      cycle: 1,
      name: expect.stringContaining(name) as unknown,
    })
  }
})

test('a class is terminated and its kext stays', async () => {
  const app = await connected()
  await app.act(loopOf(sample('MyKext')))
  const record = await app.act({
    kind: 'terminate-class',
    bundleIdentifier: idOf('MyKext'),
    className: 'MyKext',
    timeoutMs: null,
  })
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds', report: null })
  expect(record.changes?.entries).toContainEqual(
    expect.objectContaining({
      what: 'removed',
      entry: expect.objectContaining({ className: 'MyKext' }) as unknown,
    }),
  )
  const { kexts } = await app.capture()
  expect(kexts!.map(each => each.bundleIdentifier)).toContain(idOf('MyKext'))
})

test('a target that is read-only can be verified, and asked for nothing else', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  await app.act(loopOf(sample('MyKext')))
  await app.connect({ isReadOnly: true })
  const plan = await app.ask('action.plan', verifyOf(idOf('MyKext'), sample('MyKext')))
  expect(plan).toMatchObject({ changesGuest: false, stops: [] })
  expect(plan.expected.length).toBeGreaterThan(0)
  const look = { planId: plan.planId, sudoPassword: null }
  const record = await app.ask('action.look', look)
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds', builds: { verdict: 'same' } })
  await expect(app.ask('action.plan', loopOf(sample('MyKext')))).rejects.toMatchObject({
    failure: { kind: 'not-allowed' },
  })
})

test('a look refuses a plan that changes the guest, and the plan stays', async () => {
  const app = await connected()
  const { planId } = await app.ask('action.plan', { kind: 'push', bundlePath: sample('MyKext') })
  await expect(app.ask('action.look', { planId, sudoPassword: null })).rejects.toMatchObject({
    failure: { kind: 'not-allowed' },
  })
  const run = { planId, consent: true as const, accepted: [], sudoPassword: null }
  expect((await app.ask('action.run', run)).status).toBe('done')
})

test('a real machine is asked about before anything is loaded', async () => {
  const app = await startAppWithDemo()
  await app.connect({ isVirtualMachine: false })
  const plan = await app.ask('action.plan', loopOf(sample('MyKext')))
  expect(plan.stops.map(({ id }) => id)).toEqual(['not-a-virtual-machine'])
  const unload = await app.ask('action.plan', unloadOf('com.apple.driver.AppleACPIPlatform'))
  expect(unload.stops.map(({ id }) => id)).toContain('apple-kext')
})

test('a kext that the kernel has unloaded by itself is recognised', async () => {
  const app = await connected()
  await app.act(loopOf(sample('NeverMatches')))
  // Its own scan would come after a minute; a tool beside Kextant does the same here.
  const capture = await app.capture()
  expect(capture.kexts!.map(each => each.bundleIdentifier)).toContain(idOf('NeverMatches'))
  await outOfBand(app, idOf('NeverMatches'))
  const record = await app.act({ ...verifyOf(idOf('NeverMatches')), timeoutMs: 200 })
  expect(record.conclusion).toBe('does-not-hold')
  expect(record.expectations!.results.map(({ seen }) => seen).join('\n')).toMatch(
    /unloaded it by itself|unloads/,
  )
})

/** Unloads by a program that runs in the guest without Kextant. */
async function outOfBand({ guest }: AppWithDemo, bundleIdentifier: string): Promise<void> {
  const client = await signIn(guest)
  const command = `sudo -S -p '' /sbin/kextunload -b ${bundleIdentifier}`
  expect(await run(client, command, `${guest.password}\n`)).toMatchObject({ code: 0 })
  client.end()
}

test.each([
  [
    27,
    'approval-needed',
    'Extension with identifiers A not approved to load. Please approve using System Settings.\n',
  ],
  [28, 'reboot-needed', ''],
] as const)('exit code %i of kmutil waits for the user: %s', async (exitCode, kind, text) => {
  const shim: Program = async process => {
    await process.stderr(`Executing: /usr/bin/kmutil load -p ${process.argv.at(-1)}\n${text}`)
    return exitCode
  }
  const app = await connected({ programs: new Map([['/sbin/kextload', shim]]) })
  const record = await app.act(loopOf(sample('MyKext')))
  expect(record).toMatchObject({ status: 'done', conclusion: 'waits-for-user' })
  const load = record.steps.find(({ phase }) => phase === 'load')
  expect(load).toMatchObject({ status: 'done', exitCode, outcome: { kind, isPending: true } })
  expect(record.report).toMatchObject({ verdict: 'attention', kext: { isLoaded: false } })
  expect(record.expectations).toBeNull()
})

/** A guest of 11 and later without the old tools; what its kmutil does is done by what the old tools did. */
function withOnlyKmutil(programs: Map<string, Program>): void {
  const old = (path: string) => {
    const program = programs.get(path)!
    programs.delete(path)
    return program
  }
  const tools = {
    load: old('/sbin/kextload'),
    unload: old('/sbin/kextunload'),
    showloaded: old('/usr/sbin/kextstat'),
    'print-diagnostics': old('/usr/bin/kextutil'),
  }
  programs.set('/usr/bin/kmutil', async process => {
    const [, mode, ...rest] = process.argv
    const program = tools[mode as keyof typeof tools]
    const dryRun = mode === 'print-diagnostics' ? ['-n', '-t'] : []
    const argv = [mode!, ...dryRun, ...rest.filter(word => word !== '-p')]
    return program({ ...process, argv })
  })
}

test('a guest that has only kmutil is served by it: the bundle is checked before it takes its place', async () => {
  const app = await connected({ change: withOnlyKmutil })
  const record = await app.act(loopOf(sample('MyKext'), 'unloaded'))
  const commands = record.steps
    .map(({ command }) => command.replace(/\/tmp\/kextant-[\w-]+/, 'STAGED'))
    .filter(text => /kmutil/.test(text))
  expect(commands).toEqual([
    '/usr/bin/kmutil print-diagnostics -p STAGED/MyKext.kext',
    `sudo /usr/bin/kmutil unload -b ${idOf('MyKext')}`,
    `sudo /usr/bin/kmutil load -p ${inGuest('MyKext')}`,
    `sudo /usr/bin/kmutil unload -b ${idOf('MyKext')}`,
  ])
  expect(phases(record).slice(0, 4)).toEqual([
    'look done',
    'push done',
    'preflight done',
    'push done',
  ])
  expect(record.preflight?.guestCheck?.tool).toBe('kmutil')
  expect(record).toMatchObject({ status: 'done', conclusion: 'holds' })
  const refused = await app.act(loopOf(sample('MissingDependency')))
  expect(refused).toMatchObject({ conclusion: 'refused' })
  expect(app.guest.files.exists(inGuest('MissingDependency'))).toBe(false)
})
