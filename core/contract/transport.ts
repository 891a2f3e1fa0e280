import { FailureError, type Reply } from '../failure.ts'
import type { EventEnvelope, Params, RequestName, Result } from './requests.ts'

/**
 * The way from a page to its host. Electron's preload and the web page each bring one; nothing else
 * crosses. Columns do not ride in replies, since each bridge copies: they come by `snapshot`.
 */
export interface Transport {
  /** `requestId` names the request for `cancel`. Resolves to a reply; rejects only when the host is gone. */
  readonly request: (name: string, params: unknown, requestId: string) => Promise<Reply<unknown>>
  readonly cancel: (requestId: string) => void
  /** The encoded columns of a capture (`core/registry/snapshot-codec.ts`). */
  readonly snapshot: (snapshotId: string) => Promise<Uint8Array>
  /** Returns the undo. */
  readonly subscribe: (listener: (event: EventEnvelope) => void) => () => void
}

export interface AskOptions {
  readonly signal?: AbortSignal & {
    addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void
    removeEventListener(type: 'abort', listener: () => void): void
  }
}

/** Several pages may share one host, and a reloaded page starts anew: their requests must not meet. */
const page = Math.random().toString(36).slice(2)
let lastRequest = 0

/** Asks the host; throws a `FailureError` when it says no, so that callers read like local code. */
export async function ask<N extends RequestName>(
  transport: Pick<Transport, 'request' | 'cancel'>,
  name: N,
  params: Params<N>,
  { signal }: AskOptions = {},
): Promise<Result<N>> {
  if (signal?.aborted) throw new FailureError({ kind: 'cancelled' })
  const requestId = `${page}-${++lastRequest}`
  const cancel = () => transport.cancel(requestId)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const reply = await transport.request(name, params, requestId)
    if (!reply.ok) throw new FailureError(reply.failure)
    return reply.value as Result<N>
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
