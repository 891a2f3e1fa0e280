import { entriesById, nodesOf, planeNamed } from '../../core/registry/lookup.ts'
import { findPath, nodePath } from '../../core/registry/paths.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'
import { entryId } from './columns.ts'

export function refOfNode(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): EntryRef {
  return { id: entryId(snapshot, plane.entry[node]!), path: nodePath(snapshot, plane, node) }
}

/** A reference to an entry by its first place, in the plane asked for if it has one there. */
export function refOfEntry(snapshot: Snapshot, entry: EntryIndex, planeName: string): EntryRef {
  const wanted = planeNamed(snapshot, planeName)
  for (const plane of wanted ? [wanted, ...snapshot.planes] : snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) return refOfNode(snapshot, plane, node)
  }
  return { id: entryId(snapshot, entry), path: null }
}

/**
 * The entry meant, by its ID, else by its path: after a reboot, and in dumps without IDs. Of two boots that are compared
 * two entries can have one ID; then the path decides.
 */
export function findEntry(snapshot: Snapshot, ref: EntryRef): EntryIndex | null {
  const known = ref.id === null ? [] : entriesById(snapshot, BigInt(ref.id))
  if (known.length > 1) return known.find(entry => standsAt(snapshot, entry, ref.path)) ?? known[0]!
  if (known.length === 1) return known[0]!
  if (ref.path === null) return null
  for (const plane of snapshot.planes) {
    const node = findPath(snapshot, plane, ref.path)
    if (node !== -1) return plane.entry[node]!
  }
  return null
}

function standsAt(snapshot: Snapshot, entry: EntryIndex, path: string | null): boolean {
  return snapshot.planes.some(plane =>
    nodesOf(snapshot, plane, entry).some(node => nodePath(snapshot, plane, node) === path),
  )
}

/** Its place in this plane: the one of its path, else its first one; -1 when it is not attached there. */
export function findNode(snapshot: Snapshot, plane: PlaneTable, ref: EntryRef): NodeIndex {
  const entry = findEntry(snapshot, ref)
  if (entry === null) return -1
  const nodes = nodesOf(snapshot, plane, entry)
  // Most entries have one place. To look up a path means to read the names of all siblings on the way.
  if (nodes.length < 2 || ref.path === null) return nodes[0] ?? -1
  return nodes.find(node => nodePath(snapshot, plane, node) === ref.path) ?? nodes[0]!
}
