import { EntryMark } from '../../diff/entry-marks.ts'
import { nodesOfEntry, propertyOf, rootsOf } from '../../registry/lookup.ts'
import { nodeLabel } from '../../registry/paths.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../registry/snapshot.ts'
import { createFold } from '../fold-text.ts'
import { containsText, nameHits, type NameHits } from '../name-hits.ts'
import { foldedText } from '../search.ts'
import { sightingsOf } from '../sightings.ts'
import { createClassTest } from './class-lineages.ts'
import type { FilterContext } from './compile-filter.ts'
import { isOrdered } from './compare-value.ts'
import {
  Cost,
  entryTerm,
  nodeTerm,
  oneByOne,
  type FilterTerm,
  type WordTest,
} from './filter-term.ts'
import type { FilterTest, StateWord } from './filter-tree.ts'
import { createGlob } from './glob.ts'
import { createUnderTest } from './under-test.ts'

/** Tests that names, classes, states, counts, places and marks answer: a few milliseconds at 100,000 nodes. */

/** Of the name, `name@location`, location, class and ID. Made when it is first asked. */
export function nameTerm(snapshot: Snapshot, text: string): FilterTerm {
  const folded = foldedText(text)
  if (folded === '') return nodeTerm(Cost.name, () => true)
  let made: NameHits | undefined
  const hits = () => (made ??= nameHits(snapshot, folded))
  const hasId = idPrefixTest(snapshot, folded)
  const test = (plane: PlaneTable, node: NodeIndex) =>
    hits().has(plane, node) || (hasId !== null && hasId(plane.entry[node]!))
  const testWords: WordTest = hasId
    ? oneByOne(test)
    : (plane, among, found, from, to) => hits().addWords(plane, among, found, from, to)
  return nodeTerm(Cost.name, test, undefined, true, testWords)
}

/** Shorter ones are in every ID: these begin at 0x100000100 (facts: service-state, section 8). */
const leastDigits = 7

/** `0x1000001` finds all IDs that begin so; null for what is looked for as a whole. */
function idPrefixTest(
  { entries }: Snapshot,
  folded: string,
): ((entry: EntryIndex) => boolean) | null {
  if (!/^0x[\da-f]{1,16}$/.test(folded)) return null
  const prefix = BigInt(folded)
  const digits = folded.length - 2
  if (digits < leastDigits || folded[2] === '0') return null
  const ranges = Array.from({ length: 17 - digits }, (_, more) => {
    const shift = BigInt(4 * more)
    return { from: prefix << shift, to: (prefix + 1n) << shift }
  })
  return entry => {
    if ((entries.flags[entry]! & EntryFlag.hasId) === 0) return false
    const id = entries.id[entry]!
    return ranges.some(({ from, to }) => id >= from && id < to)
  }
}

export function ownNameTerm(snapshot: Snapshot, text: string): FilterTerm {
  let test: ((plane: PlaneTable, node: NodeIndex) => boolean) | undefined
  return nodeTerm(Cost.name, (plane, node) => (test ??= ownNameTest(snapshot, text))(plane, node))
}

function ownNameTest(
  snapshot: Snapshot,
  text: string,
): (plane: PlaneTable, node: NodeIndex) => boolean {
  const contains = containsText(snapshot, text)
  const at = text.indexOf('@')
  // Only names that end as the text begins can be in a label: the labels of few nodes are made.
  const mayBegin = at < 0 ? null : containsText(snapshot, text.slice(0, at))
  const fold = createFold(text)
  const wanted = fold(text)
  return (plane, node) => {
    const name = plane.name[node]!
    if (contains(name)) return true
    if (mayBegin === null || plane.location[node] === noString) return false
    return mayBegin(name) && fold(nodeLabel(snapshot, plane, node)).includes(wanted)
  }
}

export const classTerm = (
  snapshot: Snapshot,
  { className, isExact }: Extract<FilterTest, { kind: 'class' }>,
): FilterTerm => {
  let test: ((entry: EntryIndex) => boolean) | undefined
  return entryTerm(Cost.name, entry =>
    (test ??= createClassTest(snapshot, className, isExact))(entry),
  )
}

/** A dump that printed an entry several times may show another state each time: one is enough. */
function rowTerm(snapshot: Snapshot, test: (row: number) => boolean): FilterTerm {
  const { entries } = snapshot
  if (entries.rows === entries.length) return entryTerm(Cost.column, test)
  const sightings = sightingsOf(snapshot)
  return entryTerm(Cost.column, entry => test(entry) || (sightings.get(entry)?.some(test) ?? false))
}

const { registered, matched, inactive, firstPublish } = ServiceState

/**
 * Bits of services (facts: service-state, section 1). What has no state is neither registered nor not: of it no
 * such test holds. `published` is not in text dumps, which never show it set.
 */
export function stateTerm(snapshot: Snapshot, word: StateWord, isNot: boolean): FilterTerm {
  const { flags, state, busyCount } = snapshot.entries
  const ofService = (bit: number) =>
    rowTerm(
      snapshot,
      row => (flags[row]! & EntryFlag.isService) !== 0 && ((state[row]! & bit) === 0) === isNot,
    )
  switch (word) {
    case 'registered':
      return ofService(registered)
    case 'matched':
      return ofService(matched)
    case 'inactive':
      return ofService(inactive)
    case 'published':
      return ofService(firstPublish)
    case 'busy':
      return rowTerm(
        snapshot,
        row => (flags[row]! & EntryFlag.hasBusyCount) !== 0 && (busyCount[row] === 0) === isNot,
      )
    // Of the entry alone: a place that shows no state does not make it no service.
    case 'service':
      return entryTerm(Cost.column, e => ((flags[e]! & EntryFlag.isService) === 0) === isNot)
    case 'terminated':
      return entryTerm(Cost.column, e => ((flags[e]! & EntryFlag.isTerminated) === 0) === isNot)
  }
}

export function countTerm(
  snapshot: Snapshot,
  { what, comparator, value }: Extract<FilterTest, { kind: 'count' }>,
): FilterTerm {
  const { flags, busyCount, busyTimeNs, retainCount } = snapshot.entries
  // Whatever has 32 bits compares the same with a number that is further off.
  const limit = Number(value < -1n ? -1n : value > 0x1_0000_0000n ? 0x1_0000_0000n : value)
  const compare = (own: number) => isOrdered(own, comparator, limit)
  const known = (flag: number, test: (row: number) => boolean) =>
    rowTerm(snapshot, row => (flags[row]! & flag) !== 0 && test(row))
  switch (what) {
    case 'busy':
      return known(EntryFlag.hasBusyCount, row => compare(busyCount[row]!))
    case 'retain':
      return known(EntryFlag.hasRetainCount, row => compare(retainCount[row]!))
    case 'busytime':
      return known(EntryFlag.hasBusyTime, row => isOrdered(busyTimeNs[row]!, comparator, value))
    case 'depth':
      return nodeTerm(Cost.column, (plane, node) => compare(plane.depth[node]!))
    case 'clients':
      return nodeTerm(Cost.place, (plane, node) => compare(clientCounts(plane)[node]!))
    case 'providers':
      return nodeTerm(Cost.place, (plane, node) => compare(providerCount(snapshot, plane, node)))
  }
}

const clientsOfPlanes = new WeakMap<PlaneTable, Uint32Array>()

/** How many nodes are directly below each. */
function clientCounts(plane: PlaneTable): Uint32Array {
  let counts = clientsOfPlanes.get(plane)
  if (!counts) {
    counts = new Uint32Array(plane.length)
    for (let node = 0; node < plane.length; node++) {
      const parent = plane.parent[node]!
      if (parent >= 0) counts[parent]!++
    }
    clientsOfPlanes.set(plane, counts)
  }
  return counts
}

/** Different entries directly above the entry of a node, in its plane. */
function providerCount(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): number {
  const { first, node: nodes } = nodesOfEntry(snapshot, plane)
  const entry = plane.entry[node]!
  const from = first[entry]!
  const to = first[entry + 1]!
  if (to - from === 1) return plane.parent[node]! < 0 ? 0 : 1
  const seen = new Set<EntryIndex>()
  for (let i = from; i < to; i++) {
    const parent = plane.parent[nodes[i]!]!
    if (parent >= 0) seen.add(plane.entry[parent]!)
  }
  return seen.size
}

export function idTerm({ entries }: Snapshot, id: bigint): FilterTerm {
  return entryTerm(
    Cost.column,
    e => (entries.flags[e]! & EntryFlag.hasId) !== 0 && entries.id[e] === id,
  )
}

export function markTerm({ marks }: FilterContext, mark: keyof typeof EntryMark): FilterTerm {
  const bit = EntryMark[mark]
  return entryTerm(Cost.column, entry => marks !== null && (marks.bits[entry]! & bit) !== 0)
}

/** Has a place in a plane of that name. */
export function planeTerm(snapshot: Snapshot, name: string): FilterTerm {
  const isMeant = createGlob(name)
  const meant = snapshot.planes.filter(plane => isMeant(plane.plane) && rootsOf(plane).length > 0)
  return nodeTerm(
    Cost.place,
    (plane, node) =>
      meant.includes(plane) ||
      meant.some(other => {
        const { first } = nodesOfEntry(snapshot, other)
        const entry = plane.entry[node]!
        return first[entry + 1]! > first[entry]!
      }),
  )
}

export function underTerm(snapshot: Snapshot, place: string): FilterTerm {
  let test: ((plane: PlaneTable, node: NodeIndex) => boolean) | undefined
  return nodeTerm(Cost.place, (plane, node) =>
    (test ??= createUnderTest(snapshot, place))(plane, node),
  )
}

/** The kext that owns it, and the property that says so. */
export function kextTerm({ snapshot, kextOf }: FilterContext, kext: string): FilterTerm {
  const isMeant = createGlob(kext)
  const known = new Map<string, boolean>()
  const test = (entry: EntryIndex) => {
    const owner = kextOf(entry)
    if (owner === null) return false
    let isIt = known.get(owner)
    if (isIt === undefined) known.set(owner, (isIt = isMeant(owner)))
    return isIt
  }
  const property = (entry: EntryIndex) =>
    test(entry) ? propertyOf(snapshot, entry, 'CFBundleIdentifier') : -1
  return entryTerm(Cost.kext, test, property, false)
}
