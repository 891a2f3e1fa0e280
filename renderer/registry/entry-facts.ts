import type { PropertyValue } from '../../core/registry/property-value.ts'
import { readValue } from '../../core/registry/read-value.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { nodePath, textAt } from './columns.ts'
import { clientsOf, nodesOfEntry, providersOf } from './entry-nodes.ts'
import type { NamedValue } from './property-rows.ts'

/** An entry's properties, decoded now that somebody looks at them; in the dump's order. */
export function propertiesOf(snapshot: Snapshot, entry: EntryIndex): readonly NamedValue[] {
  const { entries, properties, strings } = snapshot
  const found: NamedValue[] = []
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    found.push([textAt(strings, properties.key[p]!) ?? '', readValue(snapshot, p)])
  }
  return found
}

/** One property without decoding the others. */
export function propertyNamed(
  snapshot: Snapshot,
  entry: EntryIndex,
  key: string,
): PropertyValue | null {
  const { entries, properties, strings } = snapshot
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    if (textAt(strings, properties.key[p]!) === key) return readValue(snapshot, p)
  }
  return null
}

export interface EntryRelation {
  readonly entry: EntryIndex
  readonly name: string
  readonly className: string | null
}

export interface PlanePlace {
  readonly plane: string
  readonly paths: readonly string[]
}

export interface EntryFacts {
  readonly name: string
  readonly className: string | null
  /** Superclass first, the class itself last; null where the dump does not say. */
  readonly classChain: readonly string[] | null
  readonly providers: readonly EntryRelation[]
  readonly clients: readonly EntryRelation[]
  /** Every place of the entry, in the snapshot's planes. */
  readonly places: readonly PlanePlace[]
}

/** What the inspector's head says of an entry. Providers and clients are those of the plane in sight. */
export function entryFacts(snapshot: Snapshot, planeName: string, entry: EntryIndex): EntryFacts {
  const { entries, strings } = snapshot
  const relation = (other: EntryIndex): EntryRelation => ({
    entry: other,
    name: textAt(strings, entries.name[other]!) ?? '?',
    className: textAt(strings, entries.className[other]!),
  })
  const here = snapshot.planes.filter(p => nodesOfEntry(p, entry).length > 0)
  const plane = here.find(p => p.plane === planeName) ?? here[0]
  const chain = textAt(strings, entries.classChain[entry]!)
  return {
    ...relation(entry),
    classChain: chain === null ? null : chain.split(':'),
    providers: plane ? providersOf(plane, entry).map(relation) : [],
    clients: plane ? clientsOf(plane, entry).map(relation) : [],
    places: here.map(p => ({
      plane: p.plane,
      paths: nodesOfEntry(p, entry).map(node => nodePath(snapshot, p, node)),
    })),
  }
}
