import { expect, test } from 'vitest'
import { placeLimit } from '../../../core/registry/snapshot.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeBack } from '../../helpers/write-back.ts'
import { writeText } from '../../helpers/write-text.ts'

const root = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 4>\n'
const child = (name: string) => `  +-o ${name}  <class IOService, id 0x100000102, retain 4>\n`
const planesOf = (dump: string) =>
  readDump('any', dump).snapshot.planes.map(({ plane, length }) => [plane, length])

test('a second root begins another tree, whose plane is guessed', () => {
  expect(
    planesOf(`${root}${child('iMac19,1')}${root}${child('/')}${root}${child('acpi')}`),
  ).toEqual([
    ['IOService', 2],
    ['IODeviceTree', 2],
    ['IOACPIPlane', 2],
  ])
})

test.each([
  ['mac:~ me$ ioreg -lw0 -p IOPower', 'IOPower'],
  ['$ ioreg -p IOPower -l | less', 'IOPower'],
  ['# /usr/sbin/ioreg -lpIOPower > out.txt', 'IOPower'],
  ['$ sudo ioreg -w0 -lp "IOPower"', 'IOPower'],
  ['$ ioreg -n IOPower -l', 'IOService'],
  ['here is what ioreg -l shows:', 'IOService'],
  ['I typed ioreg and saw -p IOPower', 'IOService'],
  ['IOPower:', 'IOPower'],
])('after the line %j the plane is %s', (line, plane) => {
  expect(planesOf(`${line}\n${root}`)).toEqual([[plane, 1]])
  const second = planesOf(`${root}${child('iMac19,1')}\n${line}\n${root}${child('A')}`)
  expect(second.at(-1)![0]).toBe(plane)
})

const registry = randomRegistry({ seed: 14, nodes: 30 })
const plain = writeText(registry)
const expected = describeSnapshot(readDump('text', plain).snapshot)

test.each([
  ['quoted in a letter', plain.replaceAll(/^/gm, '> ')],
  ['quoted twice', plain.replaceAll(/^/gm, '>> ')],
  ['indented by blanks', plain.replaceAll(/^/gm, '    ')],
  ['indented by a tab', plain.replaceAll(/^/gm, '\t')],
  ['without the blanks at its lines’ ends', plain.replaceAll(/ +$/gm, '')],
  ['without the blanks at its lines’ beginnings', plain.replaceAll(/^ +/gm, '')],
  ['with names in bold', plain.replaceAll(/\+-o ([^@ ]+)/g, '+-o \x1b[1m$1\x1b(B\x1b[m')],
  ['escaped for HTML', plain.replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
  [
    'escaped for HTML, with its blanks',
    plain
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/ (?= )|^ /gm, '&nbsp;'),
  ],
])('a dump %s is read as it was', (_, dump) => {
  const { snapshot } = readDump('text', dump)
  expect(describeSnapshot(snapshot)).toEqual(expected)
  const source = Buffer.from(snapshot.sources[0]!.bytes)
  expect(writeBack(snapshot).bytes.equals(source)).toBe(true)
})

test('lost indentation is recovered for every shape of tree that has blocks', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const text = writeText(randomRegistry({ seed, nodes: 25 }))
    const nodes = describeSnapshot(readDump('text', text).snapshot)
    const stripped = readDump('text', text.replaceAll(/^ +/gm, '')).snapshot
    expect(describeSnapshot(stripped), `seed ${seed}`).toEqual(nodes)
  }
})

test('each damaged place is named, up to a thousand', () => {
  const clipped = `${root}    {\n${'      "k" = "clipped$\n'.repeat(placeLimit + 5)}    }\n    \n`
  const [problem] = readDump('text', clipped).summary.problems
  const first = clipped.indexOf('"clipped')
  expect(problem).toMatchObject({ kind: 'clipped', byteOffset: first, morePlaces: 5 })
  expect(problem!.places).toHaveLength(placeLimit)
  expect(problem!.places!.slice(0, 2)).toEqual([first, first + '      "k" = "clipped$\n'.length])
})

test('a tree whose bars tell of more nodes was cut, also at the end of a line', () => {
  const { summary } = readDump('text', `${root}${child('A')}  |   {\n  |   }\n  |   \n`)
  expect(summary.problems.map(({ kind }) => kind)).toContain('truncated')
})

test('bars that contradict the tree are named where the next line stands', () => {
  const dump = `${root}${child('A')}  | {\n  | | }\n${child('B')}`
  const lost = `${root}${child('A')}    | {\n    | }\n    | \n${child('B').replace('102', '103')}`
  expect(readDump('text', dump).summary.problems.map(({ kind }) => kind)).toContain('malformed')
  expect(readDump('text', lost).summary.problems).toMatchObject([
    { kind: 'malformed', byteOffset: lost.indexOf(child('B').slice(0, 7)) },
  ])
})

test('a text of endless trees takes memory by its length', () => {
  const { snapshot, summary } = readDump('text', root.repeat(20_000))
  expect(summary.nodes).toBe(20_000)
  expect(snapshot.sources[0]!.style!.sections.length).toBeLessThanOrEqual(1000)
  expect(writeBack(snapshot).text).toBe(root.repeat(20_000))
})
