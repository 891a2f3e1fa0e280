import { grouped } from './number-words.ts'
import { ClassLinks } from '../../core/matching/class-links.ts'
import { noString, type Snapshot } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import { entryId, textAt } from '../registry/columns.ts'
import { noName, type EntryNames } from './frame/entry-names.ts'
import { bySize, type MapId, type MapKind, type MapTree } from './registry-map-tree.ts'

/** The tree of groups before entries are put into it: index 0 is all of the registry. */
interface Groups {
  readonly parent: number[]
  readonly label: string[]
  readonly kind: MapKind[]
  readonly kext: (string | null)[]
  /** The group of each entry. */
  readonly of: Int32Array
}

const unknownKext = 'No kext known'

/**
 * Kexts, in each of them the classes of its entries, in each class the entries. Those whose kext is not known are in a
 * group that says so, or are left out.
 */
export function mapByKext(
  snapshot: Snapshot,
  kexts: EntryNames,
  sizes: Float64Array,
  showsUnknown = true,
): MapTree {
  const { entries, strings } = snapshot
  const groups = newGroups(entries.length)
  const notMade = 0
  // The first is that of those without one.
  const ofKext = new Int32Array(kexts.names.length + 1)
  const kextOf = new Int32Array(entries.length)
  for (let entry = 0; entry < entries.length; entry++) {
    const at = kexts.of[entry]!
    if (at === noName && !showsUnknown) {
      kextOf[entry] = -1
      groups.of[entry] = -1
      continue
    }
    if (ofKext[at + 1] === notMade) {
      const name = at === noName ? null : kexts.names[at]!
      ofKext[at + 1] = addGroup(groups, 0, name ?? unknownKext, 'kext', name)
    }
    kextOf[entry] = ofKext[at + 1]!
  }
  // Kext by kext, so that an array of the classes is enough to find the groups of the kext in hand again.
  const { first, order } = inGroups(kextOf, groups.parent.length)
  const seenIn = new Int32Array(strings.length + 1)
  const groupOf = new Int32Array(strings.length + 1)
  const kextCount = groups.parent.length
  for (let kext = 1; kext < kextCount; kext++) {
    for (let i = first[kext]!; i < first[kext + 1]!; i++) {
      const className = entries.className[order[i]!]!
      const at = className + 1
      if (seenIn[at] !== kext) {
        const label = textAt(strings, className) ?? 'class not known'
        groupOf[at] = addGroup(groups, kext, label, 'class', groups.kext[kext]!)
        seenIn[at] = kext
      }
      groups.of[order[i]!] = groupOf[at]!
    }
  }
  return treeOf(snapshot, groups, sizes)
}

/** How much of the map has no kext, of all that is counted. */
export function unknownShare(
  { of }: EntryNames,
  sizes: Float64Array,
): { readonly unknown: number; readonly whole: number } {
  let [unknown, whole] = [0, 0]
  for (let entry = 0; entry < sizes.length; entry++) {
    whole += sizes[entry]!
    if (of[entry] === noName) unknown += sizes[entry]!
  }
  return { unknown, whole }
}

/** Items in the order of their groups: those of group g are order[first[g]] … order[first[g + 1] - 1]. */
function inGroups(
  groupOf: ArrayLike<number>,
  count: number,
): { readonly first: Int32Array; readonly order: Int32Array } {
  const first = new Int32Array(count + 1)
  for (let i = 0; i < groupOf.length; i++) if (groupOf[i]! >= 0) first[groupOf[i]! + 1]!++
  for (let group = 0; group < count; group++) first[group + 1]! += first[group]!
  const next = first.slice(0, -1)
  const order = new Int32Array(first[count]!)
  for (let i = 0; i < groupOf.length; i++) {
    if (groupOf[i]! >= 0) order[next[groupOf[i]!]!++] = i
  }
  return { first, order }
}

/** Deeper than any real chain, of ten classes or so; a hostile one must not make the map deep. */
const longestChain = 64

/**
 * Classes below their superclasses, as far as the dump tells them. An entry is in the group of its own class; a class that
 * has subclasses holds entries and classes.
 */
export function mapByClass(snapshot: Snapshot, sizes: Float64Array): MapTree {
  const { entries, strings } = snapshot
  const groups = newGroups(entries.length)
  const byName = new Map<string, number>()
  const known = new Map<number, number>()
  let unplaced = -1
  let links: ClassLinks | undefined
  for (let entry = 0; entry < entries.length; entry++) {
    const chain = entries.classChain[entry]!
    const className = entries.className[entry]!
    // One class with one chain is one group; strings are interned, so their numbers tell.
    const pair = (chain + 1) * 0x400_0000 + className + 1
    let group = known.get(pair)
    if (group === undefined) {
      group = chain === noString ? bare(className) : chained(stringAt(strings, chain))
      known.set(pair, group)
    }
    groups.of[entry] = group
  }
  return treeOf(snapshot, groups, sizes)

  /** A dump without chains tells classes alone: those of public headers have known superclasses. */
  function bare(className: number): number {
    const name = textAt(strings, className)
    links ??= new ClassLinks(snapshot)
    const chain = name === null ? [] : links.walk(name).certain
    const top = chain.at(-1)
    if (chain.length <= longestChain && (top === 'OSObject' || top === 'IORegistryEntry')) {
      return chained(
        chain
          .filter(each => each !== 'OSObject')
          .reverse()
          .join(':'),
      )
    }
    if (unplaced < 0) unplaced = addGroup(groups, 0, 'Superclasses not known', 'class', null)
    return below(unplaced, name ?? 'class not known')
  }

  function chained(chain: string): number {
    let group = 0
    for (const name of chain.split(':', longestChain)) {
      if (name !== '') group = below(group, name)
    }
    return group
  }

  function below(group: number, name: string): number {
    const path = `${group}:${name}`
    let child = byName.get(path)
    if (child === undefined) {
      child = addGroup(groups, group, name, 'class', null)
      byName.set(path, child)
    }
    return child
  }
}

function newGroups(entryCount: number): Groups {
  return {
    parent: [-1],
    label: ['Registry'],
    kind: ['all'],
    kext: [null],
    of: new Int32Array(entryCount),
  }
}

function addGroup(
  groups: Groups,
  parent: number,
  label: string,
  kind: MapKind,
  kext: string | null,
): number {
  groups.label.push(label)
  groups.kind.push(kind)
  groups.kext.push(kext)
  return groups.parent.push(parent) - 1
}

/** Places below `groups.length` are groups, those from there on are entries. A parent is made before its children. */
function treeOf(snapshot: Snapshot, groups: Groups, sizes: Float64Array): MapTree {
  const { entries, strings } = snapshot
  const count = groups.parent.length
  const value = new Float64Array(count)
  const inside = new Int32Array(count)
  for (let entry = 0; entry < entries.length; entry++) {
    const group = groups.of[entry]!
    if (group < 0) continue
    value[group]! += sizes[entry]!
    inside[group]!++
  }
  const { first, order } = inGroups(groups.of, count)
  const { first: firstBelow, order: below } = inGroups(groups.parent, count)
  for (let group = count - 1; group > 0; group--) {
    const parent = groups.parent[group]!
    value[parent]! += value[group]!
    inside[parent]! += inside[group]!
  }

  const sorted = new Map<MapId, readonly MapId[]>()
  const valueOf = (id: MapId) => (id < count ? value[id]! : sizes[id - count]!)
  return {
    root: 0,
    entryCount: order.length,
    leftOut:
      order.length === entries.length
        ? ''
        : `${grouped(entries.length - order.length)} entries without a known kext are left out.`,
    childrenOf: id => {
      if (id >= count) return []
      let children = sorted.get(id)
      if (!children) {
        const own = Array.from(order.subarray(first[id], first[id + 1]), entry => entry + count)
        const parts = Array.from(below.subarray(firstBelow[id], firstBelow[id + 1]))
        children = bySize([...parts, ...own], valueOf)
        sorted.set(id, children)
      }
      return children
    },
    valueOf,
    entriesIn: id => (id < count ? inside[id]! : 1),
    labelOf: id =>
      id < count ? groups.label[id]! : (textAt(strings, entries.name[id - count]!) ?? '?'),
    keyOf: id =>
      id < count
        ? `${groups.kind[id]!}:${groups.label[id]!}`
        : `entry:${entryId(snapshot, id - count) ?? id - count}`,
    kindOf: id => (id < count ? groups.kind[id]! : 'entry'),
    entryOf: id => (id < count ? -1 : id - count),
    kextOf: id => (id < count ? groups.kext[id]! : null),
    wayTo: entry => {
      if (groups.of[entry]! < 0) return []
      const way = [entry + count]
      for (let at = groups.of[entry]!; at >= 0; at = groups.parent[at]!) way.push(at)
      return way.reverse()
    },
    eachEntry: (id, visit) => {
      const open = [id]
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (at >= count) visit(at - count)
        else {
          for (let i = first[at]!; i < first[at + 1]!; i++) visit(order[i]!)
          for (let i = firstBelow[at]!; i < firstBelow[at + 1]!; i++) open.push(below[i]!)
        }
      }
    },
  }
}
