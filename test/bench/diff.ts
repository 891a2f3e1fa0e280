import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deepEqual } from 'fast-equals'
import { diffSnapshots } from '../../core/diff/diff-snapshots.ts'
import { summarize } from '../../core/diff/snapshot-diff.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { propertiesOf } from '../helpers/describe-snapshot.ts'
import { plainValue } from '../helpers/plain-value.ts'
import { readDump } from '../helpers/read-dumps.ts'
import { writeChangedDumps } from '../helpers/write-changed-dump.ts'
import { median, table } from './table.ts'

/**
 * How fast two snapshots are compared of which 1 % of the nodes differ, beside a walk over objects with deep
 * equality, written plainly and from the package fast-equals. Each run is a process of its own; rounds are
 * interleaved; medians are printed. Trust the ratios more than the numbers.
 *
 *   node test/bench/diff.ts [--nodes=100000] [--rounds=3]
 *
 * *first* is the first diff of a fresh process, *warm* one of many; *cpu* counts all threads of the process (the
 * compiler's and the collector's too), and is what to trust while others use the machine. Ours is from two snapshots to the whole
 * diff, every index made anew; *compared before* keeps the indices, as a registry that is watched does. A walk over
 * objects is timed without making them, which *made in* tells.
 */
interface Measurement {
  readonly firstMs: number
  readonly firstCpuMs: number
  readonly warmMs: number
  readonly warmCpuMs: number
  /** Making what is compared, if that is not a snapshot. */
  readonly madeMs: number
  /** What is held for the comparison besides the snapshots, bytes. */
  readonly heldBytes: number
  readonly found: string
}

const methods = [
  'Kextant, by entry ID',
  'Kextant, by entry ID, compared before',
  'Kextant, by path',
  'objects, `fast-equals`',
  'objects, plain walk',
] as const
type Method = (typeof methods)[number]

const option = (name: string, fallback: number) =>
  Number(
    process.argv.find(argument => argument.startsWith(`--${name}=`))?.split('=')[1] ?? fallback,
  )

const measured = process.argv.indexOf('--measure')
if (measured >= 0) {
  const [method = '', before = '', after = ''] = process.argv.slice(measured + 1)
  console.log(JSON.stringify(measure(method as Method, read(before), read(after))))
} else run(option('nodes', 100_000), option('rounds', 3))

function run(nodes: number, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'kextant-bench-'))
  const paths = { before: join(folder, 'before'), after: join(folder, 'after') }
  try {
    const edits = writeChangedDumps(paths, nodes)
    const told = Object.entries(edits).map(([edit, count]) => `${count} ${edit}`)
    const runs = new Map<Method, Measurement[]>(methods.map(method => [method, []]))
    for (let round = 0; round < rounds; round++) {
      for (const method of methods) {
        const flags = ['--expose-gc', '--max-old-space-size=8192', '--no-warnings']
        const child = spawnSync(
          process.execPath,
          [...flags, import.meta.filename, '--measure', method, paths.before, paths.after],
          { encoding: 'utf8' },
        )
        if (child.status === 0) runs.get(method)!.push(JSON.parse(child.stdout) as Measurement)
        else console.log(`${method} failed: ${child.stderr.slice(0, 500)}`)
      }
    }
    print(`${nodes} nodes; changed: ${told.join(', ')}; medians of ${rounds}`, runs)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function print(title: string, runs: ReadonlyMap<Method, readonly Measurement[]>): void {
  const of = (method: Method, value: (run: Measurement) => number) =>
    median((runs.get(method) ?? []).map(value))
  const columns: readonly ((run: Measurement) => number)[] = [
    run => run.firstMs,
    run => run.firstCpuMs,
    run => run.warmMs,
    run => run.warmCpuMs,
  ]
  const faster = (method: Method, value: (run: Measurement) => number) =>
    `${(of('objects, `fast-equals`', value) / of(method, value)).toFixed(1)}×`
  table(
    title,
    ['ms', 'first', 'first, CPU', 'warm', 'warm, CPU', 'fast-equals is', 'made in', 'held MB'],
    methods.map(method => [
      method,
      ...columns.map(value => of(method, value).toFixed(0)),
      `${faster(method, run => run.firstMs)}, ${faster(method, run => run.warmMs)} slower`,
      of(method, run => run.madeMs).toFixed(0),
      (of(method, run => run.heldBytes) / 1e6).toFixed(0),
    ]),
  )
  console.log()
  for (const method of methods) console.log(`- ${method}: ${runs.get(method)?.[0]?.found ?? '-'}`)
}

function read(path: string): Snapshot {
  return readDump('text', new Uint8Array(readFileSync(path))).snapshot
}

function measure(method: Method, before: Snapshot, after: Snapshot): Measurement {
  if (method.startsWith('Kextant')) {
    const options = method === 'Kextant, by path' ? { identity: 'path' as const } : {}
    const isKept = method === 'Kextant, by entry ID, compared before'
    const kept: unknown[] = []
    const compare = () => {
      const tables = isKept ? ([before, after] as const) : ([fresh(before), fresh(after)] as const)
      const diff = diffSnapshots(...tables, options)
      kept[0] = [diff, tables]
      const { added, removed, by } = summarize(diff)
      return [added, removed, by.moved, by.properties]
    }
    const held = heldBytes()
    const started = performance.now()
    if (isKept) compare()
    return timed(performance.now() - started, held, compare)
  }
  const held = heldBytes()
  const started = performance.now()
  const one = objectsOf(before)
  const two = objectsOf(after)
  const equal = method === 'objects, `fast-equals`' ? deepEqual : plainEqual
  return timed(performance.now() - started, held, () => walk(one, two, equal))
}

function timed(madeMs: number, before: number, diff: () => readonly number[]): Measurement {
  const times: number[] = []
  const wallTimes: number[] = []
  let found: readonly number[] = []
  let held = 0
  for (let i = 0; i < 8; i++) {
    const started = cpuMs()
    const wallStarted = performance.now()
    found = diff()
    wallTimes.push(performance.now() - wallStarted)
    times.push(cpuMs() - started)
    if (i === 0) held = heldBytes() - before
  }
  const [added, removed, moved, changed] = found
  return {
    firstMs: wallTimes[0]!,
    firstCpuMs: times[0]!,
    warmMs: median(wallTimes.slice(3)),
    warmCpuMs: median(times.slice(3)),
    madeMs,
    heldBytes: held,
    found: `${added} added, ${removed} removed, ${moved} moved, ${changed} changed`,
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Without what is remembered for a table from the last diff. */
function fresh(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    entries: { ...snapshot.entries },
    strings: { ...snapshot.strings },
    planes: snapshot.planes.map(plane => ({ ...plane })),
  }
}

function heldBytes(): number {
  // Twice, for buffers go a round after what held them.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

interface EntryObject {
  readonly name: string
  readonly location: string
  readonly className: string
  readonly state: number
  readonly provider: bigint | null
  readonly properties: Readonly<Record<string, unknown>>
}

/** What a program that reads the dump with a property list package would hold. */
function objectsOf(snapshot: Snapshot): Map<bigint, EntryObject> {
  const { entries, strings } = snapshot
  const plane = snapshot.planes[0]!
  const objects = new Map<bigint, EntryObject>()
  for (let node = 0; node < plane.length; node++) {
    const entry = plane.entry[node]!
    const parent = plane.parent[node]!
    objects.set(entries.id[entry]!, {
      name: stringAt(strings, plane.name[node]!),
      location: stringAt(strings, plane.location[node]!),
      className: stringAt(strings, entries.className[entry]!),
      state: entries.state[entry]!,
      provider: parent < 0 ? null : entries.id[plane.entry[parent]!]!,
      properties: Object.fromEntries(
        propertiesOf(snapshot, entry).map(([key, value]) => [key, plainValue(value)]),
      ),
    })
  }
  return objects
}

function walk(
  one: ReadonlyMap<bigint, EntryObject>,
  two: ReadonlyMap<bigint, EntryObject>,
  equal: (a: unknown, b: unknown) => boolean,
): readonly number[] {
  let added = 0
  let removed = 0
  let moved = 0
  let changed = 0
  for (const [id, now] of two) {
    const was = one.get(id)
    if (!was) added++
    else if (!equal(was, now)) {
      if (was.provider !== now.provider) moved++
      for (const key of new Set([...Object.keys(was.properties), ...Object.keys(now.properties)])) {
        if (equal(was.properties[key], now.properties[key])) continue
        changed++
        break
      }
    }
  }
  for (const id of one.keys()) if (!two.has(id)) removed++
  return [added, removed, moved, changed]
}

function plainEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i])
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => plainEqual(item, b[i]))
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(key => plainEqual(field(a, key), field(b, key)))
}

function field(object: object, key: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[key]
}
