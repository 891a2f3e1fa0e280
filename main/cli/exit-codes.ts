import type { Failure } from '../../core/failure.ts'

/** As `grep` and `diff` answer, and sysexits.h; 130 is what a shell says after Ctrl-C. */
export const exitCodes = {
  /** Read; found; the same. */
  ok: 0,
  /** Nothing found; several where one was meant; different. */
  none: 1,
  /** The source cannot be read or reached, or the result not written. */
  unreadable: 2,
  usage: 64,
  bug: 70,
  cancelled: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOf({ kind }: Failure): ExitCode {
  switch (kind) {
    case 'cancelled':
      return exitCodes.cancelled
    case 'bad-request':
      return exitCodes.usage
    case 'internal':
      return exitCodes.bug
    default:
      return exitCodes.unreadable
  }
}

/** What all commands say of them in their help. */
export const exitCodeHelp = `2 unreadable or unreachable, 64 wrong usage, 70 a bug of Kextant,
130 cancelled (Ctrl-C).`
