import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { describePush } from '../../main/guest/describe-push.ts'
import { planPush } from '../../main/guest/push-plan.ts'
import { driver, writeBundle } from '../helpers/push-samples.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// The swap as a real shell runs it, of this computer and in a folder of its own.

const name = 'My Driver.kext'

interface Swap {
  readonly folder: string
  readonly command: string
  /** What lies beside the place. */
  readonly beside: () => readonly string[]
  readonly inPlace: () => string
}

/** The command of the step that begins with these words, with `mv` and `rm` of its own in the place of the guest's. */
async function prepare(
  tools: { readonly mv?: string; readonly rm?: string; readonly sync?: string },
  words = 'Takes the place',
): Promise<Swap> {
  const folder = temporaryFolder()
  const plan = await planPush(writeBundle(temporaryFolder(), name, driver('2')), folder)
  const { install } = describePush({
    plan,
    purpose: 'install',
    stagingFolder: '/tmp/kextant-00000000-1-1-0123456789abcdef',
    tools: { checksum: null, tar: null },
    checksums: new Map(),
    way: 'sftp',
    parents: { isMissing: false, warnings: [] },
    leftovers: { found: [], sentences: [] },
    difference: null,
  })
  let command = install.find(step => step.explanation.startsWith(words))!.command
  for (const [tool, script] of Object.entries(tools)) {
    const path = join(temporaryFolder(), tool)
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    command = command.replace(new RegExp(`/bin/${tool}(?=[ ;])`, 'g'), path)
  }
  const place = join(folder, name)
  const put = (path: string, text: string) => {
    mkdirSync(path)
    writeFileSync(join(path, 'build'), text)
  }
  put(place, 'old')
  put(`${place}.kextant-00000000-1-1-0123456789abcdef.new`, 'new')
  return {
    folder,
    command,
    beside: () => readdirSync(folder).filter(each => each !== name && each !== 'log'),
    inPlace: () =>
      existsSync(join(place, 'build')) ? readFileSync(join(place, 'build'), 'utf8') : 'nothing',
  }
}

async function run({ command, folder }: Swap, signal?: NodeJS.Signals): Promise<number | null> {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit') as Promise<[number | null]>
  if (signal) {
    await vi.waitFor(() => expect(existsSync(join(folder, 'log'))).toBe(true), 10_000)
    // As sshd does with the programs of a client that goes away: to all of them.
    process.kill(-child.pid!, signal)
  }
  return (await ended)[0]
}

test('the new bundle takes the place, and of the old one nothing is left', async () => {
  const swap = await prepare({})
  expect(await run(swap)).toBe(0)
  expect([swap.inPlace(), swap.beside()]).toEqual(['new', []])
})

test.each(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE'] as const)(
  '%s between the two renames does not stop it half-way',
  async signal => {
    const swap = await prepare({
      mv: '/bin/mv "$@" || exit; test -e log || { echo moved > log; sleep 0.4; }',
    })
    expect(await run(swap, signal)).toBe(0)
    expect([swap.inPlace(), swap.beside()]).toEqual(['new', []])
  },
  20_000,
)

test('where the new one cannot take the place, the old one goes back', async () => {
  const swap = await prepare({
    mv: 'case "$1" in *.new) echo "no" >&2; exit 1 ;; esac; /bin/mv "$@"',
  })
  expect(await run(swap)).toBe(1)
  expect(swap.inPlace()).toBe('old')
  expect(swap.beside().map(each => each.replace(/^.*\./, '.'))).toEqual(['.new'])
})

test('where somebody takes the place meanwhile, that one stays and the new one is not inside of it', async () => {
  const swap = await prepare({
    mv: `/bin/mv "$@"; case "$2" in *.old) mkdir '${name}'; echo theirs > '${name}/build' ;; esac`,
  })
  expect(await run(swap)).toBe(1)
  expect(swap.inPlace()).toBe('theirs\n')
  expect(readdirSync(join(swap.folder, name))).toEqual(['build'])
  expect(swap.beside().map(each => each.replace(/^.*\./, '.'))).toEqual(['.new'])
})

test('an old bundle that is removed in part bears a name by which it never goes back', async () => {
  const swap = await prepare({ rm: 'echo "$@" >> log; exit 1' })
  await run(swap)
  expect(swap.inPlace()).toBe('new')
  expect(swap.beside().map(each => basename(each).replace(/^.*\./, '.'))).toEqual(['.gone'])
})

test('before it takes the place the new bundle is on the disk', async () => {
  const tools = { mv: 'echo "mv $(basename "$2")" >> log', sync: 'echo sync >> log' }
  const swap = await prepare(tools, 'Moves it next to its place')
  expect(await run(swap)).toBe(0)
  const log = readFileSync(join(swap.folder, 'log'), 'utf8')
  expect(log).toMatch(/^mv My Driver\.kext\.kextant-\S+\.new\nsync\n$/)
})
