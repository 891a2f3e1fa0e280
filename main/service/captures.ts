import type { MomentCause } from '../../core/contract/timeline-types.ts'
import type { Capture } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { TakenCapture } from './capture-guest.ts'

/** So many are kept in memory; a window shows one and compares with the one before. */
const mostKept = 6

export interface CaptureStore {
  /** @param cause what led to it; by what the source is and what runs, unless given */
  add(taken: TakenCapture, cause?: MomentCause): Capture
  /** One that is in memory. @throws FailureError unknown-snapshot */
  find(snapshotId: string): TakenCapture
  /** The same; what has left the memory is read from the disk again, and is in memory afterwards. */
  load(snapshotId: string, signal: AbortSignal): Promise<TakenCapture>
  /** The newest that was added. */
  latest(): TakenCapture | null
  /** The columns as the page reads them, in pieces. */
  bytes(snapshotId: string): readonly Uint8Array[]
}

/** Hears of captures, and keeps them longer than the memory. */
export interface CaptureKeeper {
  add(taken: TakenCapture, cause: MomentCause | undefined): void
  left(snapshotId: string): void
  load(snapshotId: string, signal: AbortSignal): Promise<TakenCapture | null>
}

export function createCaptureStore(keeper?: CaptureKeeper): CaptureStore {
  const kept = new Map<string, TakenCapture>()
  let newest: TakenCapture | null = null
  const unknown = (snapshotId: string) => new FailureError({ kind: 'unknown-snapshot', snapshotId })
  const find = (snapshotId: string) => {
    const taken = kept.get(snapshotId)
    if (taken) return taken
    throw unknown(snapshotId)
  }
  const hold = (taken: TakenCapture) => {
    const { snapshotId } = taken.capture
    kept.delete(snapshotId)
    kept.set(snapshotId, taken)
    for (const id of kept.keys()) {
      if (kept.size <= mostKept) break
      // What is newest stays in memory, whatever is read again.
      if (id === newest?.capture.snapshotId) continue
      kept.delete(id)
      keeper?.left(id)
    }
  }
  return {
    find,
    async load(snapshotId, signal) {
      const known = kept.get(snapshotId)
      const taken = known ?? (await keeper?.load(snapshotId, signal))
      if (!taken) throw unknown(snapshotId)
      hold(taken)
      return taken
    },
    add(taken, cause) {
      newest = taken
      keeper?.add(taken, cause)
      hold(taken)
      return taken.capture
    },
    latest: () => newest,
    bytes: snapshotId => encodeSnapshot(find(snapshotId).snapshot),
  }
}
