import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from '../state/app-state.ts'
import { findNode } from './selection.ts'

/**
 * The node that a plane is limited to, `state.navigation.scope` being `scope`; -1 when the whole plane is shown: nothing
 * limits it, or what does is not in this capture or has no place in this plane.
 */
export function scopeNode(
  snapshot: Snapshot,
  plane: PlaneTable,
  scope: EntryRef | null,
): NodeIndex {
  return scope === null ? -1 : findNode(snapshot, plane, scope)
}

export interface NodeRange {
  readonly from: NodeIndex
  /** Not counted. */
  readonly to: NodeIndex
}

/** The nodes of a scope: a subtree is a range. */
export function scopeRange(plane: PlaneTable, node: NodeIndex): NodeRange {
  return node === -1 ? { from: 0, to: plane.length } : { from: node, to: plane.end[node]! }
}

export function isInScope(plane: PlaneTable, scope: NodeIndex, node: NodeIndex): boolean {
  const { from, to } = scopeRange(plane, scope)
  return node >= from && node < to
}
