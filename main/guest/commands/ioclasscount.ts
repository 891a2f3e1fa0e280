import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/**
 * Instances of each class, `Class = N` per line. With names the answer is one line, `A = 2, B = <no such
 * class>` (facts: logs-and-misc, section 3). Exit 71: the registry cannot be read.
 */
export function ioclasscount(
  session: GuestSession,
  classNames: readonly string[] = [],
  signal?: AbortSignal,
): Promise<CommandResult> {
  const argv = [toolPath(session, 'ioclasscount'), ...classNames]
  return session.run({ name: 'ioclasscount', argv, signal })
}
