import { setTimeout as sleep } from 'node:timers/promises'
import { FailureError } from '../../../core/failure.ts'
import { readPlaneHeaders } from '../../guest/commands/ioreg.ts'
import type { GuestSession } from '../../guest/session.ts'

export interface Settled {
  readonly isSettled: boolean
  readonly waitedMs: number
}

const pauseMs = 120
/** A hundred times the node lines of a large machine; what is longer is no registry. */
const limitBytes = 64_000_000
const source = 'the list of services'

/**
 * Waits until the registry has come to rest: nothing in the IOService plane is busy, and two looks in a
 * row show the same services. Busy counts alone are not enough: between two stages they can be zero.
 */
export async function waitUntilSettled(
  session: GuestSession,
  limitMs: number,
  signal: AbortSignal,
): Promise<Settled> {
  const startedAt = Date.now()
  let before: string | undefined
  for (;;) {
    const look = await lookAt(session, signal)
    const isQuiet = !/, busy [1-9]/.test(look)
    const waitedMs = Date.now() - startedAt
    if (isQuiet && look === before) return { isSettled: true, waitedMs }
    if (waitedMs > limitMs) return { isSettled: false, waitedMs }
    before = look
    // Ends early when it is called off; the next look says so in the way that all commands do.
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

/** The node lines without what changes at rest: accumulated busy time and retain counts. */
async function lookAt(session: GuestSession, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  const take = (chunk: Uint8Array) => {
    length += chunk.length
    if (length > limitBytes) throw new FailureError({ kind: 'dump-too-large', source, limitBytes })
    chunks.push(chunk)
  }
  await readPlaneHeaders(session, 'IOService', take, signal)
  const text = Buffer.concat(chunks).toString('latin1')
  return text.replace(/ \(\d+ ms\)/g, '').replace(/, retain \d+>/g, '>')
}
