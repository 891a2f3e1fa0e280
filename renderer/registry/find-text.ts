import { setBit, type BitSet } from '../../core/registry/bit-set.ts'
import { containsText, findText } from '../../core/registry/find-text.ts'
import { entryById, nodesOf } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import { noString, type PlaneTable, type Snapshot } from '../../core/registry/snapshot.ts'

/**
 * The nodes that the filter field finds: by name, location or class, whatever the case; by
 * `name@location` as a row shows it; by registry entry ID.
 */
export function findFiltered(snapshot: Snapshot, plane: PlaneTable, text: string): BitSet {
  const wanted = text.trim().toLowerCase()
  const found = findText(snapshot, plane, wanted)
  const at = wanted.indexOf('@')
  if (at !== -1) {
    // Only names that end as the text begins can match: the labels of few nodes are made.
    const hasName = containsText(snapshot, wanted.slice(0, at))
    for (let n = 0; n < plane.length; n++) {
      if (plane.location[n] === noString || !hasName(plane.name[n]!)) continue
      if (nodeLabel(snapshot, plane, n).toLowerCase().includes(wanted)) setBit(found, n)
    }
  }
  if (/^0x[0-9a-f]{1,16}$/.test(wanted)) {
    const entry = entryById(snapshot, BigInt(wanted))
    if (entry !== -1) for (const node of nodesOf(snapshot, plane, entry)) setBit(found, node)
  }
  return found
}
