import { expect, test } from 'vitest'
import type { ReadDump } from '../../helpers/read-dumps.ts'
import { FailureError } from '../../../core/failure.ts'
import { Random } from '../../helpers/random.ts'
import { survive, survivor } from '../../helpers/survive.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { explorerTangle } from '../../helpers/write-hostile-documents.ts'
import {
  assemble,
  big,
  dictionary,
  flag,
  integer,
  list,
  sized,
  text,
  uid,
  writeBinaryPlist,
} from '../../helpers/write-binary-plist.ts'
import {
  writeBinaryArchive,
  writeExplorerDocument,
  writeIOJonesDocument,
} from '../../helpers/write-documents.ts'

const root = randomRegistry({ seed: 41, nodes: 4, isNasty: true })
const planes = {
  root,
  planes: {
    IOService: (entry: ModelEntry) => entry.clients,
    IOPower: (entry: ModelEntry) => entry.clients.slice(0, 1),
  },
}
const files: [string, Uint8Array][] = [
  ['binary archive', writeBinaryArchive(root)],
  ['IORegistryExplorer document', writeExplorerDocument(planes)],
  ['IOJones document', writeIOJonesDocument(planes)],
]

test.each(files)('a %s cut at any byte is refused with a sentence', (_, whole) => {
  for (let length = 0; length < whole.length; length++) {
    const result = survive(whole.slice(0, length))
    expect(result, `cut at ${length}`).toBeInstanceOf(FailureError)
  }
})

test.each(files)('a %s with bytes changed anywhere never throws a bug', (_, whole) => {
  const random = new Random(77)
  let read = 0
  for (let round = 0; round < 2000; round++) {
    const bytes = whole.slice()
    for (let i = random.below(4); i >= 0; i--) {
      bytes[random.below(bytes.length)] = random.chance(0.5)
        ? random.below(256)
        : random.pick([0, 8, 15, 0xa1, 0xd1, 0xdf, 0xff])
    }
    if (!(survive(bytes) instanceof FailureError)) read++
  }
  // Most damage is in some value or other, and the rest is read.
  expect(read).toBeGreaterThan(200)
})

test('noise behind the mark of a binary property list is refused', () => {
  const random = new Random(6)
  for (let round = 0; round < 200; round++) {
    const noise = Uint8Array.from({ length: 40 + random.below(2000) }, () => random.below(256))
    noise.set(new TextEncoder().encode('bplist00'))
    expect(survive(noise)).toBeInstanceOf(FailureError)
  }
})

test('an entry below itself, and entries that multiply level by level, are cut off and told', () => {
  const key = [0x5f, 0x10, 23, ...new TextEncoder().encode('IORegistryEntryChildren')]
  const circle = assemble([key, [0xd1, 0, 1]], 1, 1)
  expect(survivor(circle).summary).toMatchObject({ nodes: 1 })
  const levels = Array.from({ length: 40 }, (_, i) => [
    [0xd1, 0, 2 * i + 2],
    [0xa2, 2 * i + 3, 2 * i + 3],
  ]).flat()
  const result = survivor(assemble([key, ...levels, [0xd0]], 1, 1))
  expect(result.summary.nodes).toBeLessThan(2000)
  expect(result.summary.problems.map(({ kind }) => kind)).toContain('skipped')
})

test('a document whose entries go round in circles shows each path once, to the circle', () => {
  const { summary } = survivor(explorerTangle({ count: 3, below: i => [(i + 1) % 3] }))
  expect(summary).toMatchObject({ nodes: 3, entries: 3 })
  expect(summary.problems[0]!.message).toMatch(/below itself/)
  const knot = survivor(
    explorerTangle({ count: 12, below: () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }),
  )
  expect(knot.summary.nodes).toBeLessThan(1100)
  expect(knot.summary.problems.map(({ kind }) => kind)).toEqual(['malformed', 'skipped'])
})

test('a document whose entries all share one long list of properties is refused', () => {
  const xml = `<plist><dict>${'<key>a</key><true/>'.repeat(3000)}</dict></plist>`
  const everyone = Array.from({ length: 999 }, (_, n) => n + 1)
  const shared = explorerTangle({ count: 1000, below: i => (i === 0 ? everyone : []), xml })
  expect((survive(shared) as FailureError).message).toMatch(/not shared again and again/)
})

test('properties may share a value, but not one that makes very many of a few bytes', () => {
  const word = (text: string) => [...sized(0x50, text.length), ...Buffer.from(text)]
  const references = (numbers: readonly number[]) => numbers.flatMap(number => big(number, 2))
  const manyOf = (number: number) => [
    ...sized(0xa0, 700),
    ...references(Array.from({ length: 700 }, () => number)),
  ]
  const keys = Array.from({ length: 50 }, (_, i) => i + 5)
  const withValue = (value: number) =>
    survive(
      assemble(
        [
          [
            ...sized(0xd0, keys.length + 1),
            ...references([1, ...keys, 2, ...keys.map(() => value)]),
          ],
          ...[word('IORegistryEntryName'), word('A'), manyOf(4), manyOf(2)],
          ...keys.map(key => word(`k${key}`)),
        ],
        2,
      ),
    ) as ReadDump
  expect(withValue(4).snapshot.properties.length).toBe(50)
  // Half a million values, fifty times, in three thousand bytes.
  const { snapshot, summary } = withValue(3)
  expect(snapshot.properties.length).toBe(0)
  expect(summary.problems.map(({ kind }) => kind)).toContain('malformed')
})

test('a document that lists one plane again and again is refused', () => {
  const many = 5000
  const shown = (word: string) => [...sized(0x50, word.length), ...Buffer.from(word)]
  const ioJones = assemble([
    ...[[0xd2, 1, 2, 3, 4], shown('objects'), shown('planes'), [0xa1, 5]],
    ...[
      [...sized(0xa0, many), ...Array.from({ length: many }, () => 8)],
      [0xd1, 6, 7],
    ],
    ...[shown('id'), [0x10, 7], [0xd2, 9, 10, 11, 7], shown('plane'), shown('root'), shown('P')],
  ])
  expect((survive(ioJones) as FailureError).message).toMatch(/not shared again and again/)
})

test.each([
  [5000, 1],
  [500, 3000],
])('a document of %i planes that have %i roots each is refused', (planes, roots) => {
  const numbers = (length: number) => Array.from({ length }, (_, i) => i)
  const objects = [
    text('$null'),
    dictionary({
      $class: uid(2),
      dataStoreVersion: integer(1),
      registryPlanes: uid(3),
      registryEntries: uid(4),
    }),
    dictionary({ $classname: text('RexDataStore') }),
    dictionary({ 'NS.objects': list(numbers(planes).map(i => text(`p${i}`))) }),
    dictionary({ 'NS.objects': list(numbers(roots).map(i => uid(5 + i))) }),
    ...numbers(roots).map(i => dictionary({ isRegistryRoot: flag(true), name: text(`e${i}`) })),
  ]
  const file = writeBinaryPlist(
    dictionary({
      $archiver: text('NSKeyedArchiver'),
      $objects: list(objects),
      $top: dictionary({ root: uid(1) }),
    }),
  )
  expect((survive(file) as FailureError).message).toMatch(/not shared again and again/)
})

test('entries of a document that are nowhere are counted', () => {
  const { summary } = survivor(explorerTangle({ count: 4, below: i => (i === 0 ? [1] : []) }))
  expect(summary.nodes).toBe(2)
  expect(summary.problems[0]!.message).toMatch(/^2 entries are under no provider/)
})

test.each([
  [{ dataStoreVersion: integer(2) }, /of version 2; only version 1 is known/],
  [{ dataStoreVersion: text('x') }, /without a version/],
])('a document of another version is refused (%#)', (change, expected) => {
  const store = dictionary({ $class: uid(2), ...change })
  const objects = [text('$null'), store, dictionary({ $classname: text('RexDataStore') })]
  const file = writeBinaryPlist(
    dictionary({
      $archiver: text('NSKeyedArchiver'),
      $objects: list(objects),
      $top: dictionary({ root: uid(1) }),
    }),
  )
  expect((survive(file) as FailureError).message).toMatch(expected)
})

test.each([
  [dictionary({ CFBundleName: text('x') }), /an Info\.plist/],
  [dictionary({ a: text('x') }), /a binary property list without registry entries/],
  [text('x'), /a binary property list of one value/],
  [
    dictionary({
      $archiver: text('NSKeyedArchiver'),
      $objects: list([
        text('$null'),
        dictionary({ $class: uid(2) }),
        dictionary({ $classname: text('MyDocument') }),
      ]),
      $top: dictionary({ root: uid(1) }),
    }),
    /a keyed archive of another program \(of class MyDocument\)/,
  ],
])('a binary property list of another kind is refused by name (%#)', (value, expected) => {
  expect((survive(writeBinaryPlist(value)) as FailureError).message).toMatch(expected)
})
