import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { mergeSnapshots, type MergeOptions } from '../../../core/diff/merge-snapshots.ts'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { readValue } from '../../../core/registry/read-value.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { decodeSnapshot, encodeSnapshot } from '../../../core/registry/snapshot-codec.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { EntryFlag, type PlaneTable, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import {
  copyRegistry,
  editRegistry,
  entriesOf,
  type EditableEntry,
} from '../../helpers/edit-registry.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { describeSnapshot } from '../../helpers/describe-snapshot.ts'
import { writeBack } from '../../helpers/write-back.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'
import { drawDump } from './draw-dump.ts'

function merge(before: Snapshot, after: Snapshot, options: MergeOptions = {}) {
  const diff = diffSnapshots(before, after, { identity: 'entry-id' })
  const merged = mergeSnapshots(before, after, diff, options)
  expect(checkSnapshot(merged.snapshot)).toBeNull()
  return merged
}

/** Each node with what is told of its entry: `- ` gone, `+ ` new, `~ ` changed, `> ` moved. */
function drawn({ snapshot, marks }: ReturnType<typeof merge>, plane = snapshot.planes[0]!) {
  return Array.from(plane.entry, (entry, node) => {
    const mark = marks.bits[entry]!
    const sign = ['+', '-', '~', '>'].filter((_, i) => (mark & (1 << i)) !== 0).join('')
    const name = stringAt(snapshot.strings, plane.name[node]!)
    return `${'  '.repeat(plane.depth[node]!)}${name}${sign && ` ${sign}`}`
  })
}

test('what is gone stands after the sibling it followed, with all that was below it', () => {
  const merged = merge(
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
        First  <class IOService, id 0x2, retain 1>
        PCI0  <class IOService, id 0x3, retain 1>
          GFX0  <class IOService, id 0x4, retain 1>
            FB0  <class IOService, id 0x5, retain 1>
            FB1  <class IOService, id 0x6, retain 1>
          XHC1  <class IOService, id 0x7, retain 1>
            HS01  <class IOService, id 0x8, retain 1>
        Last  <class IOService, id 0x9, retain 1>
    `),
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
        PCI0  <class IOService, id 0x3, retain 1>
          XHC1  <class IOService, id 0x7, retain 1>
            HS02  <class IOService, id 0xa, retain 1>
    `),
  )
  expect(drawn(merged)).toEqual([
    'Root',
    '  First -',
    '  PCI0',
    '    GFX0 -',
    '      FB0 -',
    '      FB1 -',
    '    XHC1',
    '      HS01 -',
    '      HS02 +',
    '  Last -',
  ])
  expect(merged.afterCount).toBe(4)
  const terminated = merged.snapshot.entries.flags.filter(
    flags => (flags & EntryFlag.isTerminated) !== 0,
  )
  expect(terminated).toHaveLength(6)
})

test('what is gone hangs below its provider where that is now, and what moved away from it does not', () => {
  const merged = merge(
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
        A  <class IOService, id 0x2, retain 1>
          Hub  <class IOService, id 0x3, retain 1>
            Stick  <class IOService, id 0x4, retain 1>
        B  <class IOService, id 0x5, retain 1>
          Kept  <class IOService, id 0x6, retain 1>
    `),
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
        A  <class IOService, id 0x2, retain 1>
        C  <class IOService, id 0x7, retain 1>
          Hub  <class IOService, id 0x3, retain 1>
          Kept  <class IOService, id 0x6, retain 1>
    `),
  )
  expect(drawn(merged)).toEqual([
    'Root',
    '  A',
    '  B -',
    '  C +',
    '    Hub >',
    '      Stick -',
    '    Kept >',
  ])
})

test('what is forgotten leaves what was below it at its place', () => {
  const before = drawDump(`
    Root  <class IORegistryEntry, id 0x1, retain 1>
      A  <class IOService, id 0x2, retain 1>
        B  <class IOService, id 0x3, retain 1>
      C  <class IOService, id 0x4, retain 1>
  `)
  const after = drawDump(`
    Root  <class IORegistryEntry, id 0x1, retain 1>
      C  <class IOService, id 0x4, retain 1>
  `)
  const isForgotten = (entry: number) => before.entries.id[entry] === 2n
  expect(drawn(merge(before, after, { isForgotten }))).toEqual(['Root', '  B -', '  C'])
})

test('a gone client of an entry with two providers is shown below both, and one provider less is no error', () => {
  const shared = (hasClient: boolean, count: number) =>
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
${[1, 2]
  .slice(0, count)
  .map(
    i => `        P${i}  <class IOService, id 0x${10 + i}, retain 1>
          Shared  <class IOService, id 0x2, retain 1>
${hasClient ? '            Client  <class IOService, id 0x3, retain 1>' : ''}`,
  )
  .join('\n')}
    `)
  expect(drawn(merge(shared(true, 2), shared(false, 2)))).toEqual([
    'Root',
    '  P1',
    '    Shared',
    '      Client -',
    '  P2',
    '    Shared',
    '      Client -',
  ])
  expect(drawn(merge(shared(true, 2), shared(false, 1)))).toEqual([
    'Root',
    '  P1',
    '    Shared >',
    '      Client -',
    '  P2 -',
  ])
})

test('noise marks nothing, and a change marks its entry', () => {
  const of = (busy: number, value: string, retain: number) =>
    drawDump(`
      Root  <class IORegistryEntry, id 0x1, retain 1>
        A  <class IOService, id 0x2, registered, matched, active, busy 0 (${busy} ms), retain ${retain}>
          "Key" = "${value}"
    `)
  expect(drawn(merge(of(1, 'x', 3), of(9, 'x', 8)))).toEqual(['Root', '  A'])
  expect(drawn(merge(of(1, 'x', 3), of(1, 'y', 3)))).toEqual(['Root', '  A ~'])
})

test('where nothing is gone the merged snapshot is the newer one itself', () => {
  const after = drawDump('Root  <class IORegistryEntry, id 0x1, retain 1>')
  const before = drawDump('Root  <class IORegistryEntry, id 0x1, retain 1>')
  expect(merge(before, after).snapshot).toBe(after)
})

const matches = (...names: string[]) =>
  names
    .map((name, i) => `+-o ${name}  <class IOX, id 0x${name.charCodeAt(0) + i * 0}>\n    \n`)
    .join('')

test('of several roots the gone ones stand between those that are left', () => {
  const merged = merge(
    readDump('text', matches('A', 'B', 'C', 'D')).snapshot,
    readDump('text', matches('C', 'E')).snapshot,
  )
  expect(drawn(merged)).toEqual(['A -', 'B -', 'C', 'D -', 'E +'])
})

/** The obvious one: lists of clients, into which the gone ones are put back, printed below each provider. */
function obviousMerge(before: EditableEntry, after: EditableEntry): string[] {
  const now = new Map(entriesOf(after).map(entry => [entry.id, entry]))
  const known = new Set(entriesOf(before).map(entry => entry.id))
  const clients = new Map<bigint | null, EditableEntry[]>()
  for (const entry of entriesOf(after)) clients.set(entry.id, [...entry.clients])
  for (const entry of entriesOf(before)) {
    const list = clients.get(entry.id) ?? []
    clients.set(entry.id, list)
    entry.clients.forEach((client, i) => {
      if (now.has(client.id)) return
      const earlier = entry.clients.slice(0, i).reverse()
      const sibling = earlier.find(each => list.some(({ id }) => id === each.id))
      // A client can stand below one provider twice.
      const which = earlier.filter(each => each === sibling).length
      const places = list.flatMap(({ id }, at) => (id === sibling?.id ? [at + 1] : []))
      const at = places[which - 1] ?? 0
      list.splice(at, 0, client)
    })
  }
  const lines: string[] = []
  const print = (entry: EditableEntry, depth: number) => {
    const sign = now.has(entry.id) ? (known.has(entry.id) ? ' ' : '+') : '-'
    lines.push(`${'  '.repeat(depth)}${sign}${entry.id}`)
    for (const client of clients.get(entry.id) ?? []) print(client, depth + 1)
  }
  print(after, 0)
  return lines
}

function inWords({ snapshot, marks }: ReturnType<typeof merge>, plane: PlaneTable): string[] {
  return Array.from(plane.entry, (entry, node) => {
    const mark = marks.bits[entry]!
    const sign = mark & EntryMark.gone ? '-' : mark & EntryMark.new ? '+' : ' '
    return `${'  '.repeat(plane.depth[node]!)}${sign}${snapshot.entries.id[entry]}`
  })
}

const dumps = {
  archive: (root: EditableEntry) => readDump('archive', writeArchive(root)).snapshot,
  text: (root: EditableEntry) => readDump('text', writeText(root)).snapshot,
}

test('merging random edits is the obvious merge of objects', () => {
  let gone = 0
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed)
    const before = copyRegistry(randomRegistry({ seed, nodes: 60, isNasty: true }))
    const after = copyRegistry(before)
    editRegistry(after, random, random.below(14))
    const expected = obviousMerge(before, after)
    for (const [one, two] of [
      [dumps.archive(before), dumps.archive(after)],
      [dumps.text(before), dumps.text(after)],
      [dumps.text(before), dumps.archive(after)],
    ] as const) {
      const diff = diffSnapshots(one, two, { identity: 'entry-id' })
      const merged = mergeSnapshots(one, two, diff)
      const { snapshot, afterCount, beforeOf } = merged
      expect(checkSnapshot(snapshot), `seed ${seed}`).toBeNull()
      expect(inWords(merged, snapshot.planes[0]!), `seed ${seed}`).toEqual(expected)
      gone += snapshot.entries.length - afterCount
      // Those of `after` are where they were, by the same indices.
      for (let entry = afterCount; entry < snapshot.entries.length; entry++) {
        const was = entryOf(one, beforeOf[entry]!)
        expect(entryOf(snapshot, entry), `seed ${seed}`).toEqual(was)
      }
      if (seed % 8 > 0) continue
      for (let entry = 0; entry < afterCount; entry++) {
        expect(entryOf(snapshot, entry), `seed ${seed}`).toEqual(entryOf(two, entry))
      }
    }
  }
  expect(gone).toBeGreaterThan(75)
})

/** An entry with all its values, without what says that it is gone. */
function entryOf(snapshot: Snapshot, entry: number) {
  const { entries, properties, strings } = snapshot
  const text = (index: number) => (index < 0 ? null : stringAt(strings, index))
  return {
    id: entries.id[entry],
    names: [entries.name, entries.className, entries.classChain].map(each => text(each[entry]!)),
    flags: entries.flags[entry]! & ~EntryFlag.isTerminated,
    numbers: [entries.state, entries.busyCount, entries.retainCount].map(each => each[entry]),
    busy: entries.busyTimeNs[entry],
    properties: Array.from(
      { length: entries.firstProperty[entry + 1]! - entries.firstProperty[entry]! },
      (_, i) => {
        const property = entries.firstProperty[entry]! + i
        return [text(properties.key[property]!), readValue(snapshot, property)]
      },
    ),
  }
}

test('a merged snapshot is written, encoded and read again like any other', () => {
  for (let seed = 0; seed < 20; seed++) {
    const before = copyRegistry(randomRegistry({ seed, nodes: 50, isNasty: true }))
    const after = copyRegistry(before)
    editRegistry(after, new Random(seed), 12)
    for (const read of Object.values(dumps)) {
      const { snapshot } = merge(read(before), read(after))
      const decoded = decodeSnapshot(Buffer.concat(encodeSnapshot(snapshot)))
      expect(describeSnapshot(decoded)).toEqual(describeSnapshot(snapshot))
      const again = readDump('any', writeBack(snapshot).text).snapshot
      expect(again.entries.length).toBe(snapshot.entries.length)
      expect(again.planes[0]!.length).toBe(snapshot.planes[0]!.length)
    }
  }
})

test('merging again and again holds what is gone and not every dump', () => {
  const random = new Random(5)
  let root = copyRegistry(randomRegistry({ seed: 5, nodes: 80 }))
  let shown = dumps.archive(root)
  let goneInAll = 0
  let bytesThen = 0
  for (let round = 0; round < 400; round++) {
    root = copyRegistry(root)
    let newId = 0x9_0000_0000n + BigInt(round) * 10n
    root.clients.push({
      ...root,
      id: newId++,
      name: `new-${round}`,
      properties: [['Serial', { kind: 'integer', value: newId }]],
      clients: [],
    })
    if (root.clients.length > 3) root.clients.splice(random.below(root.clients.length - 1), 1)
    const merged = merge(shown, dumps.archive(root), {
      // A watch forgets what has been gone for a while.
      isForgotten: entry => {
        const id = shown.entries.id[entry]!
        return id >= 0x9_0000_0000n && id < 0x9_0000_0000n + BigInt(round - 30) * 10n
      },
    })
    goneInAll += merged.snapshot.entries.length - merged.afterCount
    shown = merged.snapshot
    expect(shown.sources.length).toBeLessThanOrEqual(2)
    if (round === 100) bytesThen = shown.sources[1]!.bytes.length
  }
  expect(goneInAll).toBeGreaterThan(1000)
  expect(shown.strings.length).toBeLessThan(dumps.archive(root).strings.length + 200)
  expect(shown.sources[1]!.bytes.length).toBeLessThan(bytesThen * 1.1)
})

test('planes that only one has: the newer ones are kept as they are, the older ones left out', () => {
  const [before, after] = [1, 2].map(id => {
    const root = copyRegistry(randomRegistry({ seed: 3, nodes: 20 }))
    if (id === 2) root.clients.pop()
    return root
  }) as [EditableEntry, EditableEntry]
  const read = (root: EditableEntry, plane: string) => {
    const builder = new SnapshotBuilder()
    for (const each of ['IOService', plane]) {
      const reader = createArchiveReader(builder, { plane: each, label: each })
      reader.pushWhole(Buffer.from(writeArchive(root)))
      reader.finish()
    }
    return builder.seal()
  }
  const { snapshot } = merge(read(before, 'IOPower'), read(after, 'IOUSB'))
  expect(snapshot.planes.map(({ plane }) => plane)).toEqual(['IOService', 'IOUSB'])
})

test('cut dumps are merged, at whatever byte they end', () => {
  const root = copyRegistry(randomRegistry({ seed: 8, nodes: 30, isNasty: true }))
  const after = copyRegistry(root)
  editRegistry(after, new Random(8), 6)
  const whole = dumps.text(root)
  const bytes = Buffer.from(writeText(after))
  const random = new Random(1)
  for (let i = 0; i < 60; i++) {
    const cut = readDump('text', bytes.subarray(0, random.below(bytes.length)))
    for (const [one, two] of [
      [whole, cut.snapshot],
      [cut.snapshot, whole],
    ] as const) {
      const { snapshot } = merge(one, two)
      expect(snapshot.entries.length).toBeGreaterThanOrEqual(two.entries.length)
    }
  }
})

test('hostile shapes cost no more than their nodes', () => {
  const of = (id: number) => `<class IOService, id 0x${id.toString(16)}>`
  const line = (depth: number, name: string, id: number) =>
    `${'  '.repeat(depth)}+-o ${name}  ${of(id)}`
  const numbers = Array.from({ length: 30_000 }, (_, i) => i)
  const before = [
    line(0, 'Root', 1),
    line(1, 'Shared', 2),
    ...numbers.map(i => line(2, `Old${i}`, 100 + i)),
  ]
  const after = [
    line(0, 'Root', 1),
    ...numbers.flatMap(i => [line(1, `P${i}`, 1_000_000 + i), line(2, 'Shared', 2)]),
  ]
  const read = (lines: readonly string[]) => readDump('text', lines.join('\n') + '\n').snapshot
  const { snapshot } = merge(read(before), read(after))
  expect(snapshot.planes[0]!.length).toBe(1 + 60_000 + 30_000)
})
