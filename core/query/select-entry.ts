import { entryById, planeNamed } from '../registry/lookup.ts'
import { nodeLabel, nodesAtPath } from '../registry/paths.ts'
import { stringAt } from '../registry/strings.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'
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
  if (/^0x[\da-f]{1,16}$/i.test(selector)) {
    const entry = entryById(snapshot, BigInt(selector))
    if (entry >= 0) return { kind: 'entry', entry, place: null }
  }
  const places = placesAtPath(snapshot, selector, preferredPlane)
  const found = places.length > 0 ? places : placesNamed(snapshot, selector)
  const entries = new Map<EntryIndex, Place>()
  for (const place of found) {
    const entry = place.plane.entry[place.node]!
    if (!entries.has(entry)) entries.set(entry, place)
  }
  const [first] = entries
  if (!first) return { kind: 'none', nearest: nearestNames(snapshot, selector) }
  if (entries.size > 1) return { kind: 'several', places: [...entries.values()] }
  return { kind: 'entry', entry: first[0], place: found.length === 1 ? first[1] : null }
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
  const isStart = new Map<number, boolean>()
  for (const plane of snapshot.planes) {
    for (let node = 0; node < plane.length; node++) {
      const index = plane.name[node]!
      // Few names begin as the selector does: the labels of the others are not made.
      let mayBe = isStart.get(index)
      if (mayBe === undefined) {
        isStart.set(index, (mayBe = selector.startsWith(stringAt(snapshot.strings, index))))
      }
      if (!mayBe) continue
      const isIt =
        stringAt(snapshot.strings, index) === selector ||
        nodeLabel(snapshot, plane, node) === selector
      if (isIt) places.push({ plane, node })
    }
  }
  return places
}

function nearestNames(snapshot: Snapshot, selector: string): readonly string[] {
  const indices = new Set<number>()
  for (const plane of snapshot.planes) for (const name of plane.name) indices.add(name)
  const names = Array.from(indices, index => stringAt(snapshot.strings, index))
  // Of a path, its last step; of a name with a location, the name.
  const last = selector.slice(selector.lastIndexOf('/') + 1).replace(/@.*$/, '')
  return nearestWords(last, names)
}
