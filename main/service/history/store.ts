import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionRecord, ActionSummary } from '../../../core/contract/types.ts'
import { FailureError, sentenceFor } from '../../../core/failure.ts'
import { summaryOf } from '../../../core/history/summary.ts'
import { writeWhole } from '../../guest/write-whole.ts'
import { reportBug, reportNote } from '../host-log.ts'
import { interrupted } from './interrupted.ts'
import { readRecordFile, recordFileText } from './record-file.ts'
import { isAlive, thisWriter } from './writer.ts'

export interface HistoryLimits {
  readonly mostRecords: number
  readonly mostBytes: number
}

const usualLimits: HistoryLimits = { mostRecords: 500, mostBytes: 64 * 1024 * 1024 }
/** A record that runs is written at most this often, beside each begin and end of a step. */
const writeEveryMs = 1000
/** No record of Kextant's is as large. */
const largestFile = 32 * 1024 * 1024

/** Every action of this user's, across targets and restarts: one file each, in a folder of the settings. */
export interface HistoryStore {
  /** Of an action of this process, each time it changes. */
  put(record: ActionRecord, isUrgent: boolean): void
  /** Resolves when all that was put is on the disk, as far as the disk takes it. */
  written(): Promise<void>
  /** Newest first. */
  list(): Promise<readonly ActionSummary[]>
  /** @throws FailureError unknown-action */
  find(id: string): Promise<ActionRecord>
  /** Ids of the records that hold the text anywhere, newest first. */
  search(text: string): Promise<readonly string[]>
  /** Those that broke off and were not looked after since. */
  unresolved(targetId: string): Promise<readonly ActionRecord[]>
}

/** A file that was read, as long as it stays the same. */
interface Known {
  readonly mtimeMs: number
  readonly size: number
  /** Null where the file cannot be used. */
  readonly summary: ActionSummary | null
  readonly isOpen: boolean
}

/** Actions of this process that are under way, of whichever store. */
const underWay = new Set<string>()

export function createHistoryStore(
  folder: string,
  limits: HistoryLimits = usualLimits,
): HistoryStore {
  const writer = thisWriter()
  const known = new Map<string, Known>()
  /** What this process has made, newest last: kept also where the disk does not take it. */
  const own = new Map<string, ActionRecord>()
  /** Files of records that are over, and of which it is known how they ended: these do not change any more. */
  const closed = new Set<string>()
  const due = new Map<string, { timer: NodeJS.Timeout | undefined; lastMs: number }>()
  let writing: Promise<void> = Promise.resolve()
  let hasComplained = false

  const fileOf = ({ id, startedAt }: Pick<ActionRecord, 'id' | 'startedAt'>) =>
    join(folder, `${startedAt.replace(/[^0-9]/g, '')}-${id}.json`)

  function write(record: ActionRecord): void {
    writing = writing.then(async () => {
      try {
        await writeWhole(fileOf(record), recordFileText(record, writer))
        if (record.endedAt === null) return
        // From now on the file is asked, which another Kextant may change.
        if (own.get(record.id) === record) own.delete(record.id)
        await prune()
      } catch (error) {
        // An action must not fail because it cannot be written down; but it is said.
        if (!(error instanceof FailureError)) reportBug(error, 'writing the history')
        else if (!hasComplained)
          reportNote(`The history is not kept: ${sentenceFor(error.failure)}`)
        hasComplained = true
      }
    })
  }

  function put(record: ActionRecord, isUrgent: boolean): void {
    own.delete(record.id)
    own.set(record.id, record)
    for (const id of own.keys()) {
      if (own.size <= limits.mostRecords) break
      own.delete(id)
    }
    if (record.endedAt === null) underWay.add(record.id)
    else underWay.delete(record.id)
    const entry = due.get(record.id) ?? { timer: undefined, lastMs: 0 }
    due.set(record.id, entry)
    const writeNow = () => {
      clearTimeout(entry.timer)
      entry.timer = undefined
      entry.lastMs = Date.now()
      write(own.get(record.id) ?? record)
    }
    if (isUrgent) writeNow()
    else entry.timer ??= setTimeout(writeNow, Math.max(0, entry.lastMs + writeEveryMs - Date.now()))
    if (record.endedAt !== null) due.delete(record.id)
  }

  /** The files of the folder, newest first. */
  async function files(): Promise<readonly string[]> {
    const names = await readdir(folder).catch(() => [])
    return names
      .filter(name => nameForm.test(name))
      .sort()
      .reverse()
  }

  async function read(name: string): Promise<ActionRecord | null> {
    const path = join(folder, name)
    const status = await stat(path).catch(() => null)
    if (!status?.isFile()) return null
    const before = known.get(name)
    const isSame = before?.mtimeMs === status.mtimeMs && before.size === status.size
    if (isSame && before.summary === null) return null
    const pass = (note: string): null => {
      if (!isSame) reportNote(`${path} is passed over: ${note}.`)
      known.set(name, { mtimeMs: status.mtimeMs, size: status.size, summary: null, isOpen: false })
      return null
    }
    if (status.size > largestFile) return pass('it is larger than any record')
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text === null) return null
    const read = readRecordFile(text)
    if (read.kind === 'unusable') return pass(read.note)
    let { record } = read
    if (!name.endsWith(`-${record.id}.json`)) return pass('its name is that of another record')
    if (record.endedAt === null && !underWay.has(record.id)) {
      const isOurs = read.writer.pid === writer.pid && isAlive(read.writer)
      if (isOurs || !isAlive(read.writer)) {
        record = interrupted(record, new Date().toISOString())
        write(record)
      }
    }
    known.set(name, {
      mtimeMs: status.mtimeMs,
      size: status.size,
      summary: summaryOf(record),
      isOpen: record.status === 'unknown' && record.resolution === null,
    })
    return record
  }

  /** Reads what is new in the folder; afterwards `known` is as the folder is. */
  async function look(): Promise<readonly string[]> {
    const names = await files()
    const there = new Set(names)
    for (const name of known.keys()) if (!there.has(name)) known.delete(name)
    for (const name of names) {
      const status = await stat(join(folder, name)).catch(() => null)
      const before = known.get(name)
      const isKnown = before && status?.mtimeMs === before.mtimeMs && status.size === before.size
      // One that runs elsewhere may have lost its process without another word.
      if (!isKnown || before.summary?.endedAt === null) await read(name)
    }
    return names
  }

  /** Asked with each capture, so most files are passed over by a glance at their text. */
  async function lookForOpen(): Promise<void> {
    for (const name of await files()) {
      if (closed.has(name)) continue
      const path = join(folder, name)
      const status = await stat(path).catch(() => null)
      // A pipe would be waited for.
      if (!status?.isFile() || status.size > largestFile) continue
      const bytes = await readFile(path).catch(() => null)
      if (bytes === null) continue
      if (openMarks.some(mark => bytes.includes(mark))) await read(name)
      else closed.add(name)
    }
  }

  async function prune(): Promise<void> {
    const names = await files()
    const sizes = await Promise.all(
      names.map(async name => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
    )
    const sum = sizes.reduce((all, size) => all + size, 0)
    if (names.length <= limits.mostRecords && sum <= limits.mostBytes) return
    await look()
    let [count, bytes] = [0, 0]
    for (const [at, name] of names.entries()) {
      // Only what is understood and over: what is damaged or newer is not Kextant's to throw away, and takes no
      // other's place.
      const summary = known.get(name)?.summary
      if (!summary) continue
      count++
      bytes += sizes[at]!
      if (count <= limits.mostRecords && bytes <= limits.mostBytes) continue
      // The newest one is kept, however large: it has just been made.
      if (count === 1 || summary.endedAt === null) continue
      await rm(join(folder, name), { force: true })
      known.delete(name)
      own.delete(summary.id)
    }
  }

  const newestFirst = (a: { startedAt: string }, b: { startedAt: string }) =>
    a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0

  async function list(): Promise<readonly ActionSummary[]> {
    await look()
    const all = new Map<string, ActionSummary>()
    for (const { summary } of known.values()) if (summary) all.set(summary.id, summary)
    for (const record of own.values()) all.set(record.id, summaryOf(record))
    return [...all.values()].sort(newestFirst)
  }

  async function find(id: string): Promise<ActionRecord> {
    const mine = own.get(id)
    if (mine) return mine
    const name = (await files()).find(each => each.endsWith(`-${id}.json`))
    const record = name === undefined ? null : await read(name)
    if (record) return record
    throw new FailureError({ kind: 'unknown-action', actionId: id })
  }

  return {
    put,
    list,
    find,
    async written() {
      for (const [id, entry] of due) {
        if (entry.timer === undefined) continue
        clearTimeout(entry.timer)
        entry.timer = undefined
        const record = own.get(id)
        if (record) write(record)
      }
      await writing
    },
    async search(text) {
      const wanted = text.toLowerCase()
      const found: string[] = []
      for (const { id } of await list()) {
        const record = await find(id).catch(() => null)
        if (record && holds(record, wanted)) found.push(id)
      }
      return found
    },
    async unresolved(targetId) {
      await lookForOpen()
      const open = [...known.values()].flatMap(({ isOpen, summary }) =>
        isOpen && summary?.targetId === targetId ? summary.id : [],
      )
      const mine = [...own.values()].filter(
        record =>
          record.targetId === targetId &&
          record.status === 'unknown' &&
          record.endedAt !== null &&
          record.resolution === null,
      )
      const ids = new Set([...open, ...mine.map(({ id }) => id)])
      const records = await Promise.all([...ids].map(id => find(id).catch(() => null)))
      return records.filter(record => record !== null)
    },
  }
}

/** How the text of a record says that it is not over, or that nobody knows how it ended. */
const openMarks = ['"endedAt":null,', '"status":"unknown","conclusion":'] as const

const nameForm = /^[0-9]{17}-[0-9a-f-]{36}\.json$/

/** Looks into every text of a record, not at the names of its fields. */
function holds(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(each => holds(each, wanted))
}
