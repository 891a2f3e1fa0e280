import type { MomentCause } from '../../core/contract/timeline-types.ts'
import type { Capture, CaptureProgress, ConnectedGuest } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import type { GuestSession } from '../guest/session.ts'
import type { TakenCapture } from './capture-guest.ts'
import type { CaptureStore } from './captures.ts'
import type { Connection } from './connection.ts'
import type { EventSource } from './events.ts'
import type { Parser } from './parse-client.ts'
import { shareWork } from './shared-work.ts'

/** Captures of the guest that is connected. */
export interface GuestCaptures {
  /** One at a time: a second caller gets the one under way. */
  take(signal: AbortSignal): Promise<TakenCapture>
  /** One that begins now; kept and told of, as `take` does. */
  afresh(session: GuestSession, signal: AbortSignal): Promise<TakenCapture>
  /** A look at the guest that nobody hears of. */
  peek(session: GuestSession, signal: AbortSignal): Promise<TakenCapture>
  /** Keeps and tells of what `peek` gave. */
  keep(taken: TakenCapture, cause?: MomentCause): void
  /** The newest of this boot of this guest; null where there is none. */
  latestOf(guest: ConnectedGuest): TakenCapture | null
  /** The newest of the connected guest; a first one where there is none of this boot. */
  newest(signal: AbortSignal): Promise<TakenCapture>
  /** Resolves when the capture that is being taken has ended; null when none is. */
  underWay(): Promise<void> | null
}

export interface GuestCapturesOptions {
  readonly connection: Connection
  readonly parser: Parser
  readonly captures: CaptureStore
  readonly events: EventSource
  /** Hears of each one that is taken, before whoever asked for it gets it. */
  readonly taken: (targetId: string, capture: Capture) => Promise<void>
}

export function createGuestCaptures(options: GuestCapturesOptions): GuestCaptures {
  const { connection, parser, captures, events } = options
  let last: TakenCapture | null = null

  async function look(
    session: GuestSession,
    signal: AbortSignal,
    progress: (progress: CaptureProgress) => void,
  ): Promise<TakenCapture> {
    if (connection.session() !== session) throw new FailureError({ kind: 'not-connected' })
    // Loaded when a guest is looked at: a command that reads a file starts sooner without it.
    const { captureGuest } = await import('./capture-guest.ts')
    const signInResults = connection.signInResults()
    const guest = connection.guest()
    return captureGuest({ session, guest, signInResults, parser, signal, progress })
  }

  function keep(taken: TakenCapture, cause?: MomentCause): void {
    const { snapshotId } = captures.add(taken, cause)
    last = taken
    events.emit('capture.taken', { snapshotId, ...(taken.capture.look && { isLook: true }) })
  }

  const capturing = shareWork<GuestSession, TakenCapture>(async (session, signal) => {
    const taken = await look(session, signal, progress => events.emit('capture.progress', progress))
    keep(taken)
    const { source } = taken.capture
    if (source.kind === 'guest') await options.taken(source.targetId, taken.capture)
    return taken
  })

  const take = async (signal: AbortSignal) => capturing.join(connection.session(), signal)
  const latestOf = (guest: ConnectedGuest) => (isOf(guest, last) ? last : null)
  return {
    take,
    afresh: (session, signal) => capturing.afresh(session, signal),
    peek: (session, signal) => look(session, signal, () => undefined),
    keep,
    latestOf,
    underWay: () => capturing.underWay(),
    newest: async signal => latestOf(connection.guest()) ?? (await take(signal)),
  }
}

/** What one guest has shown says nothing about another, nor about another boot of the same. */
function isOf(guest: ConnectedGuest, taken: TakenCapture | null): boolean {
  if (taken?.capture.source.kind !== 'guest') return false
  const { source, identity } = taken.capture
  // The very identity that this connection began with, or the same boot after a reconnection.
  const boot = guest.identity.bootSessionUuid
  const isSameBoot = boot !== null && identity?.bootSessionUuid === boot
  return source.targetId === guest.target.id && (identity === guest.identity || isSameBoot)
}
