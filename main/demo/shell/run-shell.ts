import type { LoginProcess, UnixSystem } from '../unix/system.ts'
import { runScript } from './interpret.ts'
import { parseScript } from './parse.ts'
import { ExitShell, ExpansionError, LoopJump, Shell, type Descriptors } from './shell.ts'
import { inputOf } from './streams.ts'
import { ShellSyntaxError } from './syntax.ts'

export function descriptorsOf(process: LoginProcess): Descriptors {
  return { stdin: inputOf(process.stdin), stdout: process.stdout, stderr: process.stderr }
}

/**
 * `sh -c text`: runs a command line to its end and returns its exit code, 2 when it cannot be parsed.
 * Throws only `StoppedError`, when the process is told to stop, and `BrokenPipeError`.
 */
export async function runCommandText(
  system: UnixSystem,
  process: LoginProcess,
  text: string,
  args: readonly string[] = ['sh'],
): Promise<number> {
  const shell = new Shell(system, process, args)
  return runText(shell, text, descriptorsOf(process))
}

/** Runs text in a shell that lives on; `exit` and errors become its exit code. */
export async function runText(shell: Shell, text: string, io: Descriptors): Promise<number> {
  try {
    return await runScript(shell, parseScript(text), io)
  } catch (error) {
    if (error instanceof ExitShell) return error.code
    return shellProblem(error, io)
  }
}

/** Reports what went wrong in a script and returns the exit code for it; passes on what is not its. */
export async function shellProblem(error: unknown, io: Descriptors): Promise<number> {
  if (error instanceof LoopJump) return 0
  if (error instanceof ShellSyntaxError) {
    await io.stderr(`sh: ${error.message}\n`)
    return 2
  }
  if (error instanceof ExpansionError) {
    await io.stderr(`sh: ${error.message}\n`)
    return 1
  }
  throw error
}
