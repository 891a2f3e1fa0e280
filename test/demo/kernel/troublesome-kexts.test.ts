import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bootTestMachine, type Finished, type TestMachine } from '../run-program.ts'

let m: TestMachine
beforeEach(() => {
  m = bootTestMachine({ autounloadIntervalMs: 100_000 })
})
afterEach(() => m.dispose())

const silent = { stdout: '', stderr: '', exitCode: 0 }
const idOf = (name: string): string => `io.darwinos.contrib.${name}`

async function load(name: string): Promise<Finished> {
  const result = await m.run(`kextload ${m.push(`${name}.kext`)}`)
  await m.settle()
  return result
}
const unload = (name: string): Promise<Finished> => m.run(`kextunload -b ${idOf(name)}`)
const log = async (): Promise<string> => (await m.run('dmesg')).stdout
const count = async (...names: string[]): Promise<string> =>
  (await m.run(`ioclasscount ${names.join(' ')}`)).stdout.trim()
const isLoaded = async (name: string): Promise<boolean> =>
  (await m.run(`kextstat -l -b ${idOf(name)}`)).stdout !== ''
/** Name, class and state of an entry and what is below it. */
async function tree(className: string): Promise<readonly string[]> {
  const { stdout } = await m.run(`ioreg -w0 -r -c ${className}`)
  return [...stdout.matchAll(/\+-o (\S+) {2}<class \S+, id \S+ (.*?busy \d+)/g)].map(
    ([, name, state]) => `${name}: ${state}`,
  )
}
async function creator(): Promise<string> {
  const { stdout } = await m.run('ioreg -l -w0 -r -c HeldOpenUserClient')
  return /"IOUserClientCreator" = "pid (\d+), demoreader"/.exec(stdout)![1]!
}
const refusal = (name: string, ...lines: readonly string[]): Finished => ({
  stdout: '',
  stderr:
    lines.map(line => `(kernel) ${line}\n`).join('') +
    `Failed to unload ${idOf(name)} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
  exitCode: 3,
})

describe('HeldOpen', () => {
  const refused = refusal(
    'HeldOpen',
    `Can't unload kext ${idOf('HeldOpen')}; classes have instances:`,
    `    Kext ${idOf('HeldOpen')} class HeldOpen has 1 instance.`,
    `    Kext ${idOf('HeldOpen')} class HeldOpenUserClient has 1 instance.`,
  )

  test('is opened by a process, as its user client says', async () => {
    expect(await load('HeldOpen')).toEqual(silent)
    expect(await tree('HeldOpen')).toEqual([
      'HeldOpen: registered, matched, active, busy 0',
      'HeldOpenUserClient: !registered, !matched, active, busy 0',
    ])
    expect((await m.run('ps')).stdout).toContain(
      `  ${await creator()} ??         0:00.01 demoreader`,
    )
  })

  test('stays in the registry when it is terminated, and goes when the process is ended', async () => {
    await load('HeldOpen')
    expect(await unload('HeldOpen')).toEqual(refused)
    expect(await tree('HeldOpen')).toEqual([
      'HeldOpen: !registered, !matched, inactive, busy 1',
      'HeldOpenUserClient: !registered, !matched, inactive, busy 0',
    ])
    expect(await unload('HeldOpen')).toEqual(refused)
    expect(await log()).not.toContain('HeldOpen: stopping')

    expect(await m.run(`kill ${await creator()}`)).toEqual(silent)
    await m.settle()
    expect(await tree('HeldOpen')).toEqual([])
    expect(await log()).toContain('HeldOpen: stopping\n')
    expect(await unload('HeldOpen')).toEqual(silent)
    expect(await isLoaded('HeldOpen')).toBe(false)
  })

  test('is left alone when the process ends before anything is unloaded', async () => {
    await load('HeldOpen')
    await m.run(`kill -9 ${await creator()}`)
    await m.settle()
    expect(await tree('HeldOpen')).toEqual(['HeldOpen: registered, matched, active, busy 0'])
    expect(await count('HeldOpenUserClient')).toBe('HeldOpenUserClient = 0')
    expect(await unload('HeldOpen')).toEqual(silent)
  })

  test('keeps its provider busy for as long as it waits', async () => {
    await load('HeldOpen')
    await unload('HeldOpen')
    const resources = async () => (await m.run('ioreg -w0 -rd1 -c IOResources')).stdout
    expect(await resources()).toContain('busy 1')
    await m.run(`kill ${await creator()}`)
    await m.settle()
    expect(await resources()).toContain('busy 0')
  })
})

test('kill names who is not there, and lets nobody end what is not theirs', async () => {
  expect(await m.run('kill 99999')).toEqual({
    stdout: '',
    stderr: 'kill: 99999: No such process\n',
    exitCode: 1,
  })
  const asAuthor = { uid: 501, gid: 20, user: 'author' }
  expect((await m.run('kill 43', asAuthor)).stderr).toBe('kill: 43: Operation not permitted\n')
  expect((await m.run('kill 1')).stderr).toBe('kill: 1: Operation not permitted\n')
  expect(await m.run('kill -0 43')).toEqual(silent)
  expect((await m.run('ps')).stdout).toContain('   43 ??         0:00.01 kextd\n')
})

test('ending a process of the system closes its connections', async () => {
  const clients = async () => (await m.run('ioreg -w0 -c IOHIDLibUserClient')).stdout
  expect(await clients()).toContain('IOHIDLibUserClient')
  await m.run('kill 95')
  await m.settle()
  const { stdout } = await m.run('ioreg -l -w0')
  expect(stdout).not.toContain('"pid 95, hidd"')
  expect(stdout).toContain('"pid 123, WindowServer"')
})

describe('MyFamily and UsesFamily', () => {
  test('the library is loaded with the kext that uses it, and cannot go before it', async () => {
    m.push('MyFamily.kext')
    expect(await load('UsesFamily')).toEqual(silent)
    expect(await tree('UsesFamily')).toEqual(['UsesFamily: registered, matched, active, busy 0'])
    const [library, user] = await Promise.all(
      ['MyFamily', 'UsesFamily'].map(name => m.run(`kextstat -l -b ${idOf(name)}`)),
    )
    const [, tag, refs] = /^ *(\d+) +(\d+)/.exec(library!.stdout)!
    expect(refs).toBe('1')
    expect(user!.stdout).toMatch(new RegExp(`<${tag} 4 3>\\n$`))
    expect(await unload('MyFamily')).toEqual(
      refusal('MyFamily', `Can't unload kext ${idOf('MyFamily')}; outstanding references 1.`),
    )
    expect(await unload('UsesFamily')).toEqual(silent)
    expect(await unload('MyFamily')).toEqual(silent)
  })

  test('without the library the other is refused', async () => {
    expect((await load('UsesFamily')).stderr).toContain('dependency resolution failure')
    expect(await log()).toContain(
      `Kext ${idOf('UsesFamily')} - library kext ${idOf('MyFamily')} not found.\n`,
    )
  })

  test('both go by themselves once nothing uses them', async () => {
    m.dispose()
    m = bootTestMachine({ autounloadIntervalMs: 60 })
    m.push('MyFamily.kext')
    await load('UsesFamily')
    await m.run('kextunload -c UsesFamily')
    await vi.waitFor(
      async () =>
        expect([await isLoaded('UsesFamily'), await isLoaded('MyFamily')]).toEqual([false, false]),
      { timeout: 5000 },
    )
  })
})

describe('a module that refuses', () => {
  test('to stop stays loaded without an instance', async () => {
    await load('StopFails')
    expect(await unload('StopFails')).toEqual({
      stdout: '',
      stderr:
        `(kernel) Kext ${idOf('StopFails')} did not stop (return code 0x5).\n` +
        `(kernel) Kext ${idOf('StopFails')} can't unload - module stop returned 0xdc008017.\n` +
        `Failed to unload ${idOf('StopFails')} - (libkern/kext) kext (kmod) start/stop routine failed.\n`,
      exitCode: 3,
    })
    expect(await tree('StopFails')).toEqual([])
    expect(await count('StopFails')).toBe('StopFails = 0')
    expect(await isLoaded('StopFails')).toBe(true)
  })

  test('to start is taken out again, with its classes', async () => {
    expect((await load('ModuleStartFails')).stderr).toContain(
      'failed to load - (libkern/kext) kext (kmod) start/stop routine failed;',
    )
    expect(await log()).toContain(
      `Kext ${idOf('ModuleStartFails')} did not start (return code 0x5).\n`,
    )
    expect(await count('ModuleStartFails')).toBe('ModuleStartFails = <no such class>')
    expect(await isLoaded('ModuleStartFails')).toBe(false)
  })
})

describe('what is left behind', () => {
  const allocations = async (): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries(
      (await m.run('ioalloccount')).stdout
        .trimEnd()
        .split('\n')
        .map(line => {
          const [, name, hex] = /^ *(\w+ allocation) = 0x([0-9a-f]{8,}) = +\d+ K$/.exec(line)!
          return [name!, Number.parseInt(hex!, 16)] as const
        }),
    )

  test('ioalloccount says what IOKitDiagnostics says', async () => {
    const { stdout } = await m.run('ioreg -l -d1 -w0')
    for (const [name, bytes] of Object.entries(await allocations()))
      expect(stdout).toContain(`"${name}"=${bytes}`)
    expect((await m.run('ioalloccount')).stdout.split('\n')[0]).toMatch(
      /^ {3}Instance allocation = 0x00[0-9a-f]{6} = [0-9]{4} K$/,
    )
  })

  test('MyKext leaves what it found', async () => {
    const before = await allocations()
    await load('MyKext')
    expect((await allocations())['Instance allocation']).toBeGreaterThan(
      before['Instance allocation']!,
    )
    await unload('MyKext')
    expect(await allocations()).toEqual(before)
  })

  test('LeaksMemory unloads each time, and leaves a string and 64 KB', async () => {
    const strings = async () => Number((await count('OSString')).split(' = ')[1])
    const before = {
      strings: await strings(),
      malloc: (await allocations())['IOMalloc allocation']!,
    }
    for (let cycle = 1; cycle <= 3; cycle++) {
      await load('LeaksMemory')
      expect(await unload('LeaksMemory')).toEqual(silent)
      expect(await strings()).toBe(before.strings + cycle)
      expect((await allocations())['IOMalloc allocation']).toBe(before.malloc + cycle * 65_536)
    }
  })

  test('LeaksHelper is refused because of an object that was never in the registry', async () => {
    await load('LeaksHelper')
    expect(await unload('LeaksHelper')).toEqual(
      refusal(
        'LeaksHelper',
        `Can't unload kext ${idOf('LeaksHelper')}; classes have instances:`,
        `    Kext ${idOf('LeaksHelper')} class LeaksHelperQueue has 1 instance.`,
      ),
    )
    expect(await count('LeaksHelper', 'LeaksHelperQueue')).toBe(
      'LeaksHelper = 0, LeaksHelperQueue = 1',
    )
  })
})

describe('what cannot be loaded', () => {
  test('DuplicateClass: the log names the kext that has the class', async () => {
    expect((await load('DuplicateClass')).stderr).toContain('start/stop routine failed;')
    expect(await log()).toContain(
      `OSMetaClass: Kext ${idOf('DuplicateClass')} class IODisplayWrangler is a duplicate;kext com.apple.iokit.IOGraphicsFamily already has a class by that name.\n`,
    )
  })

  test('MissingSymbol: the linker names the symbol, in a dry run too', async () => {
    expect((await load('MissingSymbol')).stderr).toContain('(libkern/kext) link error;')
    const lines =
      `kxld[${idOf('MissingSymbol')}]: The following symbols are unresolved for this kext:\n` +
      `kxld[${idOf('MissingSymbol')}]: \tIOPCIDevice::gMetaClass\n`
    // dmesg encodes what is no printable character; a tab it keeps.
    expect(await log()).toContain(lines)
    const dry = await m.run('kextutil -n -t /Library/Extensions/MissingSymbol.kext')
    expect(dry.exitCode).toBe(6)
    expect(dry.stderr).toContain(lines)
  })

  test('WantsNewerLibrary: the log says which version is wanted', async () => {
    expect((await load('WantsNewerLibrary')).stderr).toContain('dependency resolution failure;')
    expect(await log()).toContain(
      `Kext ${idOf('WantsNewerLibrary')} - library kext com.apple.iokit.IOPCIFamily not compatible with requested version 99.0.\n`,
    )
  })
})
