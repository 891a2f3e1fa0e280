import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Timeline } from '../../core/contract/types.ts'
import type { Service } from '../../main/service/service.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const { signal } = new AbortController()

function dumps(count: number): readonly string[] {
  const folder = temporaryFolder()
  return Array.from({ length: count }, (_, i) => {
    const path = join(folder, `dump-${i}.txt`)
    const client = `  +-o Client${i}  <class IOService, id 0x${(i + 200).toString(16)}, retain 2>\n`
    writeFileSync(path, `+-o Root  <class IORegistryEntry, id 0x100, retain 1>\n${client}`)
    return path
  })
}

const open = (service: Service, path: string) => service.handlers['capture.open']({ path }, signal)
const timelineOf = (service: Service) => service.handlers['timeline.get']({}, signal)
const load = (service: Service, snapshotId: string) =>
  service.handlers['capture.get']({ snapshotId }, signal)

async function written(service: Service, count: number): Promise<Timeline> {
  return await expect
    .poll(async () => {
      const timeline = await timelineOf(service)
      return timeline.moments.filter(({ held }) => held === 'disk').length
    })
    .toBe(count)
    .then(() => timelineOf(service))
}

test('a capture that left the memory is read from the disk again, as it was', async () => {
  const { service } = startService({ keepsSession: true })
  const captures = []
  for (const path of dumps(9)) captures.push(await open(service, path))
  await written(service, 9)
  for (const capture of captures) {
    const again = await load(service, capture.snapshotId)
    expect(again).toMatchObject({
      snapshotId: capture.snapshotId,
      source: capture.source,
      takenAt: capture.takenAt,
      planes: capture.planes,
    })
    expect(service.snapshotBytes(capture.snapshotId)[0]).toBeDefined()
  }
  expect(await service.handlers['capture.latest']({}, signal)).toMatchObject({
    snapshotId: captures[8]!.snapshotId,
  })
})

test('a command keeps no session', async () => {
  const { service, settingsFolder } = startService()
  await open(service, dumps(1)[0]!)
  await service.stop()
  expect(() => readdirSync(join(settingsFolder, 'sessions'))).toThrow()
})

test('a session that ended is offered to the next run, with all its captures', async () => {
  const first = startService({ keepsSession: true })
  const opened = []
  for (const path of dumps(8)) opened.push(await open(first.service, path))
  await first.service.stop()
  const { service } = startService({ keepsSession: true, settingsFolder: first.settingsFolder })
  const [session] = await service.handlers['timeline.sessions']({}, signal)
  expect(session).toMatchObject({ ended: 'properly', snapshots: 8, isOpen: false })
  const { sessionId } = session!
  const { moments } = await service.handlers['timeline.openSession']({ sessionId }, signal)
  expect(moments.map(({ snapshotId }) => snapshotId)).toEqual(
    opened.map(({ snapshotId }) => snapshotId),
  )
  const [oldest] = opened
  expect(await load(service, oldest!.snapshotId)).toMatchObject({ source: oldest!.source })
})

test('a cut line, a file that is gone and a strange folder cost no more than themselves', async () => {
  const first = startService({ keepsSession: true })
  const opened = []
  for (const path of dumps(3)) opened.push(await open(first.service, path))
  await first.service.stop()
  const folder = join(first.settingsFolder, 'sessions')
  const [name] = readdirSync(folder)
  appendFileSync(join(folder, name!, 'index.jsonl'), '{"kind":"moment","mom')
  rmSync(join(folder, name!, `${opened[0]!.snapshotId}.kextant`))
  mkdirSync(join(folder, '20200101000000000-aaaaaaaa'))
  writeFileSync(join(folder, '20200101000000000-aaaaaaaa', 'index.jsonl'), 'nothing of ours\n')
  const { service } = startService({ keepsSession: true, settingsFolder: first.settingsFolder })
  const sessions = await service.handlers['timeline.sessions']({}, signal)
  expect(sessions).toMatchObject([{ snapshots: 3 }])
  await service.handlers['timeline.openSession']({ sessionId: sessions[0]!.sessionId }, signal)
  await expect(load(service, opened[0]!.snapshotId)).rejects.toMatchObject({
    failure: { kind: 'file-unreadable' },
  })
  expect(await load(service, opened[1]!.snapshotId)).toMatchObject({ takenAt: opened[1]!.takenAt })
})

test('where nothing can be written, captures stay in memory and it is said once', async () => {
  const settingsFolder = temporaryFolder()
  writeFileSync(join(settingsFolder, 'sessions'), 'a file in the place of the folder')
  const { service } = startService({ keepsSession: true, settingsFolder })
  const { snapshotId } = await open(service, dumps(1)[0]!)
  await expect.poll(async () => (await timelineOf(service)).trouble).toMatch(/not on the disk/)
  expect(await load(service, snapshotId)).toMatchObject({ snapshotId })
})

test('this session cannot be forgotten while it runs', async () => {
  const { service } = startService({ keepsSession: true })
  await open(service, dumps(1)[0]!)
  const { sessionId } = await timelineOf(service)
  await expect(service.handlers['timeline.forget']({ sessionId }, signal)).rejects.toMatchObject({
    failure: { kind: 'bad-request' },
  })
})

test('a process that is killed costs at most the capture that was being written', async () => {
  const settingsFolder = temporaryFolder()
  const paths = dumps(4)
  const script = resolve(import.meta.dirname, '../helpers/session-process.ts')
  const child = spawn(process.execPath, [script, settingsFolder, ...paths], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>(done => {
    let said = ''
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString()
      if (said.includes('written')) done()
    })
  })
  const ended = new Promise(done => child.once('exit', (_code, by) => done(by)))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const { service } = startService({ keepsSession: true, settingsFolder })
  const [session] = await service.handlers['timeline.sessions']({}, signal)
  expect(session).toMatchObject({ ended: 'unexpectedly' })
  expect(session!.snapshots).toBeGreaterThanOrEqual(3)
  const { sessionId } = session!
  const { moments } = await service.handlers['timeline.openSession']({ sessionId }, signal)
  for (const { snapshotId, source } of moments) {
    expect(await load(service, snapshotId)).toMatchObject({ snapshotId, source })
  }
  const index = readFileSync(join(settingsFolder, 'sessions', sessionId, 'index.jsonl'), 'utf8')
  expect(index).not.toContain('"kind":"ended"')
})

test('a line that was cut costs itself alone, and one says nothing of another session', async () => {
  const first = startService({ keepsSession: true })
  const [one, two] = dumps(2)
  await open(first.service, one!)
  const { sessionId } = await written(first.service, 1)
  const index = join(first.settingsFolder, 'sessions', sessionId, 'index.jsonl')
  // As a full disk leaves it.
  appendFileSync(index, '\n{"kind":"moment","moment":{"sess')
  await open(first.service, two!)
  await written(first.service, 2)
  await first.service.stop()
  writeFileSync(index, readFileSync(index, 'utf8').replaceAll('"held":"disk"', '"held":"memory"'))
  const { service } = startService({ keepsSession: true, settingsFolder: first.settingsFolder })
  const { moments } = await service.handlers['timeline.openSession']({ sessionId }, signal)
  expect(moments.map(({ held, source }) => [held, source.label])).toEqual([
    ['disk', 'dump-0.txt'],
    ['disk', 'dump-1.txt'],
  ])
  expect(await load(service, moments[1]!.snapshotId)).toMatchObject({ source: moments[1]!.source })
})

test('two who ask for a capture are not ended by one who gives up', async () => {
  const { service } = startService({ keepsSession: true })
  const captures = []
  for (const path of dumps(9)) captures.push(await open(service, path))
  await written(service, 9)
  const { snapshotId } = captures[0]!
  const impatient = new AbortController()
  const asked = service.handlers['capture.get']({ snapshotId }, impatient.signal)
  const again = load(service, snapshotId)
  impatient.abort()
  await asked.catch(() => undefined)
  expect((await again).snapshotId).toBe(snapshotId)
})
