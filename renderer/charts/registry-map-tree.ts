import type { EntryIndex } from '../../core/registry/snapshot.ts'

/** A place in a `MapTree`: a group of entries, or one entry. */
export type MapId = number

/**
 * The registry as one tree of areas, whatever it is ordered by. Groups are columns and entries are numbers: nothing is
 * made for what is not drawn.
 */
export interface MapTree {
  readonly root: MapId
  /** The registry's entries that are counted in it, each once. */
  readonly entryCount: number
  /** Entries that are not counted, and why; `''` when all are. */
  readonly leftOut: string
  /** Directly below, the largest first. */
  readonly childrenOf: (id: MapId) => ArrayLike<MapId>
  /** With everything below. */
  readonly valueOf: (id: MapId) => number
  /** Entries in it, itself included where it is one. */
  readonly entriesIn: (id: MapId) => number
  readonly labelOf: (id: MapId) => string
  /** Tells it from its siblings, in this capture and in the next. */
  readonly keyOf: (id: MapId) => string
  readonly kindOf: (id: MapId) => MapKind
  /** The entry that it is; -1 for a group. */
  readonly entryOf: (id: MapId) => EntryIndex
  /** The kext that a group is, where it is one. */
  readonly kextOf: (id: MapId) => string | null
  /** From the root down to an entry; empty where it is not counted. */
  readonly wayTo: (entry: EntryIndex) => readonly MapId[]
  /** Visits the entries in it, each once. */
  readonly eachEntry: (id: MapId, visit: (entry: EntryIndex) => void) => void
}

export type MapKind = 'all' | 'kext' | 'class' | 'entry'

/** The largest first, and those of one size in their order. */
export function bySize(ids: MapId[], valueOf: (id: MapId) => number): MapId[] {
  return ids.sort((a, b) => valueOf(b) - valueOf(a) || a - b)
}

/** How far a path of keys leads, and the places on it; the first is where it starts. */
export function followKeys(
  tree: MapTree,
  keys: readonly string[],
  start: MapId = tree.root,
): readonly MapId[] {
  const found: MapId[] = [start]
  for (const key of keys) {
    const children = tree.childrenOf(found.at(-1)!)
    let next = -1
    for (let i = 0; i < children.length && next < 0; i++) {
      if (tree.keyOf(children[i]!) === key) next = children[i]!
    }
    if (next < 0) break
    found.push(next)
  }
  return found
}

/**
 * Where the map begins: below places that hold nothing but one other. Every class is an `IORegistryEntry`, and to see it as
 * one area of areas tells nothing.
 */
export function firstOf(tree: MapTree): MapId {
  let at = tree.root
  for (let depth = 0; depth < 64; depth++) {
    const children = tree.childrenOf(at)
    const largest = children[0]
    const isAll = largest !== undefined && tree.valueOf(largest) === tree.valueOf(at)
    if (!isAll || tree.valueOf(at) === 0 || tree.childrenOf(largest).length === 0) break
    at = largest
  }
  return at
}
