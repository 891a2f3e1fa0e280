import { afterEach, expect, test } from 'vitest'
import { decodeLoad, decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import { readGuestCheck } from '../../../core/preflight/read-guest-check.ts'
import { bootTestMachine, type TestMachine } from '../../demo/run-program.ts'

// The demo guest prints by the same facts, and was written without a look at what reads it.

let guest: TestMachine | null = null
afterEach(() => guest?.dispose())

async function check(machine: TestMachine, path: string) {
  const { stdout, stderr, exitCode } = await machine.run(`kextutil -n -t ${path}`)
  return readGuestCheck({ tool: 'kextutil', exitCode, stdout, stderr, kernelLog: null })
}

test('a bundle that is well is found loadable', async () => {
  guest = bootTestMachine()
  const found = await check(guest, guest.push('MyKext.kext'))
  expect(found).toMatchObject({
    verdict: 'loadable',
    items: [
      { status: 'warning', title: 'On IOResources the match category is not the class' },
      { status: 'pass', title: 'The guest finds it loadable' },
    ],
  })
})

test('a missing library is named', async () => {
  guest = bootTestMachine()
  const found = await check(guest, guest.push('MissingDependency.kext'))
  expect(found.verdict).toBe('not-loadable')
  expect(found.items[0]).toMatchObject({ status: 'stop', title: 'A library is missing' })
  const { values } = found.categories[0]!.diagnostics[0]!
  expect(values.length).toBeGreaterThan(0)
  for (const library of values) expect(found.items[0]!.detail).toContain(library)
})

test('wrong owners are told with their paths', async () => {
  guest = bootTestMachine()
  const path = guest.push('MyKext.kext')
  guest.files.changeOwner(`${path}/Contents/Info.plist`, 501, 20, { uid: 0, gid: 0 })
  const found = await check(guest, path)
  expect(found.verdict).toBe('not-loadable')
  expect(found.items[0]).toMatchObject({ status: 'stop', title: 'Wrong owner or permissions' })
  expect(found.items[0]!.detail).toContain(`${path}/Contents/Info.plist`)
})

test('a bundle that is not there was not checked', async () => {
  guest = bootTestMachine()
  const found = await check(guest, '/tmp/Nowhere.kext')
  expect(found.verdict).toBe('not-checked')
})

async function load(machine: TestMachine, path: string): Promise<Outcome> {
  const before = await machine.run('dmesg')
  const { stdout, stderr, exitCode } = await machine.run(`kextload ${path}`)
  const after = (await machine.run('dmesg')).stdout.slice(before.stdout.length)
  return decodeLoad({ tool: 'kextload', exitCode, stdout, stderr, kernelLog: after.split('\n') })
}

test.each([
  ['MyKext.kext', 'loaded', 'Loaded'],
  ['NeverMatches.kext', 'loaded', 'Loaded'],
  ['MissingDependency.kext', 'missing-dependency', 'A library is missing or does not fit'],
  // start() of a driver class is not the module’s start routine.
  ['StartFails.kext', 'loaded', 'Loaded'],
] as const)('loading %s: %s', async (bundle, kind, headline) => {
  guest = bootTestMachine()
  expect(await load(guest, guest.push(bundle))).toMatchObject({ kind, headline })
})

test('a kext that is not loaded cannot be unloaded, and one with a leak says of which class', async () => {
  guest = bootTestMachine()
  const unload = async (id: string): Promise<Outcome> => {
    const { stdout, stderr, exitCode } = await guest!.run(`kextunload -b ${id}`)
    return decodeUnload({ tool: 'kextunload', exitCode, stdout, stderr, kernelLog: null })
  }
  expect((await unload('io.darwinos.contrib.LeaksInstance')).kind).toBe('not-loaded')
  await load(guest, guest.push('LeaksInstance.kext'))
  await guest.settle()
  const refused = await unload('io.darwinos.contrib.LeaksInstance')
  expect(refused.kind).toBe('in-use')
  expect(refused.explanation).toMatch(/counts \d+ of \w*LeaksInstance/)
})
