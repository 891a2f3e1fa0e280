import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { recordFileText } from '../../main/service/history/record-file.ts'
import { createHistoryStore, type HistoryStore } from '../../main/service/history/store.ts'
import { thisWriter } from '../../main/service/history/writer.ts'
import { smallRecord, smallStep } from '../helpers/small-record.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const hasMkfifo = spawnSync('mkfifo', ['--version']).error === undefined
const limits = { mostRecords: 1000, mostBytes: 1e9 }
const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString()
const files = (folder: string) => readdirSync(folder).sort()
const titles = async (store: HistoryStore) => (await store.list()).map(({ title }) => title)

/** What the store says to whoever looks after this computer. */
function listening(): () => string {
  const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => spy.mockRestore())
  return () => spy.mock.calls.map(([text]) => String(text)).join('')
}

async function keep(store: HistoryStore, ...records: ReturnType<typeof smallRecord>[]) {
  for (const record of records) store.put(record, true)
  await store.written()
}

test('what one Kextant has done the next one knows, newest first', async () => {
  const folder = join(temporaryFolder(), 'history')
  const [older, newer] = [
    smallRecord({ title: 'older', startedAt: at(1) }),
    smallRecord({ title: 'newer', startedAt: at(2) }),
  ]
  await keep(createHistoryStore(folder), newer, older)
  const next = createHistoryStore(folder)
  expect(await titles(next)).toEqual(['newer', 'older'])
  expect(await next.find(older.id)).toEqual(older)
  await expect(next.find('another')).rejects.toMatchObject({ failure: { kind: 'unknown-action' } })
})

test('nobody else may read the files, and each is whole', async () => {
  const folder = join(temporaryFolder(), 'history')
  await keep(createHistoryStore(folder), smallRecord())
  const { statSync } = await import('node:fs')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const [name] = files(folder)
  expect(statSync(join(folder, name!)).mode & 0o777).toBe(0o600)
  expect(files(folder)).toHaveLength(1)
})

test('the oldest go when there are too many, and what runs stays', async () => {
  const folder = join(temporaryFolder(), 'history')
  const store = createHistoryStore(folder, { ...limits, mostRecords: 3 })
  const running = smallRecord({
    title: 'running',
    startedAt: at(0),
    endedAt: null,
    status: 'running',
    conclusion: null,
  })
  const others = [1, 2, 3, 4, 5].map(second =>
    smallRecord({ title: `${second}`, startedAt: at(second) }),
  )
  await keep(store, running, ...others)
  const next = createHistoryStore(folder)
  expect(await titles(next)).toEqual(['5', '4', '3', 'running'])
})

test('the oldest go when they are too large', async () => {
  const folder = join(temporaryFolder(), 'history')
  const store = createHistoryStore(folder, { ...limits, mostBytes: 30_000 })
  const text = 'x'.repeat(10_000)
  for (const second of [1, 2, 3, 4, 5]) {
    const output = [{ stream: 'stdout' as const, text }]
    const steps = [smallStep('kextload', { output })]
    await keep(store, smallRecord({ title: `${second}`, startedAt: at(second), steps }))
  }
  expect(await titles(createHistoryStore(folder))).toEqual(['5', '4'])
})

test('a damaged file and one of a newer Kextant are passed over with a word, and stay where they are', async () => {
  const folder = join(temporaryFolder(), 'history')
  const said = listening()
  const store = createHistoryStore(folder, { ...limits, mostRecords: 1 })
  const good = smallRecord({ startedAt: at(5) })
  const name = (second: number) => `${at(second).replace(/[^0-9]/g, '')}-${smallRecord().id}.json`
  mkdirSync(folder, { recursive: true })
  const strange = {
    [name(1)]: '{"version":1,"writer',
    [name(2)]: JSON.stringify({ version: 7, everything: 'is different' }),
    [name(3)]: recordFileText(smallRecord({ status: 'odd' as never }), thisWriter()),
    [name(4)]: recordFileText(smallRecord({ steps: [{ phase: 'load' }] as never }), thisWriter()),
  }
  for (const [file, text] of Object.entries(strange)) writeFileSync(join(folder, file), text)
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await keep(store, good)
  expect((await store.list()).map(({ id }) => id)).toEqual([good.id])
  await store.list()
  for (const [file, text] of Object.entries(strange)) {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text)
    expect(said().split(file)).toHaveLength(2)
  }
  expect(said()).toContain('of a newer Kextant (version 7)')
  expect(said()).not.toContain('notes.txt')
  expect(files(folder)).toContain('notes.txt')
})

test('a search looks into commands, output and reports of all of them, and not at names of fields', async () => {
  const folder = join(temporaryFolder(), 'history')
  const byOutput = smallRecord({
    startedAt: at(1),
    steps: [smallStep('kextload', { output: [{ stream: 'stderr', text: 'Line one\n"Two"' }] })],
  })
  const byCommand = smallRecord({ startedAt: at(2), steps: [smallStep('sudo kextunload -b two')] })
  await keep(createHistoryStore(folder), byOutput, byCommand)
  const store = createHistoryStore(folder)
  expect(await store.search('TWO')).toEqual([byCommand.id, byOutput.id])
  expect(await store.search('one\n"two')).toEqual([byOutput.id])
  expect(await store.search('explanation')).toEqual([])
  expect(await store.search('com.example.mykext')).toHaveLength(2)
})

test('what runs is written at each step at once, and in between once a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const folder = join(temporaryFolder(), 'history')
  const store = createHistoryStore(folder)
  const first = smallRecord({ endedAt: null, status: 'running', conclusion: null })
  const told = (title: string) => ({ ...first, title })
  const onDisk = async () => {
    await new Promise(resolve => setImmediate(resolve))
    for (let tries = 0; tries < 50; tries++) await new Promise(resolve => setImmediate(resolve))
    const [name] = files(folder).filter(file => file.endsWith('.json'))
    return (JSON.parse(readFileSync(join(folder, name!), 'utf8')) as { record: { title: string } })
      .record.title
  }
  store.put(told('begin'), true)
  await vi.waitFor(async () => expect(await onDisk()).toBe('begin'))
  store.put(told('a'), false)
  vi.advanceTimersByTime(500)
  store.put(told('b'), false)
  expect(await onDisk()).toBe('begin')
  vi.advanceTimersByTime(600)
  await vi.waitFor(async () => expect(await onDisk()).toBe('b'))
  store.put(told('c'), false)
  await store.written()
  expect(await onDisk()).toBe('c')
  store.put({ ...told('over'), endedAt: at(9) }, true)
  await store.written()
})

test('a record whose process is gone was interrupted, and that is written down', async () => {
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  const ended = spawn(process.execPath, ['-e', ''])
  await once(ended, 'exit')
  const steps = [
    smallStep('look', { changesGuest: false }),
    smallStep('sudo kextload', { status: 'running', exitCode: null }),
    smallStep('verify', { status: 'waiting', exitCode: null }),
  ]
  const record = smallRecord({ endedAt: null, status: 'running', conclusion: null, steps })
  const name = `${record.startedAt.replace(/[^0-9]/g, '')}-${record.id}.json`
  const writer = { ...thisWriter(), pid: ended.pid! }
  writeFileSync(join(folder, name), recordFileText(record, writer))
  const store = createHistoryStore(folder)
  expect(await store.list()).toMatchObject([{ status: 'unknown', conclusion: 'interrupted' }])
  await store.written()
  const onDisk = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { record: typeof record }
  expect(onDisk.record).toMatchObject({ status: 'unknown', conclusion: 'interrupted' })
  const known = await createHistoryStore(folder).find(record.id)
  expect(known.steps.map(({ status }) => status)).toEqual(['done', 'failed', 'skipped'])
  expect(known.steps[1]!.output.at(-1)?.text).toContain('whether it took effect is not known')
  expect(known.endedAt).not.toBeNull()
  expect((await store.unresolved('guest-1')).map(({ id }) => id)).toEqual([record.id])
  expect(await store.unresolved('guest-2')).toEqual([])
})

test('a record of this process that this process does not run was interrupted', async () => {
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  const record = smallRecord({ endedAt: null, status: 'running', conclusion: null })
  const name = `${record.startedAt.replace(/[^0-9]/g, '')}-${record.id}.json`
  writeFileSync(join(folder, name), recordFileText(record, thisWriter()))
  const store = createHistoryStore(folder)
  expect(await store.list()).toMatchObject([{ status: 'unknown', conclusion: 'interrupted' }])
  await store.written()
})

test('what another Kextant runs right now is not interrupted, until that one is gone', async () => {
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  // A process of its own with a record under way, and the mark that such a process writes.
  const script = `
    import { recordFileText } from ${JSON.stringify(join(import.meta.dirname, '../../main/service/history/record-file.ts'))}
    import { thisWriter } from ${JSON.stringify(join(import.meta.dirname, '../../main/service/history/writer.ts'))}
    import { writeFileSync } from 'node:fs'
    const [path, record] = process.argv.slice(1)
    writeFileSync(path, recordFileText(JSON.parse(record), thisWriter()))
    console.log('written')
    setInterval(() => {}, 1000)
  `
  const record = smallRecord({ endedAt: null, status: 'running', conclusion: null })
  const name = `${record.startedAt.replace(/[^0-9]/g, '')}-${record.id}.json`
  const args = ['--input-type=module', '-e', script, join(folder, name), JSON.stringify(record)]
  const other = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void other.kill('SIGKILL'))
  await once(other.stdout, 'data')
  const store = createHistoryStore(folder)
  expect(await store.list()).toMatchObject([{ status: 'running', conclusion: null }])
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(await store.list()).toMatchObject([{ status: 'unknown', conclusion: 'interrupted' }])
  await store.written()
})

test('a process id that another program has by now is not taken for Kextant', async () => {
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => void other.kill('SIGKILL'))
  const record = smallRecord({ endedAt: null, status: 'running', conclusion: null })
  const name = `${record.startedAt.replace(/[^0-9]/g, '')}-${record.id}.json`
  const mine = thisWriter()
  if (mine.startTicks === null) return console.log('skipped: this system tells no start times')
  const writer = { ...mine, pid: other.pid!, startTicks: '1' }
  writeFileSync(join(folder, name), recordFileText(record, writer))
  const store = createHistoryStore(folder)
  expect(await store.list()).toMatchObject([{ status: 'unknown' }])
  await store.written()
})

test('what is damaged, newer or from the future takes the place of no good record', async () => {
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  listening()
  const store = createHistoryStore(folder, { mostRecords: 2, mostBytes: 100_000 })
  for (let year = 2090; year < 2100; year++) {
    writeFileSync(join(folder, `${year}0101000000000-${smallRecord().id}.json`), 'x'.repeat(60_000))
  }
  const records = [1, 2, 3].map(second =>
    smallRecord({ title: `${second}`, startedAt: at(second) }),
  )
  await keep(store, ...records)
  expect(await titles(createHistoryStore(folder))).toEqual(['3', '2'])
  expect(files(folder)).toHaveLength(12)
})

test('one record that is larger than all may be is kept until there is a newer one', async () => {
  const folder = join(temporaryFolder(), 'history')
  const store = createHistoryStore(folder, { mostRecords: 5, mostBytes: 1000 })
  const large = (second: number) => smallRecord({ title: 'x'.repeat(5000), startedAt: at(second) })
  await keep(store, large(1))
  expect(files(folder)).toHaveLength(1)
  await keep(store, large(2))
  expect(files(folder)).toHaveLength(1)
})

test('pipes, folders and files without an end by the names of records hold up nothing', async context => {
  context.skip(!hasMkfifo, 'mkfifo is not here')
  const folder = join(temporaryFolder(), 'history')
  mkdirSync(folder, { recursive: true })
  listening()
  const named = (second: number) =>
    join(folder, `${at(second).replace(/[^0-9]/g, '')}-${smallRecord().id}.json`)
  spawnSync('mkfifo', [named(1)])
  mkdirSync(named(2))
  symlinkSync('/dev/zero', named(3))
  const endless = named(4)
  writeFileSync(endless, '')
  truncateSync(endless, 3_000_000_000)
  const store = createHistoryStore(folder, { ...limits, mostRecords: 1 })
  const record = smallRecord({ startedAt: at(9) })
  await keep(store, record)
  expect(await store.unresolved('guest-1')).toEqual([])
  expect((await store.list()).map(({ id }) => id)).toEqual([record.id])
  expect(await store.search('mykext')).toEqual([record.id])
})

test('two that write at once lose no record of either', async () => {
  const folder = join(temporaryFolder(), 'history')
  const two = [createHistoryStore(folder), createHistoryStore(folder)]
  const records = Array.from({ length: 40 }, (_, i) =>
    smallRecord({ title: `${i}`, startedAt: at(i) }),
  )
  for (const [i, record] of records.entries()) two[i % 2]!.put(record, true)
  await Promise.all(two.map(store => store.written()))
  expect(await two[0]!.list()).toHaveLength(40)
  expect(files(folder).filter(name => !name.endsWith('.json'))).toEqual([])
})

test('a full disk leaves what was there, and half of nothing', async context => {
  const folder = temporaryFolder()
  const isMounted =
    process.platform === 'linux' &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0
  context.skip(!isMounted, 'a disk of its own takes root, and may not be had in a container')
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  const said = listening()
  const store = createHistoryStore(folder)
  const small = smallRecord({ title: 'small', startedAt: at(1) })
  const large = smallRecord({ title: 'x'.repeat(200_000), startedAt: at(2) })
  await keep(store, small, large)
  expect(said()).toMatch(/The history is not kept: .* cannot be written: the disk is full\./)
  expect(files(folder)).toHaveLength(1)
  expect(await titles(createHistoryStore(folder))).toEqual(['small'])
  // What the disk did not take is known as long as Kextant runs.
  expect(await titles(store)).toHaveLength(2)
})

test('a folder that cannot be written stops no action, and is said once', async () => {
  const place = join(temporaryFolder(), 'file')
  writeFileSync(place, '')
  const said = listening()
  const store = createHistoryStore(join(place, 'history'))
  const record = smallRecord()
  await keep(store, record, smallRecord())
  expect(await store.find(record.id)).toEqual(record)
  expect(await store.list()).toHaveLength(2)
  expect(said().split('The history is not kept')).toHaveLength(2)
})
