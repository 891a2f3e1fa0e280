import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/**
 * The loaded kexts of a guest from 11 on, in kextstat's columns (facts: kexts, sections 6 and 10). The
 * notice “No variant specified, falling back to release” on standard error is no error.
 */
export function kmutilShowLoaded(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return session.run({ name: 'kmutil', argv: [toolPath(session, 'kmutil'), 'showloaded'], signal })
}
