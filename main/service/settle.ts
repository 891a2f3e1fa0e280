import { setTimeout as sleep } from 'node:timers/promises'
import { readPlaneHeaders } from '../guest/commands/ioreg.ts'
import type { GuestSession } from '../guest/session.ts'

export interface Settled {
  readonly isSettled: boolean
  readonly waitedMs: number
}

/** Matching is asynchronous and a driver's start may hang for good, so the wait has a limit. */
const limitMs = 8000
const pauseMs = 120

/**
 * Waits until the registry has come to rest: nothing in the IOService plane is busy, and two looks in a
 * row show the same services. Busy counts alone are not enough: between two stages they can be zero.
 */
export async function waitUntilSettled(
  session: GuestSession,
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
    await sleep(pauseMs, undefined, { signal })
  }
}

/** The node lines without what changes at rest: accumulated busy time and retain counts. */
async function lookAt(session: GuestSession, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  await readPlaneHeaders(session, 'IOService', chunk => void chunks.push(chunk), signal)
  const text = Buffer.concat(chunks).toString('latin1')
  return text.replace(/ \(\d+ ms\)/g, '').replace(/, retain \d+>/g, '>')
}
