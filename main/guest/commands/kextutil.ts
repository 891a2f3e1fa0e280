import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { runKextTool, searchArguments, targetArguments } from './kext-target.ts'
import type { KextSearch, KextTarget, KextToolRun } from './kext-target.ts'
import { toolPath } from './tool-paths.ts'

export interface KextutilOptions extends KextSearch {
  /** `-n`: resolve and check, load nothing. */
  readonly dryRun?: boolean | undefined
  /** `-t`: print the report of diagnostics even when nothing is wrong. */
  readonly tests?: boolean | undefined
  /** `-v` with a level from 0 to 6. */
  readonly verbosity?: number | undefined
}

/** What will run, before sudo is put in front. */
export function kextutilArguments(
  session: GuestSession,
  target: KextTarget,
  options: KextutilOptions = {},
): readonly string[] {
  return [
    toolPath(session, 'kextutil'),
    ...(options.dryRun ? ['-n'] : []),
    ...(options.tests ? ['-t'] : []),
    ...(options.verbosity === undefined ? [] : ['-v', String(options.verbosity)]),
    ...searchArguments(options),
    ...targetArguments(target),
  ]
}

/**
 * Checks a kext, and loads it unless `dryRun`. Every exit code is a result (facts: kexts, section 9); from
 * 11 on `-n` does nothing but say so, with exit 0. A dry run needs no root, and what it says of the
 * owner and mode of files is the same without.
 */
export async function kextutil(
  session: GuestSession,
  target: KextTarget,
  options: KextutilOptions & KextToolRun = {},
): Promise<CommandResult> {
  const argv = kextutilArguments(session, target, options)
  return runKextTool(session, { name: 'kextutil', argv, asRoot: !options.dryRun }, options)
}
