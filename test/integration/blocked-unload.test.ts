import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ActionRequest } from '../../core/contract/types.ts'
import { samplesFolder, startAppWithDemo, type AppWithDemo } from '../helpers/app-with-demo.ts'
import { run, signIn } from '../demo/ssh/guest-client.ts'
import { sshServers, type SshServer } from '../helpers/ssh-servers.ts'
import { toldAction, toldBlockers } from './what-was-told.ts'

// What keeps a kext loaded, from the app's own service, against the demo guest over a real socket.

const idOf = (name: string) => `io.darwinos.contrib.${name}`
const bundlePath = (name: string) => join(samplesFolder, `${name}.kext`)
const inGuest = (name: string) => ({
  guestPath: `/Library/Extensions/${name}.kext`,
  bundleIdentifier: idOf(name),
})
const quick = { expectationsPath: null, timeoutMs: 1500 } as const
const loop = (name: string): ActionRequest => ({
  kind: 'loop',
  bundlePath: bundlePath(name),
  endsWith: 'loaded',
  ...quick,
})
const unload = (name: string): ActionRequest => ({
  kind: 'unload',
  bundleIdentifier: idOf(name),
  dependents: 'refuse',
  timeoutMs: 1500,
})

async function startBehind({ connect }: SshServer): Promise<AppWithDemo> {
  const app = await startAppWithDemo()
  await connect(app)
  await app.capture()
  return app
}
async function explain(app: AppWithDemo, name: string): Promise<string> {
  return toldBlockers(await app.ask('unload.explain', { bundleIdentifier: idOf(name) }))
}
/** In a session of its own, as somebody at another terminal would. */
async function inTerminal(app: AppWithDemo, command: string): Promise<string> {
  const client = await signIn(app.guest)
  const { stdout, stderr, code } = await run(
    client,
    `echo ${app.guest.password} | sudo -S -p '' ${command}`,
  )
  client.end()
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

for (const server of sshServers) {
  if (server.whyNot) console.warn(server.whyNot)
  describe.skipIf(server.whyNot)(`behind ${server.name}`, { timeout: 120_000 }, () => {
    test('a kext that a process holds open is explained before and after, and goes once the process is ended', async () => {
      const app = await startBehind(server)
      await app.act(loop('HeldOpen'))
      expect(await explain(app, 'HeldOpen')).toMatchInlineSnapshot(`
    "held: io.darwinos.contrib.HeldOpen may not be unloaded: demoreader (pid N) has HeldOpen (0xID) open.
    HeldOpen (0xID) has 1 open connection: HeldOpenUserClient (0xID) of demoreader (pid N). If it is still open when HeldOpen (0xID) is terminated, HeldOpen (0xID) stays in the registry and the kernel refuses.
    - Close HeldOpenUserClient (0xID) first: end demoreader (pid N), or let it close the connection. [show-entry]
    - Capture again: what was held goes by itself. [capture]
    - Then unload it. [unload]"
  `)

      const refused = await app.act(unload('HeldOpen'))
      expect(toldAction(refused)).toMatchInlineSnapshot(`
    "refused
    unload: in-use: Its classes have instances
    held: io.darwinos.contrib.HeldOpen is still loaded: HeldOpen (0xID) is terminated and waits for demoreader (pid N).
    HeldOpen (0xID) is still in the registry: it was terminated, and it goes as soon as HeldOpenUserClient (0xID) of demoreader (pid N) is closed.
    - Close HeldOpenUserClient (0xID) first: end demoreader (pid N), or let it close the connection. [show-entry]
    - Capture again: what was held goes by itself. [capture]
    - Then unload it again. [unload]"
  `)
      const [instance] = refused.blockers!.instances
      expect(instance).toMatchObject({
        entry: { path: 'IOService:/iMac14,2/IOResources/HeldOpen' },
        provider: { name: 'IOResources' },
        stateWords: ['!registered', '!matched', 'inactive'],
        busyCount: 1,
        openCount: 1,
      })
      const { creator } = instance!.holders[0]!
      expect(creator!.processName).toBe('demoreader')

      expect(await inTerminal(app, 'ps')).toContain(`${creator!.pid} ??`)
      await inTerminal(app, `kill ${creator!.pid}`)
      await app.capture()
      expect(await explain(app, 'HeldOpen')).toMatchInlineSnapshot(`
    "free: Nothing is in the way of unloading io.darwinos.contrib.HeldOpen.
    No object of its classes is left, and no kext is linked against it.
    - Unload it. [unload]"
  `)
      expect(toldAction(await app.act(unload('HeldOpen')))).toMatchInlineSnapshot(`
    "holds
    unload: unloaded: Unloaded
    io.darwinos.contrib.HeldOpen is unloaded, and no instance of it is left in the registry."
  `)
    }, 60_000)

    test('two linked kexts: the library is refused first, and the order of the unload is told and kept', async () => {
      const app = await startBehind(server)
      await app.act({ kind: 'push', bundlePath: bundlePath('MyFamily') })
      await app.act(loop('UsesFamily'))
      expect(await explain(app, 'MyFamily')).toMatchInlineSnapshot(`
    "referenced: io.darwinos.contrib.MyFamily cannot be unloaded: io.darwinos.contrib.UsesFamily is linked against it.
    A kext cannot go before the kexts that use its symbols; the kernel looks at this before it terminates anything.
    - Unload in this order: io.darwinos.contrib.UsesFamily, io.darwinos.contrib.MyFamily. [unload]"
  `)
      const report = await app.ask('unload.explain', { bundleIdentifier: idOf('MyFamily') })
      expect(report.advice[0]!.action).toEqual({
        kind: 'unload',
        bundleIdentifiers: [idOf('UsesFamily'), idOf('MyFamily')],
      })
      expect(toldAction(await app.act(unload('MyFamily')))).toMatchInlineSnapshot(`
    "refused
    unload: referenced: Other kexts are linked against it
    referenced: io.darwinos.contrib.MyFamily is still loaded: io.darwinos.contrib.UsesFamily is linked against it.
    A kext cannot go before the kexts that use its symbols; the kernel looks at this before it terminates anything.
    - Unload in this order: io.darwinos.contrib.UsesFamily, io.darwinos.contrib.MyFamily. [unload]"
  `)

      const both = await app.act({
        kind: 'unload',
        bundleIdentifier: idOf('MyFamily'),
        dependents: 'unload-first',
        timeoutMs: 1500,
      })
      expect(both.conclusion).toBe('holds')
      const unloads = both.steps.filter(step => step.phase === 'unload')
      // Behind sshd the account may already be root, and then nothing needs sudo.
      expect(unloads.map(step => step.command.replace(/^sudo /, ''))).toEqual([
        `/sbin/kextunload -b ${idOf('UsesFamily')}`,
        `/sbin/kextunload -b ${idOf('MyFamily')}`,
      ])
      expect(await explain(app, 'MyFamily')).toContain('not-loaded: ')
    }, 60_000)

    test('a leak hunt stops at cycle 1 and names the class', async () => {
      const app = await startBehind(server)
      await app.act({ kind: 'push', bundlePath: bundlePath('LeaksInstance') })
      const record = await app.act({
        kind: 'leak-hunt',
        ...inGuest('LeaksInstance'),
        cycles: 5,
        timeoutMs: 1500,
      })
      expect(record.conclusion).toBe('does-not-hold')
      expect(record.leaks).toMatchObject({
        verdict: 'leaks',
        headline:
          'Cycle 1 left 1 object of LeaksInstance, and the unload was refused because of that.',
        growth: [{ what: 'class', name: 'LeaksInstance', cycle: 1, before: 0, after: 1 }],
      })
      expect(record.leaks!.cycles).toHaveLength(1)
      expect(record.blockers!.verdict).toBe('leaked')
    }, 60_000)

    test('a leak hunt finds what stays behind after unloads that succeed', async () => {
      const app = await startBehind(server)
      await app.act({ kind: 'push', bundlePath: bundlePath('LeaksMemory') })
      const { leaks } = await app.act({
        kind: 'leak-hunt',
        ...inGuest('LeaksMemory'),
        cycles: 8,
        timeoutMs: 1500,
      })
      expect(leaks).toMatchObject({
        verdict: 'leaks',
        headline:
          'With each cycle there is 1 object of OSString more. The class is not the kext’s own, so look at what the kext makes of it and does not release.',
      })
      // One to warm up, three that grow: enough to be no chance.
      expect(leaks!.cycles).toHaveLength(4)
      const malloc = leaks!.cycles.map(
        cycle => cycle.allocations!.find(each => each.name === 'IOMalloc allocation')!.bytes,
      )
      expect(malloc.map((bytes, i) => bytes - (malloc[i - 1] ?? bytes - 65_536))).toEqual([
        65_536, 65_536, 65_536, 65_536,
      ])
    }, 60_000)

    test('a leak hunt over MyKext is clean', async () => {
      const app = await startBehind(server)
      await app.act({ kind: 'push', bundlePath: bundlePath('MyKext') })
      const { leaks, conclusion } = await app.act({
        kind: 'leak-hunt',
        ...inGuest('MyKext'),
        cycles: 3,
        timeoutMs: 1500,
      })
      expect(conclusion).toBe('holds')
      expect(leaks).toMatchObject({
        verdict: 'clean',
        headline: '3 cycles: no class of io.darwinos.contrib.MyKext has more objects than before.',
        growth: [],
      })
    }, 60_000)
  })
}
