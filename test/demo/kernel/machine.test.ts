import { afterEach, expect, test } from 'vitest'
import { stringAt } from '../../../core/registry/property-value.ts'
import { ServiceState } from '../../../core/registry/snapshot.ts'
import { resolveLibraries } from '../../../main/demo/kernel/kexts/dependencies.ts'
import { checkBundle } from '../../../main/demo/kernel/kexts/load.ts'
import { passiveMatch } from '../../../main/demo/kernel/passive-match.ts'
import type { Entry } from '../../../main/demo/kernel/registry.ts'
import { numberOf, stringOf } from '../../../main/demo/kernel/values.ts'
import { bootTestMachine, type TestMachine } from '../run-program.ts'

let machine: TestMachine | null = null
function boot(...args: Parameters<typeof bootTestMachine>): TestMachine {
  machine = bootTestMachine(...args)
  return machine
}
afterEach(() => machine?.dispose())

function services({ kernel }: TestMachine): readonly Entry[] {
  return [...kernel.boot.registry.entries()].filter(e => kernel.boot.registry.isMember(e))
}

test('the machine is as large as a small virtual machine is', () => {
  const m = boot()
  const { registry, kexts } = m.kernel.boot
  expect(services(m).length).toBeGreaterThanOrEqual(350)
  expect(services(m).length).toBeLessThanOrEqual(500)
  expect(kexts.all().length).toBeGreaterThanOrEqual(110)
  expect(kexts.all().length).toBeLessThanOrEqual(150)
  expect([...registry.planes].sort()).toEqual([
    'IOACPIPlane',
    'IODeviceTree',
    'IOPower',
    'IOService',
    'IOUSB',
  ])
})

test('every driver has the score that matching gives it, and no provider two of one category', () => {
  const m = boot()
  const { boot: running } = m.kernel
  let drivers = 0
  for (const provider of services(m)) {
    const categories = new Set<string>()
    for (const driver of provider.clients()) {
      const category = stringOf(driver.properties.get('IOMatchCategory'))
      if (category === undefined || driver.provider !== provider) continue
      drivers += 1
      expect(categories.has(category), `${provider.name}: two drivers of ${category}`).toBe(false)
      categories.add(category)
      const personality = running.catalogue
        .all()
        .filter(p => stringAt(p, 'IOClass') === driver.className)
        .find(p => passiveMatch(running, provider, p).isMatch)!
      const match = passiveMatch(running, provider, personality)
      expect(match.isMatch && match.score, driver.className).toBe(
        numberOf(driver.properties.get('IOProbeScore')),
      )
    }
  }
  expect(drivers).toBeGreaterThan(100)
})

test('on the settled machine registered and matched are equal, nobody is busy, most user clients are unregistered', () => {
  const m = boot()
  const states = services(m).flatMap(e => (e.service ? [e.service] : []))
  for (const { state, busyCount } of states) {
    expect([0, 0x1e]).toContain(state)
    expect(busyCount).toBe(0)
  }
  const unregistered = states.filter(s => (s.state & ServiceState.registered) === 0).length
  expect(unregistered / states.length).toBeGreaterThan(0.4)
  expect(unregistered / states.length).toBeLessThan(0.7)
})

test('some entries have several providers, and every power edge goes through a connection', () => {
  const m = boot()
  const shared = services(m).filter(e => e.providers().length > 1)
  expect(shared.map(e => e.name).sort()).toEqual(['IOHIDSystem', 'IONetworkStack', 'ps2controller'])
  const walk = (entry: Entry): void => {
    for (const client of entry.clients('IOPower')) {
      const isConnection = client.className === 'IOPowerConnection'
      expect(
        isConnection ||
          entry.className === 'IOPowerConnection' ||
          client.className === 'IORootParent',
      ).toBe(true)
      walk(client)
    }
  }
  walk(m.kernel.boot.registry.root)
})

test('the root comes first, IDs are unique and ascend, and another boot has others', () => {
  const m = boot()
  const ids = [...m.kernel.boot.registry.entries()].map(e => e.id)
  expect(ids[0]).toBe(0x1_0000_0100n)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every kext on the disk is valid, authentic, and has its libraries; only the planted one has not', () => {
  const m = boot()
  const wrong = m.kernel.installed.all().flatMap(bundle => {
    const verdict =
      checkBundle(m.kernel.loadContext, bundle) ??
      resolveLibraries(bundle, m.kernel.boot.kexts, id => m.kernel.installed.byIdentifier(id))
        .problems[0]?.text ??
      null
    return verdict === null ? [] : [`${bundle.bundleIdentifier}: ${verdict}`]
  })
  expect(wrong).toEqual(['io.darwinos.contrib.WrongOwner: authentication'])
})

test('the loaded kexts are those on the disk: same version, same UUID', () => {
  const m = boot()
  for (const kext of m.kernel.boot.kexts.all()) {
    const [bundle] = m.kernel.installed.byIdentifier(kext.bundleIdentifier)
    expect(`${kext.bundleIdentifier} ${bundle?.version} ${bundle?.executable?.uuid}`).toBe(
      `${kext.bundleIdentifier} ${kext.version} ${kext.uuid}`,
    )
  }
})

test('no value is a set, which an archive of this era could not write', () => {
  const m = boot()
  const hasSet = (value: unknown): boolean =>
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)).includes(
      '"kind":"set"',
    )
  for (const entry of m.kernel.boot.registry.entries()) {
    expect(hasSet([...entry.allProperties().values()]), entry.name).toBe(false)
  }
})

test('a panic takes everything volatile, and the guest comes up as another boot', async () => {
  const m = boot({ rebootMs: 30 })
  const before = m.kernel.boot
  const events: string[] = []
  m.onPanic(text => events.push(`down: ${text}`))
  const up = new Promise<void>(resolve => m.onUp(resolve))
  await m.run(`kextload ${m.push('MyKext.kext')}`)
  await m.run(`kextload ${m.push('PanicsGuest.kext')}`)
  await up
  expect(events).toEqual([expect.stringMatching(/^down: Kernel trap/)])
  expect(m.kernel.boot.identity.sessionUuid).not.toBe(before.identity.sessionUuid)
  expect(m.kernel.boot.kexts.get('io.darwinos.contrib.MyKext')).toBeUndefined()
  expect(m.files.exists('/Library/Extensions/MyKext.kext')).toBe(true)
  expect((await m.run('ioreg -d2 -w0')).stdout).toContain('+-o iMac14,2')
})

test('dispose leaves no timer: a hanging start ends with it', async () => {
  const m = boot()
  await m.run(`kextload ${m.push('HangsInStart.kext')}`)
  m.dispose()
  await expect(m.kernel.boot.scheduler.delay(1)).rejects.toThrow('this boot is over')
})
