import { FailureError } from '../../core/failure.ts'
import type { CommandResult, GuestCommand } from './command.ts'

type Attempt = (argv: readonly string[], given?: Partial<GuestCommand>) => Promise<CommandResult>

/**
 * Runs a command as root through sudo. First with `-n`, which never asks: either the command runs, or sudo
 * says that it wants a password and nothing has run. Then with the password on standard input.
 *
 * This order is tried for each command, since sudoers may free one command from the password and not
 * another, and a password that sudo did not ask for would be read by the command. `-k` makes sudo
 * ask even if it remembers an earlier answer, for the same reason. The password is in no argument,
 * no command line and no log.
 */
export async function runAsRoot(
  command: GuestCommand,
  password: string | null,
  attempt: Attempt,
): Promise<CommandResult> {
  const free = await attempt(['sudo', '-n', '--', ...command.argv], {
    ...(command.onStderr && { onStderr: withoutSudosWords(command.onStderr) }),
  })
  if (!wantsPassword(free)) return free
  if (password === null) throw new FailureError({ kind: 'sudo-password-needed' })

  const answer = Buffer.from(`${password}\n`)
  const stdin = command.stdin ? Buffer.concat([answer, command.stdin]) : answer
  const result = await attempt(['sudo', '-k', '-S', '-p', '', '--', ...command.argv], { stdin })
  const refusal = refusalOf(result)
  if (refusal) throw new FailureError({ kind: 'sudo-refused', detail: refusal })
  return result
}

/** The messages of sudo 1.6 to 1.9 for `-n` when a password is due; it has run nothing then. */
function wantsPassword({ exitCode, bytes, stderr }: CommandResult): boolean {
  return (
    exitCode === 1 &&
    bytes === 0 &&
    /^sudo: (.*password is required|no tty present|a terminal is required|sorry, a password)/m.test(
      stderr,
    )
  )
}

const refusals: readonly (readonly [RegExp, string])[] = [
  [/is not in the sudoers file/, 'this account is not in its sudoers file'],
  [
    /is not allowed to (execute|run)|may not run sudo/,
    'this account may not run this command as root',
  ],
  [/must have a tty/, 'it insists on a terminal (requiretty in its sudoers file)'],
  [
    /^Sorry, try again|^sudo: (\d+ incorrect password|no password was provided)/m,
    'the password is wrong',
  ],
]

function refusalOf({ exitCode, bytes, stderr }: CommandResult): string | null {
  if (exitCode !== 1 || bytes > 0) return null
  return refusals.find(([words]) => words.test(stderr))?.[1] ?? null
}

/** sudo's own “a password is required” is not the command's word. */
function withoutSudosWords(onStderr: (chunk: Uint8Array) => void): (chunk: Uint8Array) => void {
  const start = Buffer.from('sudo: ')
  return chunk => {
    if (!start.equals(chunk.subarray(0, start.length))) onStderr(chunk)
  }
}
