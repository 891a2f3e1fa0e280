import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { BuildRun } from '../../../core/project/project.ts'
import { findExpectations } from '../../../main/service/find-expectations.ts'
import { inspectBundle } from '../../../main/service/local-bundle.ts'
import { runBuild } from '../../../main/service/project/run-build.ts'
import { createProjects } from '../../../main/service/project/projects.ts'
import { readHostBuild } from '../../../main/service/read-host-build.ts'
import { driverTree } from '../../helpers/driver-tree.ts'
import { isRunning } from '../../helpers/is-running.ts'
import { samplesFolder } from '../../helpers/start-service.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

// Projects, bundles and builds that may be anything.

const hasMkfifo = spawnSync('mkfifo', ['--version']).error === undefined
const noMkfifo = 'mkfifo is not here'
const { signal } = new AbortController()
const soon = { timeout: 10_000, interval: 20 }

function pipeAt(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { recursive: true, force: true })
  expect(spawnSync('mkfifo', [path]).status).toBe(0)
}

function copyOfMyKext(): string {
  const bundle = join(temporaryFolder(), 'MyKext.kext')
  cpSync(join(samplesFolder, 'MyKext.kext'), bundle, { recursive: true })
  return bundle
}

test.for(['Contents/Info.plist', 'Contents/MacOS/MyKext', 'Contents/Resources/README.txt'])(
  'a pipe in the place of %s of a bundle is not waited for',
  { timeout: 10_000 },
  async (path, context) => {
    context.skip(!hasMkfifo, noMkfifo)
    const bundle = copyOfMyKext()
    pipeAt(join(bundle, path))
    const settled = await Promise.allSettled([inspectBundle(bundle), readHostBuild(bundle, null)])
    expect(settled.map(({ status }) => status)).toEqual([
      path.endsWith('Info.plist') ? 'rejected' : 'fulfilled',
      'fulfilled',
    ])
  },
)

test('pipes in a project are not waited for', async context => {
  context.skip(!hasMkfifo, noMkfifo)
  const tree = driverTree({ a: 'MyKext', b: 'StartFails', c: 'LeaksInstance' })
  pipeAt(join(tree.driver('a'), 'Makefile'))
  pipeAt(join(tree.driver('b'), 'Info.plist'))
  pipeAt(join(tree.driver('c'), 'leaks_instance.cpp'))
  pipeAt(join(tree.driver('c'), 'kextant.yaml'))
  const projects = createProjects({
    projectChanged: () => undefined,
    buildChanged: () => undefined,
  })
  onTestFinished(() => projects.stop())
  const { drivers } = await projects.open(tree.root)
  expect(drivers.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  await expect(projects.source(join(tree.driver('a'), 'Makefile'), 1)).rejects.toThrow('not a file')
  const bundle = copyOfMyKext()
  pipeAt(join(bundle, '..', 'kextant.yaml'))
  expect(await findExpectations(bundle, 'io.darwinos.contrib.MyKext')).toBe(
    join(bundle, '..', 'kextant.yaml'),
  )
}, 10_000)

/** What a build does, as a shell script in a folder of its own. */
function build(
  script: string,
  stop = signal,
): { folder: string; runs: BuildRun[]; ended: Promise<BuildRun> } {
  const folder = temporaryFolder()
  const runs: BuildRun[] = []
  const ended = runBuild(folder, ['/bin/sh', '-c', script], stop, run => runs.push(run))
  return { folder, runs, ended }
}

/** Once it stands in the file. */
async function pidIn(path: string): Promise<number> {
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toMatch(/^\d+\n$/), soon)
  const pid = Number(readFileSync(path, 'utf8'))
  expect(isRunning(pid)).toBe(true)
  return pid
}

/** A grandchild that hears no polite word, below a child that ends at once. */
const deaf = `(trap '' TERM HUP INT; sh -c 'trap "" TERM HUP INT; echo $$ > pid.new; mv pid.new pid; while :; do sleep 1; done') & `

test('a cancelled build takes along what does not listen, also when its leader has ended first', async () => {
  const stop = new AbortController()
  const { folder, ended } = build(`${deaf} wait`, stop.signal)
  const pid = await pidIn(join(folder, 'pid'))
  stop.abort()
  expect(await ended).toMatchObject({ status: 'cancelled' })
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), soon)
}, 20_000)

test('what a build has left running holds up nobody', async () => {
  const { folder, ended } = build(`${deaf} while ! test -e pid; do sleep 0.05; done; echo made`)
  const run = await ended
  const pid = await pidIn(join(folder, 'pid'))
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL')
  })
  expect(run).toMatchObject({ status: 'done', exitCode: 0, output: 'made\n' })
}, 20_000)

test('bytes that are no text, and a line without an end, are kept in part and in time', async () => {
  const { ended, runs } = build(
    'head -c 1000000 /dev/urandom; head -c 60000000 /dev/zero; printf "\\na.c:1:1: error: last\\n"; exit 3',
  )
  const run = await ended
  expect(run).toMatchObject({ status: 'failed', exitCode: 3, isCut: true })
  expect(run.output.length).toBeLessThanOrEqual(400_000)
  expect(run.messages.at(-1)!.text).toBe('last')
  for (const { output } of runs) expect(output.length).toBeLessThanOrEqual(400_000)
}, 60_000)

test('a Kextant that breaks down while it builds leaves no compiler at work', async () => {
  const folder = temporaryFolder()
  const module = join(import.meta.dirname, '../../../main/service/project/run-build.ts')
  const script = `
    import { runBuild } from ${JSON.stringify(module)}
    void runBuild(process.argv[1], ['/bin/sh', '-c', process.argv[2]], new AbortController().signal, () => {})
    process.stdin.on('data', () => { throw new Error('a bug') })
  `
  const args = ['--input-type=module', '-e', script, folder, `${deaf} wait`]
  const other = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void other.kill('SIGKILL'))
  const pid = await pidIn(join(folder, 'pid'))
  other.stdin.write('now\n')
  const [code] = (await once(other, 'exit')) as [number | null]
  expect(code).toBe(1)
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), soon)
}, 20_000)
