import { clientsOf, nodesOf, providersOf } from '../../core/registry/lookup.ts'
import { nodeLabel, nodePath } from '../../core/registry/paths.ts'
import { readValue } from '../../core/registry/read-value.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { textAt } from './columns.ts'
import type { NamedValue } from './property-rows.ts'

/**
 * The properties of a row of the entry table, decoded now that somebody looks at them; in the dump's order.
 * @param row an entry, or what one of its places showed (`placeFacts`)
 */
export function propertiesOf(snapshot: Snapshot, row: number): readonly NamedValue[] {
  const { entries, properties, strings } = snapshot
  const found: NamedValue[] = []
  for (let p = entries.firstProperty[row]!; p < entries.firstProperty[row + 1]!; p++) {
    found.push([textAt(strings, properties.key[p]!) ?? '', readValue(snapshot, p)])
  }
  return found
}

export interface EntryName {
  readonly name: string
  readonly className: string | null
}

/** How an entry is called in a link. A provider may have ten thousand clients: made for those on screen. */
export function entryName({ entries, strings }: Snapshot, entry: EntryIndex): EntryName {
  return {
    name: textAt(strings, entries.name[entry]!) ?? '?',
    className: textAt(strings, entries.className[entry]!),
  }
}

/** Its name with its location, as it stands in the tree: `S10@2`. */
export function entryLabel(snapshot: Snapshot, entry: EntryIndex): string {
  for (const plane of snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) return nodeLabel(snapshot, plane, node)
  }
  return entryName(snapshot, entry).name
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
  readonly providers: readonly EntryIndex[]
  readonly clients: readonly EntryIndex[]
  /** Every place of the entry, in the snapshot's planes. */
  readonly places: readonly PlanePlace[]
}

/** What the inspector's head says of an entry. Providers and clients are those of the plane in sight. */
export function entryFacts(snapshot: Snapshot, planeName: string, entry: EntryIndex): EntryFacts {
  const { entries, strings } = snapshot
  const here = snapshot.planes.filter(p => nodesOf(snapshot, p, entry).length > 0)
  const plane = here.find(p => p.plane === planeName) ?? here[0]
  const chain = textAt(strings, entries.classChain[entry]!)
  return {
    ...entryName(snapshot, entry),
    classChain: chain === null ? null : chain.split(':'),
    providers: plane ? providersOf(snapshot, plane, entry) : [],
    clients: plane ? clientsOf(snapshot, plane, entry) : [],
    places: here.map(p => ({
      plane: p.plane,
      paths: Array.from(nodesOf(snapshot, p, entry), node => nodePath(snapshot, p, node)),
    })),
  }
}
