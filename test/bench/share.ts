import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDump } from '../../core/dump/read-dump.ts'
import { findSecrets } from '../../core/redact/find-secrets.ts'
import { redactSource } from '../../core/redact/redact-bytes.ts'
import { prepareRedaction } from '../../core/redact/redaction.ts'
import { secretCategoryNames } from '../../core/redact/secret-rules.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { htmlReport } from '../../core/report/html-report.ts'
import { createService } from '../../main/service/service.ts'
import { emptyCapture } from '../helpers/empty-capture.ts'
import { busyMs, longestTurn } from '../helpers/longest-turn.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'
import { median, table } from './table.ts'

/**
 * What it costs to share a capture: to find its secrets, to replace them, to write the report. In time of the thread that
 * does it, so that other work of the computer does not count; and how long the host’s own thread is busy at once while
 * the other one works.
 *
 *   node test/bench/share.ts [--nodes=100000] [--quick]
 */
const options = process.argv.slice(2)
const quick = options.includes('--quick')
const given = options.find(argument => argument.startsWith('--nodes='))?.slice('--nodes='.length)
const nodes = Number(given ?? (quick ? 10_000 : 100_000))
const rounds = quick ? 1 : 3

const digest = (text: string) => new Uint8Array(createHmac('sha256', 'a key').update(text).digest())
const categories = new Set(secretCategoryNames)
const rows: string[][] = []
const folder = mkdtempSync(join(tmpdir(), 'kextant-bench-'))
try {
  for (const syntax of ['text', 'xml'] as const) {
    const path = join(folder, `dump.${syntax}`)
    writeBenchDump(path, syntax, nodes)
    if (syntax === 'text') plantSecrets(path, Math.ceil(nodes / 70))
    rows.push(...measure(readFileSync(path), syntax))
  }
  const first = `Sharing ${nodes} nodes, thread time, medians of ${rounds}`
  table(first, ['work', 'input', 'secrets', 'ms', 'MB/s'], rows)
  table(
    'The longest that the host’s own thread is busy at once meanwhile',
    ['request', 'ms'],
    await hostTurns(join(folder, 'dump.text')),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** One of each kind every so many entries, and a user in a path. */
function plantSecrets(path: string, every: number): void {
  const made: string[] = []
  let blocks = 0
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    made.push(line)
    if (!/^[ |]*\{$/.test(line) || blocks++ % every !== 0) continue
    const head = line.replace(/\{$/, '  ')
    const digits = digest(String(blocks)).reduce(
      (text, byte) => text + byte.toString(16).padStart(2, '0'),
      '',
    )
    const upper = digits.toUpperCase()
    const uuid = upper.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
    made.push(
      `${head}"USB Serial Number" = "S${upper.slice(0, 11)}"`,
      `${head}"UUID" = "${uuid}"`,
      `${head}"IOMACAddress" = <${digits.slice(0, 12)}>`,
      `${head}"GUID" = ${1e12 + blocks}`,
      `${head}"path" = "/Users/person${blocks % 20}/Library"`,
    )
  }
  writeFileSync(path, made.join('\n'), 'latin1')
}

function measure(bytes: Uint8Array, syntax: string): string[][] {
  const { snapshot } = readDump(bytes, { label: 'bench' })
  const input = `${(bytes.length / 1e6).toFixed(0)} MB of ${syntax === 'xml' ? 'XML' : syntax}`
  let count = 0
  const times = { find: [] as number[], replace: [] as number[], report: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    let secrets: Parameters<typeof prepareRedaction>[0] = []
    times.find.push(
      timed(() => {
        secrets = ended(findSecrets(snapshot, [], { categories, digest })).secrets
      }),
    )
    count = secrets.length
    times.replace.push(
      timed(() => void ended(redactSource(snapshot, 0, prepareRedaction(secrets, digest)))),
    )
    times.report.push(timed(() => void writeReport(snapshot)))
  }
  return Object.entries(times).map(([work, runs]) => {
    const ms = median(runs)
    const speed = (bytes.length / 1e3 / ms).toFixed(0)
    return [`${work}, ${syntax}`, input, String(count), ms.toFixed(0), speed]
  })
}

function writeReport(snapshot: Snapshot): number {
  const about = { comparison: null, version: '1', hasProperties: true, isRedacted: false }
  let length = 0
  for (const piece of htmlReport({ capture: emptyCapture(), snapshot, ...about }))
    length += piece.length
  return length
}

function ended<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function timed(work: () => void): number {
  const before = busyMs()
  work()
  return busyMs() - before
}

async function hostTurns(path: string): Promise<string[][]> {
  const service = createService({
    host: 'cli',
    version: '1',
    mayChangeGuest: false,
    settingsFolder: join(folder, 'settings'),
    samplesFolder: folder,
    parseWorker: new URL('../../main/service/parse-worker.ts', import.meta.url),
    builtInTargets: [],
  })
  const never = new AbortController().signal
  const { handlers } = service
  const { snapshotId } = await handlers['capture.open']({ path }, never)
  const redaction = { categories: [...secretCategoryNames], keep: [] }
  const target = { path: join(folder, 'x.kextant'), overwrite: true }
  const report = { ...target, path: join(folder, 'x.html'), against: null, hasProperties: true }
  const requests: [string, () => Promise<unknown>][] = [
    ['preview', () => handlers['redaction.preview']({ snapshotId, ...redaction }, never)],
    ['save', () => handlers['redaction.save']({ snapshotId, ...redaction, ...target }, never)],
    ['report', () => handlers['report.save']({ snapshotId, ...report, redaction: null }, never)],
  ]
  const turns: string[][] = []
  for (const [name, ask] of requests) turns.push([name, (await longestTurn(ask())).toFixed(0)])
  await service.stop()
  return turns
}
