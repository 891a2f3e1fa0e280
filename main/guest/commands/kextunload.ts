import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { runKextTool, targetArguments } from './kext-target.ts'
import type { KextTarget, KextToolRun } from './kext-target.ts'
import { toolPath } from './tool-paths.ts'

export interface UnloadOptions {
  /** `-c`: only terminate the instances of this class. */
  readonly className?: string | undefined
  /** `-p`: terminate services and remove personalities, keep the code. */
  readonly personalitiesOnly?: boolean | undefined
}

/** What will run, before sudo is put in front. */
export function kextunloadArguments(
  session: GuestSession,
  target: KextTarget,
  options: UnloadOptions = {},
): readonly string[] {
  return [
    toolPath(session, 'kextunload'),
    ...(options.className === undefined ? [] : ['-c', options.className]),
    ...(options.personalitiesOnly ? ['-p'] : []),
    ...targetArguments(target),
  ]
}

/**
 * Terminates the instances of a class and unloads nothing (facts: kexts, section 8). No kext is named beside it: the
 * tool terminates the classes first and then unloads every kext that it is given (kext_tools: `kextunload_main.c`).
 */
export function kextunloadClassArguments(
  session: GuestSession,
  className: string,
): readonly string[] {
  return [toolPath(session, 'kextunload'), '-c', className]
}

/**
 * Unloads a kext. Every exit code is a result (0, 1, 3, 64, 77): facts: kexts, section 8. Before 11 the
 * kernel's own lines, which say what is in the way, come on standard error after `(kernel)`.
 */
export async function kextunload(
  session: GuestSession,
  target: KextTarget,
  options: UnloadOptions & KextToolRun = {},
): Promise<CommandResult> {
  const argv = kextunloadArguments(session, target, options)
  return runKextTool(session, { name: 'kextunload', argv, asRoot: true }, options)
}
