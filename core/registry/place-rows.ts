import {
  EntryFlag,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from './snapshot.ts'

/**
 * The row whose properties a place shows. A sighting's own, except that an entry's first block is kept with the
 * entry whoever printed it: a sighting that had a block and has no properties is the one that printed it.
 */
export function propertyRowAt(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): EntryIndex {
  const { flags, firstProperty } = snapshot.entries
  const sighting = plane.sighting[node]!
  const hadBlock = (flags[sighting]! & EntryFlag.hasProperties) !== 0
  const isEmpty = firstProperty[sighting] === firstProperty[sighting + 1]
  return hadBlock && isEmpty ? plane.entry[node]! : sighting
}

/** The same, or the entry's where the place shows no properties: what is known of it, whoever printed it. */
export function knownPropertyRow(
  { entries }: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
): EntryIndex {
  const sighting = plane.sighting[node]!
  const hasOwn = entries.firstProperty[sighting + 1]! > entries.firstProperty[sighting]!
  return hasOwn ? sighting : plane.entry[node]!
}

/** The row whose state and counts a place shows; the entry's where the place shows none. */
export function knownStateRow(
  { entries }: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
): EntryIndex {
  const sighting = plane.sighting[node]!
  const says = EntryFlag.isService | EntryFlag.hasRetainCount
  return (entries.flags[sighting]! & says) !== 0 ? sighting : plane.entry[node]!
}
