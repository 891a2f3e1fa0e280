import { expect, onTestFinished, test, vi } from 'vitest'
import { startCliGuest } from '../helpers/cli-guest.ts'
import { endingOf, jsonLines, runCli, startCli } from '../helpers/cli-process.ts'
import { openTerminal } from '../helpers/guest-terminal.ts'

// `kextant watch` as a process, against a guest process that another terminal works on.

const soon = { timeout: 30_000, interval: 50 }
const often = ['--interval', '0.5', '--budget', '50']

async function start(...args: readonly string[]) {
  const guest = await startCliGuest()
  const terminal = await openTerminal(Number(new URL(guest.source).port))
  onTestFinished(() => terminal.close())
  await terminal.install('MyKext')
  const child = startCli(['watch', guest.source, ...often, ...args, ...guest.signIn], guest.env)
  const ended = endingOf(child)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.on('data', (chunk: Buffer) => (printed[name] += chunk.toString()))
  }
  return { guest, terminal, child, ended, printed }
}

const load = 'kextload /Library/Extensions/MyKext.kext'
const unload = 'kextunload -b io.darwinos.contrib.MyKext'

test('each change is a line, and Ctrl-C is the usual end', { timeout: 90_000 }, async () => {
  const { terminal, child, ended, printed } = await start('--notify', 'first:class=MyKext')
  await vi.waitFor(() => expect(printed.stderr).toContain('Watching '), soon)
  await terminal.sudo(load)
  await vi.waitFor(() => expect(printed.stdout).toMatch(/ {2}\+ {2}\S*MyKext/), soon)
  await terminal.sudo(unload)
  await vi.waitFor(() => expect(printed.stdout).toMatch(/ {2}- {2}\S*MyKext/), soon)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  // On a busy machine it goes on to say that it looks less often.
  expect(stderr).toMatch(
    /^kextant: Watching author@127\.0\.0\.1 every 0\.5 s, [\d.]+ % of its time\. Ctrl-C ends it\.\n/,
  )
  expect(stdout).toMatch(
    /^\d\d:\d\d:\d\d {2}\+ {2}IOService:\/iMac14,2\/IOResources\/MyKext {2}<class MyKext>$/m,
  )
  expect(stdout).toMatch(/^\* {2}“class=MyKext” has its first hit: 1 entry\.$/m)
})

test(
  '--until ends it with 0, and --json prints a line of JSON for each',
  { timeout: 90_000 },
  async () => {
    const { terminal, ended, printed } = await start(
      ...['--until', 'first:class=MyKext', '--filter', 'kext:io.darwinos.*', '--json'],
    )
    await vi.waitFor(() => expect(printed.stderr).toContain('Watching '), soon)
    await terminal.sudo(load)
    const { code, stdout } = await ended
    expect(code).toBe(0)
    const lines = jsonLines<Record<string, unknown>>(stdout)
    expect(lines[0]).toMatchObject({
      what: 'new',
      path: 'IOService:/iMac14,2/IOResources/MyKext',
      class: 'MyKext',
      name: 'MyKext',
    })
    expect(lines.at(-1)).toMatchObject({ what: 'until' })
    // The provider was busy meanwhile, and does not pass the filter.
    expect(new Set(lines.slice(0, -1).map(line => line['class']))).toEqual(new Set(['MyKext']))
  },
)

test(
  'what holds already ends it at once; what does not, with 1 when the time is over',
  {
    timeout: 60_000,
  },
  async () => {
    const now = await runCli(['watch', 'demo', '--until', 'first:class:IOPCIDevice', '--for', '20'])
    expect([now.code, now.stderr]).toEqual([0, ''])
    const never = await runCli(['watch', 'demo', '--until', 'first:class=Nothing', '--for', '1'])
    expect(never.code).toBe(1)
    const over = await runCli(['watch', 'demo', '--for', '1'])
    expect([over.code, over.stdout]).toEqual([0, ''])
  },
)

test.each<[string, readonly string[], number, RegExp]>([
  ['a file cannot be watched', ['dump.txt'], 64, /only a guest can be watched/],
  ['an interval that is none', ['demo', '--interval', '0'], 64, /from 0\.5 to 600/],
  ['a filter that does not read', ['demo', '--filter', 'class:('], 64, /at character \d+/],
  ['no condition', ['demo', '--until', 'now'], 64, /is no condition/],
  ['an entry that is not there', ['demo', '--until', 'gone:Nobody'], 1, /no entry is “Nobody”/],
])('%s', { timeout: 30_000 }, async (_what, args, code, stderr) => {
  const ending = await runCli(['watch', ...args])
  expect(ending.stderr).toMatch(stderr)
  expect(ending.code).toBe(code)
})
