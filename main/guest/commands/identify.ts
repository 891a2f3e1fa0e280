import { FailureError } from '../../../core/failure.ts'
import { textOf, type CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/** What the guest says of itself; null for what it has no tool for. */
export interface IdentityResults {
  /** `uname -a` */
  readonly uname: CommandResult | null
  /** `sw_vers` */
  readonly swVers: CommandResult | null
  /** `name: value` lines of `sysctl`, only those that this kernel knows. */
  readonly sysctl: CommandResult | null
}

/** With their names in the answer: `sysctl -n` leaves a gap for one it does not know, and nobody sees it. */
const sysctlNames = [
  'kern.bootsessionuuid',
  'kern.boottime',
  'kern.osversion',
  'kern.osrelease',
  'kern.version',
  'hw.machine',
  'kern.safeboot',
]

/**
 * Asks which system this is and which boot of it. Every part may be missing: a bare Darwin has no
 * `sw_vers` (facts: logs-and-misc, sections 4 and 5), and sysctl ends with 1 for a name it lacks.
 */
export async function identify(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<IdentityResults> {
  const ask = async (name: 'uname' | 'sw_vers' | 'sysctl', ...options: readonly string[]) => {
    try {
      const argv = [toolPath(session, name), ...options]
      const result = await session.run({
        name,
        argv,
        okExitCodes: 'any',
        timeoutMs: 20_000,
        signal,
      })
      return textOf(result).trim() === '' ? null : result
    } catch (error) {
      if (error instanceof FailureError && error.failure.kind === 'command-missing') return null
      throw error
    }
  }
  const [uname, swVers, sysctl] = await Promise.all([
    ask('uname', '-a'),
    ask('sw_vers'),
    ask('sysctl', ...sysctlNames),
  ])
  return { uname, swVers, sysctl }
}
