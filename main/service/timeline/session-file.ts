import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Moment } from '../../../core/contract/timeline-types.ts'
import { isAlive } from '../history/writer.ts'
import { snapshotPath, type StoredSession } from './session-words.ts'

/**
 * A session on the disk: a folder with `index.jsonl` and one `.kextant` for each moment. A line is appended by one
 * write, before its file is written and again when that is complete; files get their name when they are whole. So
 * whatever ends the process costs the moment that was being written and no other; a line that was cut is passed over,
 * and a file that is there counts although its second line is not.
 *
 *   {"kind":"session","formatVersion":1,"id":…,"startedAt":…,"writer":{…}}
 *   {"kind":"begun","moment":{…}}
 *   {"kind":"moment","moment":{…}}
 *   {"kind":"thinned","snapshotIds":[…]}
 *   {"kind":"ended","at":…}
 */
export const indexName = 'index.jsonl'
const largestIndex = 64 * 1024 * 1024
const formatVersion = 1
/** A session is thinned long before it has so many; the window gets all of those it opens. */
const mostMoments = 1000

const id = z.string().regex(/^[\w-]{1,80}$/)
const text = z.string().max(20_000)
const momentShape = z.object({
  sessionId: id,
  snapshotId: id,
  takenAt: text,
  addedAt: text,
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('guest'), targetId: text, label: text }),
    z.object({ kind: z.literal('file'), path: text, label: text, savedFrom: text.optional() }),
  ]),
  boot: text.nullable(),
  guest: text.nullable(),
  counts: z.object({ entries: z.number(), services: z.number(), kexts: z.number().nullable() }),
  cause: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('user') }),
    z.object({ kind: z.literal('file') }),
    z.object({ kind: z.literal('watch') }),
    z.object({ kind: z.literal('action'), actionId: text, title: text }),
  ]),
  bytes: z.number().nullable(),
  held: z.enum(['memory', 'disk', 'dropped']),
})
const writerShape = z.object({
  pid: z.number(),
  bootedAt: z.number(),
  bootId: z.string().max(100).optional(),
  startTicks: z.string().nullable(),
})
const lineShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session'),
    formatVersion: z.literal(formatVersion),
    id,
    startedAt: text,
    writer: writerShape,
  }),
  z.object({ kind: z.literal('begun'), moment: momentShape }),
  z.object({ kind: z.literal('moment'), moment: momentShape }),
  z.object({ kind: z.literal('thinned'), snapshotIds: z.array(id) }),
  z.object({ kind: z.literal('ended'), at: text }),
])
/** The first line of whatever a later Kextant may write. */
const newerShape = z.object({
  kind: z.literal('session'),
  formatVersion: z.number().int().gt(formatVersion),
  id,
  startedAt: text,
})
export type IndexLine = z.output<typeof lineShape>

/** @returns how many bytes were appended */
export async function appendLines(folder: string, lines: readonly IndexLine[]): Promise<number> {
  const all = textOf(lines)
  await appendFile(join(folder, indexName), all, { mode: 0o600, flush: true })
  return all.length
}

/** Puts these lines in the place of all that were there; whatever goes wrong, the old ones stay. */
export async function replaceLines(folder: string, lines: readonly IndexLine[]): Promise<void> {
  const draft = join(folder, `.${indexName}.tmp`)
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(textOf(lines))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(folder, indexName))
  } finally {
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

/** Each begins on a line of its own, whatever became of the write before it on a full disk. */
function textOf(lines: readonly IndexLine[]): string {
  return lines.map(line => `\n${JSON.stringify(line)}`).join('')
}

export type SessionLine = Omit<Extract<IndexLine, { kind: 'session' }>, 'kind' | 'formatVersion'>

export const sessionLine = (session: SessionLine): IndexLine => ({
  kind: 'session',
  formatVersion,
  ...session,
})

export async function makeSession(folder: string, session: SessionLine): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await appendLines(folder, [sessionLine(session)])
}

/** The sessions of a folder, newest first. What is no session of this form is left alone. */
export async function readSessions(folder: string): Promise<readonly StoredSession[]> {
  const names = await readdir(folder).catch(() => [])
  const ids = names.filter(name => /^\d{17}-[\da-f]{8}$/.test(name)).sort()
  const sessions: StoredSession[] = []
  // One after the other: a folder may have more of them than there is room for at once.
  for (const id of ids.reverse()) {
    const session = await readSession(join(folder, id), id)
    if (session) sessions.push(session)
  }
  return sessions
}

async function readSession(folder: string, id: string): Promise<StoredSession | null> {
  const path = join(folder, indexName)
  const status = await stat(path).catch(() => null)
  if (!status?.isFile() || status.size > largestIndex) return null
  const all = await readFile(path, 'utf8').catch(() => '')
  const lines = linesOf(all)
  const first = lines[0]
  if (first?.kind !== 'session' || first.id !== id) return newerSession(all, folder, id)
  const moments = new Map<string, Moment>()
  const begun = new Map<string, Moment>()
  let hasEnded = false
  for (const line of lines) {
    if (line.kind === 'moment' || line.kind === 'begun') {
      const moment = { ...(line.moment as Moment), sessionId: id, held: 'disk' as const }
      const into = line.kind === 'moment' ? moments : begun
      into.set(moment.snapshotId, moment)
    }
    if (line.kind === 'moment') begun.delete(line.moment.snapshotId)
    if (line.kind === 'thinned') {
      for (const each of line.snapshotIds) {
        moments.delete(each)
        begun.delete(each)
      }
    }
    if (line.kind === 'ended') hasEnded = true
  }
  // Whole, but the process ended before it could say so.
  for (const moment of [...begun.values()].slice(-mostBegun)) {
    const file = await stat(snapshotPath(folder, moment.snapshotId)).catch(() => null)
    if (file?.isFile()) moments.set(moment.snapshotId, { ...moment, bytes: file.size })
  }
  return {
    id,
    folder,
    startedAt: first.startedAt,
    moments: [...moments.values()].slice(-mostMoments),
    ended: hasEnded ? 'properly' : isAlive(first.writer) ? 'running' : 'unexpectedly',
    newerFormat: null,
  }
}

/** More than one is there only where writes failed again and again. */
const mostBegun = 20

/** What a later Kextant keeps is told of, and left alone. */
function newerSession(all: string, folder: string, id: string): StoredSession | null {
  const line = all.split('\n').find(each => each !== '') ?? ''
  const read = newerShape.safeParse(parsed(line))
  if (!read.success || read.data.id !== id) return null
  const { startedAt, formatVersion: newerFormat } = read.data
  return { id, folder, startedAt, moments: [], ended: 'properly', newerFormat }
}

function linesOf(all: string): IndexLine[] {
  return all.split('\n').flatMap(line => {
    if (line === '') return []
    // Cut when the process ended, or of a newer Kextant.
    const read = lineShape.safeParse(parsed(line))
    return read.success ? [read.data] : []
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

export async function removeSession(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
