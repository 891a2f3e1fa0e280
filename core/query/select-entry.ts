import { entryById, nodesOf, planeNamed } from '../registry/lookup.ts'
import { nodeLabel, nodesAtPath } from '../registry/paths.ts'
import { stringAt } from '../registry/strings.ts'
import {
  noString,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../registry/snapshot.ts'
import { nearestWords } from './nearest-words.ts'

/** One place of an entry. */
export interface Place {
  readonly plane: PlaneTable
  readonly node: NodeIndex
}

/** What a selector means in one snapshot. */
export type Selection =
  /** `place` where the selector names one: a path does, an ID and a name with several places do not. */
  | { readonly kind: 'entry'; readonly entry: EntryIndex; readonly place: Place | null }
  /** Several entries, the first places of each. */
  | { readonly kind: 'several'; readonly places: readonly Place[] }
  /** None; the names that are most like it. */
  | { readonly kind: 'none'; readonly nearest: readonly string[] }

/**
 * Finds the entry that somebody names:
 *
 *   0x1000002a3                     its registry entry ID
 *   IOService:/PCI0@0/XHC1@14       a path, as `nodePath` gives it
 *   /PCI0@0/XHC1@14                 the same in `preferredPlane`, or else in any plane
 *   XHC1@14, XHC1                   a name that one entry alone has, with its location or without
 *
 * Names are compared letter by letter. A name that looks like an ID or a path is found where nothing else is.
 */
export function selectEntry(
  snapshot: Snapshot,
  selector: string,
  preferredPlane = 'IOService',
): Selection {
  const selection = findSelected(snapshot, selector, preferredPlane)
  return selection ?? { kind: 'none', nearest: nearestNames(snapshot, selector) }
}

/** The same, without looking for what is most like it: null where nothing is it. */
function findSelected(
  snapshot: Snapshot,
  selector: string,
  preferredPlane: string,
): Exclude<Selection, { kind: 'none' }> | null {
  const byId = entryOfId(snapshot, selector)
  if (byId >= 0) return { kind: 'entry', entry: byId, place: null }
  const found = placesOfText(snapshot, selector, preferredPlane)
  const entries = new Map<EntryIndex, Place>()
  for (const place of found) {
    const entry = place.plane.entry[place.node]!
    if (!entries.has(entry)) entries.set(entry, place)
  }
  const [first] = entries
  if (!first) return null
  if (entries.size > 1) return { kind: 'several', places: [...entries.values()] }
  return { kind: 'entry', entry: first[0], place: found.length === 1 ? first[1] : null }
}

/** Every place that a selector means: all of an entry named by its ID, of all entries with a name, at a path. */
export function placesMeant(
  snapshot: Snapshot,
  selector: string,
  preferredPlane = 'IOService',
): readonly Place[] {
  const entry = entryOfId(snapshot, selector)
  if (entry < 0) return placesOfText(snapshot, selector, preferredPlane)
  return snapshot.planes.flatMap(plane =>
    Array.from(nodesOf(snapshot, plane, entry), node => ({ plane, node })),
  )
}

function entryOfId(snapshot: Snapshot, selector: string): EntryIndex {
  return /^0x[\da-f]{1,16}$/i.test(selector) ? entryById(snapshot, BigInt(selector)) : -1
}

function placesOfText(snapshot: Snapshot, selector: string, preferredPlane: string): Place[] {
  const places = placesAtPath(snapshot, selector, preferredPlane)
  return places.length > 0 ? places : placesNamed(snapshot, selector)
}

function placesAtPath(snapshot: Snapshot, selector: string, preferredPlane: string): Place[] {
  const within = (plane: PlaneTable, path: string) =>
    Array.from(nodesAtPath(snapshot, plane, path), node => ({ plane, node }))
  for (const plane of snapshot.planes) {
    if (selector.startsWith(`${plane.plane}:/`)) return within(plane, selector)
  }
  if (!selector.startsWith('/')) return []
  const preferred = planeNamed(snapshot, preferredPlane)
  const others = snapshot.planes.filter(plane => plane !== preferred)
  for (const plane of preferred ? [preferred, ...others] : others) {
    const places = within(plane, `${plane.plane}:${selector}`)
    if (places.length > 0) return places
  }
  return []
}

function placesNamed(snapshot: Snapshot, selector: string): Place[] {
  const places: Place[] = []
  const begins = beginningOf(snapshot.strings, selector)
  for (const plane of snapshot.planes) {
    for (let node = 0; node < plane.length; node++) {
      const index = plane.name[node]!
      // Few names begin as the selector does: the labels of the others are not made.
      if (!begins(index)) continue
      const isIt =
        stringAt(snapshot.strings, index) === selector ||
        nodeLabel(snapshot, plane, node) === selector
      if (isIt) places.push({ plane, node })
    }
  }
  return places
}

/** Whether a text begins with a string of the table, by its bytes; only of what is beyond ASCII a text is made. */
function beginningOf(strings: StringTable, text: string): (index: StringIndex) => boolean {
  const wanted = new TextEncoder().encode(text)
  /** 0 not asked yet, 1 no, 2 yes. */
  const known = new Uint8Array(strings.length)
  const isBeginning = (index: StringIndex): boolean => {
    const start = strings.start[index]!
    const length = strings.start[index + 1]! - start
    for (let i = 0; i < length; i++) {
      const byte = strings.bytes[start + i]!
      if (byte >= 0x80) return text.startsWith(stringAt(strings, index))
      if (byte !== wanted[i]) return false
    }
    return true
  }
  return index => {
    if (index === noString) return true
    if (known[index] === 0) known[index] = isBeginning(index) ? 2 : 1
    return known[index] === 2
  }
}

function nearestNames(snapshot: Snapshot, selector: string): readonly string[] {
  const indices = new Set<number>()
  for (const plane of snapshot.planes) for (const name of plane.name) indices.add(name)
  const names = Array.from(indices, index => stringAt(snapshot.strings, index))
  // Of a path, its last step; of a name with a location, the name.
  const last = selector.slice(selector.lastIndexOf('/') + 1).replace(/@.*$/, '')
  return nearestWords(last, names)
}
