import type { ActionRecord, ConnectedGuest } from '../../../core/contract/types.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type { Connection } from '../connection.ts'
import { resolved } from '../history/resolve.ts'
import type { RunningRecord } from './running-record.ts'

/** A guest that panicked is back after its boot. */
const rebootLimitMs = 120_000

export interface AfterLoss {
  readonly connection: Connection
  readonly guest: ConnectedGuest
  readonly capture: () => Promise<TakenCapture>
  readonly signal: AbortSignal
  /** Resolves when what the record says is on the disk. */
  readonly written: () => Promise<void>
}

/**
 * The connection broke off in the middle. First that is put on record, since nobody knows yet what the step has done;
 * then the guest is waited for: did it go down, and is it back as another boot? What it shows then is the resolution;
 * where it does not come back, the next capture of it is.
 */
export async function afterLoss(
  action: RunningRecord,
  { connection, guest, capture, signal, written }: AfterLoss,
): Promise<ActionRecord> {
  const broken = { status: 'unknown', conclusion: 'connection' } as const
  action.put(broken, true)
  await written()
  action.output('note', 'The connection broke off. Waiting for the guest to come back …')
  const isBack = await connection.waitUntilBack(guest.target.id, rebootLimitMs, signal)
  if (!isBack) {
    const { title } = action.record()
    const gone = { kind: 'guest-gone', address: guest.address, during: title } as const
    if (signal.aborted) action.output('note', 'The wait was called off.')
    else action.end({ failure: gone })
    return action.finish(broken)
  }
  const taken = await capture().catch(() => null)
  if (taken === null) return action.finish(broken)
  const told = resolved(action.record(), taken.capture).resolution
  if (told) action.output('note', told.sentence)
  // With that note among its steps.
  const { steps, status, resolution } = resolved(action.record(), taken.capture)
  action.put({ steps }, false)
  return action.finish({
    ...broken,
    status,
    resolution,
    snapshotAfter: taken.capture.snapshotId,
  })
}
