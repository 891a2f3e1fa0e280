import uFuzzy from '@leeoniya/ufuzzy'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import { prepareNames } from '../../core/query/name-hits.ts'
import { createSearch, findNow, type SearchScope } from '../../core/query/search.ts'
import type { DataPool } from '../../core/query/data-pool.ts'
import type { TextPool } from '../../core/query/text-pool.ts'
import { buildValueIndex, type ValueIndex } from '../../core/query/value-index.ts'
import { valueParts } from '../../core/query/value-texts.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'
import { measureFilters } from './filter.ts'
import { table } from './table.ts'

/**
 * Search while somebody types, key by key, over a generated registry: in names and classes, and in keys and
 * values too. Beside it a walk over the decoded values, as a page would write it that holds objects; the same walk
 * over lists of texts in small letters, made beforehand; and uFuzzy over one string for each node. The slow ones answer
 * every twentieth key. Not a test: a busy machine slows all of it; trust the ratios more than the numbers.
 *
 * Filters follow, typed key by key too (`filter.ts`); with --only=filters nothing else is measured.
 *
 *   node test/bench/search.ts [--nodes=100000] [--only=filters]
 */
const wanted = Number(
  process.argv.find(argument => argument.startsWith('--nodes='))?.slice(8) ?? 100_000,
)
const slowEvery = 20

const typed: Readonly<Record<string, readonly string[]>> = {
  names: ['appleusbport', 'IOPCI', 'controller3', 'SMCSensor-1f', 'nub@4', 'stack-zz', 'i'],
  keys: ['CurrentPower', 'Parameter-39', 'IOClass', 'vendor-id', 'reportgroup', 'nosuchkey'],
  values: ['com.apple.po', 'thermal.Engi', 'yes', 'bridge.4', 'IOService', 'display.nub.'],
  numbers: ['0x1f4a', 'deadbeef', '1024', '7', '4f09c2', '0x3', '00ff'],
}

const isOnlyFilters = process.argv.includes('--only=filters')

const folder = mkdtempSync(join(tmpdir(), 'kextant-search-'))
try {
  measure()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measure(): void {
  if (isOnlyFilters) {
    const only = build('xml')
    measureFilters(only.snapshot, only.values)
    return
  }
  const fromText = build('text')
  const { snapshot, values, row } = build('xml')
  if (fromText.values.refs.length !== values.refs.length) throw new Error('the indices differ')
  const started = performance.now()
  const names = prepareNames(snapshot)
  const namesMs = performance.now() - started
  table(
    'Making the indices',
    ['', 'dump MB', 'ms', 'longest slice ms', 'index MB'],
    [
      fromText.row,
      row,
      ['names and classes', '', namesMs.toFixed(0), '', megabytes(poolBytes(names))],
    ],
  )
  console.log(
    `\n${snapshot.entries.length} nodes, ${values.refs.length} references; distinct: ` +
      `${values.texts.length} texts of ${megabytes(values.texts.bytes.length)} MB, ` +
      `${values.data.length} runs of data of ${megabytes(values.data.bytes.length)} MB`,
  )

  const search = createSearch(snapshot, values)
  const find = (scope: SearchScope) => (text: string) => findNow(search, text, scope).counts[0]!
  const plane = snapshot.planes[0]!
  const onScreen = Int32Array.from({ length: 50 }, (_, i) => Math.floor(plane.length / 3) + i)
  const rows = [
    times('names and classes', 1, find('names')),
    times('keys and values too', 1, find('everything')),
    times('50 rows on screen', 1, t => search.among(t, 'everything', plane, onScreen).length),
  ]
  const own = rows[1]!
  const objects = objectsOf(snapshot)
  const walk = times('walk over objects', slowEvery, text => walkOver(objects, text))
  const lists = objects.map(textsIn)
  const listed = times('the same walk, texts prepared', slowEvery, text => walkLists(lists, text))
  const haystack = lists.map(texts => texts.join(' '))
  const fuzzy = new uFuzzy()
  const library = times('`uFuzzy`', slowEvery, t => fuzzy.filter(haystack, t)?.length ?? 0)
  table(
    'ms for each key',
    ['', 'keys', 'p50', 'p95', 'longest'],
    [...rows, walk, listed, library].map(each => [
      each.name,
      String(each.keys),
      ...[each.p50, each.p95, each.longest].map(ms => ms.toFixed(1)),
    ]),
  )
  const ratio = (slow: Times) => `${(slow.p50 / own.p50).toFixed(0)}× faster than`
  console.log(
    `\nThe median key in keys and values is ${ratio(walk)} the walk, ${ratio(listed)} the one with ` +
      `texts prepared, ${ratio(library)} \`uFuzzy\`.`,
  )
  measureFilters(snapshot, values)
}

interface Built {
  readonly snapshot: Snapshot
  readonly values: ValueIndex
  /** Of the table. */
  readonly row: readonly string[]
}

function build(syntax: 'xml' | 'text'): Built {
  const path = join(folder, syntax)
  const { bytes } = writeBenchDump(path, syntax, wanted)
  const builder = new SnapshotBuilder()
  const reader = createDumpReader(builder, { label: 'bench' })
  reader.pushWhole(new Uint8Array(readFileSync(path)))
  reader.finish()
  rmSync(path)
  const snapshot = builder.seal()
  const started = performance.now()
  const steps = buildValueIndex(snapshot)
  let last = started
  let longest = 0
  for (;;) {
    const step = steps.next()
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (step.done !== true) continue
    const { texts, data, refs, first } = step.value
    const size = poolBytes(texts) + poolBytes(data) + refs.byteLength + first.byteLength
    const cells = [megabytes(bytes), (now - started).toFixed(0), longest.toFixed(0)]
    const row = [`keys and values, ${syntax}`, ...cells, megabytes(size)]
    return { snapshot, values: step.value, row }
  }
}

function poolBytes(pool: TextPool | DataPool): number {
  const columns = [pool.bytes, pool.start, ...('marks' in pool ? pool.marks : [pool.halves])]
  return columns.reduce((sum, column) => sum + column.byteLength, 0)
}

interface Times {
  readonly name: string
  readonly keys: number
  readonly p50: number
  readonly p95: number
  readonly longest: number
}

/** Types everything, key by key. */
function times(name: string, every: number, find: (text: string) => number): Times {
  const took: number[] = []
  let key = 0
  for (const texts of Object.values(typed)) {
    for (const text of texts) {
      for (let length = 1; length <= text.length; length++) {
        if (key++ % every !== 0) continue
        const started = performance.now()
        find(text.slice(0, length))
        took.push(performance.now() - started)
      }
    }
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))]!
  return { name, keys: took.length, p50: at(0.5), p95: at(0.95), longest: at(1) }
}

/** A node as objects, the way a page would hold it. */
interface PlainNode {
  readonly names: readonly string[]
  readonly properties: readonly (readonly [key: string, value: PropertyValue])[]
}

function objectsOf(snapshot: Snapshot): PlainNode[] {
  const plane = snapshot.planes[0]!
  const { className, firstProperty } = snapshot.entries
  return Array.from({ length: plane.length }, (_, node) => {
    const entry = plane.entry[node]!
    const first = firstProperty[entry]!
    return {
      names: [nodeLabel(snapshot, plane, node), stringAt(snapshot.strings, className[entry]!)],
      properties: Array.from(
        { length: firstProperty[entry + 1]! - first },
        (__, i) =>
          [
            stringAt(snapshot.strings, snapshot.properties.key[first + i]!),
            readValue(snapshot, first + i),
          ] as const,
      ),
    }
  })
}

function plainTexts(value: PropertyValue): string[] {
  const { texts, data } = valueParts(value)
  return [...texts, ...data.map(bytes => Buffer.from(bytes).toString('hex'))]
}

function walkOver(objects: readonly PlainNode[], text: string): number {
  const folded = text.toLowerCase()
  const has = (own: string) => own.toLowerCase().includes(folded)
  const hasInside = (value: PropertyValue): boolean => {
    switch (value.kind) {
      case 'dictionary':
        return value.entries.some(([key, item]) => has(key) || hasInside(item))
      case 'array':
      case 'set':
        return value.items.some(hasInside)
      default:
        return plainTexts(value).some(has)
    }
  }
  let count = 0
  for (const { names, properties } of objects) {
    if (names.some(has) || properties.some(([key, value]) => has(key) || hasInside(value))) count++
  }
  return count
}

function textsIn({ names, properties }: PlainNode): string[] {
  const texts = [...names, ...properties.flatMap(([key, value]) => [key, ...plainTexts(value)])]
  return texts.map(text => text.toLowerCase())
}

function walkLists(lists: readonly (readonly string[])[], text: string): number {
  const folded = text.toLowerCase()
  return lists.filter(texts => texts.some(own => own.includes(folded))).length
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
