import { deepEqual } from 'fast-equals'
import { createDumpReader } from '../../core/dump/dump-reader.ts'
import { buildCatalogue, type Catalogue } from '../../core/matching/catalogue.ts'
import { createMatcher } from '../../core/matching/matcher.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { BenchMachine } from '../helpers/bench-machine.ts'
import { propertiesOf } from '../helpers/describe-snapshot.ts'
import { plainValue } from '../helpers/plain-value.ts'
import { median, table } from './table.ts'

/**
 * How long it takes to explain one service against 3,000 personalities, and to match a whole registry, beside a
 * program that holds services and personalities as objects and asks each of each, by class, base keys and
 * `fast-equals`, without any family's table.
 *
 *   node test/bench/match.ts [--quick]
 */
const personalities = 3000
const sizes = process.argv.includes('--quick') ? [1000, 10_000] : [1000, 10_000, 100_000]

const kexts = new BenchMachine(1, personalities).kexts()
const registries: string[][] = []
const explained: string[][] = []
for (const services of sizes) measure(services)
table(
  `One service against ${personalities.toLocaleString('en-US')} personalities, every candidate with its reasons; ms`,
  ['services', 'p50', 'p95', 'longest', 'objects, p50'],
  explained,
)
table(
  `A whole registry against ${personalities.toLocaleString('en-US')} personalities; ms, medians of 3`,
  [
    'services',
    'catalogue',
    'first',
    'warm',
    'µs for each service',
    'candidates looked at',
    'objects',
    'objects are',
  ],
  registries,
)

function measure(services: number): void {
  const snapshot = snapshotOf(services)
  const catalogueTimes: number[] = []
  const firsts: number[] = []
  const warms: number[] = []
  let candidates = 0
  for (let round = 0; round < 3; round++) {
    const [catalogueMs, catalogue] = timed(() => buildCatalogue({ snapshot, installed: kexts }))
    catalogueTimes.push(catalogueMs)
    const matcher = createMatcher(snapshot, catalogue)
    const [firstMs, summary] = timed(() => matcher.summary())
    firsts.push(firstMs)
    warms.push(timed(() => matcher.summary())[0])
    candidates = summary.candidates.reduce((sum, count) => sum + count, 0)
  }
  const catalogue = buildCatalogue({ snapshot, installed: kexts })
  const matcher = createMatcher(snapshot, catalogue)
  const asked = Array.from({ length: 300 }, (_, i) =>
    Math.floor((i * snapshot.entries.length) / 300),
  )
  const each = asked.map(entry => timed(() => matcher.service(entry))[0]).sort((a, b) => a - b)
  const objects = objectsOf(snapshot)
  const wanted = plainPersonalities(catalogue)
  const few = asked.slice(0, 30).map(entry => timed(() => askEach(objects[entry]!, wanted))[0])
  const objectMs = median(few)
  explained.push([
    services.toLocaleString('en-US'),
    each[each.length >> 1]!.toFixed(2),
    each[Math.floor(each.length * 0.95)]!.toFixed(2),
    each.at(-1)!.toFixed(2),
    objectMs.toFixed(2),
  ])
  // Of a large registry as many services as take long enough to tell.
  const sample = objects.filter((_, i) => i % Math.ceil(objects.length / 1000) === 0)
  const [sampleMs] = timed(() => sample.reduce((sum, one) => sum + askEach(one, wanted), 0))
  const allMs = (sampleMs * objects.length) / sample.length
  registries.push([
    services.toLocaleString('en-US'),
    median(catalogueTimes).toFixed(0),
    median(firsts).toFixed(0),
    median(warms).toFixed(0),
    ((median(firsts) * 1000) / services).toFixed(1),
    candidates.toLocaleString('en-US'),
    allMs.toFixed(0),
    `${(allMs / median(firsts)).toFixed(0)}× slower`,
  ])
}

function timed<T>(work: () => T): [ms: number, result: T] {
  const started = performance.now()
  const result = work()
  return [performance.now() - started, result]
}

function snapshotOf(services: number): Snapshot {
  const builder = new SnapshotBuilder()
  const reader = createDumpReader(builder, { label: 'bench' })
  for (const piece of new BenchMachine(1, personalities).dump(services)) {
    reader.push(new TextEncoder().encode(piece))
  }
  reader.finish()
  const snapshot = builder.seal()
  const made = planeNamed(snapshot, 'IOService')?.length
  if (made !== services + 1) throw new Error(`${made} nodes instead of ${services + 1}`)
  return snapshot
}

interface PlainService {
  readonly classes: readonly string[]
  readonly properties: Readonly<Record<string, unknown>>
}

function objectsOf(snapshot: Snapshot): PlainService[] {
  const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, installed: [] }))
  return Array.from({ length: snapshot.entries.length }, (_, entry) => ({
    classes: [
      stringAt(snapshot.strings, snapshot.entries.className[entry]!),
      ...matcher.views.of(entry).chain.classes,
    ],
    properties: Object.fromEntries(
      propertiesOf(snapshot, entry).map(([key, value]) => [key, plainValue(value)]),
    ),
  }))
}

type PlainPersonality = Readonly<Record<string, unknown>>

function plainPersonalities({ items }: Catalogue): readonly PlainPersonality[] {
  return items.map(item => plainValue(item.properties) as PlainPersonality)
}

function askEach(service: PlainService, wanted: readonly PlainPersonality[]): number {
  return wanted.filter(personality => holds(service, personality)).length
}

function holds({ classes, properties }: PlainService, personality: PlainPersonality): boolean {
  if (!classes.includes(personality['IOProviderClass'] as string)) return false
  const names = personality['IONameMatch']
  if (Array.isArray(names) && !names.includes(properties['name'])) return false
  const match = personality['IOPropertyMatch']
  if (typeof match === 'object' && match !== null) {
    for (const [key, value] of Object.entries(match)) {
      if (!deepEqual(properties[key], value)) return false
    }
  }
  for (const key of ['idVendor', 'idProduct', 'bcdDevice', 'VendorID', 'ProductID']) {
    if (key in personality && !deepEqual(properties[key], personality[key])) return false
  }
  return true
}
