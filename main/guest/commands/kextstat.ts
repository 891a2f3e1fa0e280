import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/**
 * The loaded kexts, one per line (facts: kexts, section 6). Needs no root; from 11 on the tool runs
 * `kmutil showloaded` and says so on standard error.
 */
export function kextstat(session: GuestSession, signal?: AbortSignal): Promise<CommandResult> {
  return session.run({ name: 'kextstat', argv: [toolPath(session, 'kextstat')], signal })
}
