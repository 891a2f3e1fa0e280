import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'
import type { Measurement } from './measure.ts'
import { median, table } from './table.ts'

/**
 * How fast dumps become snapshots, beside what else reads property lists. Each run is a process of its own
 * (first parse, no warm-up); rounds are interleaved, so that a busy machine slows all alike; medians are
 * printed. Trust the ratios more than the numbers.
 *
 *   node test/bench/parse.ts [--quick]       --quick: 2,000 and 10,000 nodes, three rounds
 */
const isQuick = process.argv.includes('--quick')
const sizes = isQuick ? [2_000, 10_000] : [2_000, 10_000, 50_000, 100_000]
const roundsAt = (nodes: number) => (isQuick || nodes > 10_000 ? 3 : 5)
const timeLimitMs = 60_000
const memoryLimitBytes = 4e9

interface Reader {
  readonly name: string
  readonly command: (path: string) => readonly string[]
  /** Its times are printed as they are, not as slower or faster: it does not read. */
  readonly isYardstick?: boolean
}

interface Row {
  readonly reader: Reader
  readonly nodes: number
  readonly runs: Measurement[]
  /** Why there are no runs. */
  skipped?: string
}

const node = (reader: string) => (path: string) => [
  process.execPath,
  '--max-old-space-size=4096',
  '--no-warnings',
  join(import.meta.dirname, 'measure.ts'),
  reader,
  path,
]
const python = (work: string) => (path: string) => [
  'python3',
  '-c',
  `
import json, plistlib, resource, sys, time, xml.parsers.expat
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
idle = peak()
data = open(sys.argv[1], 'rb').read()
started = time.perf_counter()
value = ${work}
ms = (time.perf_counter() - started) * 1000
print(json.dumps({'ms': ms, 'peakBytes': peak() - idle}))
`,
  path,
]
const hasPython = spawnSync('python3', ['-c', 'import plistlib'], { stdio: 'ignore' }).status === 0
if (!hasPython) console.log('python3 is not here: plistlib and expat are left out')

const archiveReaders: readonly Reader[] = [
  { name: 'Kextant', command: node('kextant-xml') },
  { name: 'Kextant, 64 kB chunks', command: node('kextant-xml-chunks') },
  { name: 'Kextant, without WebAssembly', command: node('kextant-xml-js') },
  { name: '`fast-plist`', command: node('fast-plist') },
  { name: '`plist`', command: node('plist') },
  ...(hasPython
    ? [
        { name: 'Python `plistlib`', command: python('plistlib.loads(data)') },
        {
          name: 'Python expat, no handlers',
          command: python('xml.parsers.expat.ParserCreate().Parse(data, True)'),
        },
      ]
    : []),
  { name: 'sum of all bytes in JavaScript', command: node('sum of bytes'), isYardstick: true },
]
const textReaders: readonly Reader[] = [
  { name: 'Kextant', command: node('kextant-text') },
  { name: 'Kextant, 64 kB chunks', command: node('kextant-text-chunks') },
  { name: 'Kextant, without WebAssembly', command: node('kextant-text-js') },
  { name: 'sum of all bytes in JavaScript', command: node('sum of bytes'), isYardstick: true },
]
const anyReaders: readonly Reader[] = [
  { name: 'Kextant', command: node('kextant-any') },
  { name: 'sum of all bytes in JavaScript', command: node('sum of bytes'), isYardstick: true },
]

const folder = mkdtempSync(join(tmpdir(), 'kextant-bench-'))
try {
  const archives: Row[] = []
  const texts: Row[] = []
  for (const nodes of sizes) archives.push(...measureSize('xml', archiveReaders, nodes, archives))
  for (const nodes of sizes) texts.push(...measureSize('text', textReaders, nodes, texts))
  printGrowth(archives, texts)
  measureCorpus()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measureSize(
  syntax: 'xml' | 'text',
  readers: readonly Reader[],
  nodes: number,
  before: readonly Row[],
): Row[] {
  const path = join(folder, `${syntax}-${nodes}`)
  const { bytes } = writeBenchDump(path, syntax, nodes)
  const rows = readers.map(reader => {
    const skipped = reasonToSkip(reader, nodes, before)
    return { reader, nodes, runs: [], ...(skipped ? { skipped } : {}) }
  })
  const rounds = roundsAt(nodes)
  measureRows(rows, path, rounds)
  rmSync(path)
  const command = syntax === 'xml' ? '`ioreg -a -l`' : '`ioreg -l -w0`'
  print(
    `${command}, ${count(nodes)} nodes, ${megabytes(bytes)} MB, medians of ${rounds}`,
    bytes,
    rows,
  )
  return rows
}

function measureRows(rows: readonly Row[], path: string, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) if (!row.skipped) measure(row, path)
  }
}

function measure(row: Row, path: string): void {
  const [command = '', ...args] = row.reader.command(path)
  const child = spawnSync(command, args, { encoding: 'utf8', timeout: timeLimitMs * 2 })
  if (child.status === 0) row.runs.push(JSON.parse(child.stdout) as Measurement)
  else row.skipped = child.signal ? `ended by ${child.signal}` : 'failed, probably out of memory'
}

/** Growth is linear, so the smaller size tells. */
function reasonToSkip(reader: Reader, nodes: number, before: readonly Row[]): string | null {
  const last = before.findLast(row => row.reader === reader)
  if (!last) return null
  if (last.skipped) return last.skipped
  const factor = nodes / last.nodes
  const ms = median(last.runs.map(run => run.ms)) * factor
  const peak = median(last.runs.map(run => run.peakBytes)) * factor
  if (ms > timeLimitMs) return `not run: about ${Math.round(ms / 1000)} s`
  if (peak > memoryLimitBytes) return `not run: about ${(peak / 1e9).toFixed(0)} GB`
  return null
}

function print(title: string, bytes: number, rows: readonly Row[]): void {
  const ownMs = msOf(rows[0]!)
  table(
    title,
    ['reader', 'ms', 'MB/s', 'peak memory per byte', 'Kextant is faster'],
    rows.map(row => {
      if (row.skipped) return [row.reader.name, row.skipped, '', '', '']
      const ms = msOf(row)
      const peak = median(row.runs.map(run => run.peakBytes))
      return [
        row.reader.name,
        ms.toFixed(ms < 100 ? 1 : 0),
        (bytes / 1e3 / ms).toFixed(0),
        row.reader.isYardstick ? '' : (peak / bytes).toFixed(2),
        row === rows[0] ? '' : `${(ms / ownMs).toFixed(ms / ownMs < 10 ? 2 : 1)}×`,
      ]
    }),
  )
}

function printGrowth(...all: readonly (readonly Row[])[]): void {
  const largest = Math.max(...sizes)
  const lines = all.map((rows, i) => {
    const perNode = (nodes: number) =>
      (msOf(rows.find(row => row.reader === rows[0]!.reader && row.nodes === nodes)!) / nodes) * 1e3
    const [small, large] = [perNode(10_000), perNode(largest)]
    return [
      i === 0 ? 'archive' : 'text',
      small.toFixed(1),
      large.toFixed(1),
      (large / small).toFixed(2),
    ]
  })
  table(
    'Microseconds per node as dumps grow',
    ['', '10,000 nodes', `${count(largest)} nodes`, 'ratio'],
    lines,
  )
}

/** The largest real dumps of each kind, where they lie beside the project. */
function measureCorpus(): void {
  const corpus = resolve(import.meta.dirname, '../../../shared/corpus')
  if (!existsSync(corpus)) {
    console.log('\nskipped: there is no corpus of real dumps beside the project')
    return
  }
  for (const [kind, title] of [
    ['text', 'Largest real text dump'],
    ['ioreg-document', 'Largest real document of IORegistryExplorer'],
  ] as const) {
    const paths = readdirSync(join(corpus, kind)).map(name => join(corpus, kind, name))
    const path = paths.sort((a, b) => statSync(b).size - statSync(a).size)[0]!
    const bytes = statSync(path).size
    const rows = anyReaders.map(reader => ({ reader, nodes: 0, runs: [] }))
    measureRows(rows, path, isQuick ? 3 : 5)
    print(`${title}, ${megabytes(bytes)} MB, medians of ${isQuick ? 3 : 5}`, bytes, rows)
  }
}

function msOf(row: Row): number {
  return median(row.runs.map(run => run.ms))
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function count(nodes: number): string {
  return nodes.toLocaleString('en')
}
