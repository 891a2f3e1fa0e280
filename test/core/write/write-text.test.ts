import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { decodeSnapshot, encodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { damaged, textPieces } from '../../helpers/damaged.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { Random } from '../../helpers/random.ts'
import { readCut, readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive, writeArchiveOfMatches } from '../../helpers/write-archive.ts'
import { writeBack } from '../../helpers/write-back.ts'
import { writeText, writeTextOfMatches, type TextForm } from '../../helpers/write-text.ts'

const sourceOf = (snapshot: Snapshot) => Buffer.from(snapshot.sources[0]!.bytes)

/**
 * An archive sorts keys, so what is written from one has them sorted. Data is ASCII here: what has other bytes and still
 * prints as text is beyond the plain writer.
 */
function sorted(entry: ModelEntry): ModelEntry {
  const properties = [...entry.properties]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, asciiData(value)] as const)
  return { ...entry, properties, clients: entry.clients.map(sorted) }
}

function asciiData(value: PropertyValue): PropertyValue {
  if (value.kind === 'data') return { ...value, bytes: value.bytes.map(byte => byte & 0x7f) }
  if (value.kind === 'array') return { ...value, items: value.items.map(asciiData) }
  if (value.kind !== 'dictionary') return value
  return { ...value, entries: value.entries.map(([key, item]) => [key, asciiData(item)]) }
}

/** Archives do not tell an empty block from none, and of matches the tool prints some without. */
function withProperties(entry: ModelEntry): ModelEntry {
  const first: ModelEntry['properties'][number] = ['A', { kind: 'boolean', value: true }]
  return {
    ...entry,
    properties: [first, ...entry.properties],
    clients: entry.clients.map(withProperties),
  }
}

const eras = ['10.0', '10.2', '10.4', '10.5', '10.6', '13'] as const
const cases = eras.flatMap(era => [1, 2, 3, 4].map(seed => [era, seed] as const))

test.each(cases)('an archive becomes the text that %s prints (seed %i)', (era, seed) => {
  const registry = sorted(randomRegistry({ seed, nodes: 60, isNasty: true }))
  const { snapshot } = readDump('archive', writeArchive(registry))
  const { text } = writeBack(snapshot, { era })
  expect(text).toBe(writeText(registry, { era, convertsStrings: true }))
})

test.each(cases)('what was written for %s is the same registry again (seed %i)', (era, seed) => {
  const { snapshot } = readDump('archive', writeArchive(randomRegistry({ seed, nodes: 80 })))
  const again = readDump('text', writeBack(snapshot, { era }).bytes).snapshot
  const hasState = era !== '10.0' && era !== '10.2'
  const hasId = era === '10.6' || era === '13'
  expect(
    describeSnapshot(again).map(node => [node.label, node.depth, node.properties.length]),
  ).toEqual(
    describeSnapshot(snapshot).map(node => [node.label, node.depth, node.properties.length]),
  )
  expect(
    describeSnapshot(again).map(({ id, className, state, busyCount, busyTimeNs, retainCount }) => ({
      id,
      className,
      state,
      busyCount,
      busyTimeNs,
      retainCount,
    })),
  ).toEqual(
    describeSnapshot(snapshot).map(node => ({
      id: hasId ? node.id : null,
      className: node.className,
      state: hasState && node.state !== null ? node.state & 7 : null,
      busyCount: hasState ? node.busyCount : null,
      busyTimeNs: hasId && node.busyTimeNs !== null ? wholeMs(node.busyTimeNs) : null,
      retainCount: hasState ? node.retainCount : null,
    })),
  )
})

const wholeMs = (ns: bigint) => (ns / 1_000_000n) * 1_000_000n

test.each([
  ['chains', { chains: true }, { hasChains: true }],
  ['hexadecimal numbers', { isHex: true }, { isHex: true }],
  ['no properties', { properties: false }, { hasNoProperties: true }],
] as const)('%s can be asked for', (_, options, form) => {
  const registry = sorted(randomRegistry({ seed: 9, nodes: 40 }))
  const { snapshot } = readDump('archive', writeArchive(registry, { hasChains: true }))
  expect(writeBack(snapshot, options).text).toBe(writeText(registry, { era: '13', ...form }))
})

test('matches are trees of their own, each with an empty line after it', () => {
  const matches = [1, 2].map(seed =>
    withProperties(sorted(randomRegistry({ seed, nodes: 5, firstId: BigInt(seed) << 40n }))),
  )
  const { snapshot } = readDump('archive', writeArchiveOfMatches(matches))
  expect(writeBack(snapshot).text).toBe(writeTextOfMatches(matches, { era: '13' }))
})

test.each(['10.2', '10.4', '10.5'] as const)('text of 10.6 becomes text of %s', era => {
  const registry = randomRegistry({ seed: 12, nodes: 60 })
  const { snapshot } = readDump('text', writeText(registry))
  // Values are text already, so what their zeros were is unknown: this registry has no such data.
  expect(writeBack(snapshot, { era }).text).toBe(writeText(registry, { era }))
})

test('what an era cannot say is told', () => {
  const dump = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 4>\n'
  const { snapshot } = readDump('text', dump)
  expect(writeBack(snapshot, { era: '10.5' }).report.losses).toEqual([
    {
      what: 'nodes lost their registry entry IDs, which are printed since 10.6',
      count: 1,
      firstPath: 'IOService:/',
    },
  ])
  expect(writeBack(snapshot, { era: '10.6' }).report.losses).toEqual([])
})

const withValue = (xml: string) =>
  readDump(
    'archive',
    `<plist version="1.0"><dict><key>IORegistryEntryName</key><string>Root</string><key>k</key>${xml}</dict></plist>`,
  ).snapshot

test.each([
  ['<date>2020-01-02T03:04:05Z</date>', '13', '<unknown object>', /1 dates/],
  ['<real>-2.75</real>', '13', '18446744073709551614', /1 numbers lost their fractions/],
  ['<integer>-1</integer>', '10.1', '-1', null],
  ['<integer>-1</integer>', '10.2', '18446744073709551615', null],
  ['<string>é</string>', '13', '"é"', null],
  ['<string>ééé</string>', '13', '', /1 strings/],
  ['<string>日本</string>', '10.6', '', /1 strings/],
  ['<data>YWIA</data>', '13', '<"ab">', null],
  ['<data>YWIAAA==</data>', '13', '<61620000>', null],
  ['<data>YWIAAA==</data>', '10.4', '<"ab">', /1 data values/],
  ['<data>YWI=</data>', '13', '<"ab">', /1 data values/],
  ['<data>YWJjZIA=</data>', '13', null, null],
  ['<data>YWJjgIA=</data>', '13', '<6162638080>', null],
  ['<data>YQ==</data>', '13', '<61>', null],
  ['<data></data>', '13', '<>', null],
])('the value %s in %s', (xml, era, expected, loss) => {
  const { bytes, report } = writeBack(withValue(xml), { era })
  const value = /"k" = (.*)\n/.exec(bytes.toString('latin1'))![1]!
  if (expected !== null) expect(Buffer.from(value, 'latin1').toString('utf8')).toBe(expected)
  else expect(value).toBe('<"abcd\x80">')
  const losses = report.losses
    .map(({ what, count }) => `${count} ${what}`)
    .filter(sentence => !sentence.includes('nodes lost'))
  if (loss) expect(losses).toEqual([expect.stringMatching(loss)])
  else expect(losses.filter(sentence => !/^1 data values print/.test(sentence))).toEqual([])
})

test('what `-f` formats is data again for another era, and its lists are copied', () => {
  const rows = '\n          00000000: 01 02 03 04 ....\n          00000004: 05          .'
  const list = '\n          00: first name\n          01: second'
  const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 4>\n    {\n      "a" = ${rows}\n      "b" = ${list}\n    }\n    \n`
  const { snapshot } = readDump('text', dump)
  const { text, report } = writeBack(snapshot, { era: '10.6' })
  expect(text).toBe(dump.replace(rows, '<0102030405>'))
  expect(report.losses).toMatchObject([
    { what: 'values are of no known form; their text was copied', count: 1 },
  ])
  expect(writeBack(snapshot).text).toBe(dump)
})

test('strings before macOS 13 are MacRoman, and come back as they were', () => {
  const { bytes } = writeBack(withValue('<string>Größe ©</string>'), { era: '10.6' })
  const again = readDump('text', bytes)
  const [node] = describeSnapshot(again.snapshot)
  expect(bytes.includes(Buffer.from('Gr\x9a\xa7e \xa9', 'latin1'))).toBe(true)
  expect(node!.properties[0]![1]).toMatchObject({ kind: 'string', text: 'Größe ©' })
})

const forms: readonly TextForm[] = [
  ...eras.map(era => ({ era })),
  { lineBreak: '\r\n' },
  { hasChains: true },
  { isHex: true },
  { hasNoProperties: true },
]

test.each(forms)('text of the form %o is written as it was, from the tables', form => {
  for (const seed of [3, 4, 5]) {
    const registry = randomRegistry({ seed, nodes: 60, isNasty: true })
    const { snapshot } = readDump('text', writeText(registry, form))
    const { bytes, report } = writeBack(snapshot)
    expect(bytes.equals(sourceOf(snapshot))).toBe(true)
    expect(report).toEqual({ bytes: bytes.length, verbatimBytes: 0, losses: [] })
  }
})

test('a margin, an editor’s trimming and prose are kept', () => {
  const tree = writeText(randomRegistry({ seed: 6, nodes: 20 }))
  const quoted = tree.replaceAll(/^/gm, '> ').replace(/> $/, '')
  const trimmed = tree.replaceAll(/[ ]+$/gm, '')
  const dump = `\ufeffHello,\nmy registry:\n\n${quoted}\nand without blanks:\n${trimmed}`
  const { snapshot, summary } = readDump('text', dump)
  expect(writeBack(snapshot).text).toBe(dump)
  expect(snapshot.sources[0]!.style!.sections).toMatchObject([
    { margin: '> ', separator: 'whole' },
    { margin: '', separator: 'trimmed' },
  ])
  expect(writeBack(snapshot).report.verbatimBytes).toBeLessThan(100)
  expect(summary.problems.map(({ places }) => places?.length)).toEqual([3])
})

test('a place that shows less of an entry than another keeps what it showed', () => {
  const registry = randomRegistry({ seed: 8, nodes: 30 })
  const dump = [
    writeText(registry, { hasNoProperties: true }),
    writeText(registry),
    writeText(registry, { hasChains: true, hasNoProperties: true }),
    writeText(registry, { era: '10.5' }),
  ].join('')
  const { snapshot } = readDump('text', dump)
  const { text, report } = writeBack(snapshot)
  expect(text).toBe(dump)
  expect(report.verbatimBytes).toBe(0)
})

test('one plane can be asked for, with its heading', () => {
  const root = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 4>\n'
  const power = `$ ioreg -p IOPower\n${root}`
  const { snapshot } = readDump('text', `IOService:\n${root}${power}`)
  expect(snapshot.planes.map(({ plane }) => plane)).toEqual(['IOService', 'IOPower'])
  expect(writeBack(snapshot, { plane: 'IOPower' }).text).toBe(power)
  expect(writeBack(snapshot, { asides: false }).text).toBe(`IOService:\n${root}IOPower:\n${root}`)
})

test('dumps of several planes that were read into one snapshot are all written', () => {
  const builder = new SnapshotBuilder()
  const texts = ['IOService', 'IODeviceTree'].map(plane => {
    const text = writeText(randomRegistry({ seed: 15, nodes: 30, isNasty: true }))
    const reader = createTextReader(builder, { plane, label: plane })
    reader.pushWhole(new TextEncoder().encode(text))
    reader.finish()
    return text
  })
  const snapshot = builder.seal()
  expect(writeBack(snapshot).text).toBe(texts.join(''))
  expect(writeBack(snapshot, { plane: 'IODeviceTree' }).text).toBe(texts[1])
})

const pieces = [
  ...textPieces,
  ...['\n\n', '    ', '\t', '\r', 'IODeviceTree:\n', 'mac$ ioreg -lw0 -p IOUSB\n'],
  ...['> ', '\ufeff', '\x1b[1m', '(0 ms)', 'busy 0', 'retain 05', '\n      "k" = \n', '  | {\n'],
  ...['id 0x1, id 0x100000101', '\n+-o Root  <class IORegistryEntry, id 0x100000100, retain 3>\n'],
]

test('however a text is damaged, it is written as it was', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed)
    const dump = damaged(Buffer.from(randomText(random, seed)), pieces, random)
    const { snapshot } = readDump('text', dump)
    expect(checkSnapshot(snapshot), `seed ${seed}`).toBe(null)
    expect(writeBack(snapshot).bytes.equals(dump), `seed ${seed}`).toBe(true)
    if (seed % 10 !== 0) continue
    const copy = decodeSnapshot(new Uint8Array(Buffer.concat(encodeSnapshot(snapshot))))
    expect(writeBack(copy).bytes.equals(dump), `seed ${seed}, saved`).toBe(true)
  }
})

test('a text cut at any byte is written as it was', () => {
  const text = writeText(randomRegistry({ seed: 27, nodes: 4, isNasty: true }))
  const dump = new TextEncoder().encode(text)
  for (let length = 1; length <= dump.length; length++) {
    const { snapshot } = readCut('text', dump, length)
    const written = writeBack(snapshot).bytes
    expect(written.equals(dump.subarray(0, length)), `${length} bytes`).toBe(true)
  }
})

function randomText(random: Random, seed: number): string {
  const registry = randomRegistry({ seed, nodes: 2 + random.below(14), isNasty: true })
  const form: TextForm = {
    era: random.pick(eras),
    hasChains: random.chance(0.2),
    hasNoProperties: random.chance(0.1),
    isHex: random.chance(0.2),
    lineBreak: random.pick(['\n', '\n', '\r\n']),
  }
  let text = random.chance(0.2)
    ? writeTextOfMatches([registry, registry], form)
    : writeText(registry, form)
  if (random.chance(0.3)) {
    text += writeText(randomRegistry({ seed, nodes: 5 }), {
      ...form,
      hasNoProperties: random.chance(0.5),
      hasChains: random.chance(0.5),
    })
  }
  const lines = text.split('\n')
  if (random.chance(0.15)) return lines.map(line => `> ${line}`).join('\n')
  if (random.chance(0.15)) return lines.map(line => line.trimStart()).join('\n')
  if (random.chance(0.15)) return lines.map(line => line.trimEnd()).join('\n')
  return text
}
