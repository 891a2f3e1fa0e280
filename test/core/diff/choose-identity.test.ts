import { afterAll, beforeAll, expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import type { BootSessions } from '../../../core/diff/choose-identity.ts'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { isSame } from '../../../core/diff/snapshot-diff.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { bootTestMachine, type TestMachine } from '../../demo/run-program.ts'
import {
  copyRegistry,
  editRegistry,
  entriesOf,
  type EditableEntry,
} from '../../helpers/edit-registry.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const seeds = Array.from({ length: 24 }, (_, seed) => seed)
const registry = (seed: number, nodes = 80) => copyRegistry(randomRegistry({ seed, nodes }))
const forms = [
  (root: EditableEntry) => readDump('archive', writeArchive(root)).snapshot,
  (root: EditableEntry) => readDump('text', writeText(root)).snapshot,
]
const identityOf = (one: Snapshot, two: Snapshot, boots?: BootSessions) => {
  const { identity, because } = diffSnapshots(one, two, boots ? { boots } : {})
  return `${identity}: ${because}`
}
const bothForms = (seed: number) => [forms[seed % 2]!, forms[(seed >> 1) % 2]!] as const

/** As at another moment of the same boot: a few services were busy meanwhile, and more is counted. */
function later(root: EditableEntry, random: Random): EditableEntry {
  const after = copyRegistry(root)
  for (const entry of entriesOf(after)) {
    entry.retainCount += random.below(3)
    if (!entry.service || !random.chance(0.1)) continue
    const busyTimeNs = entry.service.busyTimeNs + 1_000_000n * BigInt(random.below(500))
    entry.service = { ...entry.service, busyTimeNs }
  }
  return after
}

test('two moments of one boot are compared by ID, whatever was added, removed and moved', () => {
  for (const seed of seeds) {
    const random = new Random(seed)
    const before = registry(seed)
    const after = later(before, random)
    editRegistry(after, random, random.below(15))
    const [write, writeAfter] = bothForms(seed)
    const told = identityOf(write(before), writeAfter(after))
    expect(told, `seed ${seed}`).toMatch(/^entry-id: \d+ of \d+ IDs belong to the same names/)
    // Which of the two came first is nobody's business here.
    expect(identityOf(writeAfter(after), write(before))).toMatch(/^entry-id/)
  }
})

/** The gaps between IDs, and so the IDs, differ from boot to boot; so do times. */
function bootedAgain(root: EditableEntry, random: Random, hasSameIds: boolean): EditableEntry {
  const again = copyRegistry(root)
  let id = 0x1_0000_0100n
  for (const [i, entry] of entriesOf(again).entries()) {
    if (!hasSameIds) entry.id = id
    // The first are made before anything can be late.
    id += i < 20 ? 1n : BigInt(1 + random.below(3))
    if (!entry.service) continue
    const busyTimeNs = 1_000n * BigInt(random.below(9_000_000))
    entry.service = { ...entry.service, busyTimeNs }
  }
  return again
}

test('two boots of one machine are compared by path', () => {
  for (const seed of seeds) {
    const random = new Random(seed)
    const before = registry(seed)
    const [write, writeAfter] = bothForms(seed)
    const again = bootedAgain(before, random, false)
    expect(identityOf(write(before), writeAfter(again)), `seed ${seed}`).toMatch(/^path: /)
  }
})

test('even if a second boot gave every entry the ID it had before, its times tell', () => {
  for (const seed of seeds) {
    const before = registry(seed)
    const [write, writeAfter] = bothForms(seed)
    const again = bootedAgain(before, new Random(seed), true)
    const told = identityOf(write(before), writeAfter(again))
    expect(told, `seed ${seed}`).toMatch(/^path: busy times grew for \d+ IDs and shrank for \d+/)
  }
})

test('two machines are compared by path', () => {
  for (const seed of seeds) {
    const [write, writeAfter] = bothForms(seed)
    const told = identityOf(write(registry(seed)), writeAfter(registry(seed + 500)))
    expect(told, `seed ${seed}`).toMatch(/^path: /)
  }
})

test('part of a registry is recognised as being of the same boot', () => {
  const root = registry(3)
  const part = root.clients.find(client => entriesOf(client).length > 5)!
  const one = forms[0]!(root)
  const two = forms[0]!(part)
  expect(identityOf(one, two)).toMatch(/^entry-id/)
  expect(identityOf(two, one)).toMatch(/^entry-id/)
  const diff = diffSnapshots(one, two)
  // Nothing has moved: what the part hangs on is not in its dump.
  expect([diff.added.length, diff.changed.length]).toEqual([0, 0])
})

test('boot session UUIDs decide, where the caller has both', () => {
  const root = registry(1)
  const [one, again] = [forms[0]!(root), forms[0]!(bootedAgain(root, new Random(1), false))]
  expect(identityOf(one, again, { before: 'AB-1', after: 'ab-1' })).toBe(
    'entry-id: the boot session UUIDs are equal',
  )
  expect(identityOf(one, one, { before: 'AB-1', after: 'AB-2' })).toMatch(
    /^path: the boot session UUIDs are different/,
  )
  expect(identityOf(one, one, { before: 'AB-1', after: null })).toMatch(/^entry-id: \d+ of/)
})

test('a UUID cannot give IDs to a dump that has none', () => {
  const root = registry(1)
  const old = readDump('text', writeText(root, { era: '10.5' })).snapshot
  const boots = { before: 'A', after: 'A' }
  expect(identityOf(old, forms[0]!(root), boots)).toBe(
    'path: the first snapshot has no registry entry IDs',
  )
})

test('another kernel is another boot', () => {
  const withKernel = (version: string) => {
    const root = registry(2)
    root.properties = [['IOKitBuildVersion', { kind: 'string', text: version }]]
    return forms[0]!(root)
  }
  expect(identityOf(withKernel('18.5'), withKernel('18.6'))).toMatch(/^path: the kernels/)
  expect(identityOf(withKernel('18.5'), withKernel('18.5'))).toMatch(/^entry-id/)
})

test('names in place of classes, as 10.8 to 10.13 write them, do not look like another boot', () => {
  const root = registry(4)
  const faulty = readDump('archive', writeArchive(root, { hasNamesForClasses: true })).snapshot
  const diff = diffSnapshots(faulty, forms[1]!(root))
  expect(diff.identity).toBe('entry-id')
  expect(diff.changed.length).toBe(0)
  expect(diff.uncomparable.classes).toBeGreaterThan(0)
})

let first: TestMachine
let second: TestMachine
beforeAll(() => {
  first = bootTestMachine()
  second = bootTestMachine()
})
afterAll(() => {
  first.dispose()
  second.dispose()
})

const dump = async (machine: TestMachine, command: string) =>
  readDump('any', (await machine.run(command)).stdout).snapshot

test('the demo guest’s registry is the same as text and as an archive, in every plane', async () => {
  await first.settle()
  for (const plane of ['IOService', 'IOPower', 'IODeviceTree', 'IOACPIPlane']) {
    const text = await dump(first, `ioreg -l -w0 -p ${plane}`)
    const archive = await dump(first, `ioreg -a -l -p ${plane}`)
    const hex = await dump(first, `ioreg -l -w0 -x -p ${plane}`)
    for (const [one, two] of [
      [text, archive],
      [archive, text],
      [hex, archive],
      [text, hex],
    ] as const) {
      const diff = diffSnapshots(one, two)
      expect(diff.identity, diff.because).toBe('entry-id')
      expect(describeDiff(diff, one, two)[0], plane).toBe('no differences')
      const byPath = diffSnapshots(one, two, { identity: 'path' })
      expect(describeDiff(byPath, one, two)[0], plane).toBe('no differences')
    }
  }
})

test('a kext that was loaded into the demo guest is what a diff of that boot shows', async () => {
  await first.settle()
  const before = await dump(first, 'ioreg -a -l')
  expect((await first.run(`kextload ${first.push('MyKext.kext')}`)).exitCode).toBe(0)
  await first.settle()
  const after = await dump(first, 'ioreg -l -w0')
  const diff = diffSnapshots(before, after)
  expect(diff.because).toBe('the boot session UUIDs that IOPMrootDomain shows are equal')
  const paths = Array.from(diff.added, entry => {
    const plane = after.planes[0]!
    return nodePath(after, plane, plane.entry.indexOf(entry))
  })
  expect(paths.filter(path => path.includes('MyKext')).length).toBeGreaterThan(0)
  expect(isSame(diff)).toBe(false)
})

test('two boots of the demo guest are compared by path, and are the same but for a few values', async () => {
  const third = bootTestMachine()
  await Promise.all([second.settle(), third.settle()])
  const [one, two] = [await dump(second, 'ioreg -l -w0'), await dump(third, 'ioreg -l -w0')]
  third.dispose()
  const diff = diffSnapshots(one, two)
  expect(diff.identity).toBe('path')
  expect([diff.added.length, diff.removed.length]).toEqual([0, 0])
  const told = describeDiff(diff, one, two).filter(line => !line.startsWith('~'))
  expect(told.length).toBeLessThan(20)
})
