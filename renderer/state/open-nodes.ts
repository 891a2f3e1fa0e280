import {
  clearBit,
  emptyBitSet,
  fullBitSet,
  hasBit,
  setBit,
  type BitSet,
} from '../../core/registry/bit-set.ts'
import { childrenOf, planeNamed, rootsOf } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { findNode } from '../registry/selection.ts'
import type { AppState, EntryRef } from './app-state.ts'

/** Planes up to this size start wholly open; of larger ones only the top is. */
const opensWholly = 600
const opensToDepth = 4

/** Which nodes are open when a plane is seen first. */
export function openAtFirst(plane: PlaneTable): BitSet {
  if (plane.length <= opensWholly) return fullBitSet(plane.length)
  const open = emptyBitSet(plane.length)
  for (let n = 0; n < plane.length; n++) if (plane.depth[n]! < opensToDepth) setBit(open, n)
  return open
}

/**
 * The open nodes of a new capture: as they were in the one before, found again by path. What was not
 * there before, or had no clients then, is open, so that what a driver added is in sight.
 */
export function carryOpen(
  before: Snapshot | null,
  openBefore: ReadonlyMap<string, BitSet>,
  after: Snapshot,
): ReadonlyMap<string, BitSet> {
  const carried = new Map<string, BitSet>()
  for (const plane of after.planes) {
    const old = before && planeNamed(before, plane.plane)
    const oldOpen = openBefore.get(plane.plane)
    carried.set(
      plane.plane,
      before && old && oldOpen
        ? carryPlane(before, old, oldOpen, after, plane)
        : openAtFirst(plane),
    )
  }
  return carried
}

function carryPlane(
  before: Snapshot,
  old: PlaneTable,
  oldOpen: BitSet,
  after: Snapshot,
  plane: PlaneTable,
): BitSet {
  const open = fullBitSet(plane.length)
  // Both trees are walked side by side, by label: one path looked up for each node would be quadratic.
  const pairs: (readonly [NodeIndex, NodeIndex])[] = []
  const pair = (oldNodes: readonly NodeIndex[], newNodes: readonly NodeIndex[]) => {
    const byLabel = new Map<string, NodeIndex[]>()
    for (const n of newNodes) {
      const label = nodeLabel(after, plane, n)
      const same = byLabel.get(label)
      if (same) same.push(n)
      else byLabel.set(label, [n])
    }
    for (const o of oldNodes) {
      const now = byLabel.get(nodeLabel(before, old, o))?.shift()
      if (now !== undefined) pairs.push([o, now])
    }
  }
  pair(rootsOf(old), rootsOf(plane))
  for (let next = pairs.pop(); next; next = pairs.pop()) {
    const [o, n] = next
    const hadClients = old.end[o]! > o + 1
    if (hadClients && !hasBit(oldOpen, o)) clearBit(open, n)
    if (hadClients) pair(childrenOf(old, o), childrenOf(plane, n))
  }
  return open
}

export function openOf(state: Pick<AppState, 'open'>, plane: PlaneTable): BitSet {
  return state.open.get(plane.plane) ?? openAtFirst(plane)
}

/** Opens or closes nodes of the plane in sight; while filtering, only for this filter. */
export function setNodesOpen(
  state: AppState,
  nodes: readonly NodeIndex[],
  isOpen: boolean,
): Partial<AppState> {
  if (state.filter !== '') {
    const opened = new Set(state.openedInFilter)
    const closed = new Set(state.closedInFilter)
    for (const node of nodes) {
      ;(isOpen ? opened : closed).add(node)
      ;(isOpen ? closed : opened).delete(node)
    }
    return { openedInFilter: opened, closedInFilter: closed }
  }
  const plane = state.current && planeNamed(state.current.snapshot, state.plane)
  if (!plane) return {}
  const now = openOf(state, plane)
  const open: BitSet = { length: now.length, words: now.words.slice() }
  for (const node of nodes) {
    if (isOpen) setBit(open, node)
    else clearBit(open, node)
  }
  return { open: new Map(state.open).set(plane.plane, open) }
}

/**
 * What brings an entry's row into sight: its providers open, and, when it has no place in the plane that
 * is shown, the first plane where it has one.
 */
export function showNodeOf(state: AppState, ref: EntryRef | null): Partial<AppState> {
  const scrolled = { scrollGeneration: state.scrollGeneration + 1 }
  const snapshot = state.current?.snapshot
  if (!snapshot || !ref) return scrolled
  const shown = planeNamed(snapshot, state.plane)
  for (const plane of shown ? [shown, ...snapshot.planes] : snapshot.planes) {
    const node = findNode(snapshot, plane, ref)
    if (node === -1) continue
    const now = openOf(state, plane)
    const open: BitSet = { length: now.length, words: now.words.slice() }
    const ancestors: NodeIndex[] = []
    for (let n = plane.parent[node]!; n !== -1; n = plane.parent[n]!) {
      setBit(open, n)
      ancestors.push(n)
    }
    const closed = new Set(state.closedInFilter)
    for (const n of ancestors) closed.delete(n)
    const opened = new Set([...state.openedInFilter, ...ancestors])
    return {
      ...scrolled,
      plane: plane.plane,
      open: new Map(state.open).set(plane.plane, open),
      openedInFilter: opened,
      closedInFilter: closed,
    }
  }
  return scrolled
}
