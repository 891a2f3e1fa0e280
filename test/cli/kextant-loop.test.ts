import { cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ActionRecord } from '../../core/contract/types.ts'
import { endingOf, jsonLines, runCli, startCli } from '../helpers/cli-process.ts'
import { driverTree, hasMake, noMakeReason, putBuild } from '../helpers/driver-tree.ts'
import { samplesFolder } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const soon = { timeout: 40_000, interval: 50 }

/** A loop that watches, with what it has printed so far. */
function startWatching(...args: readonly string[]) {
  const child = startCli(['loop', 'demo', ...args, '--watch', '--yes'])
  const ended = endingOf(child)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.on('data', (chunk: Buffer) => (printed[name] += chunk.toString()))
  }
  return { child, ended, printed }
}

const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length

test(
  'each new build of a driver gives a block, and Ctrl-C ends it with the last exit code',
  { timeout: 120_000 },
  async context => {
    context.skip(!hasMake, noMakeReason)
    const tree = driverTree()
    const folder = tree.driver('my-kext')
    const { child, ended, printed } = startWatching(folder, '--build')
    await vi.waitFor(() => expect(count(printed.stdout, /^Run 1 /gm)).toBe(1), soon)
    await vi.waitFor(() => expect(printed.stderr).toContain('waiting for a new build'), soon)
    // A mistake: the build fails, is not tried again, and nothing is pushed.
    const source = join(folder, 'my_kext.cpp')
    writeFileSync(source, 'BROKEN\n')
    await vi.waitFor(
      () =>
        expect(printed.stderr).toContain(`first error: ${source}:1:5: unknown type name 'BROKEN'`),
      soon,
    )
    // Mended, and its version raised.
    const info = join(folder, 'Info.plist')
    writeFileSync(info, readFileSync(info, 'utf8').replaceAll('1.0.0', '1.0.1'))
    writeFileSync(source, '// mended\n')
    await vi.waitFor(() => expect(count(printed.stdout, /^holds /gm)).toBe(2), soon)
    await vi.waitFor(
      () => expect(count(printed.stderr, /waiting for a new build/g)).toBeGreaterThan(1),
      soon,
    )
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Run 2 .*, 1\.0\.1, [0-9A-F-]{36}$/m)
    expect(stdout).toContain('version 1.0.1')
    expect(count(printed.stderr, /^build {2}make kexts$/gm)).toBeGreaterThanOrEqual(3)
  },
)

test(
  'a build that somebody else makes is run; as JSON each run is a line',
  { timeout: 120_000 },
  async () => {
    const bundle = join(temporaryFolder(), 'MyKext.kext')
    cpSync(join(samplesFolder, 'MyKext.kext'), bundle, { recursive: true })
    const { child, ended, printed } = startWatching(bundle, '--json')
    await vi.waitFor(() => expect(count(printed.stdout, /\n/g)).toBe(1), soon)
    await vi.waitFor(() => expect(printed.stderr).toContain('waiting for a new build'), soon)
    utimesSync(join(bundle, 'Contents', 'MacOS', 'MyKext'), new Date(), new Date())
    await vi.waitFor(() => expect(count(printed.stdout, /\n/g)).toBe(2), soon)
    child.kill('SIGINT')
    const { code, stdout } = await ended
    const records = jsonLines<ActionRecord>(stdout)
    expect(records.map(({ conclusion }) => conclusion)).toEqual(['holds', 'holds'])
    expect(code).toBe(0)
  },
)

test(
  'a tree wants to know which driver, and an old build is told of',
  { timeout: 60_000 },
  async () => {
    const tree = driverTree({ 'my-kext': 'MyKext', 'start-fails': 'StartFails' })
    const which = await runCli(['loop', 'demo', tree.root, '--yes'])
    expect(which.code).toBe(64)
    expect(which.stderr).toContain(
      'several drivers; name one with --driver. There are my-kext, start-fails',
    )
    const none = await runCli(['loop', 'demo', tree.root, '--driver', 'my-kext', '--yes'])
    expect(none.stderr).toContain('my-kext has no build in')
    const wrong = await runCli(['loop', 'demo', tree.root, '--driver', 'None', '--yes'])
    expect(wrong.stderr).toContain('is “None”; there are my-kext, start-fails')
    putBuild(tree, 'MyKext', new Date('2019-01-01T00:00:00Z'))
    const old = await runCli(['loop', 'demo', tree.driver('my-kext'), '--yes'])
    expect(old.code).toBe(0)
    expect(old.stderr).toContain('is newer than this build; --build builds it.')
  },
)

test(
  'a build that fails ends the loop with 1, before the guest is asked',
  { timeout: 60_000 },
  async context => {
    context.skip(!hasMake, noMakeReason)
    const tree = driverTree()
    writeFileSync(join(tree.driver('my-kext'), 'my_kext.cpp'), 'BROKEN\n')
    const { code, stdout, stderr } = await runCli(['loop', 'demo', tree.root, '--build', '--yes'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error: unknown type name')
    expect(stderr).toContain('failed, exit code 2')
    expect(stderr).not.toContain('kextload')
  },
)

test('what is expected of a driver stands beside its sources', { timeout: 60_000 }, async () => {
  const tree = driverTree()
  putBuild(tree, 'MyKext')
  const file = join(tree.driver('my-kext'), 'kextant.yaml')
  writeFileSync(
    file,
    `kext: io.darwinos.contrib.MyKext
services:
  - class: MyKext
    count: 2
`,
  )
  const quick = ['--yes', '--timeout', '2']
  const { code, stdout } = await runCli(['loop', 'demo', tree.driver('my-kext'), ...quick])
  expect(stdout).toContain(`Expectations  ${file}`)
  expect(stdout).toMatch(/^ {2}FAIL +.*MyKext.* line 3$/m)
  expect(code).toBe(1)
})
