import { newLinesSince, readKernelLog } from '../../../core/guest-facts/read-kernel-log.ts'
import type { KextTool, Subject, ToolRun } from '../../../core/kext/outcome.ts'
import { textOf, type CommandResult } from '../../guest/command.ts'
import { dmesg } from '../../guest/commands/dmesg.ts'
import { runKextTool } from '../../guest/commands/kext-target.ts'
import { kextloadArguments } from '../../guest/commands/kextload.ts'
import { kextunloadArguments, kextunloadClassArguments } from '../../guest/commands/kextunload.ts'
import { kextutilArguments } from '../../guest/commands/kextutil.ts'
import {
  kmutilDiagnosticsArguments,
  kmutilLoadArguments,
  kmutilUnloadArguments,
} from '../../guest/commands/kmutil.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { RecipeContext } from './step.ts'

/** One run of a tool that loads, unloads or checks kexts. */
export interface KextCommand {
  readonly tool: KextTool
  readonly argv: readonly string[]
  /** Which kext it is about: what the log says of others at the same time is told apart by it. */
  readonly subject?: Subject
}

/** `kextload`, or `kmutil load` in a guest that has only that (facts: kexts, sections 1 and 10). */
export function loadCommand(
  session: GuestSession,
  path: string,
  bundleIdentifier: string,
): KextCommand {
  const subject = { bundleIdentifier, path }
  return hasOnlyKmutil(session, 'kextload')
    ? { tool: 'kmutil', argv: kmutilLoadArguments(session, path), subject }
    : { tool: 'kextload', argv: kextloadArguments(session, { path }), subject }
}

export function unloadCommand(
  session: GuestSession,
  bundleIdentifier: string,
  className?: string,
): KextCommand {
  const subject = { bundleIdentifier, path: null }
  if (hasOnlyKmutil(session, 'kextunload')) {
    const argv = kmutilUnloadArguments(session, bundleIdentifier, className)
    return { tool: 'kmutil', argv, subject }
  }
  return {
    tool: 'kextunload',
    subject,
    argv:
      className === undefined
        ? kextunloadArguments(session, { bundleIdentifier })
        : kextunloadClassArguments(session, className),
  }
}

/** Which tool checks a bundle without loading it: `kextutil -n` checks nothing from 11 on (facts: kexts, section 1). */
export function checkTool(session: GuestSession): 'kextutil' | 'kmutil' | null {
  if (session.toolPaths.has('kmutil')) return 'kmutil'
  return session.toolPaths.has('kextutil') ? 'kextutil' : null
}

export function checkCommand(
  session: GuestSession,
  tool: 'kextutil' | 'kmutil',
  path: string,
): KextCommand {
  const options = { dryRun: true, tests: true }
  return tool === 'kmutil'
    ? { tool, argv: kmutilDiagnosticsArguments(session, path) }
    : { tool, argv: kextutilArguments(session, { path }, options) }
}

function hasOnlyKmutil({ toolPaths }: GuestSession, tool: 'kextload' | 'kextunload'): boolean {
  return !toolPaths.has(tool) && toolPaths.has('kmutil')
}

export interface ToolResult {
  readonly run: ToolRun
  readonly result: CommandResult
}

/** Characters of standard output that are looked at; a kext tool says what it has to say in far fewer. */
const mostStdout = 400_000

/** Runs it with its output as it comes, and reads what the kernel said of it. */
export async function runCommand(
  { tool, argv, subject }: KextCommand,
  asRoot: boolean,
  context: RecipeContext,
  /** The kernel log of before; null where it is not to be read. */
  logBefore: readonly string[] | null,
): Promise<ToolResult> {
  const { session, signal, output } = context
  const onStderr = textInto(output, 'stderr')
  const intoOutput = textInto(output, 'stdout')
  const decoder = new TextDecoder()
  let stdout = ''
  const onStdout = (chunk: Uint8Array) => {
    intoOutput(chunk)
    // A tool that prints without end is not failed for it: what it did before has been done.
    if (stdout.length < mostStdout) stdout += decoder.decode(chunk, { stream: true })
  }
  const how = { signal, onStdout, onStderr }
  const result = await runKextTool(session, { name: tool, argv, asRoot }, how)
  const kernelLog = result.exitCode === 0 ? null : await newLog(context, logBefore)
  const { exitCode, stderr } = result
  return { result, run: { tool, exitCode, stdout, stderr, kernelLog, ...(subject && { subject }) } }
}

/** The kernel says the essential part of a refusal only in its log. */
async function newLog(
  context: RecipeContext,
  logBefore: readonly string[] | null,
): Promise<readonly string[] | null> {
  if (!logBefore) return null
  const now = await readLog(context)
  return now && newLinesSince(logBefore, now).lines
}

/** The kernel log as it is now; null where it cannot be read. */
export async function readLog({
  session,
  signal,
}: RecipeContext): Promise<readonly string[] | null> {
  const log = await dmesg(session, signal).catch(() => null)
  return log && readKernelLog(textOf(log))
}

/** Hands output on as text; a character may be cut between two pieces. */
function textInto(output: RecipeContext['output'], stream: 'stdout' | 'stderr') {
  const decoder = new TextDecoder()
  return (chunk: Uint8Array) => output(stream, decoder.decode(chunk, { stream: true }))
}
