import { countBits, emptyBitSet, nextBit, setBit } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import { findNode, refOfNode } from '../registry/selection.ts'
import type { ChosenNodes } from './navigation-state.ts'

/** To find one again costs some microseconds; a choice of more than these is let go with its capture. */
const mostCarried = 2000

/** The same entries in another capture of the boot; null where fewer than two are left. */
export function carryChosen(
  chosen: ChosenNodes | null,
  after: Snapshot,
  isSameBoot: boolean,
): ChosenNodes | null {
  if (!chosen || !isSameBoot || chosen.count > mostCarried) return null
  const old = planeNamed(chosen.snapshot, chosen.plane)
  const plane = planeNamed(after, chosen.plane)
  if (!old || !plane) return null
  const nodes = emptyBitSet(plane.length)
  for (let n = nextBit(chosen.nodes, 0); n !== -1; n = nextBit(chosen.nodes, n + 1)) {
    setBit(nodes, findNode(after, plane, refOfNode(chosen.snapshot, old, n)))
  }
  const count = countBits(nodes)
  if (count < 2) return null
  const anchor = findNode(after, plane, refOfNode(chosen.snapshot, old, chosen.anchor))
  return {
    snapshot: after,
    plane: chosen.plane,
    nodes,
    count,
    anchor: anchor === -1 ? nextBit(nodes, 0) : anchor,
  }
}
