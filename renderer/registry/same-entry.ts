import { nodesOf, planeNamed } from '../../core/registry/lookup.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'

/** The planes that an entry has a place in, in the snapshot's order. */
export function planesWith(snapshot: Snapshot, entry: EntryIndex): readonly PlaneTable[] {
  return snapshot.planes.filter(plane => nodesOf(snapshot, plane, entry).length > 0)
}

export interface Place {
  readonly plane: PlaneTable
  readonly node: NodeIndex
  /** Which one it is, counted from 1, and of how many. */
  readonly number: number
  readonly count: number
}

/** The entry in the next plane that has it, around the end; null where no other plane does. */
export function inNextPlane(
  snapshot: Snapshot,
  planeName: string,
  entry: EntryIndex,
  step: 1 | -1,
): Place | null {
  const planes = planesWith(snapshot, entry)
  const now = planes.findIndex(({ plane }) => plane === planeName)
  if (planes.length === 0 || (planes.length === 1 && now === 0)) return null
  const at = now === -1 ? 0 : (now + step + planes.length) % planes.length
  const plane = planes[at]!
  return { plane, node: nodesOf(snapshot, plane, entry)[0]!, number: at + 1, count: planes.length }
}

/** The entry under the next of its providers in this plane, around the end; null where it has one place. */
export function atNextPlace(
  snapshot: Snapshot,
  planeName: string,
  entry: EntryIndex,
  node: NodeIndex,
  step: 1 | -1,
): Place | null {
  const plane = planeNamed(snapshot, planeName)
  if (!plane) return null
  const nodes = nodesOf(snapshot, plane, entry)
  if (nodes.length < 2) return null
  const at = (nodes.indexOf(node) + step + nodes.length) % nodes.length
  return { plane, node: nodes[at]!, number: at + 1, count: nodes.length }
}
