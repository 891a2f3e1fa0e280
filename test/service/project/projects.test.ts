import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import type { BuildRun, Project, ProjectDriver } from '../../../core/project/project.ts'
import { walkFolder } from '../../../main/service/project/walk-folder.ts'
import { createProjects, type Projects } from '../../../main/service/project/projects.ts'
import { driverTree, hasMake, longAgo, noMakeReason, putBuild } from '../../helpers/driver-tree.ts'
import { isRunning } from '../../helpers/is-running.ts'
import { samplesFolder } from '../../helpers/start-service.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

interface Opened {
  readonly projects: Projects
  readonly told: (Project | null)[]
  readonly runs: BuildRun[]
}

function start(): Opened {
  const told: (Project | null)[] = []
  const runs: BuildRun[] = []
  const projects = createProjects({
    projectChanged: project => told.push(project),
    buildChanged: run => runs.push(run),
  })
  onTestFinished(() => projects.stop())
  return { projects, told, runs }
}

const open = (path: string): Promise<Project> => start().projects.open(path)
const signal = new AbortController().signal
const soon = { timeout: 8000, interval: 20 }

function line({ name, kextName, bundleIdentifier, builds, state }: ProjectDriver): string {
  const built = builds.map(build => `${build.target}:${build.version}`)
  return [name, kextName, bundleIdentifier, state, ...built].join(' ')
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof FailureError)) throw error
  return error.message
}

test('a tree lists its drivers with name, identifier, state and builds', async () => {
  const tree = driverTree({ 'my-kext': 'MyKext', 'start-fails': 'StartFails' })
  putBuild(tree, 'MyKext', new Date('2021-01-01T00:00:00Z'))
  // What others the tree builds is none of its drivers'.
  putBuild(tree, 'LeaksInstance')
  const project = await open(tree.root)
  expect(project).toMatchObject({
    root: tree.root,
    kind: 'tree',
    buildCommand: ['make', 'kexts'],
    problems: [],
  })
  expect(project.drivers.map(line)).toEqual([
    'my-kext MyKext io.darwinos.contrib.MyKext current qemu-x86_64:1.0.0',
    'start-fails StartFails io.darwinos.contrib.StartFails not-built',
  ])
  const [mine] = project.drivers
  expect(mine!.newestSource!.changedAt).toBe(longAgo.toISOString())
  expect(mine!.builds[0]!.builtAt).toBe('2021-01-01T00:00:00.000Z')
  expect(mine!.builds[0]!.uuid).toMatch(/^[0-9A-F]{8}-/)
  expect(mine!.problems).toEqual([])
})

test('whatever part of a tree is named, the tree is opened', async () => {
  const tree = driverTree()
  const bundle = putBuild(tree, 'MyKext')
  const parts = [
    tree.contrib,
    tree.driver('my-kext'),
    join(tree.driver('my-kext'), 'Makefile'),
    bundle,
    join(bundle, 'Contents'),
  ]
  for (const part of parts) expect((await open(part)).root).toBe(tree.root)
})

test('a driver’s folder that lies in no tree is a project of its own', async () => {
  const tree = driverTree()
  const alone = join(temporaryFolder(), 'my-kext')
  cpSync(tree.driver('my-kext'), alone, { recursive: true, preserveTimestamps: true })
  writeFileSync(join(alone, 'kextant.yaml'), '')
  const project = await open(alone)
  expect(project).toMatchObject({ kind: 'driver', buildCommand: ['make'] })
  expect(project.problems).toEqual([
    'No build is found in build/<target>/kexts. Where it lies elsewhere, open the .kext itself.',
  ])
  expect(project.drivers.map(line)).toEqual(['my-kext MyKext io.darwinos.contrib.MyKext not-built'])
  expect(project.drivers[0]!.expectationsPath).toBe(join(project.root, 'kextant.yaml'))
})

test('a build that lies in no project is watched by itself', async () => {
  const bundle = join(temporaryFolder(), 'MyKext.kext')
  cpSync(join(samplesFolder, 'MyKext.kext'), bundle, { recursive: true })
  const project = await open(bundle)
  expect(project.buildCommand).toBeNull()
  expect(project.drivers.map(line)).toEqual([
    'MyKext MyKext io.darwinos.contrib.MyKext unknown :1.0.0',
  ])
  expect(project.drivers[0]!.problems).toEqual([
    'It lies in no project, so what it is built from is not known.',
  ])
})

test('a folder in which nothing is built is refused, and says what was looked for', async () => {
  const folder = temporaryFolder()
  expect(await failureOf(open(folder))).toContain(
    'it is no darwinOS tree (glue/mk/kext.mk), has no Makefile that sets KEXT_NAME, and is no .kext folder',
  )
  expect(await failureOf(open(join(folder, 'none')))).toContain('there is no such file or folder')
})

test('a source, the Info.plist or the Makefile that is newer than the build makes it stale', async () => {
  const tree = driverTree()
  putBuild(tree, 'MyKext', new Date('2021-01-01T00:00:00Z'))
  const state = async () => (await open(tree.root)).drivers[0]!.state
  expect(await state()).toBe('current')
  for (const name of ['my_kext.cpp', 'Info.plist', 'Makefile']) {
    const path = join(tree.driver('my-kext'), name)
    utimesSync(path, new Date(), new Date('2022-01-01T00:00:00Z'))
    expect([name, await state()]).toEqual([name, 'stale'])
    utimesSync(path, longAgo, longAgo)
  }
  const notes = join(tree.driver('my-kext'), 'README.md')
  writeFileSync(notes, 'what is no source')
  expect(await state()).toBe('current')
})

test('a Makefile that says nothing, and one that cannot be read, are said of the driver', async () => {
  const tree = driverTree({ a: 'MyKext', b: 'StartFails' })
  writeFileSync(join(tree.driver('a'), 'Makefile'), 'KEXT_NAME = $(shell basename .)\n')
  rmSync(join(tree.driver('b'), 'Makefile'))
  mkdirSync(join(tree.driver('b'), 'Makefile'))
  const [a, b] = (await open(tree.root)).drivers
  expect(a!.problems).toEqual([
    'KEXT_NAME in line 1 of its Makefile takes more than that file to tell.',
    'Its Makefile does not set KEXT_BUNDLE_ID.',
  ])
  expect(b!.problems).toEqual([
    `${join(tree.driver('b'), 'Makefile')} cannot be read: it is not a file.`,
  ])
})

test('links in circles, deep folders and files with any time at all end nothing', async () => {
  const tree = driverTree()
  const folder = tree.driver('my-kext')
  symlinkSync(tree.root, join(folder, 'around'))
  symlinkSync('loop', join(folder, 'loop'))
  symlinkSync('nowhere.cpp', join(folder, 'gone.cpp'))
  symlinkSync(tree.contrib, join(tree.contrib, 'again'))
  utimesSync(join(folder, 'my_kext.cpp'), 1e11, 1e11)
  mkdirSync(join(folder, ...'abcdefghij'), { recursive: true })
  const project = await open(tree.root)
  expect(project.drivers.map(({ name }) => name)).toContain('my-kext')
  const mine = project.drivers.find(({ name }) => name === 'my-kext')!
  expect(mine.problems).toEqual([
    'It holds more files than are looked at: whether a build is current is not known.',
  ])
})

test('a folder with more entries than may be looked at is looked at in part, and says so', async () => {
  const folder = temporaryFolder()
  for (let at = 0; at < 30; at++) writeFileSync(join(folder, `${at}.cpp`), '')
  const seen: string[] = []
  const options = {
    deepest: 3,
    isPassedOver: () => false,
    isWanted: () => true,
    visit: (path: string) => void seen.push(path),
  }
  const whole = await walkFolder(folder, { ...options, budget: { left: 100 } })
  expect([whole.isWhole, seen.length]).toEqual([true, 30])
  const part = await walkFolder(folder, { ...options, budget: { left: 10 } })
  expect([part.isWhole, seen.length]).toEqual([false, 40])
})

test('a folder that nobody may read is named', async context => {
  context.skip(process.getuid?.() === 0, 'root may read everything')
  const tree = driverTree()
  const locked = join(tree.driver('my-kext'), 'locked')
  mkdirSync(locked)
  chmodSync(locked, 0)
  onTestFinished(() => chmodSync(locked, 0o700))
  expect((await open(tree.root)).drivers[0]!.problems).toEqual([
    `${locked} cannot be read: access is not permitted.`,
  ])
})

test('the listing is told when something differs, and not else', async () => {
  const tree = driverTree()
  const { projects, told } = start()
  await projects.open(tree.root)
  expect(told).toHaveLength(1)
  writeFileSync(join(tree.driver('my-kext'), 'my_kext.cpp'), '// changed\n')
  await vi.waitFor(() => expect(told).toHaveLength(2), soon)
  expect(told[1]!.drivers[0]!.newestSource!.path).toMatch(/my_kext\.cpp$/)
  writeFileSync(join(tree.driver('my-kext'), 'notes.txt'), 'no source')
  await sleep(600)
  expect(told).toHaveLength(2)
})

test('a new driver appears, and another leaves', async () => {
  const tree = driverTree()
  const { projects, told } = start()
  await projects.open(tree.root)
  const names = () => told.at(-1)!.drivers.map(({ name }) => name)
  cpSync(tree.driver('my-kext'), tree.driver('your-kext'), { recursive: true })
  await vi.waitFor(() => expect(names()).toEqual(['my-kext', 'your-kext']), soon)
  rmSync(tree.driver('my-kext'), { recursive: true })
  await vi.waitFor(() => expect(names()).toEqual(['your-kext']), soon)
})

test('a build that is being written is offered when it is whole, and once', async () => {
  const tree = driverTree()
  const { projects, told } = start()
  await projects.open(tree.root)
  const bundle = join(tree.kexts, 'MyKext.kext')
  const code = readFileSync(join(samplesFolder, 'MyKext.kext/Contents/MacOS/MyKext'))
  mkdirSync(join(bundle, 'Contents', 'MacOS'), { recursive: true })
  const half = join(bundle, 'Contents', 'MacOS', 'MyKext')
  for (let at = 0; at < 8; at++) {
    writeFileSync(half, code.subarray(0, (code.length * (at + 1)) / 8))
    if (at === 3) {
      const info = readFileSync(join(samplesFolder, 'MyKext.kext/Contents/Info.plist'))
      writeFileSync(join(bundle, 'Contents', 'Info.plist'), info)
    }
    await sleep(250)
  }
  await vi.waitFor(() => expect(told.at(-1)!.drivers[0]!.builds).toHaveLength(1), soon)
  const builds = told.flatMap(project => project!.drivers[0]!.builds)
  expect(new Set(builds.map(({ uuid }) => uuid)).size).toBe(1)
  expect(builds[0]!.uuid).not.toBeNull()
})

test('a bundle without its Info.plist or its code is no build', async () => {
  const tree = driverTree()
  const bundle = putBuild(tree, 'MyKext', longAgo)
  const { projects, told } = start()
  expect((await projects.open(tree.root)).drivers[0]!.builds).toHaveLength(1)
  rmSync(join(bundle, 'Contents', 'MacOS', 'MyKext'))
  await vi.waitFor(() => expect(told.at(-1)!.drivers[0]!.builds).toEqual([]), soon)
  cpSync(join(samplesFolder, 'MyKext.kext'), bundle, { recursive: true })
  await vi.waitFor(() => expect(told.at(-1)!.drivers[0]!.builds).toHaveLength(1), soon)
  truncateSync(join(bundle, 'Contents', 'Info.plist'), 100)
  await vi.waitFor(() => expect(told.at(-1)!.drivers[0]!.builds).toEqual([]), soon)
})

test(
  'a project that is deleted says so, and is there again when it is back',
  { timeout: 40_000 },
  async () => {
    const tree = driverTree()
    const { projects, told } = start()
    await projects.open(tree.root)
    const away = join(dirname(tree.root), `${tree.root.split('/').at(-1)}-away`)
    onTestFinished(() => rmSync(away, { recursive: true, force: true }))
    renameSync(tree.root, away)
    await vi.waitFor(() => expect(told.at(-1)!.drivers).toEqual([]), { ...soon, timeout: 12_000 })
    expect(told.at(-1)!.problems).toEqual([
      `${tree.root} cannot be read: there is no such file or folder. It is shown again as soon as it is back.`,
    ])
    cpSync(away, tree.root, { recursive: true })
    await vi.waitFor(() => expect(told.at(-1)!.drivers).toHaveLength(1), {
      ...soon,
      timeout: 12_000,
    })
    // The new folders are watched as the old ones were.
    const count = told.length
    writeFileSync(join(tree.driver('my-kext'), 'my_kext.cpp'), '// again\n')
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(count), soon)
  },
)

test('a project that is closed is told of no more', async () => {
  const tree = driverTree()
  const { projects, told } = start()
  await projects.open(tree.root)
  projects.close()
  expect(told.at(-1)).toBeNull()
  expect(projects.get()).toBeNull()
  writeFileSync(join(tree.driver('my-kext'), 'my_kext.cpp'), '// changed\n')
  await sleep(400)
  expect(told.at(-1)).toBeNull()
  expect(await failureOf(projects.build(signal))).toContain('no project is open')
})

const withMake = (title: string, work: () => Promise<void>) =>
  test(title, async context => {
    context.skip(!hasMake, noMakeReason)
    await work()
  })

withMake('make kexts builds the drivers, and the listing has them when it is done', async () => {
  const tree = driverTree()
  const { projects, runs } = start()
  await projects.open(tree.root)
  const run = await projects.build(signal)
  expect(run).toMatchObject({
    status: 'done',
    exitCode: 0,
    command: ['make', 'kexts'],
    isCut: false,
  })
  expect(run.output).toContain('cp Info.plist')
  expect(projects.get()!.drivers.map(line)).toEqual([
    'my-kext MyKext io.darwinos.contrib.MyKext current qemu-x86_64:1.0.0',
  ])
  expect(runs[0]!.status).toBe('running')
  expect(runs.at(-1)).toEqual(run)
  expect(projects.lastBuild()).toEqual(run)
})

withMake(
  'an error of the compiler is a message with its file, which can be looked at',
  async () => {
    const tree = driverTree()
    const source = join(tree.driver('my-kext'), 'my_kext.cpp')
    writeFileSync(source, 'BROKEN\nsecond\n')
    const { projects } = start()
    await projects.open(tree.root)
    const run = await projects.build(signal)
    expect(run).toMatchObject({ status: 'failed', exitCode: 2 })
    expect(run.messages[0]).toMatchObject({
      severity: 'error',
      file: source,
      line: 1,
      column: 5,
      text: "unknown type name 'BROKEN'",
    })
    expect(run.messages[1]!.file).toMatch(/glue\/mk\/kext\.mk$/)
    const { file, line: at } = run.messages[0]!
    expect(await projects.source(file, at!)).toEqual({
      path: source,
      firstLine: 1,
      lines: ['BROKEN', 'second'],
      line: 1,
    })
  },
)

withMake('a build that is cancelled ends with all that it has started', async () => {
  const tree = driverTree()
  const { projects, runs } = start()
  process.env['SLOWLY'] = '1'
  onTestFinished(() => void delete process.env['SLOWLY'])
  await projects.open(tree.root)
  const ended = projects.build(signal)
  await vi.waitFor(() => expect(runs.at(-1)?.output).toContain('waiting'), soon)
  expect(await failureOf(projects.build(signal))).toContain('A build is under way')
  const child = Number(readFileSync(join(tree.driver('my-kext'), 'child.pid'), 'utf8'))
  projects.cancelBuild()
  expect(await ended).toMatchObject({ status: 'cancelled' })
  await vi.waitFor(() => expect(isRunning(child)).toBe(false), soon)
})

withMake('output without end is kept from its end on, in whole lines', async () => {
  const tree = driverTree()
  writeFileSync(
    join(tree.root, 'Makefile'),
    'kexts:\n\t@seq 1 200000\n\t@printf "\\033]0;title\\007a.c:1:1: error: last\\n"\n',
  )
  const { projects } = start()
  await projects.open(tree.root)
  const run = await projects.build(signal)
  expect(run.isCut).toBe(true)
  expect(run.output.length).toBeLessThanOrEqual(400_000)
  expect(run.output).toMatch(/^\d+\n/)
  expect(run.messages.at(-1)!.text).toBe('last')
})

test('without make it is said what to do', async () => {
  const tree = driverTree()
  const { projects } = start()
  await projects.open(tree.root)
  const path = process.env['PATH']
  process.env['PATH'] = temporaryFolder()
  onTestFinished(() => void (process.env['PATH'] = path))
  expect(await failureOf(projects.build(signal))).toContain(
    'make cannot be used on this computer: it is not on PATH',
  )
})

withMake('secrets of Kextant are not handed to a build', async () => {
  const tree = driverTree()
  writeFileSync(join(tree.root, 'Makefile'), 'kexts:\n\t@env\n')
  process.env['KEXTANT_PASSWORD'] = 'hunter2'
  process.env['MINE'] = 'passed on'
  onTestFinished(() => {
    delete process.env['KEXTANT_PASSWORD']
    delete process.env['MINE']
  })
  const { projects } = start()
  await projects.open(tree.root)
  const { output } = await projects.build(signal)
  expect(output).toContain('MINE=passed on')
  expect(output).not.toContain('hunter2')
})

test('of a file a few lines are shown, and only of text in the project', async () => {
  const tree = driverTree()
  const folder = tree.driver('my-kext')
  const { projects } = start()
  await projects.open(tree.root)
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i + 1}`)
  writeFileSync(join(folder, 'long.cpp'), `${lines.join('\n')}\n`)
  const excerpt = await projects.source('drivers/contrib/my-kext/long.cpp', 50)
  expect(excerpt).toMatchObject({ firstLine: 38, line: 50 })
  expect(excerpt.lines).toEqual(lines.slice(37, 62))
  // The file has become shorter since the build.
  expect(await projects.source(join(folder, 'long.cpp'), 5000)).toMatchObject({ line: 100 })
  symlinkSync('/etc/passwd', join(folder, 'link.cpp'))
  writeFileSync(join(folder, 'data.cpp'), Uint8Array.of(65, 0, 66))
  const refusals = await Promise.all(
    ['link.cpp', 'data.cpp', 'none.cpp', '.', '../../../../../etc/passwd'].map(name =>
      failureOf(projects.source(join(folder, name), 1)),
    ),
  )
  expect(refusals.map(text => text.split(': ').at(-1))).toEqual([
    'it lies outside the project, and only what is in it is shown.',
    'it is not text.',
    'there is no such file or folder.',
    'it is a folder.',
    'it lies outside the project, and only what is in it is shown.',
  ])
})

test('what is hidden, and what lies beside a build, is not shown', async () => {
  const tree = driverTree()
  mkdirSync(join(tree.root, '.ssh'))
  writeFileSync(join(tree.root, '.ssh', 'key'), 'secret\n')
  writeFileSync(join(tree.root, '.netrc'), 'secret\n')
  symlinkSync('.ssh/key', join(tree.root, 'key.cpp'))
  const { projects } = start()
  await projects.open(tree.root)
  for (const name of ['.ssh/key', '.netrc', 'key.cpp', 'drivers/../.netrc']) {
    expect(await failureOf(projects.source(name, 1))).toContain('it is hidden')
    expect(await failureOf(projects.edit(name, 1))).toContain('it is hidden')
  }
  const folder = temporaryFolder()
  cpSync(join(samplesFolder, 'MyKext.kext'), join(folder, 'MyKext.kext'), { recursive: true })
  writeFileSync(join(folder, 'notes.txt'), 'secret\n')
  await projects.open(join(folder, 'MyKext.kext'))
  expect(await failureOf(projects.source(join(folder, 'notes.txt'), 1))).toContain('outside')
  const info = join(folder, 'MyKext.kext', 'Contents', 'Info.plist')
  expect((await projects.source(info, 1)).lines[0]).toContain('<?xml')
})

test('a file is opened in the editor that the user names', async () => {
  const tree = driverTree()
  const { projects } = start()
  await projects.open(tree.root)
  const out = join(temporaryFolder(), 'asked')
  const editor = join(temporaryFolder(), 'my editor')
  writeFileSync(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > '${out}'\n`, { mode: 0o755 })
  process.env['KEXTANT_EDITOR'] = `"${editor}" --at "{file}:{line}"`
  onTestFinished(() => void delete process.env['KEXTANT_EDITOR'])
  const file = join(tree.driver('my-kext'), 'my_kext.cpp')
  await projects.edit(file, 7)
  expect(existsSync(out) && readFileSync(out, 'utf8')).toBe(`--at\n${file}:7\n`)
  process.env['KEXTANT_EDITOR'] = join(temporaryFolder(), 'none')
  expect(await failureOf(projects.edit(file, 7))).toBe(
    'none cannot be used on this computer: there is no such program; set KEXTANT_EDITOR to a command such as “code --goto {file}:{line}”.',
  )
})
