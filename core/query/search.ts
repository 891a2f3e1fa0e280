import { countBits, emptyBitSet, fullBitSet, hasBit, type BitSet } from '../registry/bit-set.ts'
import type {
  EntryIndex,
  NodeIndex,
  PlaneTable,
  PropertyIndex,
  Snapshot,
} from '../registry/snapshot.ts'
import { nameHits, type NameHits } from './name-hits.ts'
import { sightingsOf, type Sightings } from './sightings.ts'
import type { ValueIndex } from './value-index.ts'
import { ValueSearch } from './value-search.ts'
import { propertyHasText } from './value-texts.ts'

/** Where to look: in names, locations and classes, or in keys and values too. */
export type SearchScope = 'names' | 'everything'

export interface Found {
  /** The nodes that have the text, for each plane of the snapshot. */
  readonly nodes: readonly BitSet[]
  readonly counts: readonly number[]
}

export interface Search {
  /**
   * Everything that has the text, whatever the case. Stops at each `yield`, a millisecond or so apart; whoever
   * drops it there has cancelled it. Without an index of values, keys and values are left out.
   */
  find(text: string, scope: SearchScope): Generator<undefined, Found>
  /** Those of a few nodes that have the text: what is on screen, before `find` is done. */
  among(
    text: string,
    scope: SearchScope,
    plane: PlaneTable,
    nodes: ArrayLike<NodeIndex>,
  ): NodeIndex[]
  /** The first property of an entry with the text in its key or value, or -1. */
  propertyWith(text: string, entry: EntryIndex): PropertyIndex
}

/** As it is looked for: blanks around it are not meant. */
export function foldedText(text: string): string {
  return text.trim().toLowerCase().slice(0, longestQuery)
}

const longestQuery = 1000

/** @param values null while there is none: then `among` and `propertyWith` decode values */
export function createSearch(snapshot: Snapshot, values: ValueIndex | null): Search {
  return new ColumnSearch(snapshot, values)
}

class ColumnSearch implements Search {
  private readonly snapshot: Snapshot
  private readonly values: ValueSearch | null
  private readonly sightings: Sightings
  private names: { readonly folded: string; readonly hits: NameHits } | null = null

  constructor(snapshot: Snapshot, values: ValueIndex | null) {
    this.snapshot = snapshot
    this.sightings = sightingsOf(snapshot)
    this.values = values && new ValueSearch(values, snapshot.entries, this.sightings)
  }

  *find(text: string, scope: SearchScope): Generator<undefined, Found> {
    const folded = foldedText(text)
    const { planes } = this.snapshot
    if (folded === '') {
      const nodes = planes.map(plane => fullBitSet(plane.length))
      return { nodes, counts: planes.map(plane => plane.length) }
    }
    const names = this.namesWith(folded)
    yield
    const entries =
      scope === 'everything' && this.values ? yield* this.values.entriesWith(folded) : null
    const nodes: BitSet[] = []
    for (const plane of planes) {
      nodes.push(nodesOf(plane, names, entries))
      yield
    }
    return { nodes, counts: nodes.map(countBits) }
  }

  among(
    text: string,
    scope: SearchScope,
    plane: PlaneTable,
    nodes: ArrayLike<NodeIndex>,
  ): NodeIndex[] {
    const folded = foldedText(text)
    if (folded === '') return Array.from(nodes)
    const names = this.namesWith(folded)
    const hasText = this.propertyTest(folded)
    return Array.from(nodes).filter(
      node =>
        names.has(plane, node) ||
        (scope === 'everything' && this.firstProperty(plane.entry[node]!, hasText) !== -1),
    )
  }

  propertyWith(text: string, entry: EntryIndex): PropertyIndex {
    return this.firstProperty(entry, this.propertyTest(foldedText(text)))
  }

  private namesWith(folded: string): NameHits {
    if (this.names?.folded !== folded) {
      this.names = { folded, hits: nameHits(this.snapshot, folded) }
    }
    return this.names.hits
  }

  private propertyTest(folded: string): (property: PropertyIndex) => boolean {
    const { values, snapshot } = this
    if (folded === '') return () => true
    if (values) return values.propertyTest(folded)
    return property => propertyHasText(snapshot, property, folded)
  }

  private firstProperty(
    entry: EntryIndex,
    hasText: (property: PropertyIndex) => boolean,
  ): PropertyIndex {
    const { firstProperty } = this.snapshot.entries
    for (const row of [entry, ...(this.sightings.get(entry) ?? [])]) {
      const end = firstProperty[row + 1]!
      for (let property = firstProperty[row]!; property < end; property++) {
        if (hasText(property)) return property
      }
    }
    return -1
  }
}

function nodesOf(plane: PlaneTable, names: NameHits, entries: BitSet | null): BitSet {
  const nodes = emptyBitSet(plane.length)
  for (let node = 0; node < plane.length; node++) {
    const isHit =
      (entries !== null && hasBit(entries, plane.entry[node]!)) || names.has(plane, node)
    if (isHit) nodes.words[node >>> 5]! |= 1 << (node & 31)
  }
  return nodes
}

/** Runs a search to its end: where nobody waits for anything else. */
export function findNow(search: Search, text: string, scope: SearchScope): Found {
  const steps = search.find(text, scope)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
