import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { EntryFlag, type Snapshot } from '../../../core/registry/snapshot.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { writeJson } from '../../../core/write/write-json.ts'
import { collectWritten } from '../../helpers/collect-written.ts'
import {
  describeSnapshot,
  propertiesOf,
  type DescribedNode,
} from '../../helpers/describe-snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { sortedKeys } from '../../helpers/sorted-keys.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const schemaFile = new URL('../../../docs/kextant-snapshot.schema.json', import.meta.url)
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(schemaFile, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
)

// An independent little reader of the format, from its description alone.

interface JsonEntry {
  readonly id?: string
  readonly class?: unknown
  readonly classChain?: readonly unknown[]
  readonly state?: { readonly word: number }
  readonly busy?: number
  readonly busyTimeNs?: unknown
  readonly retain?: number
  readonly properties?: unknown
}

interface JsonSnapshot {
  readonly planes: readonly {
    readonly plane: string
    readonly nodes: readonly {
      readonly entry: number
      readonly depth: number
      readonly parent?: number
      readonly name?: unknown
      readonly location?: unknown
      readonly sighting?: number
    }[]
  }[]
  readonly entries: readonly JsonEntry[]
  readonly sightings: readonly JsonEntry[]
}

function decodeValue(json: unknown): PropertyValue {
  if (typeof json === 'string') return { kind: 'string', text: json }
  if (typeof json === 'number') return { kind: 'integer', value: BigInt(json) }
  if (typeof json === 'boolean') return { kind: 'boolean', value: json }
  if (Array.isArray(json)) return { kind: 'array', items: json.map(decodeValue) }
  const fields = Object.entries(json as Record<string, unknown>)
  const field = (name: string) => fields.find(([key]) => key === name)?.[1]
  switch (fields.map(([key]) => key).find(key => key.startsWith('$'))) {
    case '$string':
      return { kind: 'string', text: field('$string') as string, bytes: bytesOf(field('$bytes')) }
    case '$integer':
      return { kind: 'integer', value: BigInt(field('$integer') as string) }
    case '$real':
      return { kind: 'real', value: Number(String(field('$real')).replace('inf', 'Inf')) }
    case '$data': {
      const bytes = bytesOf(field('$data'))
      return field('$lossy') ? { kind: 'data', bytes, isLossy: true } : { kind: 'data', bytes }
    }
    case '$date':
      return { kind: 'date', iso: field('$date') as string }
    case '$set':
      return { kind: 'set', items: (field('$set') as unknown[]).map(decodeValue) }
    case '$missing':
      return { kind: 'missing' }
    case '$unreadable':
      return { kind: 'unreadable', raw: field('$unreadable') as string }
    case '$dictionary':
      return dictionary(field('$dictionary') as [unknown, unknown][])
    default:
      return dictionary(fields)
  }
}

function dictionary(entries: readonly (readonly [unknown, unknown])[]): PropertyValue {
  return {
    kind: 'dictionary',
    entries: entries.map(([key, value]) => [textOf(key), decodeValue(value)]),
  }
}

function bytesOf(base64: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(base64 as string, 'base64'))
}

function textOf(json: unknown): string {
  if (json === undefined) return ''
  return typeof json === 'string' ? json : (json as { $string: string }).$string
}

function decodeProperties(json: unknown): DescribedNode['properties'] {
  const value = decodeValue(json ?? {})
  return value.kind === 'dictionary' ? value.entries : []
}

function decodeSnapshot(json: JsonSnapshot): DescribedNode[] {
  return json.planes.flatMap(({ nodes }) =>
    nodes.map(node => {
      const entry = json.entries[node.entry]!
      const busyTime = entry.busyTimeNs === undefined ? null : decodeValue(entry.busyTimeNs)
      const location = node.location === undefined ? '' : `@${textOf(node.location)}`
      return {
        depth: node.depth,
        label: textOf(node.name) + location,
        id: entry.id === undefined ? null : BigInt(entry.id),
        className: textOf(entry.class),
        classChain: (entry.classChain ?? []).map(textOf).join(':'),
        state: entry.state?.word ?? null,
        busyCount: entry.busy ?? null,
        busyTimeNs: busyTime?.kind === 'integer' ? busyTime.value : null,
        retainCount: entry.retain ?? null,
        properties: decodeProperties(entry.properties),
      }
    }),
  )
}

function written(snapshot: Snapshot): JsonSnapshot {
  const { text } = collectWritten(writeJson(snapshot, { format: 'ioreg-text' }))
  return JSON.parse(text) as JsonSnapshot
}

const odd = Buffer.concat([
  Buffer.from(`shell$ ioreg -l
+-o Root  <class IORegistryEntry, id 0x100000100, retain 26>
  | {
  |   "__proto__" = {"__proto__"=1,"constructor"=2}
  |   "10" = 1
  |   "9" = {"2"=1,"1"=2}
  |   "$integer" = "5"
  |   "a" = {"$data"="x","b"={"c"=1,"c"=2}}
  |   "set" = [1,("a",<"t">)]
  |   "none" =${' '}
  |   "list" = (1,,<>)
  |   "odd" = <unknown object>
  |   "big" = 18446744073709551615
  |   "exact" = 9007199254740991
  |   "over" = 9007199254740992
  |   "control" = "a\u0001\u2028\u0000"
  |   "broken" = "a`),
  Buffer.from([0xff]),
  Buffer.from('b"\n  |   "bro'),
  Buffer.from([0xfe]),
  Buffer.from('ken" = {"x'),
  Buffer.from([0xfd]),
  Buffer.from(`"="\ufeff"}
  | }
  |${' '}
  +-o n`),
  Buffer.from([0xf0]),
  Buffer.from(`@\u00e9  <class C, id 0x100000101, !registered, !matched, inactive, busy 3 (7 ms), retain 2>
    +-o Twice  <class D, id 0x100000102, registered, matched, active, busy 0, retain 2>
  +-o Twice  <class D, id 0x100000102, registered, matched, active, busy 1, retain 3>
`),
])

const archiveOfOdd = `<?xml version="1.0"?><plist><dict><key>IORegistryEntryName</key><string>A</string>
<key>r</key><array><real>1</real><real>1.5</real><real>nan</real><real>-inf</real><real>inf</real><real>-0.0</real>
<real>1e300</real></array><key>d</key><date>2024-01-31T12:00:00Z</date><key>u</key><odd/>
<key>i</key><integer>-9223372036854775808</integer><key>IOServiceBusyTime</key><integer>18446744073709551615</integer>
<key>IOObjectInheritance</key><array><string>IORegistryEntry</string><string>B</string></array></dict></plist>`

function merged(): Snapshot {
  const builder = new SnapshotBuilder()
  const registry = randomRegistry({ seed: 4, nodes: 40, isNasty: true })
  const archive = createArchiveReader(builder, { plane: 'IOService', label: 'a' })
  archive.pushWhole(Buffer.from(writeArchive(registry)))
  archive.finish()
  const text = createTextReader(builder, { plane: 'IODeviceTree', label: 'b' })
  text.pushWhole(Buffer.from(writeText(registry, { hasChains: true })))
  text.finish()
  return builder.seal()
}

const snapshots: [string, () => Snapshot][] = [
  ['an odd text dump', () => readDump('text', odd).snapshot],
  ['an odd archive', () => readDump('archive', archiveOfOdd).snapshot],
  ['two planes of two dumps', merged],
  ['nothing', () => new SnapshotBuilder().seal()],
  ...[1, 2, 3, 4].flatMap((seed): [string, () => Snapshot][] => {
    const registry = randomRegistry({ seed, nodes: 60, isNasty: true })
    return [
      [`random archive ${seed}`, () => readDump('archive', writeArchive(registry)).snapshot],
      [`random text ${seed}`, () => readDump('text', writeText(registry)).snapshot],
    ]
  }),
]

test.each(snapshots)('the JSON of %s tells everything that the tables hold', (_, make) => {
  const snapshot = make()
  const json = written(snapshot)
  expect(sortedKeys(decodeSnapshot(json))).toEqual(sortedKeys(describeSnapshot(snapshot)))
  const { entries } = snapshot
  expect(json.entries).toHaveLength(entries.length)
  expect(json.sightings).toHaveLength(entries.rows - entries.length)
  json.sightings.forEach((sighting, i) => {
    const row = entries.length + i
    expect(sighting.retain ?? 0).toBe(entries.retainCount[row])
    expect(decodeProperties(sighting.properties)).toEqual(propertiesOf(snapshot, row))
  })
  json.planes.forEach(({ nodes }, p) =>
    nodes.forEach(({ sighting, entry, parent }, node) => {
      const plane = snapshot.planes[p]!
      const row = sighting === undefined ? entry : entries.length + sighting
      expect(row).toBe(plane.sighting[node])
      expect(parent ?? -1).toBe(plane.parent[node])
    }),
  )
})

test.each(snapshots)('the JSON of %s is as its schema says', (_, make) => {
  expect(schema.safeParse(written(make())).error).toBe(undefined)
})

test('the schema says no to what the format is not', () => {
  const json = written(readDump('text', odd).snapshot)
  const withProperties = (properties: unknown) => ({ ...json, entries: [{ properties }] })
  const bad = [
    { ...json, version: 2 },
    { ...json, more: 1 },
    { ...json, entries: [{ id: '100000100' }] },
    ...[{ $x: 1 }, { a: null }, { a: 1.5 }, { a: { $data: '%' } }, { a: { $date: 1 } }].map(
      withProperties,
    ),
  ]
  for (const one of bad) expect(schema.safeParse(one).success).toBe(false)
})

test('sightings and unordered states are there to be told', () => {
  const { entries } = readDump('text', odd).snapshot
  expect(entries.rows).toBeGreaterThan(entries.length)
  const older = '+-o A  <class C, registered, !matched, active, busy 0, retain count 2>\n'
  const { snapshot } = readDump('text', older)
  expect(snapshot.entries.flags[0]! & EntryFlag.stateBitsUnordered).not.toBe(0)
  expect(written(snapshot).entries[0]!.state).toEqual({
    word: 2,
    registered: true,
    matched: false,
    active: true,
    isUnordered: true,
  })
})

test('what is between the entries of a dump is counted as left out', () => {
  const { snapshot } = readDump('text', odd)
  const asides = { ...snapshot.asides, ...oneAside }
  const { losses } = collectWritten(writeJson({ ...snapshot, asides }))
  expect(losses).toEqual([
    {
      what: 'pieces of the dump that are no entry and no value are left out',
      count: 1,
      firstPath: 'IOService:/',
    },
  ])
})

const oneAside = {
  length: 1,
  kind: Uint8Array.of(0),
  source: Uint8Array.of(0),
  start: Uint32Array.of(0),
  end: Uint32Array.of(14),
  plane: Uint16Array.of(0),
  node: Int32Array.of(0),
  index: Int32Array.of(0),
}

test('a value nested as deep as readers go is no matter', () => {
  let value: PropertyValue = { kind: 'integer', value: 1n }
  for (let depth = 0; depth < 100_000; depth++) value = { kind: 'set', items: [value] }
  let json = propertyValueToJson(value)
  let depth = 0
  for (; typeof json === 'object'; depth++) {
    json = (json as unknown as { $set: [typeof json] }).$set[0]
  }
  expect([depth, json]).toEqual([100_000, 1])
  const nested = `+-o A  <class C>\n      "k" = ${'['.repeat(512)}1${']'.repeat(512)}\n`
  const { snapshot } = readDump('text', nested)
  expect(sortedKeys(decodeSnapshot(written(snapshot)))).toEqual(describeSnapshot(snapshot))
})

test('each node and each entry has a line of its own', () => {
  const { snapshot } = readDump('archive', writeArchive(randomRegistry({ seed: 2, nodes: 30 })))
  const { text } = collectWritten(writeJson(snapshot))
  const lines = text.split('\n').filter(line => /^\{"(entry|id)"/.test(line))
  expect(lines).toHaveLength(snapshot.planes[0]!.length + snapshot.entries.length)
  for (const line of lines) JSON.parse(line.replace(/,$/, ''))
})

test('the example of the documentation is as the schema says', () => {
  const page = readFileSync(new URL('../../../docs/json-format.md', import.meta.url), 'utf8')
  const example = /```json\n([^]*?)```/.exec(page)![1]!
  expect(schema.safeParse(JSON.parse(example)).error).toBe(undefined)
})
