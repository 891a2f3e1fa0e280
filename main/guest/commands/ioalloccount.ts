import { FailureError } from '../../../core/failure.ts'
import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'

/** Sessions of guests whose tool has hung or printed without end: it is not asked again and again. */
const isUseless = new WeakSet<GuestSession>()

/**
 * Bytes that IOKit has allocated, `name = 0x… = … K` per line (facts: logs-and-misc, section 3); null where the guest
 * has no such tool, or one that hangs or prints without end: nothing depends on it.
 */
export async function ioalloccount(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<CommandResult | null> {
  if (isUseless.has(session)) return null
  try {
    const argv = ['/usr/sbin/ioalloccount']
    const how = { okExitCodes: 'any', timeoutMs: 5000, stdoutLimitBytes: 1_000_000 } as const
    const result = await session.run({ name: 'ioalloccount', argv, ...how, signal })
    return result.exitCode === 0 ? result : null
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    switch (error.failure.kind) {
      case 'command-missing':
        return null
      case 'command-timed-out':
      case 'dump-too-large':
        isUseless.add(session)
        return null
      default:
        throw error
    }
  }
}
