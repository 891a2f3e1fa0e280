import type { Moment, MomentCause } from '../../../core/contract/timeline-types.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { bootOf } from '../guest-boot.ts'
import { guestWords } from './guest-words.ts'

// Captures, and the moments that they become.

export const isOf =
  ({ capture }: TakenCapture) =>
  ({ snapshotId }: Moment) =>
    snapshotId === capture.snapshotId

/** How much of the memory their dumps take. */
export function heldBytes(captures: readonly TakenCapture[]): number {
  let bytes = 0
  for (const { snapshot } of captures)
    for (const each of snapshot.sources) bytes += each.bytes.length
  return bytes
}

/** @param notBefore of the moment before it, for a clock that was set back meanwhile */
export function momentOf(
  { capture }: TakenCapture,
  cause: MomentCause,
  sessionId: string,
  notBefore: string,
): Moment {
  const { identity, snapshotId, takenAt, source, planes, kexts, serviceCount } = capture
  return {
    sessionId,
    snapshotId,
    takenAt,
    addedAt: laterOf(new Date().toISOString(), notBefore),
    source,
    boot: identity && bootOf(identity),
    guest: identity && guestWords(identity),
    counts: {
      entries:
        planes.find(({ plane }) => plane === 'IOService')?.entries ?? planes[0]?.entries ?? 0,
      services: serviceCount,
      kexts: kexts?.length ?? null,
    },
    cause,
    bytes: null,
    held: 'memory',
  }
}

/** Of two times in ISO 8601. */
const laterOf = (one: string, other: string) => (one < other ? other : one)
