import {
  clearBit,
  countBits,
  emptyBitSet,
  hasBit,
  nextBit,
  setBit,
  type BitSet,
} from '../../core/registry/bit-set.ts'
import type { NodeIndex, Snapshot } from '../../core/registry/snapshot.ts'
import type { ChosenNodes } from '../state/navigation-state.ts'
import { rowOfNode, type TreeRows } from './tree-rows.ts'

/** The rows from where the choice began to this one: Shift with a click or an arrow. */
export function chooseRange(
  snapshot: Snapshot,
  rows: TreeRows,
  chosen: ChosenNodes | null,
  selected: NodeIndex,
  row: number,
): ChosenNodes | null {
  const anchor = chosen?.anchor ?? selected
  const from = rowOfNode(rows, anchor)
  const nodes = emptyBitSet(rows.plane.length)
  const [first, last] = from === -1 ? [row, row] : [Math.min(from, row), Math.max(from, row)]
  for (let r = first; r <= last; r++) setBit(nodes, rows.nodes[r]!)
  return chosenOf(snapshot, rows, nodes, from === -1 ? rows.nodes[row]! : anchor, rows.nodes[row]!)
}

/** One row more or less: Ctrl with a click. */
export function chooseAlso(
  snapshot: Snapshot,
  rows: TreeRows,
  chosen: ChosenNodes | null,
  selected: NodeIndex,
  row: number,
): { readonly chosen: ChosenNodes | null; readonly selected: NodeIndex } {
  const node = rows.nodes[row]!
  const nodes = startOf(rows, chosen, selected)
  const wasIn = hasBit(nodes, node)
  // One is always selected.
  if (wasIn && countBits(nodes) === 1) return { chosen: null, selected: node }
  if (wasIn) clearBit(nodes, node)
  else setBit(nodes, node)
  const now = !wasIn ? node : selected === node ? nearest(nodes, node) : selected
  return { chosen: chosenOf(snapshot, rows, nodes, now, now), selected: now }
}

/** The row that has the focus taken in or out, and the focus stays there: Space. One is always chosen. */
export function chooseHere(
  snapshot: Snapshot,
  rows: TreeRows,
  chosen: ChosenNodes | null,
  node: NodeIndex,
): ChosenNodes | null {
  const nodes = startOf(rows, chosen, node)
  if (!hasBit(nodes, node)) setBit(nodes, node)
  else if (countBits(nodes) > 1) clearBit(nodes, node)
  return chosenOf(snapshot, rows, nodes, node, node)
}

/** The focus moves to another row, and what is chosen stays as it is: for Space to take that row in. */
export function keepChosen(
  snapshot: Snapshot,
  rows: TreeRows,
  chosen: ChosenNodes | null,
  selected: NodeIndex,
  row: number,
): ChosenNodes | null {
  const nodes = startOf(rows, chosen, selected)
  return chosenOf(snapshot, rows, nodes, chosen?.anchor ?? selected, rows.nodes[row]!)
}

/** A copy of what is chosen now, which may be changed. */
function startOf(rows: TreeRows, chosen: ChosenNodes | null, selected: NodeIndex): BitSet {
  const nodes = emptyBitSet(rows.plane.length)
  if (chosen) nodes.words.set(chosen.nodes.words)
  else setBit(nodes, selected)
  return nodes
}

/** All rows that the tree has now. */
export function chooseAll(
  snapshot: Snapshot,
  rows: TreeRows,
  selected: NodeIndex,
): ChosenNodes | null {
  const nodes = emptyBitSet(rows.plane.length)
  for (const node of rows.nodes) setBit(nodes, node)
  const anchor = selected === -1 ? (rows.nodes[0] ?? -1) : selected
  return chosenOf(snapshot, rows, nodes, anchor, anchor)
}

/** What commands are about: the rows that are chosen, else the selected one. */
export function nodesMeant(chosen: ChosenNodes | null, selected: NodeIndex): Int32Array {
  if (!chosen) return selected === -1 ? new Int32Array(0) : Int32Array.of(selected)
  const nodes = new Int32Array(chosen.count)
  let count = 0
  for (let n = nextBit(chosen.nodes, 0); n !== -1; n = nextBit(chosen.nodes, n + 1)) {
    nodes[count++] = n
  }
  return nodes
}

/** The choice, where it is of this snapshot and plane. */
export function chosenIn(
  chosen: ChosenNodes | null,
  snapshot: Snapshot,
  plane: string,
): ChosenNodes | null {
  return chosen?.snapshot === snapshot && chosen.plane === plane ? chosen : null
}

function chosenOf(
  snapshot: Snapshot,
  rows: TreeRows,
  nodes: BitSet,
  anchor: NodeIndex,
  selected: NodeIndex,
): ChosenNodes | null {
  const count = countBits(nodes)
  const isSelectedAlone = count === 0 || (count === 1 && hasBit(nodes, selected))
  return isSelectedAlone ? null : { snapshot, plane: rows.plane.plane, nodes, count, anchor }
}

function nearest(nodes: BitSet, node: NodeIndex): NodeIndex {
  const after = nextBit(nodes, node)
  return after === -1 ? nextBit(nodes, 0) : after
}
