import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'
import { entryById, entryId, findPath, nodePath } from './columns.ts'
import { nodesOfEntry } from './entry-nodes.ts'

export function planeNamed(snapshot: Snapshot, name: string): PlaneTable | null {
  return snapshot.planes.find(plane => plane.plane === name) ?? null
}

export function refOfNode(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): EntryRef {
  return { id: entryId(snapshot, plane.entry[node]!), path: nodePath(snapshot, plane, node) }
}

/** A reference to an entry by its first place, in the plane asked for if it has one there. */
export function refOfEntry(
  snapshot: Snapshot,
  entry: EntryIndex,
  planeName: string = 'IOService',
): EntryRef {
  const wanted = planeNamed(snapshot, planeName)
  for (const plane of wanted ? [wanted, ...snapshot.planes] : snapshot.planes) {
    const node = nodesOfEntry(plane, entry)[0]
    if (node !== undefined) return refOfNode(snapshot, plane, node)
  }
  return { id: entryId(snapshot, entry), path: null }
}

/** The entry meant, by its ID, else by its path: after a reboot, and in dumps without IDs. */
export function findEntry(snapshot: Snapshot, ref: EntryRef): EntryIndex | null {
  const known = ref.id === null ? null : entryById(snapshot, ref.id)
  if (known !== null) return known
  if (ref.path === null) return null
  for (const plane of snapshot.planes) {
    const node = findPath(snapshot, plane, ref.path)
    if (node !== null) return plane.entry[node]!
  }
  return null
}

/** Its place in this plane: the one of its path, else its first one. */
export function findNode(snapshot: Snapshot, plane: PlaneTable, ref: EntryRef): NodeIndex | null {
  const byPath = ref.path === null ? null : findPath(snapshot, plane, ref.path)
  const entry = findEntry(snapshot, ref)
  // Two siblings of one name: the path finds the first, the ID knows which is meant.
  if (byPath !== null && (entry === null || plane.entry[byPath] === entry)) return byPath
  return entry === null ? null : (nodesOfEntry(plane, entry)[0] ?? null)
}
