import { FailureError } from '../../core/failure.ts'
import type { CommandResult, GuestCommand } from '../../main/guest/command.ts'
import type { GuestSession } from '../../main/guest/session.ts'

/** What a command prints, and how long it works in the guest. */
export interface Scripted {
  readonly output: Uint8Array
  readonly guestMs: number
}

const pieceBytes = 1 << 20

/**
 * As much of a session as captures and looks use, without a guest: `answer` says what a command prints, by its
 * arguments without the path of the tool. Null: the command fails.
 */
export function scriptedSession(answer: (command: string) => Scripted | null): GuestSession {
  const session = {
    toolPaths: new Map<string, string>(),
    async run({ argv, onStdout }: GuestCommand): Promise<CommandResult> {
      const command = [argv[0]!.replace(/^.*\//, ''), ...argv.slice(1)].join(' ')
      const given = answer(command)
      if (!given)
        throw new FailureError({ kind: 'command-failed', command, exitCode: 1, stderr: '' })
      const { output, guestMs } = given
      for (let at = 0; onStdout && at < output.length; at += pieceBytes) {
        // A buffer of its own, since it goes to another thread.
        await onStdout(output.slice(at, at + pieceBytes))
      }
      const durationMs = guestMs + startedMs
      const facts = { exitCode: 0, signal: null, stderr: '', durationMs, startedMs, command }
      return { ...facts, bytes: output.length, ...(!onStdout && { stdout: output }) }
    },
  }
  return session as unknown as GuestSession
}

const startedMs = 2
