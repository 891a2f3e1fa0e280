import { FailureError } from '../../../core/failure.ts'
import type { CommandResult, GuestCommand } from '../command.ts'
import type { GuestSession } from '../session.ts'

/** How a kext tool is told which kext: where the bundle lies in the guest, or what it is called. */
export type KextTarget = { readonly path: string } | { readonly bundleIdentifier: string }

/** Other bundles and folders in which a kext tool may look for dependencies. */
export interface KextSearch {
  /** Bundles that may be used as libraries: `-d`. */
  readonly dependencies?: readonly string[] | undefined
  /** Folders of bundles: `-r`. */
  readonly repositories?: readonly string[] | undefined
}

/** The target as arguments, the same for kextload, kextunload and kextutil (facts: kexts, sections 7 to 9). */
export function targetArguments(target: KextTarget): readonly string[] {
  if ('bundleIdentifier' in target) return ['-b', target.bundleIdentifier]
  if (!target.path.startsWith('/')) {
    // A relative path could start with “-” and be read as an option.
    const detail = `${target.path} is not a full path`
    throw new FailureError({ kind: 'bad-request', request: 'name a kext', detail })
  }
  return [target.path]
}

export function searchArguments(search: KextSearch): readonly string[] {
  return [
    ...(search.dependencies ?? []).flatMap(path => ['-d', path]),
    ...(search.repositories ?? []).flatMap(path => ['-r', path]),
  ]
}

/** What every run of a kext tool may be given besides its arguments. */
export type KextToolRun = Pick<GuestCommand, 'signal' | 'onStdout' | 'onStderr'>

/**
 * Runs a kext tool. Linking and matching take their time, and every exit code is a result: what it means
 * is told elsewhere.
 */
export function runKextTool(
  session: GuestSession,
  command: Pick<GuestCommand, 'name' | 'argv' | 'asRoot'>,
  how: KextToolRun,
): Promise<CommandResult> {
  const { signal, onStdout, onStderr } = how
  const run = { ...command, signal, onStdout, onStderr }
  return session.run({ ...run, okExitCodes: 'any', timeoutMs: 180_000 })
}
