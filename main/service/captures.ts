import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { TakenCapture } from './capture-guest.ts'

/** The newest captures are kept; a window shows one and compares with the one before. */
const mostKept = 6

export interface CaptureStore {
  add(taken: TakenCapture): Capture
  find(snapshotId: string): TakenCapture
  latest(): TakenCapture | null
  /** The columns as the page reads them, in pieces. */
  bytes(snapshotId: string): readonly Uint8Array[]
}

export function createCaptureStore(): CaptureStore {
  const kept = new Map<string, TakenCapture>()
  const find = (snapshotId: string) => {
    const taken = kept.get(snapshotId)
    if (taken) return taken
    throw new FailureError({ kind: 'unknown-snapshot', snapshotId })
  }
  return {
    find,
    add(taken) {
      kept.set(taken.capture.snapshotId, taken)
      for (const id of kept.keys()) {
        if (kept.size <= mostKept) break
        kept.delete(id)
      }
      return taken.capture
    },
    latest: () => [...kept.values()].at(-1) ?? null,
    bytes: snapshotId => encodeSnapshot(find(snapshotId).snapshot),
  }
}
