import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import { startCliGuest } from '../helpers/cli-guest.ts'
import { endingOf, fileWith, runCli, startCli } from '../helpers/cli-process.ts'
import { samplesFolder, startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const sample = (name: string): string => join(samplesFolder, `${name}.kext`)
const id = (name: string): string => `io.darwinos.contrib.${name}`

/** What differs from run to run: names of staging folders, times, registry IDs, where the samples lie. */
function steady(text: string): string {
  return text
    .replaceAll(samplesFolder, 'SAMPLES')
    .replace(/kextant-[0-9a-f]{16}/g, 'kextant-XXXX')
    .replace(/0x1[0-9a-f]{8}/g, '0xID')
    .replace(/\d+(?:\.\d+)? s\b/g, 'N s')
    .replace(/\d+ ms\b/g, 'N ms')
}

test(
  'one loop, as it is read: what came of it on standard output, how it went beside it',
  { timeout: 60_000 },
  async () => {
    const { code, stdout, stderr } = await runCli([
      'loop',
      'demo',
      sample('MyKext'),
      '--yes',
      '--unload',
    ])
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain('\u001b')
    expect(steady(stdout))
      .toBe(`holds  io.darwinos.contrib.MyKext was loaded, holds what is expected, and is unloaded again.

Expectations  derived from SAMPLES/MyKext.kext
  PASS     io.darwinos.contrib.MyKext is loaded
           version 1.0.0, UUID E8AD1FB7-5B22-37F9-BAD5-C0DCEA2E9F79
  PASS     its version is 1.0.0
           version 1.0.0
  PASS     its UUID is that of the build
           UUID E8AD1FB7-5B22-37F9-BAD5-C0DCEA2E9F79
  PASS     at least one service of class MyKext on IOResources, started
           1: MyKext (0xID) registered, matched, active, busy 0
  PASS     no more objects of class MyKext than before the load
           0 before, 0 after

Seen  io.darwinos.contrib.MyKext is loaded, and registerService() took effect.

Changed  1 in the registry, 4 muted as noise
    iMac14,2  <IOPlatformExpertDevice>  0xID
      IOResources  0xID
  +     MyKext  0xID  registered, matched, active

Kernel log
  MyKext: hello from kernel space

After the unload  io.darwinos.contrib.MyKext is unloaded, and no instance of it is left in the registry.

Changed by the unload  1 in the registry, 4 muted as noise
  - IOService:/iMac14,2/IOResources/MyKext

Kernel log of the unload
  MyKext: stopping

Leak check  clean  1 cycle: no class of io.darwinos.contrib.MyKext has more objects than before.
`)
    // Each step with its command, what it said, and what that means.
    const lines = steady(stderr).split('\n')
    expect(lines[0]).toBe('Push and load MyKext.kext, and unload again')
    const load = lines.findIndex(line => /\] load {2}sudo \/sbin\/kextload/.test(line))
    expect(lines[load]).toMatch(
      /^\[\d+\/\d+\] load {2}sudo \/sbin\/kextload \/Library\/Extensions\/MyKext\.kext$/,
    )
    expect(lines[load + 1]).toBe('      done, N s  Loaded')
    expect(stderr).toContain('Personality matches on IOResources')
  },
)

test(
  'what is not consented to is shown and not done, and ends with 64',
  { timeout: 60_000 },
  async () => {
    const guest = await startCliGuest()
    const { code, stdout, stderr } = await guest.run('push', guest.source, sample('MyKext'))
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain('put -r ')
    expect(stderr).toContain('Compares every file')
    expect(stderr).toContain(
      'nothing was done: it changes the guest, and nobody can be asked here. To do it: --yes',
    )
    const after = await guest.run('verify', guest.source, id('MyKext'))
    expect(after.code).toBe(1)
    expect((await guest.run('load', guest.source, id('MyKext'), '--yes')).stderr).toContain(
      'no kext of the guest is “io.darwinos.contrib.MyKext”',
    )
  },
)

test('a stop is accepted by its name, and no other way', { timeout: 60_000 }, async () => {
  const guest = await startCliGuest()
  const push = (...more: string[]) =>
    runCli(['loop', guest.source, sample('MyKext'), '--yes', ...guest.signIn, ...more], guest.env)
  const stopped = await push()
  expect(stopped.code).toBe(64)
  expect(stopped.stderr).toMatch(
    /^stop {2}.* is not marked as a virtual machine {2}\(not-a-virtual-machine\)$/m,
  )
  expect(stopped.stderr).toContain('To go on in spite of it: --accept not-a-virtual-machine')
  expect((await push('--accept', 'libraries')).code).toBe(64)
  expect((await push('--accept', 'everything')).stderr).toContain('It is none of apple-kext, ')
  expect((await push('--accept', 'not-a-virtual-machine')).code).toBe(0)
})

test('exit codes tell who said no', { timeout: 90_000 }, async () => {
  const dump = fileWith('Root  <class IORegistryEntry, id 0x100000100>\n', 'dump.txt')
  const code = async (...args: string[]) => (await runCli(args, { KEXTANT_PASSWORD: 'x' })).code
  const codes = await Promise.all([
    code('loop', 'demo', sample('StartFails'), '--yes', '--timeout', '2'),
    code('loop', 'demo', sample('MissingDependency'), '--yes', '--accept', 'libraries'),
    code('verify', 'ssh://author@127.0.0.1:1', id('MyKext')),
    code('load', dump, id('MyKext'), '--yes'),
    code('push', 'demo', dump, '--yes'),
    code('loop', 'demo', join(temporaryFolder(), 'None.kext'), '--yes'),
    code('verify', 'demo', sample('MyKext'), '--expect', fileWith('kext: [', 'kextant.yaml')),
    code('leaks', 'demo', id('MyKext'), '--cycles', '0'),
    code('loop', 'demo', sample('MyKext'), '--json', '--tap', '--yes'),
  ])
  expect(codes).toEqual([1, 2, 3, 64, 64, 64, 64, 64, 64])
})

test('JUnit, TAP and a record, which can be run again', { timeout: 90_000 }, async () => {
  const folder = temporaryFolder()
  const [junit, record] = [join(folder, 'result.xml'), join(folder, 'loop.json')]
  const first = await runCli([
    'loop',
    'demo',
    sample('StartFails'),
    '--yes',
    // It never comes true.
    '--timeout',
    '2',
    '--tap',
    '--junit',
    junit,
    '--record-to',
    record,
  ])
  expect(first.code).toBe(1)
  expect(first.stdout).toMatch(/^TAP version 14$/m)
  expect(first.stdout).toMatch(/^not ok \d+ - .*at least one service of class StartFails/m)
  expect(readFileSync(junit, 'utf8')).toMatch(/<testsuite[^>]*failures="[1-9]/)
  const kept = JSON.parse(readFileSync(record, 'utf8')) as ActionRecord
  expect(kept).toMatchObject({ formatVersion: 1, conclusion: 'does-not-hold' })
  const again = await runCli(['rerun', 'demo', record, '--yes', '--json'])
  expect(again.code).toBe(1)
  const second = JSON.parse(again.stdout) as ActionRecord
  expect(second.request).toEqual(kept.request)
  expect(second.id).not.toBe(kept.id)
  const refused = await Promise.all(
    [
      '{}',
      '[]',
      'no JSON',
      '{"formatVersion": 1, "request": {"kind": "format-disk"}}',
      '{"formatVersion": 9, "request": {}}',
    ].map(text => runCli(['rerun', 'demo', fileWith(text, 'r.json'), '--yes'])),
  )
  expect(refused.map(({ code }) => code)).toEqual([64, 64, 64, 64, 64])
})

test(
  'a leak hunt ends at the first growth, with the class named',
  { timeout: 60_000 },
  async () => {
    const guest = await startCliGuest()
    expect((await guest.run('push', guest.source, sample('LeaksInstance'), '--yes')).code).toBe(0)
    const { code, stdout } = await guest.run(
      'leaks',
      guest.source,
      id('LeaksInstance'),
      '--cycles',
      '5',
      '--yes',
    )
    expect(code).toBe(1)
    expect(stdout).toContain('LeaksInstance grew in cycle 1: 0 objects before, 1 after')
  },
)

test(
  'what holds a kext is told before and after, with whom to close',
  { timeout: 90_000 },
  async () => {
    const guest = await startCliGuest()
    expect((await guest.run('loop', guest.source, sample('HeldOpen'), '--yes')).code).toBe(0)
    const before = await guest.run('unload', guest.source, id('HeldOpen'))
    expect(before.code).toBe(64)
    expect(before.stderr).toMatch(
      /held by user client HeldOpenUserClient 0x1\w+ of pid \d+, demoreader/,
    )
    const after = await guest.run('unload', guest.source, id('HeldOpen'), '--yes', '--timeout', '2')
    expect(after.code).toBe(2)
    expect(after.stdout).toMatch(/^refused {2}.*waits for demoreader \(pid \d+\)\.$/m)
    expect(after.stdout).toMatch(/^ {2}1\. Close HeldOpenUserClient/m)
  },
)

test(
  'kexts that are linked against it are unloaded first, when that is asked for',
  { timeout: 90_000 },
  async () => {
    const guest = await startCliGuest()
    expect((await guest.run('push', guest.source, sample('MyFamily'), '--yes')).code).toBe(0)
    expect((await guest.run('loop', guest.source, sample('UsesFamily'), '--yes')).code).toBe(0)
    const refused = await guest.run('unload', guest.source, id('MyFamily'), '--yes')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /^ {2}needed by {2}io\.darwinos\.contrib\.UsesFamily {2}\(linked, loaded\)$/m,
    )
    const unload = [id('MyFamily'), '--dependents', '--yes']
    const stopped = await guest.run('unload', guest.source, ...unload)
    expect(stopped.stderr).toContain('--accept unloads-dependents')
    const done = await guest.run(
      'unload',
      guest.source,
      ...unload,
      '--accept',
      'unloads-dependents',
    )
    expect(done.code).toBe(0)
  },
)

test(
  'a guest is asked again later, and so is what was saved of it',
  { timeout: 90_000 },
  async () => {
    const guest = await startCliGuest()
    const folder = temporaryFolder()
    await guest.run('loop', guest.source, sample('MyKext'), '--yes')
    const expected = join(folder, 'kextant.yaml')
    const recorded = await guest.run('verify', guest.source, sample('MyKext'), '--record', expected)
    expect([recorded.code, existsSync(expected)]).toEqual([0, true])
    const twice = await guest.run('verify', guest.source, sample('MyKext'), '--record', expected)
    expect(twice.code).toBe(64)
    const now = await guest.run('verify', guest.source, sample('MyKext'), '--expect', expected)
    expect([now.code, now.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^holds /)])

    const saved = join(folder, 'after.kextant')
    const taken = [guest.source, '-o', saved, ...guest.signIn]
    expect((await runCli(['capture', ...taken], guest.env)).code).toBe(0)
    const later = await runCli(['verify', saved, sample('MyKext'), '--expect', expected, '--json'])
    expect(later.code).toBe(0)
    const { expectations } = JSON.parse(later.stdout) as ActionRecord
    expect(expectations!.results.length).toBeGreaterThan(2)
    expect(expectations!.results.every(({ status }) => status !== 'fail')).toBe(true)

    await guest.run('unload', guest.source, id('MyKext'), '--yes')
    const gone = await guest.run(
      'verify',
      guest.source,
      sample('MyKext'),
      '--expect',
      expected,
      '--timeout',
      '1',
    )
    expect(gone.code).toBe(1)
    expect(gone.stdout).toMatch(/^ {2}FAIL/m)
  },
)

test('a dump that has no list of kexts leaves that open', { timeout: 60_000 }, async () => {
  const dump = fileWith('+-o Root  <class IORegistryEntry, id 0x100000100, retain 5>\n', 'dump.txt')
  const { stdout } = await runCli(['verify', dump, sample('MyKext')])
  expect(stdout).toContain(`UNKNOWN  io.darwinos.contrib.MyKext is loaded`)
  expect(stdout).toContain('This source has no list of loaded kexts.')
})

test(
  'Ctrl-C ends an action tidily, with 130, and the guest is left whole',
  { timeout: 90_000 },
  async () => {
    const guest = await startCliGuest()
    const child = guest.start('loop', guest.source, sample('HangsInStart'), '--yes')
    const ended = endingOf(child)
    let shown = ''
    child.stderr!.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    await vi.waitFor(() => expect(shown).toContain('] settle  '), { timeout: 30_000 })
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/^cancelled/m)
    const next = await guest.run('push', guest.source, sample('HangsInStart'), '--yes')
    expect(next.code).toBe(0)
  },
)

test.each(['] push  put -r', '] load  ', '] settle  '])(
  'killed at “%s”, the next command says what has become of it, and the kext is whole',
  { timeout: 90_000 },
  async place => {
    const guest = await startCliGuest()
    const child = guest.start('loop', guest.source, sample('HangsInStart'), '--yes')
    const ended = endingOf(child)
    await new Promise<void>(done => {
      let shown = ''
      child.stderr!.on('data', (chunk: Buffer) => {
        shown += chunk.toString()
        if (shown.includes(place)) done()
      })
    })
    child.kill('SIGKILL')
    expect((await ended).code).toBeNull()
    // Where the hanging one has been loaded, the registry never comes to rest.
    const next = await guest.run('loop', guest.source, sample('MyKext'), '--yes', '--timeout', '3')
    expect(next.code).toBe(0)
    expect(next.stderr).toMatch(
      /^kextant: “Push and load HangsInStart\.kext” of \S+ broke off.* The guest is in the same boot: it did not go down\. io\.darwinos\.contrib\.HangsInStart /m,
    )
    // Said once: from then on it is known.
    expect((await guest.run('verify', guest.source, id('MyKext'))).stderr).not.toContain(
      'broke off',
    )
  },
)

test('what is done here stands in the history of the window', { timeout: 60_000 }, async () => {
  const guest = await startCliGuest()
  await guest.run('push', guest.source, sample('MyKext'), '--yes')
  const { service } = startService({ settingsFolder: guest.settings })
  const history = await service.handlers['action.history']({}, new AbortController().signal)
  expect(history.map(({ title, conclusion }) => [title, conclusion])).toEqual([
    ['Push MyKext.kext', 'holds'],
  ])
})

test(
  'a target that is marked read-only in the window is so here',
  { timeout: 60_000 },
  async () => {
    const guest = await startCliGuest()
    const { service } = startService({ settingsFolder: guest.settings })
    const port = Number(guest.source.split(':').at(-1))
    await service.handlers['targets.save'](
      {
        id: null,
        label: 'Not this one',
        host: '127.0.0.1',
        port,
        user: 'author',
        method: 'password',
        keyPath: null,
        isReadOnly: true,
        isVirtualMachine: true,
      },
      new AbortController().signal,
    )
    const { code, stderr } = await guest.run('push', guest.source, sample('MyKext'), '--yes')
    expect(code).toBe(64)
    expect(stderr).toContain('not allowed')
  },
)

test('a reader that goes away ends no action', { timeout: 60_000 }, async () => {
  const guest = await startCliGuest()
  const child = startCli(
    ['push', guest.source, sample('MyKext'), '--yes', '--vm', ...guest.signIn],
    guest.env,
  )
  child.stdout!.destroy()
  child.stderr!.destroy()
  const code = await new Promise(done => child.on('exit', done))
  expect(code).toBe(0)
  const loaded = await guest.run('load', guest.source, '/Library/Extensions/MyKext.kext', '--yes')
  expect(loaded.code).toBe(0)
})

test('a preflight tells what it found, and leaves nothing behind', async () => {
  const guest = await startCliGuest()
  const good = await guest.run('preflight', guest.source, sample('MyKext'), '--yes')
  expect(good.code).toBe(0)
  expect(good.stdout).toMatch(/^ {4}fits {5}com\.apple\.kpi\.iokit /m)
  expect(good.stdout).toContain('kextutil in the guest: loadable')
  const bad = await guest.run('preflight', guest.source, sample('MissingDependency'), '--yes')
  expect(bad.code).not.toBe(0)
  expect(bad.stdout).toMatch(/^ {2}stop {5}io\.darwinos\.contrib\.NotInstalled /m)
  const left = await guest.run('load', guest.source, id('MyKext'), '--yes')
  expect(left.stderr).toContain('no kext of the guest is')
}, 60_000)

test('a guest that panics is waited for, and ends with 3', async () => {
  const guest = await startCliGuest()
  const { code, stdout, stderr } = await guest.run(
    'loop',
    guest.source,
    sample('PanicsGuest'),
    '--yes',
  )
  expect(code).toBe(3)
  expect(stderr).toContain('Waiting for the guest to come back')
  expect(stdout).toContain('The guest has booted again since')
  expect(stdout).toContain('/Library/Extensions/PanicsGuest.kext is there')
}, 60_000)

test('a second Ctrl-C ends at once', async () => {
  const guest = await startCliGuest()
  const child = guest.start('loop', guest.source, sample('HangsInStart'), '--yes')
  let shown = ''
  child.stderr!.on('data', (chunk: Buffer) => (shown += chunk.toString()))
  await vi.waitFor(() => expect(shown).toContain('] settle  '), { timeout: 30_000 })
  const ended = new Promise(done => child.on('exit', (_code, signal) => done(signal)))
  child.kill('SIGINT')
  child.kill('SIGINT')
  // Two at the same moment may come as one.
  setTimeout(() => child.kill('SIGINT'), 20)
  expect(await ended).toBe('SIGINT')
}, 60_000)
