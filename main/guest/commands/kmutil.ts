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

/** Loads a bundle that lies in the guest (facts: kexts, section 10). */
export function kmutilLoadArguments(session: GuestSession, path: string): readonly string[] {
  return [toolPath(session, 'kmutil'), 'load', '-p', path]
}

/** Unloads a kext, or with a class only terminates its instances. The code stays until the next boot. */
export function kmutilUnloadArguments(
  session: GuestSession,
  bundleIdentifier: string,
  className?: string,
): readonly string[] {
  return [
    toolPath(session, 'kmutil'),
    'unload',
    '-b',
    bundleIdentifier,
    ...(className === undefined ? [] : ['-c', className]),
  ]
}

/** What would keep a bundle from being loaded, without loading it. */
export function kmutilDiagnosticsArguments(session: GuestSession, path: string): readonly string[] {
  return [toolPath(session, 'kmutil'), 'print-diagnostics', '-p', path]
}
