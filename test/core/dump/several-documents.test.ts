import { expect, test } from 'vitest'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { writeArchive, writeArchiveOfMatches } from '../../helpers/write-archive.ts'

// `readDump` reads every dump with the scanner and without, and compares.

function entry(id: number, name: string, clients: readonly ModelEntry[] = []): ModelEntry {
  return {
    id: BigInt(id),
    name,
    location: null,
    classChain: ['IORegistryEntry', 'IOService'],
    service: null,
    retainCount: 4,
    properties: [['IOProbeScore', { kind: 'integer', value: 7n }]],
    clients,
  }
}

const platform = entry(2, 'iMac19,1', [entry(3, 'PCI0')])
const service = writeArchive(entry(1, 'Root', [platform]))
const deviceTree = writeArchive(entry(1, 'Root', [{ ...platform, name: '/', clients: [] }]))
const other = writeArchive(entry(1, 'Root', [entry(9, 'A')]))
const matches = writeArchiveOfMatches([entry(3, 'PCI0'), entry(5, 'en0')])

function planesOf(dump: string) {
  const { snapshot, summary } = readDump('any', dump)
  expect(checkSnapshot(snapshot)).toBe(null)
  expect(summary.planes).toEqual(snapshot.planes.map(({ plane }) => plane))
  expect(summary.nodes).toBe(snapshot.planes.reduce((sum, { length }) => sum + length, 0))
  return snapshot.planes.map(({ plane, length }) => [plane, length])
}

test('each registry of a file has a plane of its own, and an entry is one entry in all of them', () => {
  const { snapshot, summary } = readDump('any', service + deviceTree)
  expect(snapshot.planes.map(({ plane, length }) => [plane, length])).toEqual([
    ['IOService', 3],
    ['IODeviceTree', 2],
  ])
  expect(summary).toMatchObject({ nodes: 5, entries: 3, problems: [] })
  expect(snapshot.entries.length).toBe(3)
  const [first, second] = snapshot.planes
  expect([...second!.entry]).toEqual([first!.entry[0], first!.entry[1]])
  expect([...second!.parent]).toEqual([-1, 0])
})

test.each([
  ['mac:~ me$ ioreg -a -l -p IOPower', 'IOPower'],
  ['$ ioreg -alp IOPower | tee dump', 'IOPower'],
  ['# /usr/sbin/ioreg -lapIOPower', 'IOPower'],
  ['<me@mac> ioreg -a -p "IOPower"\r', 'IOPower'],
  ['IOPower:', 'IOPower'],
  ['$ ioreg -a -l', 'IOService'],
  ['I typed ioreg and saw -p IOPower', 'IOService'],
  ['', 'IOService'],
])('after the line %j the plane is %s', (line, plane) => {
  expect(planesOf(`${line}\n${other}`)).toEqual([[plane, 2]])
  expect(planesOf(`${deviceTree}${line}\n${other}`)).toEqual([
    ['IODeviceTree', 2],
    [plane, 2],
  ])
  expect(planesOf(`$ ioreg -a -p IOUSB\n${matches}${line}\n${other}$ exit\n`)).toEqual([
    ['IOUSB', 2],
    [plane, 2],
  ])
})

test('two documents of one plane are one table with two roots', () => {
  expect(planesOf(service + deviceTree + other)).toEqual([
    ['IOService', 5],
    ['IODeviceTree', 2],
  ])
  const { snapshot } = readDump('any', service + other)
  expect([...snapshot.planes[0]!.parent]).toEqual([-1, 0, 1, -1, 3])
})

test('matches belong to the plane before, unless a command says another', () => {
  expect(planesOf(matches)).toEqual([['IOService', 2]])
  expect(planesOf(deviceTree + matches)).toEqual([['IODeviceTree', 4]])
  expect(planesOf(deviceTree + writeArchive(platform))).toEqual([['IODeviceTree', 4]])
  expect(planesOf(`${deviceTree}$ ioreg -arc IOX -pIOUSB\n${matches}`)).toEqual([
    ['IODeviceTree', 2],
    ['IOUSB', 2],
  ])
  expect(planesOf(`${deviceTree}$ ioreg -ar -c IOX\n${matches}`)).toEqual([
    ['IODeviceTree', 2],
    ['IOService', 2],
  ])
})

test('the plane that was asked for is the first document’s', () => {
  const { snapshot } = readDump('archive', other + deviceTree + other)
  expect(snapshot.planes.map(({ plane, length }) => [plane, length])).toEqual([
    ['IOService', 4],
    ['IODeviceTree', 2],
  ])
})

test('a document that was cut does not swallow the next, wherever it was cut', () => {
  const alone = describeSnapshot(readDump('any', deviceTree).snapshot)
  const labels = (nodes: typeof alone) => nodes.map(({ label, id }) => [label, id])
  for (let length = service.indexOf('<dict>') + 6; length < service.length; length++) {
    const start = service.slice(0, length)
    const isInTag = start.lastIndexOf('<') > start.lastIndexOf('>')
    const { snapshot, summary } = readDump('any', start + deviceTree)
    const last = snapshot.planes.at(-1)!
    expect([last.plane, last.length], `cut at ${length}`).toEqual(['IODeviceTree', 2])
    expect(labels(describeSnapshot({ ...snapshot, planes: [last] }))).toEqual(labels(alone))
    const isCut = length < service.indexOf('</dict>\n</plist>') + 7
    const kinds = summary.problems.map(({ kind }) => kind)
    if (isCut) expect(kinds, `cut at ${length}`).toContain('truncated')
    else expect(kinds).toEqual(isInTag ? ['malformed'] : [])
  }
})

test.each([1, 2, 3])('every document says the same alone, in any chunks (seed %i)', seed => {
  const random = new Random(seed)
  const registries = ['IOService', 'IOUSB', 'IOPower'].map((plane, i) => ({
    plane,
    archive: writeArchive(
      randomRegistry({
        seed: 10 * seed + i,
        nodes: 30,
        firstId: BigInt(1000 * i + 1),
        isNasty: true,
      }),
    ),
  }))
  const file = registries
    .map(({ plane, archive }) => `$ ioreg -a -l -p ${plane}\n${archive}`)
    .join('')
  const expected = registries.flatMap(({ archive }) =>
    describeSnapshot(readDump('archive', archive).snapshot),
  )
  for (const chunkLength of [undefined, 1, 4096, 1 + random.below(500)]) {
    const { snapshot } = readDump('any', file, chunkLength)
    expect(snapshot.planes.map(({ plane }) => plane)).toEqual(['IOService', 'IOUSB', 'IOPower'])
    expect(describeSnapshot(snapshot)).toEqual(expected)
  }
})

test('a file of endless documents takes memory by its length', () => {
  const root = '<dict><key>IORegistryEntryName</key><string>Root</string></dict>'
  expect(planesOf(root.repeat(20_000))).toEqual([['IOService', 20_000]])
})
