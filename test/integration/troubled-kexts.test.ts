import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import { summaryOf } from '../../core/history/summary.ts'
import { samplesFolder, startAppWithDemo, type AppWithDemo } from '../helpers/app-with-demo.ts'
import { putSample } from '../helpers/put-sample.ts'
import { sshServers, type SshServer } from '../helpers/ssh-servers.ts'
import { masked, toldAction, toldReport } from './what-was-told.ts'

// Each kext that misbehaves gets its explanation, and no other: the app's own service against the demo guest.

const idOf = (name: string) => `io.darwinos.contrib.${name}`
const quick = { expectationsPath: null, timeoutMs: 1000 } as const

async function startBehind({ connect }: SshServer): Promise<AppWithDemo> {
  const app = await startAppWithDemo()
  await connect(app)
  await app.capture()
  return app
}
/** Pushed and loaded, whatever the plan stops at. */
const loop = (app: AppWithDemo, name: string): Promise<ActionRecord> =>
  app.act({
    kind: 'loop',
    bundlePath: join(samplesFolder, `${name}.kext`),
    endsWith: 'loaded',
    ...quick,
  })
/** Loaded as it lies in the guest, where nobody has looked at it before. */
const load = (app: AppWithDemo, name: string): Promise<ActionRecord> =>
  app.act({
    kind: 'load',
    guestPath: `/Library/Extensions/${name}.kext`,
    bundleIdentifier: idOf(name),
    ...quick,
  })
const unload = (app: AppWithDemo, name: string): Promise<ActionRecord> =>
  app.act({
    kind: 'unload',
    bundleIdentifier: idOf(name),
    dependents: 'refuse',
    timeoutMs: quick.timeoutMs,
  })

for (const server of sshServers) {
  if (server.whyNot) console.warn(server.whyNot)
  describe.skipIf(server.whyNot)(`behind ${server.name}`, { timeout: 120_000 }, () => {
    test('kexts that load and do not do what they should', async () => {
      const app = await startBehind(server)
      const told: Record<string, string> = {}
      const ended: Record<string, string> = {}
      // The one that hangs comes last: from then on the registry does not come to rest.
      for (const name of ['NeverRegisters', 'StartFails', 'NeverMatches', 'HangsInStart']) {
        const record = await loop(app, name)
        told[name] = toldReport(record)
        const { headline, hasRemark } = summaryOf(record)
        const remark = hasRemark ? ', with a remark' : ''
        ended[name] = masked(`${record.conclusion}${remark}: ${headline}`)
      }
      expect(ended).toMatchInlineSnapshot(`
    {
      "HangsInStart": "does-not-hold: Does not hold: at least one service of class HangsInStart on FWCF, started (HangsInStart (0xID) is !registered, !matched, active, busy 0; its start() has not returned: FWCF is still busy with matching).",
      "NeverMatches": "does-not-hold: Does not hold: its personality “NeverMatches” has an instance (none; the registry shows no service of the class IOFireWireUnit, its IOProviderClass).",
      "NeverRegisters": "holds, with a remark: io.darwinos.contrib.NeverRegisters is loaded and has matched, but registerService() has not taken effect.",
      "StartFails": "does-not-hold: Does not hold: at least one service of class StartFails on IOResources, started (none; its keys hold there and nothing stands in its way, so probe() or start() has refused).",
    }
  `)
      expect(told).toMatchInlineSnapshot(`
    {
      "HangsInStart": "io.darwinos.contrib.HangsInStart is loaded, but start() of HangsInStart has not returned.
    - attention: Personality “HangsInStart”: 1 instance, matching in progress: HangsInStart (0xID): start() has not returned yet, or hangs: the pass of matching on its provider that called it is still under way.
    - fail: The registry has not come to rest: Something was still busy after T s; what is said here may change. It was at rest before the load: a start() or a probe() does not return, or matching goes on and on.",
      "NeverMatches": "io.darwinos.contrib.NeverMatches is loaded, but none of its personalities has an instance.
    - fail: Personality “NeverMatches” has no instance: There is no service of class IOFireWireUnit on this machine now, so there is nothing to match on.",
      "NeverRegisters": "io.darwinos.contrib.NeverRegisters is loaded and has matched, but registerService() has not taken effect.
    - attention: Personality “NeverRegisters”: 1 instance, not registered: NeverRegisters (0xID): It is attached, but registerService() has not taken effect. That is a mistake only if applications or other drivers are to find it; of the matched drivers on real systems 19 % do not register.",
      "StartFails": "io.darwinos.contrib.StartFails is loaded, but none of its personalities has an instance.
    - fail: Personality “StartFails” has no instance: There is 1 registered service of class IOResources. A key of the personality does not hold for it, another driver won, or probe() or start() refused; the registry does not show which.",
    }
  `)
    }, 120_000)

    test('kexts that the guest refuses to load', async () => {
      const app = await startBehind(server)
      const refused = [
        'MissingDependency',
        'WantsNewerLibrary',
        'UsesFamily',
        'DuplicateClass',
        'MissingSymbol',
        'ModuleStartFails',
      ]
      for (const name of refused) putSample(app.guest.files, name)
      await app.capture()
      const told: Record<string, string> = {}
      const log: string[] = []
      // This one lies in the guest from the start, as its user's.
      for (const name of [...refused, 'WrongOwner']) {
        const record = await load(app, name)
        told[name] = toldAction(record)
        log.push(...(record.changes?.logLines ?? []))
      }
      expect(told).toMatchInlineSnapshot(`
    {
      "DuplicateClass": "refused
    load: duplicate-class: A class of this name exists already
    io.darwinos.contrib.DuplicateClass was not loaded: a class of this name exists already.",
      "MissingDependency": "refused
    load: missing-dependency: A library is missing or does not fit
    io.darwinos.contrib.MissingDependency was not loaded: a library is missing or does not fit.",
      "MissingSymbol": "refused
    load: link-error: The kext cannot be linked
    io.darwinos.contrib.MissingSymbol was not loaded: the kext cannot be linked.",
      "ModuleStartFails": "refused
    load: start-failed: The kext’s start routine refused
    io.darwinos.contrib.ModuleStartFails was not loaded: the kext’s start routine refused.",
      "UsesFamily": "refused
    load: missing-dependency: A library is missing or does not fit
    io.darwinos.contrib.UsesFamily was not loaded: a library is missing or does not fit.",
      "WantsNewerLibrary": "refused
    load: missing-dependency: A library is missing or does not fit
    io.darwinos.contrib.WantsNewerLibrary was not loaded: a library is missing or does not fit.",
      "WrongOwner": "refused
    load: authentication: Wrong owner or permissions
    io.darwinos.contrib.WrongOwner was not loaded: wrong owner or permissions.",
    }
  `)
      expect(log).toMatchInlineSnapshot(`
    [
      "Kext io.darwinos.contrib.MissingDependency - library kext io.darwinos.contrib.NotInstalled not found.",
      "Can't load kext io.darwinos.contrib.MissingDependency - failed to resolve library dependencies.",
      "Kext io.darwinos.contrib.WantsNewerLibrary - library kext com.apple.iokit.IOPCIFamily not compatible with requested version 99.0.",
      "Can't load kext io.darwinos.contrib.WantsNewerLibrary - failed to resolve library dependencies.",
      "Kext io.darwinos.contrib.UsesFamily - library kext io.darwinos.contrib.MyFamily not found.",
      "Can't load kext io.darwinos.contrib.UsesFamily - failed to resolve library dependencies.",
      "OSMetaClass: Kext io.darwinos.contrib.DuplicateClass class IODisplayWrangler is a duplicate;kext com.apple.iokit.IOGraphicsFamily already has a class by that name.",
      "Kext io.darwinos.contrib.DuplicateClass start failed (result 0xdc00400a).",
      "Kext io.darwinos.contrib.DuplicateClass failed to load (0xdc008017).",
      "Failed to load kext io.darwinos.contrib.DuplicateClass (error 0xdc008017).",
      "kxld[io.darwinos.contrib.MissingSymbol]: The following symbols are unresolved for this kext:",
      "kxld[io.darwinos.contrib.MissingSymbol]: 	IOPCIDevice::gMetaClass",
      "Can't load kext io.darwinos.contrib.MissingSymbol - link failed.",
      "Kext io.darwinos.contrib.MissingSymbol failed to load (0xdc008016).",
      "Failed to load kext io.darwinos.contrib.MissingSymbol (error 0xdc008016).",
      "Kext io.darwinos.contrib.ModuleStartFails did not start (return code 0x5).",
      "Kext io.darwinos.contrib.ModuleStartFails failed to load (0xdc008017).",
      "Failed to load kext io.darwinos.contrib.ModuleStartFails (error 0xdc008017).",
    ]
  `)
    }, 120_000)

    test('kexts that the guest’s own check stops never get to their place', async () => {
      const app = await startBehind(server)
      for (const name of [
        'MissingDependency',
        'WantsNewerLibrary',
        'MissingSymbol',
        'UsesFamily',
      ]) {
        const record = await loop(app, name)
        expect(record.conclusion).toBe('refused')
        const stopped = record.steps.filter(step => step.status === 'failed')
        expect([name, stopped.map(step => step.phase)]).toEqual([name, ['preflight']])
        expect(app.guest.files.exists(`/Library/Extensions/${name}.kext`)).toBe(false)
      }
    }, 120_000)

    test('kexts that cannot be unloaded, and two that can', async () => {
      const app = await startBehind(server)
      const told: Record<string, string> = {}
      for (const name of [
        'MyKext',
        'LeaksMemory',
        'LeaksInstance',
        'LeaksHelper',
        'StopFails',
        'HangsInStart',
      ]) {
        expect([name, (await loop(app, name)).report?.kext.isLoaded]).toEqual([name, true])
        told[name] = toldAction(await unload(app, name))
      }
      expect(told).toMatchInlineSnapshot(`
    {
      "HangsInStart": "refused
    unload: in-use: Its classes have instances
    held: io.darwinos.contrib.HangsInStart is still loaded: HangsInStart (0xID) is terminated, but its start() seems not to have returned.
    HangsInStart (0xID) is still in the registry: it was terminated, but its provider FWCF is still busy with matching, as it is while a start() has not returned. If it hangs, only a reboot ends it.
    - Find out what start() of HangsInStart (0xID) waits for; an object goes only after it has returned. [show-entry]
    - Capture again to see whether it is gone. [capture]
    - If it stays, restart the guest.",
      "LeaksHelper": "refused
    unload: in-use: Its classes have instances
    leaked: io.darwinos.contrib.LeaksHelper is still loaded: 1 object of LeaksHelperQueue is counted, and not in the registry. If nothing uses it any more, only a reboot helps.
    The kernel counts 1 of LeaksHelperQueue and the registry shows 0: a helper object that no entry of the registry is, or one that is gone from there, was not freed. Where nothing uses it any more, that is a missing release() of LeaksHelperQueue, and only a reboot removes it.
    - Restart the guest: only that removes what is left of LeaksHelperQueue.
    - In the source of LeaksHelperQueue, look for a retain() without a release(), for a notifier or a timer that is not removed in stop(), and for objects that are made and not released.
    - If the object is used by work that is under way, capture again. [capture]",
      "LeaksInstance": "refused
    unload: in-use: Its classes have instances
    leaked: io.darwinos.contrib.LeaksInstance is still loaded: 1 object of LeaksInstance is gone from the registry, but still counted. Only a reboot helps.
    The kernel counts 1 of LeaksInstance and the registry shows 0: the object is gone from the registry, and was not freed. That is a retain() without a release() of LeaksInstance, or an object that was made and never attached or released. Nothing can terminate it, and only a reboot removes it.
    - Restart the guest: only that removes what is left of LeaksInstance.
    - In the source of LeaksInstance, look for a retain() without a release(), for a notifier or a timer that is not removed in stop(), and for objects that are made and not released.
    - If the object is used by work that is under way, capture again. [capture]",
      "LeaksMemory": "holds
    unload: unloaded: Unloaded
    io.darwinos.contrib.LeaksMemory is unloaded, and no instance of it is left in the registry.",
      "MyKext": "holds
    unload: unloaded: Unloaded
    io.darwinos.contrib.MyKext is unloaded, and no instance of it is left in the registry.",
      "StopFails": "refused
    unload: stop-failed: The kext’s stop routine refused
    stop-refused: io.darwinos.contrib.StopFails is still loaded: its own stop routine refused.
    Its instances were terminated and its personalities are out of the catalogue, but the stop routine of the module returned an error, and the kernel keeps the code.
    - Look at what the stop routine of the module waits for: what it returns decides, and the kernel log may say why.
    - Then unload it again. [unload]",
    }
  `)
    }, 120_000)
  })
}
