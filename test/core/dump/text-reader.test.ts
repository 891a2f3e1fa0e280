import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { EntryFlag } from '../../../core/registry/snapshot.ts'
import { describeSnapshot, type DescribedNode } from '../../helpers/describe-snapshot.ts'
import { readCut, readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { textRuns, textValue, writeText, writeTextOfMatches } from '../../helpers/write-text.ts'

/** What text can say of a model: three state bits, whole milliseconds, no tell-tale types. */
function expectedNodes(entry: ModelEntry, depth = 0): DescribedNode[] {
  const { service } = entry
  const name = entry.location === null ? entry.name : `${entry.name}@${entry.location}`
  const node: DescribedNode = {
    depth,
    label: name,
    id: entry.id,
    className: entry.classChain.at(-1)!,
    // Without -i, text tells the chain of the class that all others come from.
    classChain: entry.classChain.length === 1 ? 'IORegistryEntry' : '',
    state: service ? service.state & 7 : null,
    busyCount: service?.busyCount ?? null,
    busyTimeNs: service ? (service.busyTimeNs / 1_000_000n) * 1_000_000n : null,
    retainCount: entry.retainCount,
    properties: entry.properties.map(([key, value]) => [key, asTextShows(value)]),
  }
  return [node, ...entry.clients.flatMap(client => expectedNodes(client, depth + 1))]
}

function asTextShows(value: PropertyValue): PropertyValue {
  if (value.kind === 'integer') return { ...value, value: BigInt.asUintN(64, value.value) }
  if (value.kind === 'array') return { ...value, items: value.items.map(asTextShows) }
  if (value.kind === 'dictionary') {
    return { ...value, entries: value.entries.map(([key, item]) => [key, asTextShows(item)]) }
  }
  const runs = value.kind === 'data' ? textRuns(value.bytes) : null
  if (!runs) return value
  const bytes = new TextEncoder().encode(runs.map(run => `${run}\0`).join(''))
  return { kind: 'data', bytes, isLossy: true }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a random dump is read as it was written (seed %i)', seed => {
  const registry = randomRegistry({ seed, nodes: 120, isNasty: true })
  const { snapshot, summary } = readDump('text', writeText(registry))
  expect(summary.problems).toEqual([])
  expect(describeSnapshot(snapshot)).toEqual(expectedNodes(registry))
})

test('however the chunks are cut, the snapshot is the same', () => {
  const dump = new TextEncoder().encode(
    writeText(randomRegistry({ seed: 27, nodes: 4, isNasty: true })),
  )
  const whole = describeSnapshot(readDump('text', dump).snapshot)
  for (let length = 1; length <= Math.min(dump.length, 200); length++) {
    const { snapshot, summary } = readDump('text', dump, length)
    expect(describeSnapshot(snapshot), `chunks of ${length}`).toEqual(whole)
    expect(summary.problems).toEqual([])
  }
})

test('a dump cut at any byte keeps everything that was complete', () => {
  const dump = new TextEncoder().encode(writeText(randomRegistry({ seed: 27, nodes: 4 })))
  const whole = describeSnapshot(readDump('text', dump).snapshot)
  for (let length = 1; length < dump.length; length++) {
    const nodes = describeSnapshot(readCut('text', dump, length).snapshot)
    nodes.slice(0, -1).forEach((node, i) => expect(node).toEqual(whole[i]))
    const last = nodes.at(-1)
    const complete = last?.properties.slice(0, -1) ?? []
    expect(complete).toEqual(whole[nodes.length - 1]?.properties.slice(0, complete.length) ?? [])
  }
})

const crlf = '\r\n'
test.each([
  ['10.2', {}, { state: null, busyCount: null, retainCount: null, id: null }],
  ['10.4', {}, { state: 6, busyCount: 0, retainCount: 12, id: null }],
  ['10.5', {}, { state: 6, busyCount: 0, retainCount: 12, id: null }],
  ['10.6', {}, { state: 6, busyCount: 0, retainCount: 12, id: 0x1_0000_0116n }],
  ['10.6', { lineBreak: crlf }, { state: 6, busyCount: 0, retainCount: 12, id: 0x1_0000_0116n }],
  ['10.6', { hasChains: true }, { classChain: 'IORegistryEntry:IOService:IOPCIDevice' }],
] as const)('the node lines of %s %o', (era, form, expected) => {
  const dump = writeText(pci, { era, ...form })
  const [node] = describeSnapshot(readDump('text', dump).snapshot)
  expect(node).toMatchObject({ label: 'GFX0@2', className: 'IOPCIDevice', ...expected })
  expect(node!.properties).toEqual([['IOProbeScore', { kind: 'integer', value: 5n }]])
})

const pci: ModelEntry = {
  id: 0x1_0000_0116n,
  name: 'GFX0',
  location: '2',
  classChain: ['IORegistryEntry', 'IOService', 'IOPCIDevice'],
  service: { state: 0x1e, busyCount: 0, busyTimeNs: 5_000_000n },
  retainCount: 12,
  properties: [['IOProbeScore', { kind: 'integer', value: 5n }]],
  clients: [],
}

test.each([
  ['a  <class b@1  <class IOService, id 0x1, retain 1>', 'a  <class b@1', 'IOService', 1n],
  ['x@y@z  <class C>', 'x@y@z', 'C', null],
  [
    '10.2-s  <class IOPlatformExpertDevice, busy 3, retain count 29>',
    '10.2-s',
    'IOPlatformExpertDevice',
    null,
  ],
  ['Root class: IORegistryEntry', 'Root', 'IORegistryEntry', null],
  ['a class: A:B:C', 'a', 'C', null],
  ['gone  <class <class error>, id 0x5, retain 3>', 'gone', '', 5n],
])('the node line %s', (line, label, className, id) => {
  const [node] = describeSnapshot(readDump('text', `+-o ${line}\n`).snapshot)
  expect([node!.label, node!.className, node!.id]).toEqual([label, className, id])
})

test('busy alone, as 10.0 to 10.2 print it with -s, is no state', () => {
  const dump = '+-o A  <class C, busy 3, retain count 29>\n'
  expect(describeSnapshot(readDump('text', dump).snapshot)[0]).toMatchObject({
    state: null,
    busyCount: 3,
    retainCount: 29,
  })
})

test('10.3 and 10.4 swap registered and matched: differing bits are marked as doubtful', () => {
  const flags = (state: string) => {
    const dump = `+-o A  <class C, ${state}, active, busy 0, retain count 29>\n`
    return readDump('text', dump).snapshot.entries.flags[0]! & EntryFlag.stateBitsUnordered
  }
  expect(flags('registered, !matched')).not.toBe(0)
  expect(flags('registered, matched')).toBe(0)
})

const node = (properties: string) =>
  `+-o A  <class C, id 0x1, retain 1>\n    {\n${properties}    }\n    \n`
const propertiesOf = (properties: string) =>
  describeSnapshot(readDump('text', node(properties)).snapshot)[0]!.properties

test('a string with line breaks goes on until the next property', () => {
  const properties = '      "k" = "one\ntwo\n\n  three\n"\n      "l" = Yes\n'
  expect(propertiesOf(properties)).toEqual([
    ['k', { kind: 'string', text: 'one\ntwo\n\n  three\n' }],
    ['l', { kind: 'boolean', value: true }],
  ])
})

test('a line inside a string may look like a property of another depth', () => {
  expect(propertiesOf('      "k" = "one\n "x" = 3\nend"\n')).toEqual([
    ['k', { kind: 'string', text: 'one\n "x" = 3\nend' }],
  ])
})

test('a value that the tool did not print is missing', () => {
  expect(propertiesOf('      "k" = \n      "l" =\n')).toEqual([
    ['k', { kind: 'missing' }],
    ['l', { kind: 'missing' }],
  ])
})

test('a hex dump (-f) is data, also where its text looks like more of it', () => {
  const rows = [
    '      "reg" = ',
    '          00000000: 34 31 20 34 32 20 41 42 41 42 20 00 41 42 41 42 41 42 20 34 31 20 34 32 41 42 20 34 42 41 20 34 41 42 20 41 42 AB AB',
    '      "name" = ',
    '    |     00000000: 01 20 34 31 . 41',
    '    |     00000004: 41 42       AB',
    '      "l" = Yes',
    '',
  ]
  const [, name, l] = propertiesOf(rows.join('\n'))
  expect(name).toEqual([
    'name',
    { kind: 'data', bytes: Uint8Array.of(0x01, 0x20, 0x34, 0x31, 0x41, 0x42) },
  ])
  expect(l).toEqual(['l', { kind: 'boolean', value: true }])
})

test('other lists of -f are kept as raw text, and are no damage', () => {
  const list =
    '\n          00: phys.hi: 82000810 phys.mid: 00000000 phys.lo: 00000000\n              size.hi: 00000000 size.lo: 00100000'
  const properties = `      "reg" = ${list}\n      "interrupt-parent" = <0000001c> (IODeviceTree:/pic)\n`
  const { snapshot, summary } = readDump('text', node(properties))
  expect(describeSnapshot(snapshot)[0]!.properties).toEqual([
    ['reg', { kind: 'unreadable', raw: list }],
    ['interrupt-parent', { kind: 'unreadable', raw: '<0000001c> (IODeviceTree:/pic)' }],
  ])
  expect(summary.problems).toEqual([])
})

test('a clipped value is unreadable, a clipped node keeps its name, and both are said', () => {
  const dump = '+-o A  <class IOSer$\n    {\n      "k" = {"a"=1,"b$\n      "cost" = "5$"\n    }\n'
  const { snapshot, summary } = readDump('text', dump)
  const [first] = describeSnapshot(snapshot)
  expect(first).toMatchObject({ label: 'A', className: '' })
  expect(first!.properties).toEqual([
    ['k', { kind: 'unreadable', raw: '{"a"=1,"b$' }],
    ['cost', { kind: 'string', text: '5$' }],
  ])
  expect(summary.problems.filter(({ kind }) => kind === 'clipped')).toHaveLength(2)
})

test('a dump that ends in a property block was cut, also at the end of a line', () => {
  const { summary } = readDump(
    'text',
    '+-o A  <class C, id 0x1, retain 1>\n    {\n      "k" = Yes\n',
  )
  expect(summary.problems.map(({ kind }) => kind)).toEqual(['truncated'])
})

test('a busy time that a tool with IDs does not print is zero, and unknown from older tools', () => {
  const time = (line: string) => describeSnapshot(readDump('text', line).snapshot)[0]!.busyTimeNs
  expect(time('+-o A  <class C, id 0x1, registered, matched, active, busy 0, retain 1>\n')).toBe(0n)
  expect(time('+-o A  <class C, registered, matched, active, busy 0, retain 1>\n')).toBe(null)
})

test('headings divide a file into planes', () => {
  const dump =
    'IOService:\n+-o Root  <class X>\nIODeviceTree:\n+-o Root  <class X>\n  +-o /  <class Y>\n'
  const { snapshot, summary } = readDump('text', dump)
  expect(snapshot.planes.map(({ plane, length }) => [plane, length])).toEqual([
    ['IOService', 1],
    ['IODeviceTree', 2],
  ])
  expect(summary.planes).toEqual(['IOService', 'IODeviceTree'])
})

test('what a terminal shows around a dump is skipped', () => {
  const dump = `Last login: Wed Mar 10 on ttys000\nmac:~ me$ ioreg -l\n${node('      "k" = Yes\n')}mac:~ me$ \n`
  const { snapshot, summary } = readDump('text', dump)
  expect(describeSnapshot(snapshot)).toHaveLength(1)
  expect(summary.problems.map(({ kind }) => kind)).toEqual(['skipped'])
})

test('matches of `ioreg -r` are roots of their own', () => {
  const matches = [1, 2].map(seed =>
    randomRegistry({ seed, nodes: 4, firstId: BigInt(seed) << 40n }),
  )
  const { snapshot } = readDump('text', writeTextOfMatches(matches))
  expect(describeSnapshot(snapshot)).toEqual(matches.flatMap(match => expectedNodes(match)))
})

test('in a grepped dump, properties go to the node they stand under, by their column', () => {
  const dump = [
    '    |   "lost" = 1',
    '  +-o B  <class C>',
    '        "k" = 2',
    '    |     "not B’s" = 3',
    '        +-o D  <class C>',
    '',
  ].join('\n')
  const { snapshot, summary } = readDump('text', dump)
  expect(
    describeSnapshot(snapshot).map(({ label, depth, properties }) => [label, depth, properties]),
  ).toEqual([
    ['B', 0, [['k', { kind: 'integer', value: 2n }]]],
    ['D', 1, []],
  ])
  expect(summary.problems.filter(({ kind }) => kind === 'skipped')).toHaveLength(2)
})

test('entities of a web page are decoded first', () => {
  const dump =
    '+-o A  &lt;class C, retain 15&gt;\r\n    {\r\n      "k" = &lt;00ff&gt;\r\n      "l" = "a&amp;b"\r\n    }\r\n'
  const { snapshot, summary } = readDump('text', dump)
  expect(describeSnapshot(snapshot)[0]!.properties).toEqual([
    ['k', { kind: 'data', bytes: Uint8Array.of(0, 0xff) }],
    ['l', { kind: 'string', text: 'a&b' }],
  ])
  expect(summary.problems.some(({ kind }) => kind === 'lossy')).toBe(true)
})

test('RTF is decoded first', () => {
  const dump = String.raw`{\rtf1\ansi{\fonttbl\f0\fswiss Helvetica;}
\f0\fs24 \cf0 +-o A  <class C>\
    \{\
      "k" = "caf\'e9 \\ \u8364?"\
    \}\
}`
  expect(describeSnapshot(readDump('text', dump).snapshot)[0]).toMatchObject({
    label: 'A',
    properties: [['k', { kind: 'string', text: 'café \\ €' }]],
  })
})

test.each([
  ['()', { kind: 'array', items: [] }],
  ['[]', { kind: 'set', items: [] }],
  ['{}', { kind: 'dictionary', entries: [] }],
  ['<>', { kind: 'data', bytes: new Uint8Array(0) }],
  ['0xffffffffffffffff', { kind: 'integer', value: 0xffff_ffff_ffff_ffffn }],
  ['18446744073709551615', { kind: 'integer', value: 0xffff_ffff_ffff_ffffn }],
  ['-5', { kind: 'integer', value: -5n }],
  ['<unknown object>', { kind: 'unreadable', raw: '<unknown object>' }],
  ['<"model","b">', { kind: 'data', bytes: new TextEncoder().encode('model\0b\0'), isLossy: true }],
  [
    '{"a"=,"b"=}',
    {
      kind: 'dictionary',
      entries: [
        ['a', { kind: 'missing' }],
        ['b', { kind: 'missing' }],
      ],
    },
  ],
  [
    '("a"b","c")',
    {
      kind: 'array',
      items: [
        { kind: 'string', text: 'a"b' },
        { kind: 'string', text: 'c' },
      ],
    },
  ],
  ['{"a"="x","b"}', { kind: 'dictionary', entries: [['a', { kind: 'string', text: 'x","b' }]] }],
  ['{"r"=<--->}', { kind: 'dictionary', entries: [['r', { kind: 'unreadable', raw: '<--->' }]] }],
  ['"say "hi""', { kind: 'string', text: 'say "hi"' }],
  ['(1,2', { kind: 'unreadable', raw: '(1,2' }],
  ['(1 2)', { kind: 'unreadable', raw: '(1 2)' }],
])('the value %s', (text, expected) => {
  expect(propertiesOf(`      "k" = ${text}\n`)).toEqual([['k', expected]])
})

test('a value made to confuse ends as unreadable, soon', () => {
  const text = `(${'"a",'.repeat(20_000)}x`
  const started = performance.now()
  expect(propertiesOf(`      "k" = ${text})\n`)[0]![1].kind).toBe('unreadable')
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('brackets nested without end are unreadable', () => {
  const text = '('.repeat(50_000) + ')'.repeat(50_000)
  expect(propertiesOf(`      "k" = ${text}\n`)[0]![1].kind).toBe('unreadable')
})

test('the writer of these tests prints values as the tool does', () => {
  const value: PropertyValue = {
    kind: 'dictionary',
    entries: [
      ['k', { kind: 'data', bytes: new TextEncoder().encode('model\0') }],
      ['l', { kind: 'integer', value: -1n }],
    ],
  }
  expect(textValue(value)).toBe('{"k"=<"model">,"l"=18446744073709551615}')
})
