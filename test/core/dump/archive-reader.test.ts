import { expect, test } from 'vitest'
import { nodeDepthLimit } from '../../../core/dump/archive-nodes.ts'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { describeSnapshot, type DescribedNode } from '../../helpers/describe-snapshot.ts'
import { readCut, readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive, writeArchiveOfMatches } from '../../helpers/write-archive.ts'

/** The obvious way from model to nodes: what a reader must find. */
function expectedNodes(entry: ModelEntry, depth = 0): DescribedNode[] {
  const node: DescribedNode = {
    depth,
    label: entry.location === null ? entry.name : `${entry.name}@${entry.location}`,
    id: entry.id,
    className: entry.classChain.at(-1)!,
    classChain: '',
    state: entry.service?.state ?? null,
    busyCount: entry.service?.busyCount ?? null,
    busyTimeNs: entry.service?.busyTimeNs ?? null,
    retainCount: entry.retainCount,
    properties: [...entry.properties].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
  return [node, ...entry.clients.flatMap(client => expectedNodes(client, depth + 1))]
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a random archive is read as it was written (seed %i)',
  seed => {
    const registry = randomRegistry({ seed, nodes: 120, isNasty: true })
    const { snapshot, summary } = readDump('archive', writeArchive(registry))
    expect(summary.problems).toEqual([])
    expect(describeSnapshot(snapshot)).toEqual(expectedNodes(registry))
  },
)

test('matches of `ioreg -a -r` are roots of their own', () => {
  const matches = [1, 2, 3].map(
    seed => randomRegistry({ seed, nodes: 4, firstId: BigInt(seed) << 40n }).clients[0]!,
  )
  const { snapshot } = readDump('archive', writeArchiveOfMatches(matches))
  expect(describeSnapshot(snapshot)).toEqual(matches.flatMap(match => expectedNodes(match)))
})

test('however the chunks are cut, the snapshot is the same', () => {
  const registry = randomRegistry({ seed: 27, nodes: 4, isNasty: true })
  const dump = new TextEncoder().encode(writeArchive(registry))
  const whole = describeSnapshot(readDump('archive', dump).snapshot)
  for (let length = 1; length <= Math.min(dump.length, 200); length++) {
    const { snapshot, summary } = readDump('archive', dump, length)
    expect(describeSnapshot(snapshot), `chunks of ${length}`).toEqual(whole)
    expect(summary.problems).toEqual([])
  }
})

test('a dump cut at any byte keeps everything that was complete', () => {
  const registry = randomRegistry({ seed: 27, nodes: 4, isNasty: true })
  const dump = new TextEncoder().encode(writeArchive(registry))
  const end = Buffer.from(dump).lastIndexOf('</dict>') + '</dict>'.length
  let before = 0
  for (let length = 1; length < dump.length; length++) {
    const { snapshot, summary } = readCut('archive', dump, length)
    const known = snapshot.properties.length + snapshot.planes[0]!.length
    expect(known).toBeGreaterThanOrEqual(before)
    before = known
    for (const { properties } of describeSnapshot(snapshot)) {
      for (const [, value] of properties) expect(value.kind).not.toBe('unreadable')
    }
    if (snapshot.planes[0]!.length > 0) {
      expect(summary.problems.some(({ kind }) => kind === 'truncated')).toBe(length < end)
    }
  }
  expect(before).toBe(readDump('archive', dump).snapshot.properties.length + 4)
})

/** An archive of one node, with this in its dictionary. */
const nodeWith = (inside: string) =>
  `<plist version="1.0"><dict><key>IORegistryEntryName</key><string>A</string>${inside}</dict></plist>`

const onlyNode = (inside: string) =>
  describeSnapshot(readDump('archive', nodeWith(inside)).snapshot)[0]!

test.each([
  ['<string>a &amp; b &#x1F600;</string>', { kind: 'string', text: 'a & b 😀' }],
  ['<string>a<![CDATA[<b> & ]]>c<!-- no -->d</string>', { kind: 'string', text: 'a<b> & cd' }],
  ['<string/>', { kind: 'string', text: '' }],
  ['<string>&unknown; &</string>', { kind: 'string', text: '&unknown; &' }],
  ['<integer>-1</integer>', { kind: 'integer', value: -1n }],
  ['<integer>0xffffffffffffffff</integer>', { kind: 'integer', value: 0xffff_ffff_ffff_ffffn }],
  ['<integer>9223372036854775807</integer>', { kind: 'integer', value: 2n ** 63n - 1n }],
  ['<real>-1.5e3</real>', { kind: 'real', value: -1500 }],
  ['<true/>', { kind: 'boolean', value: true }],
  ['<false></false>', { kind: 'boolean', value: false }],
  ['<data>\n\tAQ\n\tID\n</data>', { kind: 'data', bytes: Uint8Array.of(1, 2, 3) }],
  ['<data/>', { kind: 'data', bytes: new Uint8Array(0) }],
  ['<date>2024-05-01T00:00:00Z</date>', { kind: 'date', iso: '2024-05-01T00:00:00Z' }],
  ['<array/>', { kind: 'array', items: [] }],
  [
    '<dict><key>k</key><array><true/></array></dict>',
    {
      kind: 'dictionary',
      entries: [['k', { kind: 'array', items: [{ kind: 'boolean', value: true }] }]],
    },
  ],
  [
    '<array><!-- </array> --><string>x</string></array>',
    {
      kind: 'array',
      items: [{ kind: 'string', text: 'x' }],
    },
  ],
  ['<integer>twelve</integer>', { kind: 'unreadable', raw: '<integer>twelve</integer>' }],
  ['<data>A*B=</data>', { kind: 'unreadable', raw: '<data>A*B=</data>' }],
])('the value %s', (element, expected) => {
  expect(onlyNode(`<key>k</key>${element}`).properties).toEqual([['k', expected]])
})

test('a string that is no UTF-8 keeps its bytes', () => {
  const dump = new TextEncoder().encode(nodeWith('<key>k</key><string>aXb</string>'))
  dump[dump.indexOf('X'.charCodeAt(0))] = 0xff
  expect(describeSnapshot(readDump('archive', dump).snapshot)[0]!.properties).toEqual([
    ['k', { kind: 'string', text: 'a\ufffdb', bytes: Uint8Array.of(97, 0xff, 98) }],
  ])
})

test('keys may come in any order, before and after the children', () => {
  const dump = `<plist><dict>
    <key>b</key><true/>
    <key>IORegistryEntryChildren</key><array>
      <dict><key>c</key><true/><key>IORegistryEntryName</key><string>Child</string></dict>
    </array>
    <key>a</key><true/><key>IORegistryEntryName</key><string>Top</string>
  </dict></plist>`
  const nodes = describeSnapshot(readDump('archive', dump).snapshot)
  expect(nodes.map(({ label, properties }) => [label, ...properties.map(([key]) => key)])).toEqual([
    ['Top', 'b', 'a'],
    ['Child', 'c'],
  ])
})

test('a single dictionary as children, as `-t` writes it, is one node', () => {
  const dump = nodeWith(
    `<key>IORegistryEntryChildren</key><dict><key>IORegistryEntryName</key><string>B</string></dict><key>k</key><true/>`,
  )
  const nodes = describeSnapshot(readDump('archive', dump).snapshot)
  expect(nodes.map(({ depth, label, properties }) => [depth, label, properties.length])).toEqual([
    [0, 'A', 1],
    [1, 'B', 0],
  ])
})

test('IORegistryEntryChildren inside a property makes no nodes', () => {
  const inside = `<key>k</key><dict><key>IORegistryEntryChildren</key><array><dict/></array></dict>`
  expect(readDump('archive', nodeWith(inside)).summary.nodes).toBe(1)
})

test.each([
  ['a key without a value', '<key>k</key><key>l</key><true/>'],
  ['a value without a key', '<true/><key>l</key><true/>'],
  ['a value closed by another tag', '<key>k</key><string>x</integer><key>l</key><true/>'],
  ['a value that is not closed', '<key>k</key><string>x<key>l</key><true/>'],
  ['an element of no known name', '<key>k</key><strong/><key>l</key><true/>'],
  ['a stray closing tag', '</string></array><key>l</key><true/>'],
])('%s is a problem, and what follows is read', (_, inside) => {
  const { snapshot, summary } = readDump('archive', nodeWith(inside))
  const [node] = describeSnapshot(snapshot)
  expect(node!.label).toBe('A')
  expect(node!.properties.at(-1)).toEqual(['l', { kind: 'boolean', value: true }])
  expect(summary.problems.some(({ kind }) => kind === 'malformed')).toBe(true)
})

test('an empty output means that nothing matched', () => {
  expect(readDump('archive', '').summary).toMatchObject({ nodes: 0, problems: [] })
  expect(readDump('archive', '<plist><array/></plist>').summary).toMatchObject({ nodes: 0 })
})

test('nodes beyond the depth limit are skipped, and said to be', () => {
  const deep = nodeDepthLimit + 50
  const open = '<dict><key>IORegistryEntryChildren</key><array>'
  const dump = `<plist>${open.repeat(deep)}${'</array></dict>'.repeat(deep)}</plist>`
  const { summary } = readDump('archive', dump)
  expect(summary.nodes).toBe(nodeDepthLimit)
  expect(summary.problems.map(({ kind }) => kind)).toContain('skipped')
})

test('brackets nested without end are skipped as one value', () => {
  const inside = `<key>k</key>${'<array>'.repeat(100_000)}${'</array>'.repeat(100_000)}<key>l</key><true/>`
  const { properties } = onlyNode(inside)
  expect(properties.map(([key, { kind }]) => [key, kind])).toEqual([
    ['k', 'unreadable'],
    ['l', 'boolean'],
  ])
})

test('an entry with two providers is two nodes and one entry, and keeps what each place showed', () => {
  const shared = (extra: string) =>
    `<dict><key>IORegistryEntryID</key><integer>7</integer><key>IORegistryEntryName</key><string>S</string>${extra}</dict>`
  const inside = `<key>IORegistryEntryChildren</key><array>${shared('<key>k</key><true/><key>IOObjectRetainCount</key><integer>5</integer>')}${shared('<key>k</key><false/><key>IOObjectRetainCount</key><integer>6</integer>')}</array>`
  const { snapshot, summary } = readDump('archive', nodeWith(inside))
  expect(summary).toMatchObject({ nodes: 3, entries: 2 })
  const { entries, planes } = snapshot
  expect([entries.length, entries.rows]).toEqual([2, 3])
  expect([...planes[0]!.entry]).toEqual([0, 1, 1])
  expect([...planes[0]!.sighting]).toEqual([0, 1, 2])
  expect([...entries.retainCount.slice(1)]).toEqual([5, 6])
  const shown = [1, 2].map(row => readValue(snapshot, entries.firstProperty[row]!))
  expect(shown).toEqual([
    { kind: 'boolean', value: true },
    { kind: 'boolean', value: false },
  ])
})

test('names in the place of classes (10.8 to 10.13) are not taken for classes', () => {
  const registry = randomRegistry({ seed: 3, nodes: 10 })
  const { snapshot } = readDump('archive', writeArchive(registry, { hasNamesForClasses: true }))
  expect(new Set(describeSnapshot(snapshot).map(({ className }) => className))).toEqual(
    new Set(['']),
  )
  expect(snapshot.problems.map(({ kind }) => kind)).toEqual(['lossy'])
})

test('the class chain of `-i` is joined as text prints it', () => {
  const registry = randomRegistry({ seed: 3, nodes: 10 })
  const { snapshot } = readDump('archive', writeArchive(registry, { hasChains: true }))
  const chains = expectedChains(registry)
  expect(describeSnapshot(snapshot).map(({ classChain }) => classChain)).toEqual(chains)
})

function expectedChains(entry: ModelEntry): string[] {
  return [entry.classChain.join(':'), ...entry.clients.flatMap(expectedChains)]
}

test('two planes of one boot share their entries', () => {
  const registry = randomRegistry({ seed: 9, nodes: 30 })
  const builder = new SnapshotBuilder()
  for (const plane of ['IOService', 'IODeviceTree']) {
    const reader = createArchiveReader(builder, { plane, label: plane })
    reader.push(new TextEncoder().encode(writeArchive(registry)))
    reader.finish()
  }
  const snapshot = builder.seal()
  const alone = readDump('archive', writeArchive(registry)).snapshot
  expect(snapshot.planes.map(({ plane }) => plane)).toEqual(['IOService', 'IODeviceTree'])
  expect(snapshot.entries.length).toBe(alone.entries.length)
  // The second plane's blocks are kept too, as sightings behind the entries.
  const { firstProperty, length, rows } = snapshot.entries
  expect(firstProperty[length]).toBe(alone.properties.length)
  expect(rows).toBe(2 * length)
  expect(snapshot.planes[1]!.entry).toEqual(snapshot.planes[0]!.entry)
})
