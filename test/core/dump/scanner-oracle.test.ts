import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nodeDepthLimit } from '../../../core/dump/archive-nodes.ts'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { compileEngineAsync, type Engine, type ScannerExports } from '../../../core/dump/engine.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import { FailureError, type Failure } from '../../../core/failure.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { BenchRegistry } from '../../helpers/bench-registry.ts'
import { archivePieces, damaged } from '../../helpers/damaged.ts'
import { engineBytes, testEngine } from '../../helpers/engine.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry, type ModelOptions } from '../../helpers/registry-model.ts'
import { writeArchive, writeArchiveOfMatches } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

// The reader in JavaScript says what is right; with the engine every table must come out the same.

function read(engine: Engine | undefined, bytes: Uint8Array, chunkLength = 0) {
  const builder = new SnapshotBuilder()
  const reader = createArchiveReader(builder, { plane: 'IOService', label: 'dump', engine })
  if (chunkLength === 0) reader.pushWhole(bytes)
  else {
    for (let at = 0; at < bytes.length; at += chunkLength) {
      reader.push(bytes.subarray(at, at + chunkLength))
    }
  }
  return { summary: reader.finish(), snapshot: builder.seal() }
}

function expectSame(bytes: Uint8Array, chunkLength = 0, what = ''): void {
  const wanted = orFailure(() => read(undefined, bytes))
  const found = orFailure(() => read(testEngine(), bytes, chunkLength))
  // The matcher is slow and tells more.
  if (!isDeepStrictEqual(found, wanted)) expect(found, what).toEqual(wanted)
  if ('snapshot' in found) expect(checkSnapshot(found.snapshot)).toBe(null)
}

/** What is refused (entities of its own) must be refused by both, with one sentence. */
function orFailure<T>(work: () => T): T | { readonly failure: Failure } {
  try {
    return work()
  } catch (error) {
    if (error instanceof FailureError) return { failure: error.failure }
    throw error
  }
}

const encode = (text: string) => new TextEncoder().encode(text)
const archiveOf = (options: ModelOptions) => encode(writeArchive(randomRegistry(options)))

test.each([1, 2, 3, 4, 5, 6])(
  'random registries, plain and nasty, are read alike (seed %i)',
  seed => {
    for (const isNasty of [false, true]) {
      const registry = randomRegistry({ seed, nodes: 150, isNasty })
      expectSame(encode(writeArchive(registry)))
      expectSame(encode(writeArchive(registry, { hasChains: true })))
      expectSame(encode(writeArchive(registry, { hasNamesForClasses: true })))
      expectSame(encode(writeArchive(registry, { hasNoProperties: true })))
      expectSame(encode(writeArchiveOfMatches(registry.clients)))
    }
  },
)

test('a registry of the shape that is measured is read alike, across many windows', () => {
  const registry = new BenchRegistry(4).subtree(600)
  const bytes = encode(writeArchive(registry))
  expect(bytes.length).toBeGreaterThan(1_000_000)
  expectSame(bytes)
  for (const chunkLength of [4096, 65_536, 200_001]) expectSame(bytes, chunkLength)
})

test('however the chunks are cut, the result is the same', () => {
  const bytes = archiveOf({ seed: 27, nodes: 4, isNasty: true })
  for (let length = 1; length <= 300; length++) expectSame(bytes, length, `chunks of ${length}`)
})

test('wherever the dump is cut, the result is the same', () => {
  const bytes = archiveOf({ seed: 27, nodes: 2, isNasty: true })
  for (let length = 0; length < bytes.length; length++) {
    expectSame(bytes.subarray(0, length), 0, `cut at ${length}`)
    if (length % 7 === 0) {
      expectSame(bytes.subarray(0, length), 1 + (length % 97), `cut at ${length}, in chunks`)
    }
  }
})

const pieces = [
  ...archivePieces,
  ...['&amp;', '&#65;', '<', '>', '</'],
  ...['<dict/>', '<array/>', '<string/>', '<key/>', '<integer>-7</integer>', '<date>x</date>'],
  ...['<key>IORegistryEntryChildren</key>', '<key>IORegistryEntryName</key>', '<dict >', ' '],
  ...['<key>IOObjectInheritance</key><array><string>A</string></array>', '<set>', '<data></data>'],
  '<key>IORegistryEntryID</key><integer>4294967999</integer>',
]

test.each([11, 12, 13])('damage of any kind is read alike (seed %i)', seed => {
  const random = new Random(seed)
  const bytes = Buffer.from(archiveOf({ seed: 31, nodes: 6, isNasty: seed % 2 === 0 }))
  for (let round = 0; round < 500; round++) {
    const dump = damaged(bytes, pieces, random)
    expectSame(dump, random.chance(0.5) ? 0 : 1 + random.below(300), `round ${round}`)
  }
})

test('noise of all bytes is read alike', () => {
  const random = new Random(5)
  const noise = Uint8Array.from({ length: 20_000 }, () =>
    random.chance(0.5) ? random.below(256) : random.pick([60, 62, 47, 97, 100, 105, 33, 38]),
  )
  expectSame(noise)
  expectSame(noise, 700)
})

const nodeWith = (inside: string) =>
  encode(
    `<plist version="1.0"><dict><key>IORegistryEntryName</key><string>A</string>${inside}</dict></plist>`,
  )

test.each([
  ['a value larger than a window', `<key>k</key><data>${'QUJD\n\t'.repeat(60_000)}</data>`],
  ['a key larger than a window', `<key>${'k'.repeat(300_000)}</key><true/>`],
  ['a value larger than any window', `<key>k</key><string>${'x'.repeat(17_000_000)}</string>`],
  ['nesting without end', `<key>k</key>${'<array>'.repeat(50_000)}${'</array>'.repeat(50_000)}`],
  [
    'a container closed by the other tag',
    '<key>k</key><dict><key>a</key></array><key>l</key><true/>',
  ],
  ['two tags that touch', '<key>k</key><array><<array></array></array>'],
  ['a numeric reference in a key', '<key>a&#x20AC;b</key><true/><key>a&#x20AC;b</key><false/>'],
  [
    'references in keys',
    '<key>a&amp;amp;b</key><true/><key>a&amp;b</key><false/><key>c</key><true/>',
  ],
  ['integers of every length', integers('IOServiceBusyTime')],
  ['an ID that is no number', '<key>IORegistryEntryID</key><string>7</string>'],
  ['an empty chain', '<key>IOObjectInheritance</key><array></array>'],
  [
    'a chain with a reference',
    '<key>IOObjectInheritance</key><array><string>A&lt;B&gt;</string></array>',
  ],
  [
    'chains of classes without a name',
    ['A', 'B'].map(name => chainOf('', name)).join('') + chainOf('', '') + chainOf('A', '', 'B'),
  ],
  ['a chain of other things', '<key>IOObjectInheritance</key><array><true/></array>'],
  ['clients that are no list', '<key>IORegistryEntryChildren</key><string>x</string>'],
  ['an empty client', '<key>IORegistryEntryChildren</key><dict/>'],
  ['a name told twice', '<key>IORegistryEntryName</key><string>B</string>'],
  ['every kind of value', everyKind()],
  ['a hundred thousand empty clients', clients('<dict/>'.repeat(100_000))],
  ['clients with nothing but an ID', clients(manyIds())],
  ['keys that are all different', manyKeys()],
])('%s is read alike', (_, inside) => {
  const bytes = nodeWith(inside)
  expectSame(bytes)
  expectSame(bytes, Math.max(1, Math.ceil(bytes.length / 300)))
})

function integers(key: string): string {
  const texts = ['', '-', '-1', '+1', ' 1', '0x1F', '007', '-9223372036854775808', '1e3']
  for (let length = 1; length < 24; length++) texts.push('9'.repeat(length), '1'.repeat(length))
  const nodes = texts.map(text => `<dict><key>${key}</key><integer>${text}</integer></dict>`)
  return `<key>IORegistryEntryChildren</key><array>${nodes.join('')}</array>`
}

function everyKind(): string {
  const values = [
    ...['<string/>', '<string></string>', '<string>&lt;</string>', '<integer/>', '<true></true>'],
    ...['<real>1.5</real>', '<date>2024-05-01T00:00:00Z</date>', '<data/>', '<dict/>', '<array/>'],
    ...['<dict><key>a</key><dict/></dict>', '<array><array/><dict></dict></array>', '<false/>'],
  ]
  return values.map((value, i) => `<key>k${i}</key>${value}`).join('\n\t')
}

function clients(inside: string): string {
  return `<key>IORegistryEntryChildren</key><array>${inside}</array>`
}

function chainOf(...classes: readonly string[]): string {
  const strings = classes.map(name => `<string>${name}</string>`).join('')
  const node = `<dict><key>IOObjectInheritance</key><array>${strings}</array></dict>`
  return `<key>IORegistryEntryChildren</key><array>${node}</array>`
}

/** Half of them come twice: entries with two providers. */
function manyIds(): string {
  const ids = Array.from({ length: 3000 }, (_, i) => 4_294_967_552 + (i % 2000))
  const node = (id: number) => `<dict><key>IORegistryEntryID</key><integer>${id}</integer>`
  return ids.map((id, i) => `${node(id)}<key>k</key><integer>${i}</integer></dict>`).join('')
}

function manyKeys(): string {
  const long = 'x'.repeat(100)
  return Array.from({ length: 20_000 }, (_, i) => `<key>${i}${long}</key><true/>`).join('')
}

test('an engine that was compiled in the background is as good', async () => {
  const engine = await compileEngineAsync(engineBytes())
  const bytes = archiveOf({ seed: 3, nodes: 20 })
  expect(read(engine, bytes)).toEqual(read(undefined, bytes))
})

test('the depth limit is the same', () => {
  for (const deep of [nodeDepthLimit, nodeDepthLimit + 3]) {
    const open = '<dict><key>IORegistryEntryChildren</key><array>'
    const dump = `<plist>${open.repeat(deep)}${'</array></dict>'.repeat(deep)}</plist>`
    expectSame(encode(dump))
  }
})

test('several documents and prose around them are read alike', () => {
  const dump = '<plist><dict><key>a</key><true/></dict></plist>\n'
  expectSame(encode(`$ ioreg -a\n${dump}${dump}$ exit`))
  expectSame(encode(`<array><dict/><dict/></array>${dump}<string>x</string>${dump}`))
})

describe('several dumps in one snapshot', () => {
  const registry = randomRegistry({ seed: 9, nodes: 60, isNasty: true })
  const archive = encode(writeArchive(registry))
  const other = encode(writeArchive(randomRegistry({ seed: 10, nodes: 20 })))
  const text = encode(writeText(registry))

  function merged(engine: Engine | undefined, order: readonly ('xml' | 'text' | 'cut')[]) {
    const builder = new SnapshotBuilder()
    for (const [i, kind] of order.entries()) {
      const options = { plane: i === 2 ? 'IOPower' : 'IOService', label: String(i) }
      const reader =
        kind === 'text'
          ? createTextReader(builder, options)
          : createArchiveReader(builder, { ...options, engine })
      if (kind === 'cut') reader.pushWhole(other.subarray(0, other.length >> 1))
      else reader.pushWhole(kind === 'xml' ? archive : text)
      reader.finish()
    }
    return builder.seal()
  }

  test.each([
    [['xml', 'xml']],
    [['xml', 'text', 'xml']],
    [['text', 'xml', 'text']],
    [['cut', 'xml', 'cut']],
    [['xml', 'cut', 'text', 'xml']],
  ] as const)('%j', order => {
    expect(merged(testEngine(), order)).toEqual(merged(undefined, order))
  })

  test('of a few entries each', () => {
    const node = (id: number) =>
      `<dict><key>k</key><true/><key>IORegistryEntryID</key><integer>${id}</integer></dict>`
    const matchesOf = (count: number, from: number) =>
      encode(`<array>${Array.from({ length: count }, (_, i) => node(from + i)).join('')}</array>`)
    for (let first = 1; first <= 9; first++) {
      for (let second = 1; second <= 9; second++) {
        const together = (engine: Engine | undefined) => {
          const builder = new SnapshotBuilder()
          // The third is for the reader without an engine: it adds one entry after the other.
          for (const [i, count] of [first, second, 20].entries()) {
            const options = { plane: 'IOService', label: String(i) }
            const reader = createArchiveReader(builder, i < 2 ? { ...options, engine } : options)
            reader.pushWhole(matchesOf(count, 100 * i + 1))
            reader.finish()
          }
          return builder.seal()
        }
        expect(together(testEngine()), `${first} and ${second}`).toEqual(together(undefined))
      }
    }
  })

  test('a text whose first name looks like a key with a reference', () => {
    const together = (engine: Engine | undefined) => {
      const builder = new SnapshotBuilder()
      const options = { plane: 'IOService', label: 'dump' }
      const first = createTextReader(builder, options)
      first.pushWhole(encode('+-o a&amp;b  <class a&amp;b, id 0x7>\n'))
      first.finish()
      const second = createArchiveReader(builder, { ...options, engine })
      second.pushWhole(nodeWith('<key>a&amp;b</key><true/>'))
      second.finish()
      return builder.seal()
    }
    expect(together(testEngine())).toEqual(together(undefined))
  })

  test('readers that were begun at one time', () => {
    const together = (engine: Engine | undefined) => {
      const builder = new SnapshotBuilder()
      const readers = ['a', 'b'].map(label =>
        createArchiveReader(builder, { plane: 'IOService', label, engine }),
      )
      readers[0]!.pushWhole(other)
      readers[1]!.pushWhole(archive)
      for (const reader of readers) reader.finish()
      return builder.seal()
    }
    const wanted = together(undefined)
    const found = together(testEngine())
    expect(found.properties.hash.toSorted()).toEqual(wanted.properties.hash.toSorted())
    expect(found.planes[0]!.depth).toEqual(wanted.planes[0]!.depth)
    expect(checkSnapshot(found)).toBe(null)
  })
})

test('a plain dump is read by the engine to its last node, a damaged one up to the damage', () => {
  let scanner: ScannerExports | undefined
  const engine = { instantiate: () => (scanner = testEngine().instantiate()) }
  const bytes = encode(writeArchive(new BenchRegistry(7).subtree(300)))
  const { snapshot } = read(engine, bytes)
  expect(scanner!.nodes.value).toBe(300)
  expect(scanner!.properties.value).toBe(snapshot.properties.length)

  bytes.set(encode('<oddity>'), Buffer.from(bytes).indexOf('<string>', bytes.length >> 1))
  read(engine, bytes)
  expect(scanner!.nodes.value).toBeGreaterThan(100)
  expect(scanner!.nodes.value).toBeLessThan(300)
})

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/xml/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

test.skipIf(!isHere).each(isHere ? readdirSync(corpus).sort() : [])('%s is read alike', file => {
  const bytes = new Uint8Array(readFileSync(new URL(file, corpus)))
  expectSame(bytes)
  expectSame(bytes, 1009)
})
