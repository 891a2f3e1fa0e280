import { expect, test } from 'vitest'
import { diffSnapshots } from '../../../core/diff/diff-snapshots.ts'
import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { mergeSnapshots } from '../../../core/diff/merge-snapshots.ts'
import type { SnapshotDiff } from '../../../core/diff/snapshot-diff.ts'
import { createArchiveReader } from '../../../core/dump/archive-reader.ts'
import { checkSnapshot } from '../../../core/registry/snapshot-check.ts'
import { SnapshotBuilder } from '../../../core/registry/snapshot-builder.ts'
import { EntryFlag, type PlaneTable, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import type { EditableEntry } from '../../helpers/edit-registry.ts'
import { Random } from '../../helpers/random.ts'
import { writeArchive } from '../../helpers/write-archive.ts'

// Several planes, each a tree of its own shape over the same entries, and any pairing that a comparison comes to.

const planeNames = ['IOService', 'IODeviceTree', 'IOPower'] as const

/** A plane as plain data: who stands below whom, in order. The root has no number. */
type Tree = Map<number | 'root', number[]>

/** Entries by number; a number that is not in a plane's tree has no place there. */
interface Model {
  readonly planes: ReadonlyMap<string, Tree>
  readonly idOf: (entry: number) => bigint
  readonly hasProperties: boolean
}

function randomTree(entries: readonly number[], random: Random): Tree {
  const tree: Tree = new Map([['root', []]])
  for (const entry of entries) {
    const provider = random.pick([...tree.keys()])
    tree.get(provider)!.push(entry)
    tree.set(entry, [])
  }
  return tree
}

const without = (tree: Tree, entry: number, keepsClients: boolean): void => {
  for (const [provider, clients] of tree) {
    const at = clients.indexOf(entry)
    if (at < 0) continue
    // What stood below it stands where it was, or goes with it.
    clients.splice(at, 1, ...(keepsClients ? tree.get(entry)! : []))
    void provider
  }
  const left = keepsClients ? [] : [...tree.get(entry)!]
  tree.delete(entry)
  for (const client of left) without(tree, client, false)
}

const isBelow = (tree: Tree, entry: number, top: number): boolean =>
  entry === top || tree.get(top)!.some(client => isBelow(tree, entry, client))

function edited(
  tree: Tree,
  gone: ReadonlySet<number>,
  fresh: readonly number[],
  random: Random,
): Tree {
  const after: Tree = new Map([...tree].map(([entry, clients]) => [entry, [...clients]]))
  for (const entry of gone) if (after.has(entry)) without(after, entry, random.chance(0.5))
  const numbers = () => [...after.keys()].filter(entry => entry !== 'root')
  for (let i = random.below(4); i > 0 && numbers().length > 1; i--) {
    const entry = random.pick(numbers())
    switch (random.below(3)) {
      // Out of this plane, and still in others.
      case 0:
        without(after, entry, random.chance(0.5))
        break
      case 1: {
        const providers = [...after.keys()].filter(
          provider => provider === 'root' || !isBelow(after, provider, entry),
        )
        const clients = after.get(entry)!
        for (const list of after.values())
          if (list.includes(entry)) list.splice(list.indexOf(entry), 1)
        after.set(entry, clients)
        const list = after.get(random.pick(providers))!
        list.splice(random.below(list.length + 1), 0, entry)
        break
      }
      // Siblings in another order.
      default:
        random.pick([...after.values()]).reverse()
    }
  }
  for (const entry of fresh) {
    const list = after.get(random.pick([...after.keys()]))!
    list.splice(random.below(list.length + 1), 0, entry)
    after.set(entry, [])
  }
  return after
}

function snapshotOf({ planes, idOf, hasProperties }: Model): Snapshot {
  const builder = new SnapshotBuilder()
  for (const [plane, tree] of planes) {
    const made = (entry: number | 'root'): EditableEntry => ({
      id: entry === 'root' ? 0x100n : idOf(entry),
      // Few names: the same path stands at one level several times.
      name: entry === 'root' ? 'Root' : ['A', 'B', 'B', 'C'][entry % 4]!,
      location: null,
      classChain: ['IORegistryEntry', entry === 'root' ? 'IORegistryRoot' : `IO${entry % 3}`],
      service: null,
      retainCount: 1,
      properties:
        hasProperties && entry !== 'root'
          ? [['Number', { kind: 'integer', value: BigInt(entry) }]]
          : [],
      clients: tree.get(entry)!.map(made),
    })
    const reader = createArchiveReader(builder, { plane, label: plane })
    reader.pushWhole(Buffer.from(writeArchive(made('root'))))
    reader.finish()
  }
  return builder.seal()
}

function randomPair(
  seed: number,
): readonly [before: Snapshot, after: Snapshot, isOtherBoot: boolean] {
  const random = new Random(seed)
  const entries = Array.from({ length: 4 + random.below(22) }, (_, i) => i)
  const gone = new Set(entries.filter(() => random.chance(0.2)))
  const fresh = Array.from({ length: random.below(4) }, (_, i) => 100 + i)
  const ofBefore = new Map<string, Tree>()
  const ofAfter = new Map<string, Tree>()
  for (const plane of planeNames) {
    const tree = randomTree(
      entries.filter(() => plane === 'IOService' || random.chance(0.6)),
      random,
    )
    // Now and then a plane that only one of the two has, and a snapshot without any.
    if (!random.chance(0.1)) ofBefore.set(plane, tree)
    if (!random.chance(0.1)) ofAfter.set(plane, edited(tree, gone, fresh, random))
  }
  const isOtherBoot = random.chance(0.4)
  // After a reboot the same few IDs are handed out again, to others.
  const shuffled = random.chance(0.5)
    ? (entry: number) => BigInt(0x101 + ((entry * 7) % 211))
    : (entry: number) => BigInt(0x101 + entry)
  return [
    snapshotOf({
      planes: ofBefore,
      idOf: entry => BigInt(0x101 + entry),
      hasProperties: random.chance(0.8),
    }),
    snapshotOf({
      planes: ofAfter,
      idOf: isOtherBoot ? shuffled : entry => BigInt(0x101 + entry),
      hasProperties: random.chance(0.8),
    }),
    isOtherBoot,
  ]
}

/**
 * The obvious merge of one plane: lists of clients, into which what is gone is put back, each after the nearest thing
 * before it that stands in the same list. Lines are depth, sign and the entry.
 */
function obviousPlane(one: PlaneTable | undefined, two: PlaneTable, diff: SnapshotDiff): string[] {
  const removed = new Set(diff.removed)
  const nodeNow = (entry: number) => {
    const partner = diff.afterOf[entry]!
    return partner < 0 ? -1 : two.entry.indexOf(partner)
  }
  const lists = new Map<string, string[]>([['root', []]])
  for (let node = 0; node < two.length; node++) {
    lists.set(`a${node}`, [])
    lists.get(two.parent[node]! < 0 ? 'root' : `a${two.parent[node]!}`)!.push(`a${node}`)
  }
  /** Where what stands below a node of `before` hangs. */
  const hosts = new Map<number, string>([[-1, 'root']])
  const lastSeen = new Map<string, string>()
  for (let node = 0; one && node < one.length; node++) {
    const entry = one.entry[node]!
    const host = hosts.get(one.parent[node]!)!
    const now = nodeNow(entry)
    hosts.set(node, host)
    if (removed.has(entry)) {
      const list = lists.get(host)!
      list.splice(list.indexOf(lastSeen.get(host) ?? '') + 1, 0, `b${node}`)
      lists.set(`b${node}`, [])
      lastSeen.set(host, `b${node}`)
      hosts.set(node, `b${node}`)
    } else if (now >= 0) {
      hosts.set(node, `a${now}`)
      const parent = two.parent[now]!
      if (host === (parent < 0 ? 'root' : `a${parent}`)) lastSeen.set(host, `a${now}`)
    }
  }
  const lines: string[] = []
  const print = (item: string, depth: number) => {
    const node = Number(item.slice(1))
    const entry = item.startsWith('a') ? `after ${two.entry[node]}` : `before ${one!.entry[node]}`
    lines.push(`${depth} ${entry}`)
    for (const each of lists.get(item)!) print(each, depth + 1)
  }
  for (const item of lists.get('root')!) print(item, 0)
  return lines
}

test('whatever is paired with what: each plane is the obvious merge, and each entry is what it was', () => {
  const seen = { gone: 0, moved: 0, byPath: 0, onlyOne: 0 }
  for (let seed = 0; seed < 400; seed++) {
    const [before, after, isOtherBoot] = randomPair(seed)
    const identity = isOtherBoot ? 'path' : 'entry-id'
    const diff = diffSnapshots(before, after, { identity })
    const merged = mergeSnapshots(before, after, diff)
    const { snapshot, afterCount, marks, beforeOf } = merged
    expect(checkSnapshot(snapshot), `seed ${seed}`).toBeNull()
    expect(snapshot.planes.map(({ plane }) => plane)).toEqual(
      after.planes.map(({ plane }) => plane),
    )
    snapshot.planes.forEach((plane, i) => {
      const one = before.planes.find(each => each.plane === plane.plane)
      const lines = Array.from(plane.entry, (entry, node) => {
        const name = entry < afterCount ? `after ${entry}` : `before ${beforeOf[entry]}`
        return `${plane.depth[node]} ${name}`
      })
      expect(lines, `seed ${seed}, ${plane.plane}`).toEqual(
        obviousPlane(one, after.planes[i]!, diff),
      )
    })
    for (let entry = 0; entry < snapshot.entries.length; entry++) {
      const isGone = entry >= afterCount
      const [from, at] = isGone ? [before, beforeOf[entry]!] : [after, entry]
      expect(plainEntry(snapshot, entry), `seed ${seed}`).toEqual(plainEntry(from, at))
      expect((marks.bits[entry]! & EntryMark.gone) !== 0).toBe(isGone)
      expect((marks.bits[entry]! & EntryMark.new) !== 0).toBe(!isGone && diff.added.includes(entry))
      if ((marks.bits[entry]! & EntryMark.moved) !== 0) seen.moved++
    }
    seen.gone += snapshot.entries.length - afterCount
    if (isOtherBoot) seen.byPath++
    if (before.planes.length !== after.planes.length) seen.onlyOne++
  }
  // What the seeds have to have met.
  expect(seen.gone).toBeGreaterThan(500)
  expect(seen.moved).toBeGreaterThan(100)
  expect(seen.byPath).toBeGreaterThan(100)
  expect(seen.onlyOne).toBeGreaterThan(30)
})

function plainEntry({ entries, properties, strings, sources }: Snapshot, entry: number) {
  const text = (index: number) => (index < 0 ? null : stringAt(strings, index))
  const values = []
  for (let at = entries.firstProperty[entry]!; at < entries.firstProperty[entry + 1]!; at++) {
    const bytes = sources[properties.source[at]!]!.bytes
    values.push([
      text(properties.key[at]!),
      Buffer.from(bytes.subarray(properties.start[at], properties.end[at])).toString(),
    ])
  }
  return {
    id: entries.id[entry],
    names: [text(entries.name[entry]!), text(entries.className[entry]!)],
    flags: entries.flags[entry]! & ~EntryFlag.isTerminated,
    values,
  }
}

test('of nothing and something all is new; of something and nothing there is no plane to keep it in', () => {
  const [some] = randomPair(1)
  const none = new SnapshotBuilder().seal()
  for (const [before, after] of [
    [none, some],
    [some, none],
    [none, none],
  ] as const) {
    const diff = diffSnapshots(before, after)
    const { snapshot, marks } = mergeSnapshots(before, after, diff)
    expect(checkSnapshot(snapshot)).toBeNull()
    // No plane is in both, so nothing can be told of it.
    expect(snapshot).toBe(after)
    expect(marks.bits.every(bits => bits === 0)).toBe(true)
  }
})
