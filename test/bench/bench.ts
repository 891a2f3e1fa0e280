import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBigDump } from '../helpers/write-big-dump.ts'
import type { Measurement } from './measure.ts'

/**
 * How fast dumps become snapshots, beside what else reads property lists: the `plist` package and Python's
 * plistlib. Each run is a process of its own (first parse, no warm-up); rounds are interleaved, so that a
 * busy machine slows all alike; medians are printed. Trust the ratios more than the numbers.
 *
 *   node bench.ts [--quick]       --quick: 1 and 10 MB, three rounds
 */
const isQuick = process.argv.includes('--quick')
const rounds = isQuick ? 3 : 5
const megabytes = isQuick ? [1, 10] : [1, 10, 100]
const timeLimitMs = 60_000
const memoryLimitBytes = 4e9

interface Reader {
  readonly name: string
  readonly syntax: 'xml' | 'text'
  readonly command: (path: string) => readonly string[]
}

interface Row {
  readonly reader: Reader
  readonly sizeMb: number
  readonly runs: Measurement[]
  /** Why there are no runs. */
  skipped?: string
}

const measureScript = join(import.meta.dirname, 'measure.ts')
const node = (name: string) => (path: string) => [
  process.execPath,
  '--max-old-space-size=4096',
  '--no-warnings',
  measureScript,
  name,
  path,
]
const python = `
import json, plistlib, resource, sys, time
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
idle = peak()
data = open(sys.argv[1], 'rb').read()
started = time.perf_counter()
value = plistlib.loads(data)
ms = (time.perf_counter() - started) * 1000
print(json.dumps({'ms': ms, 'peakBytes': peak() - idle}))
`
const hasPython = spawnSync('python3', ['-c', 'import plistlib'], { stdio: 'ignore' }).status === 0

const readers: readonly Reader[] = [
  { name: 'kextant, whole', syntax: 'xml', command: node('kextant-xml') },
  { name: 'kextant, 64 kB chunks', syntax: 'xml', command: node('kextant-xml-chunks') },
  { name: 'plist', syntax: 'xml', command: node('plist') },
  ...(hasPython
    ? [
        {
          name: 'plistlib',
          syntax: 'xml' as const,
          command: (path: string) => ['python3', '-c', python, path],
        },
      ]
    : []),
  { name: 'kextant, whole', syntax: 'text', command: node('kextant-text') },
  { name: 'kextant, 64 kB chunks', syntax: 'text', command: node('kextant-text-chunks') },
]

const folder = mkdtempSync(join(tmpdir(), 'kextant-bench-'))
try {
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`,
  )
  if (!hasPython) console.log('python3 is not here: plistlib is left out')
  const rows: Row[] = []
  for (const sizeMb of megabytes) {
    for (const syntax of ['xml', 'text'] as const) rows.push(...measureAll(syntax, sizeMb, rows))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** All readers of one syntax on one file, round after round; prints their lines. */
function measureAll(syntax: 'xml' | 'text', sizeMb: number, before: readonly Row[]): Row[] {
  const path = join(folder, `${syntax}-${sizeMb}`)
  const nodes = writeBigDump(path, syntax, sizeMb * 1e6)
  const bytes = statSync(path).size
  const rows: Row[] = readers
    .filter(reader => reader.syntax === syntax)
    .map(reader => {
      const skipped = reasonToSkip(reader, sizeMb, before)
      return { reader, sizeMb, runs: [], ...(skipped ? { skipped } : {}) }
    })
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) if (!row.skipped) measure(row, path)
  }
  rmSync(path)
  print(syntax, bytes, nodes, rows)
  return rows
}

function measure(row: Row, path: string): void {
  const [command = '', ...args] = row.reader.command(path)
  const child = spawnSync(command, args, { encoding: 'utf8', timeout: timeLimitMs * 2 })
  if (child.status === 0) row.runs.push(JSON.parse(child.stdout) as Measurement)
  else row.skipped = child.signal ? `ended by ${child.signal}` : 'failed, probably out of memory'
}

/** Growth is linear, so the smaller size tells. */
function reasonToSkip(reader: Reader, sizeMb: number, before: readonly Row[]): string | null {
  const last = before.findLast(row => row.reader === reader)
  if (!last) return null
  if (last.skipped) return last.skipped
  const factor = sizeMb / last.sizeMb
  const ms = median(last.runs.map(run => run.ms)) * factor
  const peak = median(last.runs.map(run => run.peakBytes)) * factor
  if (ms > timeLimitMs) return `would take about ${Math.round(ms / 1000)} s`
  if (peak > memoryLimitBytes) return `would take about ${(peak / 1e9).toFixed(0)} GB`
  return null
}

function print(syntax: string, bytes: number, nodes: number, rows: readonly Row[]): void {
  const size = `${(bytes / 1e6).toFixed(1)} MB, ${nodes} nodes`
  console.log(
    `\n${syntax === 'xml' ? 'ioreg -a -l' : 'ioreg -l -w0'}: ${size}; medians of ${rounds}`,
  )
  const own = rows[0]!
  const ownMs = median(own.runs.map(run => run.ms))
  console.log(line('reader', 'ms', 'MB/s', 'peak MB', 'per byte', 'times slower'))
  for (const { reader, runs, skipped } of rows) {
    if (skipped) {
      console.log(`${reader.name.padEnd(24)}  skipped: ${skipped}`)
      continue
    }
    const ms = median(runs.map(run => run.ms))
    const peak = median(runs.map(run => run.peakBytes))
    console.log(
      line(
        reader.name,
        ms.toFixed(0),
        (bytes / 1e3 / ms).toFixed(1),
        (peak / 1e6).toFixed(0),
        (peak / bytes).toFixed(1),
        (ms / ownMs).toFixed(1),
      ),
    )
  }
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(24) + cells.map(cell => cell.padStart(13)).join('')
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? NaN
}
