import { emptyBitSet, hasBit, setBit } from '../registry/bit-set.ts'
import type { NodeIndex } from '../registry/snapshot.ts'
import type { Pairing } from './pairing.ts'
import type { PathPairing } from './pair-by-path.ts'
import type { EntrySide, PlaneSide } from './plane-side.ts'

/**
 * Finds what is elsewhere now, after everything at its old place was paired: a subtree that occurs once in
 * each of the two planes. By evidence, best first:
 *
 * - the whole subtree is equal, with properties
 * - the node is equal, with properties
 * - the subtree has more than one node, all of the same names, locations and classes
 *
 * A node without properties and without clients could be anything of its class, so it is never said to
 * have moved; nor is anything of which there are two.
 *
 * @param sides of the first snapshot: its entries, and the plane
 */
export function findMoves(
  pairing: Pairing,
  paths: PathPairing,
  sides: { readonly entries: EntrySide; readonly before: PlaneSide; readonly after: PlaneSide },
): void {
  const { before, after } = sides
  const hasOwn = (node: NodeIndex) => {
    const entry = before.plane.entry[node]!
    return (sides.entries.properties[2 * entry]! | sides.entries.properties[2 * entry + 1]!) !== 0
  }
  const hasClients = (node: NodeIndex) => before.plane.end[node]! > node + 1
  const isTelling = {
    subtree: (node: NodeIndex) => hasOwn(node) || hasClients(node),
    own: hasOwn,
    shape: hasClients,
  }
  for (const evidence of ['subtree', 'own', 'shape'] as const) {
    if (!hasFreeNode(pairing.beforeOf, after)) return
    const candidates = freeNodes(pairing.afterOf, before).filter(isTelling[evidence])
    const hashes = hashesOf(before, evidence)
    const here = occurrences(candidates, hashes, before, hashes)
    const there = occurrences(candidates, hashes, after, hashesOf(after, evidence))
    for (const node of candidates) {
      const key = keyOf(hashes, node)
      const place = there.get(key)!
      if (here.get(key)!.count !== 1 || place.count !== 1) continue
      if (isAlike(sides, node, place.node)) paths.pairMoved(node, place.node)
    }
  }
}

function hashesOf(side: PlaneSide, evidence: 'subtree' | 'own' | 'shape'): Uint32Array {
  return evidence === 'shape' ? side.shape() : side[evidence]
}

/** The hash could lie; what is said to have moved has its name, location and class. */
function isAlike(
  { before, after }: { readonly before: PlaneSide; readonly after: PlaneSide },
  b: NodeIndex,
  a: NodeIndex,
): boolean {
  return (
    before.name[b] === after.name[a] &&
    before.location[b] === after.location[a] &&
    before.className[b] === after.className[a]
  )
}

interface Occurrence {
  /** Entries, not nodes: one below two providers is still one. */
  count: number
  node: NodeIndex
}

/** How often each candidate's hash occurs in a plane, and where. */
function occurrences(
  candidates: readonly NodeIndex[],
  candidateHashes: Uint32Array,
  { plane }: PlaneSide,
  hashes: Uint32Array,
): ReadonlyMap<number, Occurrence> {
  const found = new Map<number, Occurrence>()
  const isWanted = emptyBitSet(0x1_0000)
  for (const node of candidates) {
    found.set(keyOf(candidateHashes, node), { count: 0, node: -1 })
    setBit(isWanted, candidateHashes[2 * node]! & 0xffff)
  }
  if (found.size === 0) return found
  for (let node = 0; node < plane.length; node++) {
    if (!hasBit(isWanted, hashes[2 * node]! & 0xffff)) continue
    const occurrence = found.get(keyOf(hashes, node))
    if (!occurrence) continue
    const isKnown = occurrence.node >= 0 && plane.entry[occurrence.node] === plane.entry[node]
    if (isKnown) continue
    occurrence.count++
    occurrence.node = node
  }
  return found
}

/** 53 of the 64 bits, as a number. */
function keyOf(hashes: Uint32Array, node: NodeIndex): number {
  return hashes[2 * node]! * 0x20_0000 + (hashes[2 * node + 1]! >>> 11)
}

function hasFreeNode(partnerOf: Int32Array, { plane }: PlaneSide): boolean {
  return plane.entry.some(entry => partnerOf[entry] === -1)
}

/** Nodes of entries without a partner, top to bottom. */
function freeNodes(partnerOf: Int32Array, { plane }: PlaneSide): NodeIndex[] {
  const nodes: NodeIndex[] = []
  for (let node = 0; node < plane.length; node++) {
    if (partnerOf[plane.entry[node]!] === -1) nodes.push(node)
  }
  return nodes
}
