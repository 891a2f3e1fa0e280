import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MomentCause } from '../../core/contract/timeline-types.ts'
import type { Timeline } from '../../core/contract/types.ts'
import { isAlive, thisWriter } from '../../main/service/history/writer.ts'
import type { Service } from '../../main/service/service.ts'
import { readSessions } from '../../main/service/timeline/session-file.ts'
import { createTimeline, type TimelineOptions } from '../../main/service/timeline/timeline.ts'
import { createParser } from '../../main/service/parse-client.ts'
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

const sessionsOf = (service: Service) => service.handlers['timeline.sessions']({}, signal)
const indexOf = (settingsFolder: string, sessionId: string) =>
  join(settingsFolder, 'sessions', sessionId, 'index.jsonl')

test('a capture whose file is whole counts, though the process ended before it could say so', async () => {
  const first = startService({ keepsSession: true })
  const opened = []
  for (const path of dumps(3)) opened.push(await open(first.service, path))
  const { sessionId } = await written(first.service, 3)
  await first.service.stop()
  const index = indexOf(first.settingsFolder, sessionId)
  const lines = readFileSync(index, 'utf8').split('\n')
  const [, second, third] = opened.map(({ snapshotId }) => snapshotId)
  const isSaid = (line: string) => line.includes('"moment"') && line.includes('"kind":"moment"')
  const cut = lines.filter(
    line =>
      !line.includes('"ended"') && !(isSaid(line) && new RegExp(`${second}|${third}`).test(line)),
  )
  writeFileSync(index, cut.join('\n'))
  // Of the third there is no file either: it was being written.
  rmSync(join(index, '..', `${third}.kextant`))
  writeFileSync(join(index, '..', '.0123456789ab.tmp'), 'half of a file')
  const { service } = startService({ keepsSession: true, settingsFolder: first.settingsFolder })
  const { moments } = await service.handlers['timeline.openSession']({ sessionId }, signal)
  expect(moments.map(({ source }) => source.label)).toEqual(['dump-0.txt', 'dump-1.txt'])
  expect(moments[1]!.bytes).toBeGreaterThan(0)
  expect(await load(service, second!)).toMatchObject({ takenAt: opened[1]!.takenAt })
  // One that was taken out does not come back, though the process ended before its file went.
  appendFileSync(index, `\n${JSON.stringify({ kind: 'thinned', snapshotIds: [second] })}`)
  expect(await readSessions(join(first.settingsFolder, 'sessions'))).toMatchObject([
    { moments: [{ source: { label: 'dump-0.txt' } }] },
  ])
})

test('what a full disk refused is kept in memory, said, and written when there is room again', async () => {
  const { service, settingsFolder } = startService({ keepsSession: true })
  const paths = dumps(9)
  await open(service, paths[0]!)
  const { sessionId } = await written(service, 1)
  const index = indexOf(settingsFolder, sessionId)
  renameSync(index, `${index}.aside`)
  symlinkSync('/dev/full', index)
  const refused = await open(service, paths[1]!)
  await expect
    .poll(async () => (await timelineOf(service)).trouble)
    .toMatch(/not on the disk: .*(full|no space|room)/i)
  // Six captures are held in memory; this one is held longer, for it is nowhere else.
  for (const path of paths.slice(2, 8)) await open(service, path)
  expect(await load(service, refused.snapshotId)).toMatchObject({ source: refused.source })
  rmSync(index)
  renameSync(`${index}.aside`, index)
  await open(service, paths[8]!)
  const { trouble } = await written(service, 9)
  expect(trouble).toBeNull()
  await service.stop()
  const next = startService({ keepsSession: true, settingsFolder }).service
  expect(await sessionsOf(next)).toMatchObject([{ snapshots: 9, ended: 'properly' }])
})

test('a session that a newer Kextant kept is told of, and neither opened, deleted nor pruned', async () => {
  const settingsFolder = temporaryFolder()
  const sessionId = '20300101000000000-0badcafe'
  const folder = join(settingsFolder, 'sessions', sessionId)
  mkdirSync(folder, { recursive: true })
  const line = {
    kind: 'session',
    formatVersion: 2,
    id: sessionId,
    startedAt: '2030-01-01T00:00:00Z',
  }
  writeFileSync(join(folder, 'index.jsonl'), `\n${JSON.stringify({ ...line, shape: ['new'] })}\n`)
  const { service } = startService({ keepsSession: true, settingsFolder })
  expect(await sessionsOf(service)).toMatchObject([{ sessionId, newerFormat: 2, snapshots: 0 }])
  const said = {
    failure: { detail: expect.stringMatching(/a newer Kextant .*\(form 2\)/) as string },
  }
  await expect(
    service.handlers['timeline.openSession']({ sessionId }, signal),
  ).rejects.toMatchObject(said)
  await expect(service.handlers['timeline.forget']({ sessionId }, signal)).rejects.toMatchObject(
    said,
  )
  await open(service, dumps(1)[0]!)
  await written(service, 1)
  expect(statSync(folder).isDirectory()).toBe(true)
})

test('a clock that is set back changes neither the order of a session nor who is alive', async () => {
  const { service, settingsFolder } = startService({ keepsSession: true })
  const paths = dumps(3)
  await open(service, paths[0]!)
  await written(service, 1)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
  try {
    await open(service, paths[1]!)
    const { moments } = await written(service, 2)
    expect(moments[1]!.addedAt >= moments[0]!.addedAt).toBe(true)
    // Another Kextant, which begins an hour before the first one: neither takes the other for one that has ended.
    const other = startService({ keepsSession: true, settingsFolder }).service
    await open(other, paths[2]!)
    await written(other, 1)
    const [seen] = await sessionsOf(other)
    expect(seen).toMatchObject({ ended: 'running', snapshots: 2 })
    await expect(
      other.handlers['timeline.forget']({ sessionId: seen!.sessionId }, signal),
    ).rejects.toMatchObject({
      failure: { detail: expect.stringContaining('another Kextant') as string },
    })
    expect(await sessionsOf(service)).toMatchObject([{ ended: 'running', snapshots: 1 }])
  } finally {
    vi.useRealTimers()
  }
})

test('another boot is another boot, whatever its clock says', () => {
  const writer = thisWriter()
  expect(isAlive({ ...writer, bootId: 'another-boot' })).toBe(false)
  expect(isAlive({ ...writer, bootedAt: writer.bootedAt - 86_400 })).toBe(true)
})

/** A timeline by itself, and captures to put on it: `look-0`, `look-1` and so on. */
async function ownTimeline(options: Partial<TimelineOptions>) {
  const folder = temporaryFolder()
  const { service } = startService()
  const taken = service.taken((await open(service, dumps(1)[0]!)).snapshotId)
  const parser = createParser(new URL('../../main/service/parse-worker.ts', import.meta.url))
  onTestFinished(() => parser.stop())
  const timeline = createTimeline({
    folder,
    isKept: true,
    version: '1.2.3',
    parser,
    changed: () => undefined,
    ...options,
  })
  let count = 0
  return {
    folder,
    timeline,
    add: (cause: MomentCause = { kind: 'watch' }) => {
      const capture = { ...taken.capture, snapshotId: `look-${count++}` }
      timeline.add({ ...taken, capture }, cause)
    },
    /** Until the newest is on the disk. */
    written: () =>
      expect.poll(() => timeline.get().moments.at(-1)!.held, { interval: 2 }).toBe('disk'),
  }
}

test('a snapshot that is thinned while it is written leaves neither a file nor a line that counts', async () => {
  const limits = { mostMoments: 2, mostBytes: 1e9, newestKept: 1 }
  const { folder, timeline, add, written } = await ownTimeline({ limits })
  add()
  await written()
  const own = join(folder, readdirSync(folder)[0]!)
  add()
  await expect
    .poll(() => readFileSync(join(own, 'index.jsonl'), 'utf8'), { interval: 0 })
    .toMatch(/"begun".*look-1/)
  add()
  await written()
  await timeline.stop()
  expect(timeline.get().moments.map(({ snapshotId }) => snapshotId)).toEqual(['look-0', 'look-2'])
  const [session] = await readSessions(folder)
  expect(session!.moments.map(({ snapshotId }) => snapshotId)).toEqual(['look-0', 'look-2'])
  expect(readdirSync(own).sort()).toEqual(['index.jsonl', 'look-0.kextant', 'look-2.kextant'])
})

test('of an action and of what was there before it nothing is thinned while there is anything else', async () => {
  const limits = { mostMoments: 4, mostBytes: 1e9, newestKept: 1 }
  const { timeline, add } = await ownTimeline({ limits, isKept: false })
  for (let i = 0; i < 8; i++) {
    add(i === 3 ? { kind: 'action', actionId: 'a', title: 'Load' } : { kind: 'watch' })
  }
  const kept = timeline.get().moments.map(({ snapshotId }) => snapshotId)
  expect(kept).toEqual(['look-0', 'look-2', 'look-3', 'look-7'])
})

test('where the disk is too slow for a watch, looks that nobody asked for are let go first', async () => {
  const { timeline, add } = await ownTimeline({ mostWaitingBytes: 1 })
  for (const kind of ['user', 'watch', 'user'] as const) add({ kind })
  await timeline.stop()
  for (const snapshotId of ['look-0', 'look-1', 'look-2']) timeline.left(snapshotId)
  expect(timeline.get().moments.map(({ held }) => held)).toEqual(['dropped', 'dropped', 'disk'])
})

test('what a full disk refused is tried once more at the end', async () => {
  const { folder, timeline, add, written } = await ownTimeline({})
  add()
  await written()
  const index = join(folder, readdirSync(folder)[0]!, 'index.jsonl')
  renameSync(index, `${index}.aside`)
  symlinkSync('/dev/full', index)
  add()
  await expect.poll(() => timeline.get().trouble).not.toBeNull()
  rmSync(index)
  renameSync(`${index}.aside`, index)
  await timeline.stop()
  expect(await readSessions(folder)).toMatchObject([{ ended: 'properly', moments: { length: 2 } }])
})

test('of older sessions too many go, but for the newest, those that run, and those of a newer Kextant', async () => {
  const oldLimits = { mostSessions: 2, mostBytes: 1e9 }
  const { folder, add, written, timeline } = await ownTimeline({ oldLimits })
  const old = (day: number, writer: object, formatVersion = 1) => {
    const id = `202001${String(day).padStart(2, '0')}000000000-0000000a`
    const line = { kind: 'session', formatVersion, id, startedAt: '2020-01-01T00:00:00Z', writer }
    mkdirSync(join(folder, id))
    writeFileSync(join(folder, id, 'index.jsonl'), JSON.stringify(line))
    return id
  }
  const dead = { ...thisWriter(), bootId: 'another', bootedAt: 1 }
  const [running, newer] = [old(1, thisWriter()), old(2, dead, 2)]
  const [, second, third] = [old(3, dead), old(4, dead), old(5, dead)]
  add()
  await written()
  await timeline.stop()
  const own = timeline.get().sessionId
  expect(readdirSync(folder).sort()).toEqual([running, newer, second, third, own])
})

test('the index of a long watch stays short, and tells of all that is kept', async () => {
  const { folder, timeline, add, written } = await ownTimeline({
    limits: { mostMoments: 8, mostBytes: 1e9, newestKept: 3 },
    mostIndexBytes: 4000,
  })
  for (let i = 0; i < 40; i++) {
    add()
    await written()
  }
  await timeline.stop()
  const kept = timeline.get().moments.map(({ snapshotId }) => snapshotId)
  const [session] = await readSessions(folder)
  expect(session).toMatchObject({ ended: 'properly' })
  expect(session!.moments.map(({ snapshotId }) => snapshotId)).toEqual(kept)
  const here = join(folder, session!.id)
  expect(statSync(join(here, 'index.jsonl')).size).toBeLessThan(4000 + 8 * 700 + 2000)
  const files = readdirSync(here).filter(name => name.endsWith('.kextant'))
  expect(files.sort()).toEqual(kept.map(id => `${id}.kextant`).sort())
})
