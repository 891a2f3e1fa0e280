import { emptyBitSet, nextBit, setBit } from '../registry/bit-set.ts'
import { nodeLabel } from '../registry/paths.ts'
import {
  EntryFlag,
  noString,
  type EntryIndex,
  type PlaneTable,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import { findFiltered, type CompiledFilter } from './filter/compile-filter.ts'
import { createPropertyMatcher, type PropertyMatcher } from './match-property.ts'
import { containsText } from './name-hits.ts'
import { createFold } from './fold-text.ts'
import { sightingsOf, type Sightings } from './sightings.ts'

/**
 * What is looked for. All conditions that are given must hold for an entry; each is a text that is contained,
 * whatever the case of its letters (of ASCII letters only, where the text has no others).
 */
export interface EntryQuery {
  /** In the name, `name@location`, location, class, a key or a value; or the beginning of an ID, `0x1000002a3`. */
  readonly text?: string | undefined
  /** In the class, or in a superclass where the dump tells them. */
  readonly className?: string | undefined
  /** In the key of a property, or of a dictionary inside of one. */
  readonly key?: string | undefined
  /** In a value as it is shown, at any depth: see `match-property.ts`. */
  readonly value?: string | undefined
}

/** `filter`: a filter holds, and it is about more than one of the others. */
export type HitPlace = 'name' | 'location' | 'class' | 'key' | 'value' | 'id' | 'filter'

export interface EntryHit {
  readonly entry: EntryIndex
  /** What the text hit; without a text the value, else the key, else the class. */
  readonly where: HitPlace
  /** The property that was hit, for a key or a value, else -1. */
  readonly property: PropertyIndex
}

/**
 * The entries that a query finds, in the order of the table, one after the other: nothing is prepared but what
 * one pass over the names costs. An empty text holds for every entry; a query without conditions finds all.
 */
export function* findEntries(snapshot: Snapshot, query: EntryQuery): Generator<EntryHit> {
  const { entries } = snapshot
  const sightings = sightingsOf(snapshot)
  const text = query.text === undefined ? null : textCondition(snapshot, sightings, query.text)
  const isOfClass = query.className === undefined ? null : classCondition(snapshot, query.className)
  const key = query.key === undefined ? null : createPropertyMatcher(snapshot, 'key', query.key)
  const value =
    query.value === undefined ? null : createPropertyMatcher(snapshot, 'value', query.value)

  for (let entry = 0; entry < entries.length; entry++) {
    // The cheap conditions first.
    if (isOfClass && !isOfClass(entry)) continue
    const ofKey = key ? firstProperty(snapshot, sightings, entry, key) : -1
    if (key && ofKey < 0) continue
    let ofValue = -1
    if (value) {
      // A property with both is the one to show.
      if (ofKey >= 0 && key) ofValue = firstProperty(snapshot, sightings, entry, value, key)
      if (ofValue < 0) ofValue = firstProperty(snapshot, sightings, entry, value)
      if (ofValue < 0) continue
    }
    if (text) {
      const hit = text(entry)
      if (hit) yield hit
    } else if (ofValue >= 0) yield { entry, where: 'value', property: ofValue }
    else if (ofKey >= 0) yield { entry, where: 'key', property: ofKey }
    else yield { entry, where: isOfClass ? 'class' : 'name', property: -1 }
  }
}

/** The first property of an entry, at whichever of its places, that all matchers take, or -1. */
function firstProperty(
  snapshot: Snapshot,
  sightings: Sightings,
  entry: EntryIndex,
  ...matchers: readonly PropertyMatcher[]
): PropertyIndex {
  const { firstProperty: first } = snapshot.entries
  const own = firstIn(first[entry]!, first[entry + 1]!, matchers)
  if (own >= 0) return own
  for (const row of sightings.get(entry) ?? []) {
    const found = firstIn(first[row]!, first[row + 1]!, matchers)
    if (found >= 0) return found
  }
  return -1
}

function firstIn(
  start: PropertyIndex,
  end: PropertyIndex,
  matchers: readonly PropertyMatcher[],
): PropertyIndex {
  for (let property = start; property < end; property++) {
    if (matchers.every(matches => matches(property))) return property
  }
  return -1
}

function classCondition(snapshot: Snapshot, className: string): (entry: EntryIndex) => boolean {
  const contains = containsText(snapshot, className)
  const { entries } = snapshot
  return entry => contains(entries.className[entry]!) || contains(entries.classChain[entry]!)
}

/** The entries that a filter finds, in the order of the table; in the planes that are asked for. */
export function* findByFilter(
  snapshot: Snapshot,
  filter: CompiledFilter,
  planes: readonly PlaneTable[],
): Generator<EntryHit> {
  const found = emptyBitSet(snapshot.entries.length)
  for (const plane of planes) {
    const nodes = findFiltered(filter, plane)
    for (let node = nextBit(nodes, 0); node !== -1; node = nextBit(nodes, node + 1)) {
      setBit(found, plane.entry[node]!)
    }
  }
  for (let entry = nextBit(found, 0); entry !== -1; entry = nextBit(found, entry + 1)) {
    const property = filter.propertyOf(entry)
    yield { entry, where: property < 0 ? 'filter' : 'value', property }
  }
}

function textCondition(
  snapshot: Snapshot,
  sightings: Sightings,
  text: string,
): (entry: EntryIndex) => EntryHit | null {
  const { entries } = snapshot
  const contains = containsText(snapshot, text)
  const places = namesAndLocations(snapshot, text, contains)
  const hasKey = createPropertyMatcher(snapshot, 'key', text)
  const hasValue = createPropertyMatcher(snapshot, 'value', text)
  const idStart = /^0x[\da-f]{1,16}$/i.test(text) ? text.toLowerCase() : null
  return entry => {
    const hit = (where: HitPlace, property = -1) => ({ entry, where, property })
    if (places[entry] === inName) return hit('name')
    if (places[entry] === inLocation) return hit('location')
    const hasId = (entries.flags[entry]! & EntryFlag.hasId) !== 0
    if (idStart !== null && hasId && `0x${entries.id[entry]!.toString(16)}`.startsWith(idStart)) {
      return hit('id')
    }
    if (text === '' || contains(entries.className[entry]!)) return hit('class')
    const key = firstProperty(snapshot, sightings, entry, hasKey)
    if (key >= 0) return hit('key', key)
    const value = firstProperty(snapshot, sightings, entry, hasValue)
    return value >= 0 ? hit('value', value) : null
  }
}

const inName = 2
const inLocation = 1

/** For each entry, whether a name or a location of it contains the text, in any plane. */
function namesAndLocations(
  snapshot: Snapshot,
  text: string,
  contains: (index: StringIndex) => boolean,
): Uint8Array {
  const found = new Uint8Array(snapshot.entries.length)
  const at = text.indexOf('@')
  // Only names that end as the text begins can be in a label: the labels of few nodes are made.
  const maybeLabel = at < 0 ? null : containsText(snapshot, text.slice(0, at))
  const fold = createFold(text)
  const wanted = fold(text)
  for (const plane of snapshot.planes) {
    for (let node = 0; node < plane.length; node++) {
      const entry = plane.entry[node]!
      if (found[entry] === inName) continue
      const location = plane.location[node]!
      const isName =
        contains(plane.name[node]!) ||
        (maybeLabel !== null &&
          location !== noString &&
          maybeLabel(plane.name[node]!) &&
          fold(nodeLabel(snapshot, plane, node)).includes(wanted))
      if (isName) found[entry] = inName
      else if (contains(location)) found[entry] = inLocation
    }
  }
  return found
}
