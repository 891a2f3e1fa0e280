import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { Random } from '../../helpers/random.ts'
import { readDump, type ReadDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
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
  type BinaryValue,
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

/** Reads it all, or fails as data; what was read is sound to its last value. */
function survive(bytes: Uint8Array): ReadDump | FailureError {
  try {
    const read = readDump('any', bytes)
    expect(checkSnapshot(read.snapshot)).toBe(null)
    for (let p = 0; p < read.snapshot.properties.length; p++) readValue(read.snapshot, p)
    return read
  } catch (error) {
    if (error instanceof FailureError) return error
    throw error
  }
}

test.each(files)('a %s cut at any byte is refused with a sentence', (_, whole) => {
  for (let length = 0; length < whole.length; length++) {
    const result = survive(whole.slice(0, length))
    expect(result, `cut at ${length}`).toBeInstanceOf(FailureError)
    expect((result as FailureError).message.length).toBeGreaterThan(20)
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

test('an archive nested a hundred thousand levels deep is cut at the limit, and says so', () => {
  const depth = 100_000
  const key = sized(0x5f, 24).concat([...new TextEncoder().encode('IORegistryEntryChildren')])
  const keyObject = [0x5f, 0x10, 23, ...key.slice(-23)]
  // Object 0 is the key; each node has one pair: the key, and the next node.
  const nodes = Array.from({ length: depth }, (_, i) => [0xd1, ...big(0, 4), ...big(i + 2, 4)])
  const result = survive(assemble([keyObject, ...nodes, [0xd0]], 4, 1)) as ReadDump
  expect(result.summary.nodes).toBe(4096)
  expect(result.summary.problems).toMatchObject([{ kind: 'skipped' }, { kind: 'lossy' }])
})

test('an entry below itself, and entries that multiply level by level, are cut off and told', () => {
  const key = [0x5f, 0x10, 23, ...new TextEncoder().encode('IORegistryEntryChildren')]
  const circle = assemble([key, [0xd1, 0, 1]], 1, 1)
  expect((survive(circle) as ReadDump).summary).toMatchObject({ nodes: 1 })
  const levels = Array.from({ length: 40 }, (_, i) => [
    [0xd1, 0, 2 * i + 2],
    [0xa2, 2 * i + 3, 2 * i + 3],
  ]).flat()
  const result = survive(assemble([key, ...levels, [0xd0]], 1, 1)) as ReadDump
  expect(result.summary.nodes).toBeLessThan(2000)
  expect(result.summary.problems.map(({ kind }) => kind)).toContain('skipped')
})

/** A keyed archive of entries that are all below each other. */
function tangle(count: number, below: (entry: number) => readonly number[], xml = ''): Uint8Array {
  const objects: BinaryValue[] = [text('$null')]
  const add = (value: BinaryValue) => uid(objects.push(value) - 1)
  const classNamed = (name: string) => add(dictionary({ $classname: text(name) }))
  const array = (items: readonly BinaryValue[]) => add(dictionary({ 'NS.objects': list(items) }))
  const plane = add(text('IOService'))
  const properties = add({ kind: 'data', bytes: new TextEncoder().encode(xml) })
  const first = objects.length
  for (let i = 0; i < count; i++) add(text(''))
  for (let i = 0; i < count; i++) {
    const children = array(below(i).map(other => uid(first + other)))
    objects[first + i] = dictionary({
      isRegistryRoot: flag(i === 0),
      name: add(text(`e${i}`)),
      ...(xml === '' ? {} : { properties }),
      childrenInPlanes: add(
        dictionary({ 'NS.keys': list([plane]), 'NS.objects': list([children]) }),
      ),
    })
  }
  const store = add(
    dictionary({
      $class: classNamed('RexDataStore'),
      dataStoreVersion: integer(1),
      registryPlanes: array([plane]),
      registryEntries: array(Array.from({ length: count }, (_, i) => uid(first + i))),
    }),
  )
  return writeBinaryPlist(
    dictionary({
      $archiver: text('NSKeyedArchiver'),
      $objects: list(objects),
      $top: dictionary({ root: store }),
    }),
  )
}

test('a document whose entries go round in circles shows each path once, to the circle', () => {
  const { summary } = survive(tangle(3, i => [(i + 1) % 3])) as ReadDump
  expect(summary).toMatchObject({ nodes: 3, entries: 3 })
  expect(summary.problems[0]!.message).toMatch(/below itself/)
  const knot = survive(tangle(12, () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])) as ReadDump
  expect(knot.summary.nodes).toBeLessThan(1100)
  expect(knot.summary.problems.map(({ kind }) => kind)).toEqual(['malformed', 'skipped'])
})

test('a document whose entries all share one long list of properties is refused', () => {
  const xml = `<plist><dict>${'<key>a</key><true/>'.repeat(3000)}</dict></plist>`
  const everyone = Array.from({ length: 999 }, (_, n) => n + 1)
  const shared = tangle(1000, i => (i === 0 ? everyone : []), xml)
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
  const { summary } = survive(tangle(4, i => (i === 0 ? [1] : []))) as ReadDump
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
