import { z } from 'zod'
import { actionRequest } from '../../../core/contract/action-requests.ts'
import type { ActionRecord } from '../../../core/contract/types.ts'
import type { Writer } from './writer.ts'

/** The newest form of the file, and of a record in it. */
const newestVersion = 1

const writer = z.object({
  pid: z.number().int().positive(),
  bootedAt: z.number(),
  bootId: z.string().optional(),
  startTicks: z.string().nullable(),
})
const part = z.looseObject({}).nullable()
const step = z.looseObject({
  phase: z.string(),
  command: z.string(),
  explanation: z.string(),
  runsAsRoot: z.boolean(),
  changesGuest: z.boolean(),
  status: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  output: z.array(z.object({ stream: z.enum(['stdout', 'stderr', 'note']), text: z.string() })),
  exitCode: z.number().nullable(),
  durationMs: z.number().nullable(),
  outcome: part,
  failure: part,
})
const record = z.looseObject({
  formatVersion: z.literal(1),
  id: z.uuid(),
  request: actionRequest,
  title: z.string(),
  targetId: z.string(),
  targetLabel: z.string(),
  subject: z.object({ bundleIdentifier: z.string(), guestPath: z.string().nullable() }),
  boot: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  status: z.enum(['running', 'done', 'failed', 'cancelled', 'unknown']),
  conclusion: z
    .enum([
      'holds',
      'does-not-hold',
      'waits-for-user',
      'refused',
      'connection',
      'cancelled',
      'interrupted',
      'failed',
    ])
    .nullable(),
  steps: z.array(step),
  accepted: z.array(z.string()),
  preflight: part,
  report: part,
  expectations: part,
  blockers: part,
  changes: part,
  unloaded: part,
  leaks: part,
  builds: part,
  resolution: z.object({ at: z.string(), sentence: z.string() }).nullable(),
  snapshotBefore: z.string().nullable(),
  snapshotAfter: z.string().nullable(),
})
const fileShape = z.object({ version: z.literal(1), writer, record })

export type ReadRecord =
  | { readonly kind: 'record'; readonly record: ActionRecord; readonly writer: Writer }
  /** `note`: why it is passed over, as the end of a sentence. */
  | { readonly kind: 'unusable'; readonly note: string }

/** One file of the history. What it was written from is checked; what a newer Kextant has added is kept. */
export function readRecordFile(text: string): ReadRecord {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'unusable', note: 'it is damaged: no JSON' }
  }
  const version = versionIn(json)
  if (version !== null && version > newestVersion) {
    return { kind: 'unusable', note: `it is of a newer Kextant (version ${version})` }
  }
  const read = fileShape.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    const where = issue?.path.join('.') || 'the file'
    return {
      kind: 'unusable',
      note: `it is damaged: ${where}: ${issue?.message ?? 'not as it was written'}`,
    }
  }
  // The reports inside are as Kextant wrote them, or the file would not be this user's.
  return {
    kind: 'record',
    record: read.data.record as unknown as ActionRecord,
    writer: read.data.writer,
  }
}

export function recordFileText(record: ActionRecord, writer: Writer): string {
  return `${JSON.stringify({ version: newestVersion, writer, record })}\n`
}

function versionIn(json: unknown): number | null {
  const outer = (json as { version?: unknown } | null)?.version
  const inner = (json as { record?: { formatVersion?: unknown } } | null)?.record?.formatVersion
  const numbers = [outer, inner].filter(value => typeof value === 'number')
  return numbers.length > 0 ? Math.max(...numbers) : null
}
