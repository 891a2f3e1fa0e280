import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import type { EventEnvelope } from '../../core/contract/requests.ts'
import type { ActionRecord } from '../../core/contract/types.ts'
import type { Program } from '../../main/demo/program.ts'
import {
  loopOf,
  samplesFolder,
  startAppWithDemo,
  type AppWithDemo,
} from '../helpers/app-with-demo.ts'
import { putSample } from '../helpers/put-sample.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// A loop that is broken off anywhere: the guest is left with a whole kext, and the next run says what it found.

const bundlePath = join(samplesFolder, 'MyKext.kext')
const bundleIdentifier = 'io.darwinos.contrib.MyKext'
const place = '/Library/Extensions/MyKext.kext'
const root = { uid: 0, gid: 0 }

/** The next build: another version, and a file more. */
function newBuild(): string {
  const path = join(temporaryFolder(), 'MyKext.kext')
  cpSync(bundlePath, path, { recursive: true })
  const plist = join(path, 'Contents', 'Info.plist')
  writeFileSync(plist, readFileSync(plist, 'utf8').replaceAll('1.0.0', '1.0.1'))
  mkdirSync(join(path, 'Contents', 'Resources'), { recursive: true })
  writeFileSync(join(path, 'Contents', 'Resources', 'new.txt'), 'new')
  return path
}

/** Which build lies in the guest, whole; fails where it is half of one and half of the other. */
function buildInGuest({ guest: { files } }: AppWithDemo): 'old' | 'new' {
  const plist = Buffer.from(files.read(`${place}/Contents/Info.plist`, root)).toString()
  const isNew = plist.includes('1.0.1')
  expect(files.exists(`${place}/Contents/Resources/new.txt`)).toBe(isNew)
  const code = files.read(`${place}/Contents/MacOS/MyKext`, root)
  const sent = readFileSync(join(bundlePath, 'Contents', 'MacOS', 'MyKext'))
  expect(Buffer.from(code).equals(sent)).toBe(true)
  return isNew ? 'new' : 'old'
}

function leftovers({ guest: { files } }: AppWithDemo): readonly string[] {
  const names = (folder: string) => files.list(folder, root).map(String)
  return [
    ...names('/tmp').filter(name => name.startsWith('kextant-')),
    ...names('/Library/Extensions').filter(name => name.includes('.kextant-')),
  ]
}

const notes = (record: ActionRecord) =>
  record.steps.flatMap(step => step.output.map(piece => piece.text)).join('\n')

/** With the old build in its place and loaded, by the guest's own means. */
async function withOldBuild(): Promise<{ app: AppWithDemo; targetId: string }> {
  let kextload!: Program
  const app = await startAppWithDemo({
    change: programs => (kextload = programs.get('/sbin/kextload')!),
  })
  const { files } = app.guest
  const argv = ['kextload', putSample(files, 'MyKext')]
  const nowhere = () => Promise.resolve()
  const code = await kextload({
    ...{ argv, ...root, user: 'root', cwd: '/', env: {}, files },
    ...{ stdin: Readable.from([]), stdout: nowhere, stderr: nowhere },
    signal: new AbortController().signal,
  })
  expect(code).toBe(0)
  return { app, targetId: await app.connect() }
}

async function killedAt(
  { settingsFolder, guest }: AppWithDemo,
  targetId: string,
  words: RegExp,
): Promise<void> {
  const script = join(import.meta.dirname, '../helpers/run-loop-process.ts')
  const args = [script, settingsFolder, targetId, guest.password, guest.hostKeyFingerprint]
  const child = spawn(process.execPath, [...args, newBuild()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const seen: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    seen.push(line)
    if (!words.test(line)) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
    return
  }
  throw new Error(`no line says ${words}:\n${seen.join('\n')}`)
}

test.each([
  ['the first look', /^\d+ look /],
  ['the upload', /^\d+ push put /],
  ['the owner is set', /^\d+ push .*chown/],
  ['the guest checks', /^\d+ preflight /],
  ['the bundle takes its place', /^\d+ push .*sync/],
  ['the old one is unloaded', /^\d+ unload /],
  ['the load', /^\d+ load /],
  ['the registry comes to rest', /^\d+ settle /],
  ['what is expected is looked for', /^\d+ verify /],
  ['the counts are compared', /^\d+ leak-check /],
])(
  'Kextant is killed while %s: the guest has one whole kext, and the next one says what it found',
  async (_what, words) => {
    const { app, targetId } = await withOldBuild()
    await killedAt(app, targetId, words)
    // What the guest was told to do before goes on to its end there.
    await expect.poll(() => buildInGuest(app), { timeout: 5000 }).toMatch(/old|new/)
    await app.restart()
    const [summary] = await app.ask('action.history', {})
    expect(summary).toMatchObject({ status: 'unknown', conclusion: 'interrupted' })
    const record = await app.ask('action.record', { actionId: summary!.id })
    expect(record.steps.some(({ status }) => status === 'running')).toBe(false)
    expect(notes(record)).toContain('Kextant ended')

    await app.ask('guest.connect', {
      targetId,
      secret: app.guest.password,
      trustFingerprint: null,
    })
    const { kexts } = await app.capture()
    const isLoaded = kexts!.some(each => each.bundleIdentifier === bundleIdentifier)
    const resolved = await app.ask('action.record', { actionId: record.id })
    expect(resolved.resolution?.sentence).toContain('The guest is in the same boot')
    expect(resolved.resolution?.sentence).toMatch(
      isLoaded ? /MyKext \d\S* is loaded/ : /MyKext is not loaded/,
    )
    const version = buildInGuest(app) === 'new' ? '1.0.1' : '1.0.0'
    expect(resolved.resolution?.sentence).toContain(`${place} is there, version ${version}`)

    const left = leftovers(app)
    const next = loopOf(newBuild(), 'unloaded')
    const plan = await app.ask('action.plan', next)
    for (const name of left) expect(plan.warnings.join('\n')).toContain(name)
    const again = await app.act(next)
    expect(again).toMatchObject({ status: 'done', conclusion: 'holds' })
    expect(buildInGuest(app)).toBe('new')
    expect(leftovers(app)).toEqual([])
  },
  60_000,
)

test.each([
  ['the first look', /^look /],
  ['the upload', /^push put /],
  ['the guest checks', /^preflight /],
  ['the bundle takes its place', /^push .*test -e/],
  ['the load', /^load /],
  ['the registry comes to rest', /^settle /],
  ['the second look', /^look .* again/],
])(
  'the connection breaks off during %s: first nothing is known, then the guest is looked at',
  async (_what, words) => {
    const { app } = await withOldBuild()
    const told: ActionRecord[] = []
    let hasCut = false
    const stop = app.service.subscribe((event: EventEnvelope) => {
      if (event.name !== 'action.changed') return
      told.push(event.payload)
      const step = event.payload.steps.find(({ status }) => status === 'running')
      const line = `${step?.phase} ${step?.command} ${step?.explanation}`
      if (hasCut || !words.test(line)) return
      hasCut = true
      app.guest.goDown(300)
    })
    const record = await app.act(loopOf(newBuild()))
    stop()
    expect(hasCut).toBe(true)
    expect(record).toMatchObject({ status: 'failed', conclusion: 'connection' })
    const unknown = told.find(({ status }) => status === 'unknown')
    expect(unknown).toMatchObject({ conclusion: 'connection', endedAt: null, resolution: null })
    expect(record.resolution?.sentence).toContain('The guest is in the same boot')
    expect(record.steps.flatMap(({ failure }) => failure?.kind ?? [])).toEqual(['connection-lost'])
    await app.ask('capture.get', { snapshotId: record.snapshotAfter! })
    buildInGuest(app)

    const again = await app.act(loopOf(newBuild(), 'unloaded'))
    expect(again).toMatchObject({ status: 'done', conclusion: 'holds' })
    expect(leftovers(app)).toEqual([])
  },
  60_000,
)

test('a panic: the outcome is unknown, then the guest is back as another boot, and the record says so', async () => {
  const app = await startAppWithDemo()
  await app.connect()
  const statuses: string[] = []
  app.service.subscribe((event: EventEnvelope) => {
    if (event.name !== 'action.changed') return
    const { status, conclusion, resolution } = event.payload
    const line = `${status} ${conclusion ?? '-'} ${resolution === null ? '' : 'resolved'}`.trim()
    if (statuses.at(-1) !== line) statuses.push(line)
  })
  const record = await app.act(loopOf(join(samplesFolder, 'PanicsGuest.kext')))
  expect(statuses).toEqual(['running -', 'unknown connection', 'failed connection resolved'])
  expect(record.resolution?.sentence).toMatch(/booted again .*PanicsGuest is not loaded/)
  expect(record.steps.flatMap(({ failure }) => failure?.kind ?? [])).toEqual(['guest-rebooted'])
  expect(await app.ask('action.record', { actionId: record.id })).toEqual(record)
}, 60_000)

test('a guest that does not come back leaves the outcome unknown, and its next capture tells, also after a restart', async () => {
  const app = await startAppWithDemo()
  const targetId = await app.connect()
  const stop = app.service.subscribe((event: EventEnvelope) => {
    if (event.name !== 'action.changed') return
    const step = event.payload.steps.find(({ status }) => status === 'running')
    if (step?.phase !== 'load') return
    stop()
    app.guest.goDown()
  })
  const acting = app.act(loopOf(bundlePath))
  await expect
    .poll(async () => (await app.ask('action.history', {}))[0]?.status, { timeout: 20_000 })
    .toBe('unknown')
  const [{ id } = { id: '' }] = await app.ask('action.history', {})
  await app.ask('action.cancel', { actionId: id })
  const record = await acting
  expect(record).toMatchObject({ status: 'unknown', conclusion: 'connection', resolution: null })
  expect(record.endedAt).not.toBeNull()

  await app.restart()
  await app.guest.comeUp()
  await app.ask('guest.connect', { targetId, secret: app.guest.password, trustFingerprint: null })
  await app.capture()
  const resolved = await app.ask('action.record', { actionId: id })
  expect(resolved).toMatchObject({ status: 'failed', conclusion: 'connection' })
  expect(resolved.resolution?.sentence).toContain(`${place} is there`)
}, 60_000)
