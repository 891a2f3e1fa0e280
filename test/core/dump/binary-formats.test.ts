import { expect, test } from 'vitest'
import { EntryFlag } from '../../../core/registry/snapshot.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import {
  decodeSnapshot,
  encodeSnapshot,
  packSnapshot,
  unpackSnapshot,
} from '../../../core/registry/snapshot-codec.ts'
import { describeSnapshot, type DescribedNode } from '../../helpers/describe-snapshot.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { ModelMaker, randomRegistry, type ModelEntry } from '../../helpers/registry-model.ts'
import { hasPython, runPython } from '../../helpers/run-python.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import {
  archiveNode,
  everyEntry,
  writeBinaryArchive,
  writeExplorerDocument,
  writeIOJonesDocument,
  type ModelPlanes,
} from '../../helpers/write-documents.ts'
import { dictionary, list, text, writeBinaryPlist } from '../../helpers/write-binary-plist.ts'

const seeds = [1, 2, 3, 4, 5, 6]
const registryOf = (seed: number) => randomRegistry({ seed, nodes: 60, isNasty: true })

/** Properties by key: a binary property list has no order of keys. */
function sorted(nodes: readonly DescribedNode[]): DescribedNode[] {
  return nodes.map(node => ({
    ...node,
    properties: [...node.properties].sort(([a], [b]) => (a < b ? -1 : 1)),
  }))
}

test.each(seeds)('a binary archive says what the same archive says in XML (seed %i)', seed => {
  const registry = registryOf(seed)
  const xml = readDump('any', writeArchive(registry, { hasChains: true }))
  const binary = readDump('any', writeBinaryArchive(registry))
  expect(binary.summary).toEqual(xml.summary)
  expect(sorted(describeSnapshot(binary.snapshot))).toEqual(sorted(describeSnapshot(xml.snapshot)))
  expect(checkSnapshot(binary.snapshot)).toBe(null)
  expect(binary.snapshot.sources.map(({ syntax }) => syntax)).toEqual(['binary-plist'])
})

test.skipIf(!hasPython)('a binary archive that Python wrote says the same too', () => {
  const xml = writeArchive(registryOf(7), { hasChains: true })
  const convert =
    'import plistlib,sys; sys.stdout.buffer.write(plistlib.dumps(plistlib.loads(sys.stdin.buffer.read()), fmt=plistlib.FMT_BINARY, sort_keys=False))'
  const binary = readDump('any', runPython(convert, new TextEncoder().encode(xml)))
  expect(sorted(describeSnapshot(binary.snapshot))).toEqual(
    sorted(describeSnapshot(readDump('any', xml).snapshot)),
  )
})

test('matches of -r, and the single child of -t, are read from a binary archive as well', () => {
  const [a, b] = [registryOf(8), registryOf(9)]
  const nested = archiveNode(a)
  if (nested.kind !== 'dictionary') throw new Error('a node is a dictionary')
  const pairs = nested.entries.filter(([key]) => key !== 'IORegistryEntryChildren')
  const trimmed = dictionary([...pairs, ['IORegistryEntryChildren', archiveNode(b)]])
  const { summary, snapshot } = readDump('any', writeBinaryPlist(list([trimmed, archiveNode(b)])))
  const [plane] = snapshot.planes
  expect(plane!.parent.filter(parent => parent === -1)).toHaveLength(2)
  expect(summary.nodes).toBe(1 + 2 * readDump('any', writeBinaryArchive(b)).summary.nodes)
})

test('names in place of classes are found in a binary archive too', () => {
  const named = (name: string, children: readonly ReturnType<typeof text>[] = []) =>
    dictionary({
      IORegistryEntryName: text(name),
      IOObjectClass: text(name),
      IORegistryEntryChildren: list(children),
    })
  const dump = writeBinaryPlist(named('Root', [named('pci 1')]))
  const { snapshot } = readDump('any', dump)
  expect(describeSnapshot(snapshot).map(({ className }) => className)).toEqual(['', ''])
  expect(snapshot.problems.map(({ kind }) => kind)).toContain('lossy')
})

/** A registry of two planes; in the second an entry has fewer clients, and one is under two providers. */
function planesOf(seed: number): ModelPlanes {
  const maker = new ModelMaker({ seed, nodes: 0, isNasty: true })
  const root = maker.root(30)
  const shared = maker.entry(4, 1)
  const first = root.clients[0]!
  const all = (entry: ModelEntry) =>
    entry === root || entry === first ? [...entry.clients, shared] : entry.clients
  return {
    root,
    planes: {
      IOService: all,
      IOPower: entry => (entry === root ? [first, shared] : entry.clients.slice(0, 1)),
    },
  }
}

/** The nodes that an archive of each plane shows, one plane after the other: the slow and obvious way. */
function nodesOf({ root, planes }: ModelPlanes): DescribedNode[] {
  return Object.values(planes).flatMap(clientsOf => {
    const tree = (entry: ModelEntry): ModelEntry => ({
      ...entry,
      clients: clientsOf(entry).map(tree),
    })
    const archive = writeArchive(tree(root), { hasChains: true })
    return describeSnapshot(readDump('any', archive).snapshot)
  })
}

test.each(seeds)('a document of IORegistryExplorer says what was put into it (seed %i)', seed => {
  const model = planesOf(seed)
  const { summary, snapshot } = readDump('any', writeExplorerDocument(model))
  expect(summary).toMatchObject({
    format: 'ioregistryexplorer',
    planes: ['IOService', 'IOPower'],
    problems: [],
  })
  expect(checkSnapshot(snapshot)).toBe(null)
  const wanted = nodesOf(model).map(node => ({
    ...node,
    id: null,
    busyTimeNs: null,
    // First publish, first match and invisible are not stored.
    state: node.state === null ? null : node.state & 7,
  }))
  expect(sorted(describeSnapshot(snapshot))).toEqual(sorted(wanted))
})

test.each(seeds)('a document of IOJones says what was put into it (seed %i)', seed => {
  const model = planesOf(seed)
  // A class has one superclass there.
  for (const entry of everyEntry(model)) {
    if (entry === model.root) continue
    const classChain = ['IORegistryEntry', 'IOService', entry.classChain.at(-1)!]
    Object.assign(entry, { classChain })
  }
  const { summary, snapshot } = readDump('any', writeIOJonesDocument(model))
  expect(summary).toMatchObject({
    format: 'iojones',
    planes: ['IOService', 'IOPower'],
    problems: [],
  })
  expect(checkSnapshot(snapshot)).toBe(null)
  const wanted = nodesOf(model).map(node => {
    // It has a state for everything, and its superclasses say what is a service.
    const isService = node.classChain.includes('IOService')
    return {
      ...node,
      busyTimeNs: null,
      state: isService ? (node.state ?? 0) : null,
      busyCount: isService ? (node.busyCount ?? 0) : null,
    }
  })
  expect(sorted(describeSnapshot(snapshot))).toEqual(sorted(wanted))
})

test('terminated entries of a document stay where they were, and say so', () => {
  const model = planesOf(3)
  const gone = model.root.clients[0]!
  const { snapshot } = readDump('any', writeExplorerDocument(model, new Set([gone])))
  const flagged = Array.from(
    snapshot.entries.flags,
    flags => (flags & EntryFlag.isTerminated) !== 0,
  )
  expect(flagged.filter(Boolean)).toHaveLength(1)
  const [plane] = snapshot.planes
  expect(flagged[plane!.entry[1]!]).toBe(true)
})

test.each([
  ['archive', writeBinaryArchive(registryOf(5))],
  ['IORegistryExplorer document', writeExplorerDocument(planesOf(5))],
  ['IOJones document', writeIOJonesDocument(planesOf(5))],
])('a snapshot of a binary %s crosses threads and processes unchanged', (_, bytes) => {
  const { snapshot } = readDump('any', bytes)
  const described = describeSnapshot(snapshot)
  const blob = Buffer.concat(encodeSnapshot(snapshot))
  expect(describeSnapshot(decodeSnapshot(new Uint8Array(blob)))).toEqual(described)
  // The last, for it takes the snapshot's buffers.
  const packed = structuredClone(packSnapshot(snapshot))
  expect(describeSnapshot(unpackSnapshot(packed))).toEqual(described)
})
