import type { Capture } from '../../core/contract/types.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

type Known = { readonly capture: Capture; readonly snapshot: Snapshot }

/** Captures that the window has shown, so that going back and forth between them asks nobody. */
export interface RecentCaptures {
  find(snapshotId: string): Known | null
  add(known: Known): void
}

/** Of the dumps in them; the columns beside are a fraction of it. */
const mostBytes = 300_000_000
const mostKept = 24

export function createRecentCaptures(): RecentCaptures {
  const kept = new Map<string, Known>()
  const bytesOf = ({ snapshot }: Known) =>
    snapshot.sources.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return {
    find(snapshotId) {
      const known = kept.get(snapshotId)
      if (!known) return null
      kept.delete(snapshotId)
      kept.set(snapshotId, known)
      return known
    },
    add(known) {
      kept.delete(known.capture.snapshotId)
      kept.set(known.capture.snapshotId, known)
      let bytes = [...kept.values()].reduce((sum, each) => sum + bytesOf(each), 0)
      for (const [id, oldest] of kept) {
        if (kept.size <= 1 || (bytes <= mostBytes && kept.size <= mostKept)) break
        bytes -= bytesOf(oldest)
        kept.delete(id)
      }
    },
  }
}
