import { emptyBitSet, nextBit, setBit, type BitSet } from '../../core/registry/bit-set.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'
import type { Hits } from '../filter/hits.ts'

const known = new WeakMap<BitSet, BitSet>()

/**
 * The entries that the filter found, for pictures whose marks are no nodes of its plane; null without a filter, and while
 * nothing is known yet: what may still be a hit must not look as if it were none.
 */
export function hitEntries({ entries }: Snapshot, hits: Hits | null): BitSet | null {
  if (!hits || (hits.matchCount === 0 && hits.progress !== 'complete')) return null
  const { matches, plane } = hits
  let found = known.get(matches)
  if (!found) {
    found = emptyBitSet(entries.length)
    for (let n = nextBit(matches, 0); n !== -1; n = nextBit(matches, n + 1)) {
      setBit(found, plane.entry[n]!)
    }
    known.set(matches, found)
  }
  return found
}
