import { FailureError } from '../../core/failure.ts'
import type { CommandResult, GuestCommand } from './command.ts'
import type { ExecOutcome } from './exec-channel.ts'

export function resultOf(
  outcome: ExecOutcome,
  line: string,
  durationMs: number,
  startedMs: number,
): CommandResult {
  return {
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    ...(outcome.stdout && { stdout: outcome.stdout }),
    stderr: outcome.stderr,
    durationMs,
    startedMs,
    command: line,
    bytes: outcome.bytes,
  }
}

/** How a command ended, for the log. */
export function endOf(result: CommandResult): string {
  if (result.signal) return `ended by ${result.signal}`
  return result.exitCode === null ? 'ended without an exit code' : `exit ${result.exitCode}`
}

/** The result, unless its exit code means that the program is not there or that it failed. */
export function judged(command: GuestCommand, result: CommandResult): CommandResult {
  const { exitCode, stderr } = result
  if (isMissing(result)) {
    const detail = stderr.trim().slice(0, 400)
    const isSudoItself = /sudo: (command )?not found/.test(stderr)
    const name = isSudoItself ? 'sudo' : command.argv[0]!.replace(/^.*\//, '')
    throw new FailureError({ kind: 'command-missing', command: name, detail })
  }
  const ok = command.okExitCodes ?? [0]
  if (ok === 'any' || (exitCode !== null && ok.includes(exitCode))) return result
  const ending = result.signal ? `${stderr}\nended by ${result.signal}`.trim() : stderr
  throw new FailureError({
    kind: 'command-failed',
    command: result.command,
    exitCode,
    stderr: ending,
  })
}

/**
 * Every POSIX shell ends with 127 for a program it cannot find and 126 for one it cannot run, each in its
 * own words; sudo ends with 1 and says so.
 */
function isMissing({ exitCode, bytes, stderr }: CommandResult): boolean {
  if (bytes > 0) return false
  switch (exitCode) {
    case 127:
      return stderr === '' || /not found|no such file/i.test(stderr)
    case 126:
      return stderr === '' || /permission denied|cannot execute|exec format|not exec/i.test(stderr)
    case 1:
      return /^sudo: .*: command not found$/m.test(stderr)
    default:
      return false
  }
}

/** What ssh2 says when a command could not be started; all else comes from a consumer of output. */
export function isChannelTrouble(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^(\(SSH\) Channel open failure|Unable to exec|Channel is not open|No (free channels|response from server)|Not connected)/.test(
      error.message,
    )
  )
}

export function refused(line: string, detail: string): FailureError {
  const stderr = `the guest's sshd refuses to run it (${detail})`
  return new FailureError({ kind: 'command-failed', command: line, exitCode: null, stderr })
}
