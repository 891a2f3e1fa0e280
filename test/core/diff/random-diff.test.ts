import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { ChangeBit, type SnapshotDiff } from '../../../core/diff/snapshot-diff.ts'
import { EntryFlag, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import {
  copyRegistry,
  editNames,
  editRegistry,
  entriesOf,
  type EditableEntry,
} from '../../helpers/edit-registry.ts'
import { obviousDiff, type ObviousDiff } from '../../helpers/obvious-diff.ts'
import { Random } from '../../helpers/random.ts'
import { readDump } from '../../helpers/read-dumps.ts'
import { randomRegistry } from '../../helpers/registry-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'

const seeds = Array.from({ length: 30 }, (_, seed) => seed)
const archive = (root: EditableEntry) => readDump('archive', writeArchive(root)).snapshot
const text = (root: EditableEntry) => readDump('text', writeText(root)).snapshot

/** In the words of the obvious one, with `nameOf` an entry of `after`, or of `before` if it is gone. */
function inWords(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  nameOf = (snapshot: Snapshot, entry: number) => String(snapshot.entries.id[entry]),
): ObviousDiff {
  const { changed, properties } = diff
  const rows = Array.from({ length: changed.length }, (_, row) => row)
  const having = (bit: number) =>
    rows
      .filter(row => (changed.what[row]! & bit) !== 0)
      .map(row => nameOf(after, changed.after[row]!))
      .sort()
  const keyOf = (snapshot: Snapshot, property: number) =>
    stringAt(snapshot.strings, snapshot.properties.key[property]!)
  return {
    added: Array.from(diff.added, entry => nameOf(after, entry)).sort(),
    removed: Array.from(diff.removed, entry => nameOf(before, entry)).sort(),
    moved: having(ChangeBit.moved),
    state: having(ChangeBit.state),
    properties: rows
      .flatMap(row => {
        const name = nameOf(after, changed.after[row]!)
        const first = changed.firstProperty[row]!
        return Array.from({ length: changed.firstProperty[row + 1]! - first }, (_, i) => {
          const [p, q] = [properties.before[first + i]!, properties.after[first + i]!]
          const key =
            p < 0 ? `+${keyOf(after, q)}` : q < 0 ? `-${keyOf(before, p)}` : keyOf(after, q)
          return `${name} ${key}`
        })
      })
      .sort(),
  }
}

test('by entry ID the diff of random edits is the obvious one', () => {
  let changes = 0
  for (const seed of seeds) {
    const random = new Random(seed)
    const before = copyRegistry(randomRegistry({ seed, nodes: 60, isNasty: true }))
    const after = copyRegistry(before)
    editRegistry(after, random, random.below(12))
    const expected = obviousDiff(before, after)
    changes += Object.values(expected).flat().length
    for (const [one, two] of [
      [archive(before), archive(after)],
      [text(before), text(after)],
    ] as const) {
      const diff = diffSnapshots(one, two, { identity: 'entry-id' })
      // The second time by the hashes of whole blocks.
      expect(diffSnapshots(one, two, { identity: 'entry-id' })).toEqual(diff)
      expect(inWords(diff, one, two), `seed ${seed}`).toEqual(expected)
    }
  }
  expect(changes).toBeGreaterThan(150)
})

/** Names that no sibling has, and a property that nothing else has: so paths and moves are certain. */
function distinct(root: EditableEntry): EditableEntry {
  entriesOf(root).forEach((entry, i) => {
    if (i === 0) return
    entry.name = `${entry.name}-${i}`
    entry.properties = [...entry.properties, ['Serial', { kind: 'integer', value: BigInt(i) }]]
  })
  return root
}

/** As if booted again: other IDs, other times. */
function bootedAgain(root: EditableEntry, random: Random): EditableEntry {
  const again = copyRegistry(root)
  let id = 0x1_0000_0100n
  for (const entry of entriesOf(again)) {
    entry.id = id
    id += BigInt(1 + random.below(3))
    if (!entry.service) continue
    entry.service = { ...entry.service, busyTimeNs: BigInt(1 + random.below(9_000_000)) * 1000n }
  }
  return again
}

test('by path the diff of another boot is that by entry ID of the same one', () => {
  let moves = 0
  for (const seed of seeds) {
    const random = new Random(seed + 1000)
    const before = distinct(copyRegistry(randomRegistry({ seed, nodes: 60 })))
    const after = copyRegistry(before)
    const names = editNames.filter(name => name !== 'drop-key')
    editRegistry(after, random, random.below(10), names)
    const one = archive(before)
    const same = archive(after)
    const two = archive(bootedAgain(after, random))
    const serial = (snapshot: Snapshot, entry: number) =>
      stringAt(snapshot.strings, snapshot.entries.name[entry]!)
    const expected = inWords(diffSnapshots(one, same, { identity: 'entry-id' }), one, same, serial)
    const diff = diffSnapshots(one, two)
    expect(diff.identity, `seed ${seed}: ${diff.because}`).toBe('path')
    expect(inWords(diff, one, two, serial), `seed ${seed}`).toEqual(expected)
    moves += expected.moved.length
  }
  expect(moves).toBeGreaterThan(10)
})

test('pairs are one to one, and what is unpaired is added or removed', () => {
  for (const seed of seeds) {
    const random = new Random(seed)
    const before = copyRegistry(randomRegistry({ seed, nodes: 50, isNasty: true }))
    const after = copyRegistry(before)
    editRegistry(after, random, 10)
    for (const identity of ['entry-id', 'path'] as const) {
      const one = archive(before)
      const two = text(after)
      const diff = diffSnapshots(one, two, { identity })
      const { afterOf, beforeOf } = diff
      afterOf.forEach((partner, entry) => {
        if (partner >= 0) expect(beforeOf[partner]).toBe(entry)
      })
      const paired = afterOf.filter(partner => partner >= 0).length
      expect(beforeOf.filter(partner => partner >= 0)).toHaveLength(paired)
      expect(paired + diff.removed.length).toBe(one.entries.length)
      expect(paired + diff.added.length).toBe(two.entries.length)
    }
  }
})

test('a registry has no differences from itself, in any form and by either identity', () => {
  for (const seed of seeds) {
    const root = copyRegistry(randomRegistry({ seed, nodes: 60, isNasty: true }))
    const forms = [archive(root), text(root)]
    for (const one of forms) {
      for (const two of forms) {
        for (const identity of ['entry-id', 'path'] as const) {
          const diff = diffSnapshots(one, two, { identity })
          const told = [diff.added.length, diff.removed.length, diff.changed.length]
          expect(told, `seed ${seed}, ${identity}`).toEqual([0, 0, 0])
        }
      }
    }
  }
})

test('dumps of 10.5, which have no IDs, are compared by path', () => {
  for (const seed of seeds.slice(0, 20)) {
    const root = distinct(copyRegistry(randomRegistry({ seed, nodes: 60 })))
    const after = copyRegistry(root)
    editRegistry(after, new Random(seed), 3, ['value'])
    const [one, two] = [root, after].map(each => {
      return readDump('text', writeText(each, { era: '10.5' })).snapshot
    }) as [Snapshot, Snapshot]
    expect(one.entries.flags[0]! & EntryFlag.hasId).toBe(0)
    const diff = diffSnapshots(one, two)
    expect(diff.because).toBe('neither snapshot has registry entry IDs')
    expect([diff.added.length, diff.removed.length]).toEqual([0, 0])
    expect(diff.properties.length).toBe(obviousDiff(root, after).properties.length)
  }
})
