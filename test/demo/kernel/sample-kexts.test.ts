import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeKextExecutable } from '../../../main/demo/kernel/kexts/mach-o-writer.ts'
import { bootTestMachine, type TestMachine } from '../run-program.ts'

let m: TestMachine
beforeEach(() => {
  m = bootTestMachine({ autounloadIntervalMs: 100_000 })
})
afterEach(() => m.dispose())

const silent = { stdout: '', stderr: '', exitCode: 0 }
const idOf = (name: string): string => `io.darwinos.contrib.${name}`

async function load(name: string): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const result = await m.run(`kextload ${m.push(`${name}.kext`)}`)
  await m.settle()
  return result
}
async function header(name: string): Promise<string> {
  const { stdout } = await m.run(`ioreg -w0 -r -c ${name}`)
  return stdout
    .split('\n')[0]!
    .replace(/id 0x\w+/, 'id')
    .replace(/ \(\d+ ms\)/, '')
    .replace(/retain \d+/, 'retain')
}
const log = async (): Promise<string> => (await m.run('dmesg')).stdout
const count = async (name: string): Promise<string> =>
  (await m.run(`ioclasscount ${name}`)).stdout.trim()

test('MyKext loads silently, registers, logs, and unloads without a trace', async () => {
  expect(await load('MyKext')).toEqual(silent)
  expect(await header('MyKext')).toBe(
    '+-o MyKext  <class MyKext, id, registered, matched, active, busy 0, retain>',
  )
  expect(await log()).toContain('MyKext: hello from kernel space\n')
  expect((await m.run(`kextstat -l -b ${idOf('MyKext')}`)).stdout).toMatch(
    /^ +\d+ +0 0xffffff7f[0-9a-f]{8} 0x2000 {5}0x2000 {5}io\.darwinos\.contrib\.MyKext \(1\.0\.0\) [0-9A-F-]{36} <4 3>\n$/,
  )
  expect(await m.run(`kextunload -b ${idOf('MyKext')}`)).toEqual(silent)
  expect(await header('MyKext')).toBe('')
  expect(await log()).toContain('MyKext: stopping\n')
  expect(await count('MyKext')).toBe('MyKext = <no such class>')
})

test('loading twice changes nothing; a reload has a new index and a new entry', async () => {
  await load('MyKext')
  const id = async (): Promise<string> =>
    /id 0x\w+/.exec((await m.run('ioreg -r -c MyKext')).stdout)![0]
  const index = async (): Promise<number> =>
    Number.parseInt((await m.run(`kextstat -l -b ${idOf('MyKext')}`)).stdout, 10)
  const [firstId, firstIndex] = [await id(), await index()]
  expect(await m.run('kextload -b io.darwinos.contrib.MyKext')).toEqual(silent)
  await m.settle()
  expect([await id(), await index()]).toEqual([firstId, firstIndex])
  await m.run(`kextunload -b ${idOf('MyKext')}`)
  await load('MyKext')
  expect(await id()).not.toBe(firstId)
  expect(await index()).toBeGreaterThan(firstIndex)
})

test('another build of a loaded kext is refused until the old one is unloaded', async () => {
  await load('MyKext')
  const path = '/Library/Extensions/MyKext.kext/Contents/MacOS/MyKext'
  const rebuilt = writeKextExecutable({
    bundleIdentifier: idOf('MyKext'),
    version: '1.0.0',
    classes: [{ name: 'MyKext', superclass: 'IOService' }],
    program: { format: 1, classes: { MyKext: { start: [{ do: 'log', text: 'second build\n' }] } } },
  })
  m.files.write(path, rebuilt, { uid: 0, gid: 0 })
  const refused = await m.run('kextload /Library/Extensions/MyKext.kext')
  expect(refused).toEqual({
    stdout: '',
    stderr:
      '/Library/Extensions/MyKext.kext failed to load - (libkern/kext) different version/uuid already loaded; check the system/kernel logs for errors or try kextutil(8).\n',
    exitCode: 71,
  })
  expect(await log()).toContain(
    'Refusing new kext io.darwinos.contrib.MyKext, v1.0.0: already have loaded v1.0.0.',
  )
})

test('NeverRegisters stays !registered for good', async () => {
  expect(await load('NeverRegisters')).toEqual(silent)
  expect(await header('NeverRegisters')).toBe(
    '+-o NeverRegisters  <class NeverRegisters, id, !registered, !matched, active, busy 0, retain>',
  )
})

test('StartFails is loaded without an instance', async () => {
  expect(await load('StartFails')).toEqual(silent)
  expect(await header('StartFails')).toBe('')
  expect(await count('StartFails')).toBe('StartFails = 0')
})

test('NeverMatches is loaded and nothing starts', async () => {
  expect(await load('NeverMatches')).toEqual(silent)
  expect(await count('NeverMatches')).toBe('NeverMatches = 0')
  expect(await log()).not.toContain('NeverMatches:')
})

test('LeaksInstance is gone from the registry and still cannot be unloaded', async () => {
  await load('LeaksInstance')
  const id = idOf('LeaksInstance')
  expect(await m.run(`kextunload -b ${id}`)).toEqual({
    stdout: '',
    stderr:
      `(kernel) Can't unload kext ${id}; classes have instances:\n` +
      `(kernel)     Kext ${id} class LeaksInstance has 1 instance.\n` +
      `Failed to unload ${id} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
    exitCode: 3,
  })
  expect(await header('LeaksInstance')).toBe('')
  expect(await count('LeaksInstance')).toBe('LeaksInstance = 1')
})

test('MissingDependency is refused, and the log and kextutil name the library', async () => {
  const failed = await load('MissingDependency')
  expect(failed.exitCode).toBe(71)
  expect(failed.stderr).toBe(
    '/Library/Extensions/MissingDependency.kext failed to load - (libkern/kext) dependency resolution failure; check the system/kernel logs for errors or try kextutil(8).\n',
  )
  expect(await log()).toContain(
    `Kext ${idOf('MissingDependency')} - library kext io.darwinos.contrib.NotInstalled not found.`,
  )
  const examined = await m.run('kextutil -n -t /Library/Extensions/MissingDependency.kext')
  expect(examined.stderr).toContain(
    'Dependency Resolution Failures: \n    No kexts found for these libraries: \n        io.darwinos.contrib.NotInstalled\n',
  )
})

test('WrongOwner lies in the guest owned by a user, and loads once it belongs to root', async () => {
  const path = '/Library/Extensions/WrongOwner.kext'
  const refused = await m.run(`kextload ${path}`)
  expect(refused.exitCode).toBe(71)
  expect(refused.stderr).toContain(
    '(libkern/kext) authentication failure (file ownership/permissions)',
  )
  for (const at of [
    '',
    '/Contents',
    '/Contents/Info.plist',
    '/Contents/MacOS',
    '/Contents/MacOS/WrongOwner',
    '/Contents/Resources',
    '/Contents/Resources/README.txt',
  ]) {
    m.files.changeOwner(`${path}${at}`, 0, 0, { uid: 0, gid: 0 })
  }
  expect(await m.run(`kextload ${path}`)).toEqual(silent)
})

test('HangsInStart does not hang kextload, but keeps its provider busy', async () => {
  const path = m.push('HangsInStart.kext')
  expect(await m.run(`kextload ${path}`)).toEqual(silent)
  await m.run('sysctl kern.osversion')
  await new Promise(resolve => setTimeout(resolve, 60))
  const shown = (await m.run('ioreg -w0 -r -n FWCF')).stdout
  expect(shown).toMatch(/\+-o FWCF {2}<class IOACPIPlatformDevice, .*active, busy 1 \(/)
  expect(shown).toMatch(/\+-o HangsInStart {2}<.*!registered, !matched, active, busy 0/)
  const expert = (await m.run('ioreg -w0 -rd1 -c IOPlatformExpertDevice')).stdout
  expect(expert).toMatch(/busy [1-9]/)
  const unload = await m.run(`kextunload -b ${idOf('HangsInStart')}`)
  expect(unload.exitCode).toBe(3)
  expect((await m.run('ioreg -w0 -r -c HangsInStart')).stdout).toContain('inactive, busy 1')
})

test('a driver without matching instances is unloaded by itself after one to two scans', async () => {
  m.dispose()
  m = bootTestMachine({ autounloadIntervalMs: 120 })
  await load('NeverMatches')
  await load('NeverRegisters')
  expect((await m.run(`kextstat -l -b ${idOf('NeverMatches')}`)).stdout).not.toBe('')
  await new Promise(resolve => setTimeout(resolve, 400))
  expect((await m.run(`kextstat -l -b ${idOf('NeverMatches')}`)).stdout).toBe('')
  expect((await m.run(`kextstat -l -b ${idOf('NeverRegisters')}`)).stdout).not.toBe('')
})

test('a class that comes from a kext which is not a declared library does not resolve', async () => {
  const path = m.push('MyKext.kext')
  const bytes = writeKextExecutable({
    bundleIdentifier: idOf('MyKext'),
    version: '1.0.0',
    classes: [{ name: 'MyKext', superclass: 'IOPCIDevice' }],
  })
  m.files.write(`${path}/Contents/MacOS/MyKext`, bytes, { uid: 0, gid: 0 })
  const failed = await m.run(`kextload ${path}`)
  expect(failed.stderr).toContain('failed to load - (libkern/kext) link error;')
  expect(await log()).toContain("Can't load kext io.darwinos.contrib.MyKext - link failed.\n")
})

test('a class that exists already is a duplicate', async () => {
  const path = m.push('MyKext.kext')
  const bytes = writeKextExecutable({
    bundleIdentifier: idOf('MyKext'),
    version: '1.0.0',
    classes: [{ name: 'AppleHPET', superclass: 'IOService' }],
  })
  m.files.write(`${path}/Contents/MacOS/MyKext`, bytes, { uid: 0, gid: 0 })
  expect((await m.run(`kextload ${path}`)).exitCode).toBe(71)
  expect(await log()).toContain(
    'OSMetaClass: Kext io.darwinos.contrib.MyKext class AppleHPET is a duplicate;kext com.apple.driver.AppleHPET already has a class by that name.',
  )
})
