import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { runKextTool, searchArguments, targetArguments } from './kext-target.ts'
import type { KextSearch, KextTarget, KextToolRun } from './kext-target.ts'
import { toolPath } from './tool-paths.ts'

/** What will run, before sudo is put in front: to be shown before it is done. */
export function kextloadArguments(
  session: GuestSession,
  target: KextTarget,
  search: KextSearch = {},
): readonly string[] {
  return [toolPath(session, 'kextload'), ...searchArguments(search), ...targetArguments(target)]
}

/**
 * Loads a kext. Every exit code is a result (0, 27, 71, 77, …): what it means is told by
 * facts: kexts, section 7. Exit 0 says that it is linked and started, not that a driver matched.
 */
export async function kextload(
  session: GuestSession,
  target: KextTarget,
  options: KextSearch & KextToolRun = {},
): Promise<CommandResult> {
  const argv = kextloadArguments(session, target, options)
  return runKextTool(session, { name: 'kextload', argv, asRoot: true }, options)
}
