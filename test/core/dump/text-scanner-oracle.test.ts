import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../core/dump/engine.ts'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { createTextReader } from '../../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { BenchRegistry } from '../../helpers/bench-registry.ts'
import { testEngine } from '../../helpers/engine.ts'
import { Random } from '../../helpers/random.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeBack } from '../../helpers/write-back.ts'
import { writeText, writeTextOfMatches, type TextForm } from '../../helpers/write-text.ts'

// The reader in JavaScript says what is right; with the engine every table must come out the same.

function read(engine: Engine | undefined, bytes: Uint8Array, chunkLength = 0) {
  const builder = new SnapshotBuilder()
  const reader = createTextReader(builder, { label: 'dump', engine })
  if (chunkLength === 0) reader.pushWhole(bytes)
  else {
    for (let at = 0; at < bytes.length; at += chunkLength) {
      reader.push(bytes.subarray(at, at + chunkLength))
    }
  }
  const summary = reader.finish()
  return { result: { summary, snapshot: builder.seal() }, scannedLines: reader.scannedLines }
}

/** Returns which part of the lines the engine read. */
function expectSame(bytes: Uint8Array, chunkLength = 0, what = ''): number {
  const wanted = read(undefined, bytes).result
  const { result, scannedLines } = read(testEngine(), bytes, chunkLength)
  // The matcher is slow and tells more.
  if (!isDeepStrictEqual(result, wanted)) expect(result, what).toEqual(wanted)
  expect(checkSnapshot(result.snapshot)).toBe(null)
  return scannedLines / Math.max(1, bytes.filter(byte => byte === 10).length)
}

const encode = (text: string) => new TextEncoder().encode(text)

const eras: readonly TextForm[] = [
  { era: '10.0' },
  { era: '10.2' },
  { era: '10.4' },
  { era: '10.5' },
  { era: '10.6' },
  { era: '13' },
  { era: '10.6', hasChains: true },
  { era: '10.6', hasNoProperties: true },
  { era: '10.6', isHex: true },
  { era: '10.5', lineBreak: '\r\n' },
]

test.each(eras)('most lines of %o are read by the engine, and all alike', form => {
  for (const seed of [1, 2, 3, 4]) {
    const plain = encode(writeText(randomRegistry({ seed, nodes: 150 }), form))
    expect(expectSame(plain)).toBeGreaterThan(0.9)
    const nasty = encode(writeText(randomRegistry({ seed, nodes: 150, isNasty: true }), form))
    expect(expectSame(nasty)).toBeGreaterThan(0.2)
    expectSame(nasty, 1000 + seed)
  }
})

test('a registry of the shape that is measured is read alike, across many windows', () => {
  const bytes = encode(writeText(new BenchRegistry(4).subtree(1200)))
  expect(bytes.length).toBeGreaterThan(1_000_000)
  const lines = bytes.filter(byte => byte === 10).length
  // All but the first two nodes' lines, which tell the style, and the first separator.
  expect(expectSame(bytes)).toBeGreaterThan(1 - 20 / lines)
  for (const chunkLength of [4096, 65_536, 200_001]) {
    expect(expectSame(bytes, chunkLength)).toBeGreaterThan(0.95)
  }
})

const small = writeText(randomRegistry({ seed: 27, nodes: 6, isNasty: true }))

test('however the chunks are cut, the result is the same', () => {
  const bytes = encode(small)
  for (let length = 1; length <= 300; length++) expectSame(bytes, length, `chunks of ${length}`)
})

test.each([
  [{}, 4],
  [{ lineBreak: '\r\n' }, 3],
  [{ era: '10.4' }, 3],
] as const)('wherever a dump of %o is cut, the result is the same', (form, nodes) => {
  const bytes = encode(writeText(randomRegistry({ seed: 27, nodes, isNasty: true }), form))
  for (let length = 0; length < bytes.length; length++) {
    expectSame(bytes.subarray(0, length), 0, `cut at ${length}`)
  }
})

const lines = [
  ...['', ' ', '    ', '  | ', '| ', '    {', '    }', '  | }', '      "a" = 1', '  |   "a" = "b"'],
  ...[
    '+-o A  <class B>',
    '  +-o A  <class B, id 0x100000999, retain 5>',
    '    +-o Root  <class C>',
  ],
  ...['  +-o A  <class B, retain count 4>', '  +-o A  <class B:C>', '  +-o A class: B:C'],
  ...['IOService:', '$ ioreg -lp IOPower', '"x" = "', '      "a = 1', '  |   "clipped" = "abc$'],
  ...['  +-o \x1b[1mA\x1b[m  <class B>', '\0', '|\0  {', 'text', '\t| {', '      "k" = '],
]

/** Lines moved, lost, doubled, changed, and bytes written over. */
function withOtherLines(text: string, random: Random): Buffer {
  const all = text.split('\n')
  for (let i = random.below(5); i >= 0; i--) {
    const at = random.below(all.length)
    const line = all[at]!
    const place = random.below(line.length + 1)
    const changes = [
      () => all.splice(at, 1 + random.below(3)),
      () => all.splice(at, 0, random.pick(lines)),
      () => all.splice(at, 1, ...all.slice(random.below(all.length)).slice(0, 4)),
      () => all.splice(at, 1, line.slice(0, place) + random.pick(lines) + line.slice(place)),
      () => all.splice(at, 1, line.slice(0, place) + line.slice(place + 1 + random.below(3))),
      () => all.splice(at, 1, `${line.slice(0, place)}$`),
      () => all.splice(at, 1, `${line}\r`),
      () => all.splice(at, 1, line.trimEnd()),
      () => all.splice(at, 1, `  ${line}`),
      () => all.splice(at, 1, line.replace('| ', '  ')),
      () => all.splice(at, 1, line.replace('  ', '| ')),
    ]
    random.pick(changes)()
  }
  const bytes = Buffer.from(all.join('\n'))
  if (random.chance(0.5)) bytes[random.below(bytes.length)] = random.below(256)
  return bytes
}

test.each([11, 12, 13, 14])('damage of any kind is read alike (seed %i)', seed => {
  const random = new Random(seed)
  for (let round = 0; round < 400; round++) {
    const form = random.pick(eras)
    const nodes = 3 + random.below(12)
    const registry = randomRegistry({ seed: seed + round, nodes, isNasty: seed % 2 === 0 })
    const bytes = withOtherLines(writeText(registry, form), random)
    expectSame(bytes, random.chance(0.5) ? 0 : 1 + random.below(300), `round ${round}`)
  }
})

test('dumps that are hardly regular are read alike', () => {
  const registry = randomRegistry({ seed: 8, nodes: 60, isNasty: true })
  const text = writeText(registry)
  const matches = writeTextOfMatches(registry.clients.slice(0, 30))
  const dumps = [
    text.replaceAll(/^/gm, '> '),
    text.replaceAll(/^ +/gm, ''),
    text.replaceAll(/ +$/gm, ''),
    text.replaceAll(/^[ |]*\n/gm, ''),
    text.replaceAll('\n', '\n\n'),
    text.replaceAll(/^(.{40}).+$/gm, '$1$'),
    text.replaceAll(/\+-o ([^@ ]+)/g, '+-o \x1b[1m$1\x1b(B\x1b[m'),
    text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    text.replaceAll(/ {2}<class ([^,>]*).*>$/gm, ' class: IOService:$1'),
    text.replaceAll(/^(?!.*\+-o).*[^"]*$/gm, ''),
    text + text,
    `${text}IOPower:\n${text}`,
    matches,
    matches + text,
  ]
  for (const [i, dump] of dumps.entries()) {
    expectSame(encode(dump), 0, `dump ${i}`)
    expectSame(encode(dump), 777, `dump ${i}, in chunks`)
  }
})

const root = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 4>\n'
const client = '  +-o A  <class IOService, id 0x100000101, retain 4>\n'
/** So much regular text that the engine is asked again by its end. */
const lead = root + client.repeat(8)

test.each([
  ['id 0x0'],
  ['id 0x00'],
  ['id 0xffffffffffffffff'],
  ['id 0xfffffffffffffffff'],
  ['id 0xABC'],
  ['id 0x'],
  ['id 12'],
  ['registered, matched, active'],
  ['!registered, matched, inactive'],
  ['registered, !matched, active, busy 7'],
  ['registered, matched'],
  ['matched, registered, active'],
  ['registered, matched, active, busy 0 (0 ms)'],
  ['registered, matched, active, busy 00'],
  ['registered, matched, active, busy 4294967295 (18446744073708 ms)'],
  ['registered, matched, active, busy 4294967296'],
  ['registered, matched, active, busy 1 (18446744073709 ms)'],
  ['registered, matched, active, busy 1 (123456789012345 ms)'],
  ['registered, matched, active, busy 1 (1234567890123456 ms)'],
  ['registered, matched, active, busy 1 (07 ms)'],
  ['registered, matched, active, busy 1 (7ms)'],
  ['busy 3, retain 4'],
  ['retain 4294967295'],
  ['retain 4294967296'],
  ['retain 4, id 0x100000103'],
  ['retain count 3'],
  ['retain  3'],
  ['retain -3'],
  ['retain'],
  [''],
  ['stolen'],
  ['registered, !matched, active, retain count 9'],
])('a node that says %j is read alike', item => {
  for (const id of ['', ', id 0x100000102']) {
    for (const first of [lead, root + '  +-o A  <class B, retain count 4>\n'.repeat(8)]) {
      const line = `    +-o B@1  <class IOService${id}, ${item}>\n`
      expectSame(encode(first + line + line.replace('102', '103') + line))
    }
  }
})

test.each([
  ...[
    'A',
    '@',
    'A@',
    '@A',
    'A@1@2',
    'Root',
    'Root@1',
    '\x1b[1mA\x1b[m',
    '\x1b[1mA\x1b[m@1',
    '  <class x>',
    'a  <class b',
    ' ',
    '',
    'A ',
  ],
  ...['<class', 'x'.repeat(300), '@'.repeat(40), 'A  <class C, retain 1>', 'ä@€'],
])('a node whose name is %j is read alike', name => {
  expectSame(encode(`${lead}    +-o ${name}  <class B, id 0x100000102, retain 1>\n`.repeat(2)))
})

test.each([
  ...[
    'A',
    'A:B',
    ':',
    'A:',
    ':A',
    'IORegistryEntry',
    'IORegistryEntr',
    '<class error>',
    '',
    ' ',
    ',',
  ],
  ...['A>B', 'A,B', 'A, B', 'IOService:IORegistryEntry'],
])('a node whose class is %j is read alike, among chains and without', className => {
  const line = `    +-o B  <class ${className}, id 0x100000102, retain 1>\n`
  expectSame(encode(lead + line + line))
  expectSame(encode(lead.replaceAll('IOService', 'A:IOService') + line + line))
})

test.each([
  ...[
    '1',
    '-1',
    '-',
    '0x1f',
    '0x',
    '0x1F',
    '1a',
    '"',
    '""',
    '"a',
    'a"',
    '"a"b"',
    'Yes',
    'Yess',
    'Y',
  ],
  ...[
    'No',
    'N',
    '<>',
    '<',
    '<00>',
    '<unknown object>',
    '<u>',
    '(',
    '()',
    '(1',
    '{}',
    '{',
    '[',
    '[]',
  ],
  ...[
    '',
    ' ',
    '  ',
    '1 ',
    'YYs',
    'Nxo',
    '$',
    '"abc$',
    '1'.repeat(40),
    '{"a" = 1}',
    '" = "',
    '>',
    '}',
  ],
])('a property whose value is %j is read alike, whatever follows', value => {
  for (const after of ['', 'odd', '      "l" = 2', '    }', '    }\n    ', client, '      x = 1']) {
    const property = `      "k" = ${value}\n`
    const head = `${root}    {\n      "j" = 1\n      "i" = 2\n`
    expectSame(encode(`${head}${property}${after}\n    }\n    \n${client}`))
    expectSame(encode(`${head}${property}${property}${after}`))
  }
})

test.each([
  '',
  ' ',
  '"',
  'a"',
  'a" =',
  'a" = ',
  '" = "',
  'a" = b',
  'x'.repeat(500),
  '=',
  'a"b',
  'IORegistryEntry',
])('the key %j is read alike, also where it is expected', key => {
  const property = `      "${key}" = 1\n      "b" = 2\n      "IORegistryEntry" = 3\n`
  expectSame(encode(`${root}    {\n${property.repeat(6)}    }\n    \n`))
})

test.each([
  ['a value longer than a window', `      "k" = "${'x'.repeat(400_000)}"\n      "l" = 1\n`],
  [
    'a value of more lines than a window',
    `      "k" = "${'x\n'.repeat(200_000)}"\n      "l" = 1\n`,
  ],
  ['a key longer than a window', `      "${'k'.repeat(300_000)}" = 1\n      "l" = 1\n`.repeat(2)],
  ['many of the shortest properties', '      "" = \n'.repeat(60_000)],
  ['unclosed values', '      "k" = "\n'.repeat(30_000)],
])('%s are read alike', (_, inside) => {
  const bytes = encode(`${root}    {\n${inside}    }\n    \n${client}`)
  expectSame(bytes)
  expectSame(bytes, 65_536)
})

test('a first string that looks like a property is read alike', () => {
  const block = '    {\n      "A" = B" = 1\n      "A" = 2\n    }\n    \n'
  expectSame(encode(`+-o Root  <class A" = B, id 0x100000100, retain 4>\n${block}`))
})

test('a client whose name is that of roots is read alike, also before a root', () => {
  const match = '+-o A  <class B, id 0x1, retain 1>\n'
  const clients =
    '  +-o C  <class B, id 0x2, retain 1>\n    +-o Root  <class B, id 0x3, retain 1>\n'
  expectSame(encode(match + clients + root + client + match + root))
})

test('many of the shortest nodes are read alike', () => {
  const nodes = '  +-o A  <class B>\n'.repeat(30_000)
  expectSame(encode(`+-o Root  <class B>\n  +-o A  <class B>\n${nodes}`))
})

test('a tree deeper than the engine goes is read alike', () => {
  let text = root
  for (let depth = 1; depth < 1300; depth++) {
    text += `${'  '.repeat(depth)}+-o A  <class B, id 0x${(0x1000 + depth).toString(16)}, retain 1>\n`
  }
  text += '  +-o Z  <class B, id 0x1, retain 1>\n  +-o Y  <class B, id 0x2, retain 1>\n'
  expectSame(encode(text))
  expectSame(encode(text), 65_536)
})

test('an entry that is shown again, with an empty block and with another, is read alike', () => {
  const block = (inside: string) => `    {\n${inside}    }\n    \n`
  const node = (id: number, inside: string) =>
    `  +-o A  <class B, id 0x${id.toString(16)}, registered, matched, active, busy 0, retain ${id}>\n${block(inside)}`
  const shown = node(7, '      "a" = 1\n') + node(8, '')
  expectSame(encode(`${root}  | {\n  | }\n  | \n${shown}${shown}${node(7, '')}${shown}`))
})

test('what is read is written as it was', () => {
  for (const form of eras) {
    const dump = writeText(randomRegistry({ seed: 3, nodes: 80, isNasty: true }), form)
    const { snapshot } = read(testEngine(), encode(dump)).result
    expect(writeBack(snapshot).text).toBe(dump)
  }
})

describe('several dumps in one snapshot', () => {
  const registry = randomRegistry({ seed: 9, nodes: 60, isNasty: true })
  const dumps = {
    xml: encode(writeArchive(registry)),
    text: encode(writeText(registry)),
    other: encode(writeText(randomRegistry({ seed: 10, nodes: 40 }), { hasChains: true })),
  }

  test.each([
    [['text', 'text']],
    [['xml', 'text', 'xml']],
    [['text', 'xml', 'other']],
    [['other', 'text', 'other']],
  ] as const)('%j', order => {
    const merged = (engine: Engine | undefined) => {
      const builder = new SnapshotBuilder()
      for (const [i, kind] of order.entries()) {
        const options = { plane: i === 2 ? 'IOPower' : 'IOService', label: String(i), engine }
        const create = kind === 'xml' ? createArchiveReader : createTextReader
        const reader = create(builder, options)
        reader.pushWhole(dumps[kind])
        reader.finish()
      }
      return builder.seal()
    }
    expect(merged(testEngine())).toEqual(merged(undefined))
  })

  test('room is made for what a dump is like, not for those before it', () => {
    const builder = new SnapshotBuilder()
    const dump = encode(writeText(new BenchRegistry(4).subtree(1200)))
    for (let i = 0; i < 4; i++) {
      const reader = createTextReader(builder, { label: String(i), engine: testEngine() })
      reader.pushWhole(dump)
      reader.finish()
    }
    const { entries } = builder
    expect(entries.length).toBe(4 * 1200)
    expect(entries.name.length).toBeLessThan(2.5 * entries.length)
  })

  test('chunk by chunk at one time', () => {
    const together = (engine: Engine | undefined) => {
      const builder = new SnapshotBuilder()
      const readers = ['a', 'b'].map(label => createTextReader(builder, { label, engine }))
      const { text, other } = dumps
      for (let at = 0; at < Math.max(text.length, other.length); at += 500) {
        readers[0]!.push(text.subarray(at, at + 500))
        readers[1]!.push(other.subarray(at, at + 500))
      }
      for (const reader of readers) reader.finish()
      return builder.seal()
    }
    expect(together(testEngine())).toEqual(together(undefined))
  })
})

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/text/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

test.skipIf(!isHere).each(isHere ? readdirSync(corpus).sort() : [])('%s is read alike', file => {
  const bytes = new Uint8Array(readFileSync(new URL(file, corpus)))
  const share = expectSame(bytes)
  expectSame(bytes, 1009)
  expectSame(bytes, 65_536)
  if (/^ioreg-lw0_/.test(file)) expect(share).toBeGreaterThan(0.95)
  const { snapshot } = read(testEngine(), bytes).result
  expect(writeBack(snapshot).bytes.equals(snapshot.sources[0]!.bytes)).toBe(true)
})
