import type { ActionRecord, Conclusion } from '../../../core/contract/types.ts'
import type { Failure } from '../../../core/failure.ts'

/** Of the commands that act on a guest; for a script that has to know who said no. */
export const actExitCodes = {
  holds: 0,
  /** An expectation, a check or a count does not hold, or the build has failed. */
  doesNotHold: 1,
  /** The guest refused, or waits for its user or for a reboot. */
  refused: 2,
  /** The guest cannot be reached any more, or never could. */
  connection: 3,
  /** Wrong usage: also what is not consented to, and a file on this computer that is not what it should be. */
  usage: 64,
  bug: 70,
  cancelled: 130,
} as const
export type ActExitCode = (typeof actExitCodes)[keyof typeof actExitCodes]

export const actExitCodeHelp = `Exit codes: 0 everything holds; 1 an expectation, a check or a count does not hold; 2 the guest refused, or waits
for its user's approval or a reboot; 3 no connection; 64 wrong usage, or not consented to; 70 a bug of Kextant;
130 cancelled (Ctrl-C).`

const ofConclusion: Readonly<Record<Conclusion, ActExitCode>> = {
  holds: actExitCodes.holds,
  'does-not-hold': actExitCodes.doesNotHold,
  'waits-for-user': actExitCodes.refused,
  refused: actExitCodes.refused,
  connection: actExitCodes.connection,
  cancelled: actExitCodes.cancelled,
  interrupted: actExitCodes.connection,
  failed: actExitCodes.refused,
}

export function exitCodeOfRecord({ conclusion, steps }: ActionRecord): ActExitCode {
  if (conclusion === null) return actExitCodes.connection
  if (conclusion !== 'failed') return ofConclusion[conclusion]
  // What went wrong on the way tells who it was.
  const failure = steps.findLast(step => step.failure !== null)?.failure
  return failure ? exitCodeOfFailure(failure) : ofConclusion.failed
}

export function exitCodeOfFailure({ kind }: Failure): ActExitCode {
  switch (kind) {
    case 'cancelled':
      return actExitCodes.cancelled
    case 'internal':
      return actExitCodes.bug
    case 'connection-refused':
    case 'host-unreachable':
    case 'host-not-found':
    case 'connection-timed-out':
    case 'not-ssh':
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'wrong-password':
    case 'key-refused':
    case 'key-unreadable':
    case 'passphrase-needed':
    case 'wrong-passphrase':
    case 'agent-unavailable':
    case 'auth-method-refused':
    case 'connection-lost':
    case 'guest-rebooted':
    case 'guest-gone':
    case 'not-connected':
      return actExitCodes.connection
    case 'bad-request':
    case 'not-allowed':
    case 'not-accepted':
    case 'not-a-bundle':
    case 'not-a-project':
    case 'not-a-dump':
    case 'dump-malformed':
    case 'dump-too-large':
    case 'capture-damaged':
    case 'newer-format':
    case 'expectations-invalid':
    case 'file-unreadable':
    case 'file-unwritable':
    case 'file-exists':
    case 'program-failed':
      return actExitCodes.usage
    default:
      return actExitCodes.refused
  }
}
