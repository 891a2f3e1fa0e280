import { FailureError } from '../../../core/failure.ts'
import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/** Takes the output piece by piece; the guest waits while its promise is pending. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>

/** A registry of 100,000 entries takes ioreg some seconds; a guest under a debugger many more. */
const timeoutMs = 120_000

/**
 * Every entry of one plane with all its properties, as an XML archive (10.8 and later; facts: ioreg,
 * section 7). An unknown plane is no failure: ioreg prints the root alone and ends with 0.
 */
export function readPlaneArchive(
  session: GuestSession,
  plane: string,
  sink: Sink,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return ioreg(session, ['-a', '-l', '-p', plane], sink, signal)
}

/** The same as text, with the class chain of each entry, which archives have only from 11 on. */
export function readPlaneText(
  session: GuestSession,
  plane: string,
  sink: Sink,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return ioreg(session, ['-l', '-i', '-w0', '-p', plane], sink, signal)
}

/** Only the node lines: classes, ids, states. Small enough to ask for every second. */
export function readPlaneHeaders(
  session: GuestSession,
  plane: string,
  sink: Sink,
  signal?: AbortSignal,
): Promise<CommandResult> {
  return ioreg(session, ['-i', '-w0', '-p', plane], sink, signal)
}

/** The root alone with its properties: names of the planes, counts of classes, the kernel's build. */
export function readRoot(session: GuestSession, signal?: AbortSignal): Promise<CommandResult> {
  return ioreg(session, ['-l', '-d1', '-w0'], null, signal)
}

/**
 * Whether this ioreg knows `-a`. One that does not (before 10.8) ends with 1 and its usage (facts: ioreg,
 * section 2); one that does prints nothing here and ends with 0, since `-r` without a filter matches
 * nothing. So the question costs no walk through the registry.
 */
export async function archiveIsSupported(
  session: GuestSession,
  signal?: AbortSignal,
): Promise<boolean> {
  const result = await session.run({
    name: 'ioreg',
    argv: [toolPath(session, 'ioreg'), '-a', '-r'],
    okExitCodes: [0, 1],
    signal,
  })
  if (result.exitCode === 0) return true
  if (/usage:|illegal option|invalid option/i.test(result.stderr)) return false
  const { command, exitCode, stderr } = result
  throw new FailureError({ kind: 'command-failed', command, exitCode, stderr })
}

function ioreg(
  session: GuestSession,
  options: readonly string[],
  sink: Sink | null,
  signal: AbortSignal | undefined,
): Promise<CommandResult> {
  return session.run({
    name: 'ioreg',
    argv: [toolPath(session, 'ioreg'), ...options],
    timeoutMs,
    signal,
    ...(sink && { onStdout: sink }),
  })
}
