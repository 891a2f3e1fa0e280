import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Moment } from '../../../core/contract/timeline-types.ts'
import { isAlive, type Writer } from '../history/writer.ts'
import type { StoredSession } from './session-words.ts'

/**
 * A session on the disk: a folder with `index.jsonl` and one `.kextant` for each moment. A line is appended by one
 * write when its file is complete, so whatever ends the process costs the moment that was being written and no
 * other; a line that was cut is passed over.
 *
 *   {"kind":"session","formatVersion":1,"id":…,"startedAt":…,"writer":{…}}
 *   {"kind":"moment","moment":{…}}
 *   {"kind":"thinned","snapshotIds":[…]}
 *   {"kind":"ended","at":…}
 */
export const indexName = 'index.jsonl'
const largestIndex = 16 * 1024 * 1024
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
  startTicks: z.string().nullable(),
})
const lineShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session'),
    formatVersion: z.literal(1),
    id,
    startedAt: text,
    writer: writerShape,
  }),
  z.object({ kind: z.literal('moment'), moment: momentShape }),
  z.object({ kind: z.literal('thinned'), snapshotIds: z.array(id) }),
  z.object({ kind: z.literal('ended'), at: text }),
])
export type IndexLine = z.output<typeof lineShape>

export async function appendLines(folder: string, lines: readonly IndexLine[]): Promise<void> {
  // Each begins on a line of its own, whatever became of the write before it on a full disk.
  const all = lines.map(line => `\n${JSON.stringify(line)}`).join('')
  await appendFile(join(folder, indexName), all, { mode: 0o600, flush: true })
}

export async function makeSession(
  folder: string,
  session: { readonly id: string; readonly startedAt: string; readonly writer: Writer },
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await appendLines(folder, [{ kind: 'session', formatVersion: 1, ...session }])
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
  const lines = linesOf(await readFile(path, 'utf8').catch(() => ''))
  const first = lines[0]
  if (first?.kind !== 'session' || first.id !== id) return null
  const moments = new Map<string, Moment>()
  let hasEnded = false
  for (const line of lines) {
    if (line.kind === 'moment') {
      const moment = { ...(line.moment as Moment), sessionId: id, held: 'disk' as const }
      moments.set(moment.snapshotId, moment)
    }
    if (line.kind === 'thinned') for (const each of line.snapshotIds) moments.delete(each)
    if (line.kind === 'ended') hasEnded = true
  }
  return {
    id,
    folder,
    startedAt: first.startedAt,
    moments: [...moments.values()].slice(-mostMoments),
    ended: hasEnded ? 'properly' : isAlive(first.writer) ? 'running' : 'unexpectedly',
  }
}

function linesOf(all: string): IndexLine[] {
  return all.split('\n').flatMap(line => {
    if (line === '') return []
    try {
      const read = lineShape.safeParse(JSON.parse(line))
      return read.success ? [read.data] : []
    } catch {
      // Cut when the process ended, or of a newer Kextant.
      return []
    }
  })
}

export async function removeSession(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
