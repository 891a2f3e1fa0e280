import {
  clearBit,
  emptyBitSet,
  fullBitSet,
  hasBit,
  setBit,
  setBitsBetween,
  type BitSet,
} from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { findNode } from '../registry/selection.ts'
import { isInScope, scopeNode, scopeRange } from '../registry/scope.ts'
import type { AppState, EntryRef } from './app-state.ts'
import { carryNodes, carryPlane } from './carry-plane.ts'

/** Planes up to this size start wholly open; of larger ones only the top is. */
const opensWholly = 600
const opensToDepth = 4

/** Where a filter begins. The same sets each time: who typed a letter has folded nothing anew. */
export const noFolds: Pick<AppState, 'openedInFilter' | 'closedInFilter'> = {
  openedInFilter: new Set(),
  closedInFilter: new Set(),
}

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

/** What was folded while filtering stays so, under the indices of the new tables. */
export function carryFolds(
  { current, plane: name, filter, openedInFilter, closedInFilter }: AppState,
  after: Snapshot,
): Pick<AppState, 'openedInFilter' | 'closedInFilter'> {
  const old = current && planeNamed(current.snapshot, name)
  const plane = planeNamed(after, name)
  if (filter === '' || !current || !old || !plane) return noFolds
  const carried = (nodes: ReadonlySet<NodeIndex>) =>
    carryNodes(current.snapshot, old, nodes, after, plane)
  return { openedInFilter: carried(openedInFilter), closedInFilter: carried(closedInFilter) }
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

/** Opens or closes a node and everything below it. */
export function setAllOpenBelow(
  state: AppState,
  node: NodeIndex,
  isOpen: boolean,
): Partial<AppState> {
  return rearrange(state, (plane, open) => {
    setBitsBetween(open, node, plane.end[node]!, isOpen)
    return { from: node, to: plane.end[node]! }
  })
}

/** Opens so many levels of what is shown, the top one counted, and closes all below them. */
export function openToLevel(state: AppState, levels: number): Partial<AppState> {
  return rearrange(state, (plane, open) => {
    const top = scopeNode(state.current!.snapshot, plane, state.navigation.scope)
    const { from, to } = scopeRange(plane, top)
    const depth = (top === -1 ? 0 : plane.depth[top]!) + levels - 1
    for (let node = from; node < to; node++) {
      if (plane.depth[node]! < depth) setBit(open, node)
      else clearBit(open, node)
    }
    return { from, to }
  })
}

/** Closes everything but the way to a node and what is open below it. */
export function closeOthers(state: AppState, node: NodeIndex): Partial<AppState> {
  return rearrange(state, (plane, open) => {
    setBitsBetween(open, 0, node, false)
    setBitsBetween(open, plane.end[node]!, plane.length, false)
    for (let n = plane.parent[node]!; n !== -1; n = plane.parent[n]!) setBit(open, n)
    return { from: 0, to: plane.length }
  })
}

/**
 * Changes many open nodes at once.
 * @param change changes the copy that it is given, and says between which nodes
 */
function rearrange(
  state: AppState,
  change: (plane: PlaneTable, open: BitSet) => { readonly from: NodeIndex; readonly to: NodeIndex },
): Partial<AppState> {
  const plane = state.current && planeNamed(state.current.snapshot, state.plane)
  if (!plane || plane.length === 0) return {}
  const now = openOf(state, plane)
  const open: BitSet = { length: now.length, words: now.words.slice() }
  const { from, to } = change(plane, open)
  const scrollGeneration = state.scrollGeneration + 1
  if (state.filter === '') {
    return { open: new Map(state.open).set(plane.plane, open), scrollGeneration }
  }
  const opened = new Set(state.openedInFilter)
  const closed = new Set(state.closedInFilter)
  for (let node = from; node < to; node++) {
    if (plane.end[node] === node + 1) continue
    const isOpen = hasBit(open, node)
    ;(isOpen ? opened : closed).add(node)
    ;(isOpen ? closed : opened).delete(node)
  }
  return { openedInFilter: opened, closedInFilter: closed, scrollGeneration }
}

/**
 * What brings an entry's row into sight: its providers open, and, when it has no place in the plane that
 * is shown, the first plane where it has one. What the tree is limited to is left for an entry outside of it.
 * @param where `here` stays in the plane that is shown, whether the entry has a place there or not
 */
export function showNodeOf(
  state: AppState,
  ref: EntryRef | null,
  where: 'anywhere' | 'here' = 'anywhere',
): Partial<AppState> {
  const scrolled = { scrollGeneration: state.scrollGeneration + 1 }
  const snapshot = state.current?.snapshot
  if (!snapshot || !ref) return scrolled
  const shown = planeNamed(snapshot, state.plane)
  const others = where === 'here' ? [] : snapshot.planes
  for (const plane of shown ? [shown, ...others] : others) {
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
      // What was folded when a filter was set is folded when it is cleared, however many hits were looked at.
      ...(state.filter === '' ? { open: new Map(state.open).set(plane.plane, open) } : {}),
      openedInFilter: opened,
      closedInFilter: closed,
      ...leftScope(state, snapshot, plane, node),
    }
  }
  return scrolled
}

function leftScope(
  { navigation }: AppState,
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
): Partial<AppState> {
  const top = scopeNode(snapshot, plane, navigation.scope)
  if (isInScope(plane, top, node)) return {}
  const text = `The whole plane is shown again: ${nodeLabel(snapshot, plane, node)} is not below ${nodeLabel(snapshot, plane, top)}.`
  return { navigation: { ...navigation, scope: null, said: { text, tone: 'plain' } } }
}
