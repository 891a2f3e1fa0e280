/**
 * What can go wrong in normal use, as plain data. Electron keeps only the message of an error thrown
 * across its boundary and JSON keeps nothing of it, so a failure travels as a value and is thrown
 * again on the far side. Anything that is not a failure is a bug and throws as such.
 */
export type Failure =
  // reaching the guest
  | { readonly kind: 'connection-refused'; readonly address: string }
  | { readonly kind: 'host-unreachable'; readonly address: string; readonly detail: string }
  | { readonly kind: 'host-not-found'; readonly host: string }
  | { readonly kind: 'connection-timed-out'; readonly address: string; readonly timeoutMs: number }
  | { readonly kind: 'not-ssh'; readonly address: string; readonly detail: string }
  | {
      readonly kind: 'host-key-unknown'
      readonly address: string
      readonly keyType: string
      readonly fingerprint: string
    }
  | {
      readonly kind: 'host-key-changed'
      readonly address: string
      readonly keyType: string
      readonly fingerprint: string
      readonly expected: string
    }
  | { readonly kind: 'wrong-password'; readonly user: string; readonly address: string }
  | { readonly kind: 'key-refused'; readonly user: string; readonly address: string }
  | { readonly kind: 'key-unreadable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'passphrase-needed'; readonly path: string }
  | { readonly kind: 'wrong-passphrase'; readonly path: string }
  | { readonly kind: 'agent-unavailable'; readonly detail: string }
  | { readonly kind: 'auth-method-refused'; readonly offered: string; readonly address: string }
  | { readonly kind: 'connection-lost'; readonly address: string; readonly detail: string }
  /** The connection broke off, and the guest is back as another boot. */
  | { readonly kind: 'guest-rebooted'; readonly address: string; readonly during: string }
  | { readonly kind: 'guest-gone'; readonly address: string; readonly during: string }
  | { readonly kind: 'not-connected' }
  // asking the guest
  | { readonly kind: 'command-missing'; readonly command: string; readonly detail: string }
  | {
      readonly kind: 'command-failed'
      readonly command: string
      readonly exitCode: number | null
      readonly stderr: string
    }
  | { readonly kind: 'command-timed-out'; readonly command: string; readonly timeoutMs: number }
  | { readonly kind: 'sudo-password-needed' }
  | { readonly kind: 'sudo-refused'; readonly detail: string }
  | { readonly kind: 'transfer-failed'; readonly path: string; readonly detail: string }
  // reading what it said
  | {
      readonly kind: 'not-a-dump'
      readonly source: string
      readonly looksLike: string
    }
  | {
      readonly kind: 'dump-malformed'
      readonly source: string
      readonly byteOffset: number
      readonly expected: string
    }
  | { readonly kind: 'dump-too-large'; readonly source: string; readonly limitBytes: number }
  /** A `.kextant` that cannot be opened, as a whole. */
  | { readonly kind: 'capture-damaged'; readonly source: string; readonly detail: string }
  | {
      readonly kind: 'newer-format'
      readonly source: string
      readonly version: number
      /** The newest that this Kextant reads. */
      readonly newest: number
    }
  // the host's own disk, and requests
  | { readonly kind: 'file-unreadable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'file-unwritable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'file-exists'; readonly path: string }
  /** `where` is the way to the value: `IOKitPersonalities / Mine / Name`. */
  | { readonly kind: 'value-unwritable'; readonly where: string; readonly detail: string }
  | { readonly kind: 'not-a-bundle'; readonly path: string; readonly detail: string }
  /** A file of expectations that cannot be used; `line` and `column` from 1. */
  | {
      readonly kind: 'expectations-invalid'
      readonly path: string
      readonly line: number
      readonly column: number
      readonly detail: string
    }
  /** A folder in which no driver is built. */
  | { readonly kind: 'not-a-project'; readonly path: string; readonly detail: string }
  /** A program of this computer, such as `make` or an editor, that cannot be run or did not do it. */
  | { readonly kind: 'program-failed'; readonly program: string; readonly detail: string }
  /** What a plan stops at has not been accepted. */
  | { readonly kind: 'not-accepted'; readonly stops: readonly string[] }
  | { readonly kind: 'unknown-action'; readonly actionId: string }
  | { readonly kind: 'bad-request'; readonly request: string; readonly detail: string }
  /** A command of the window that means nothing in its present state. */
  | { readonly kind: 'not-now'; readonly command: string; readonly reason: string }
  | { readonly kind: 'not-allowed'; readonly request: string; readonly detail: string }
  | { readonly kind: 'unknown-snapshot'; readonly snapshotId: string }
  | { readonly kind: 'unknown-plan'; readonly planId: string }
  | { readonly kind: 'busy'; readonly detail: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'internal'; readonly detail: string }

export type FailureKind = Failure['kind']

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** Carries a failure through code that throws; a boundary turns it back into a `Reply`. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(sentenceFor(failure))
    this.name = 'FailureError'
    this.failure = failure
  }
}

/** The end of every `switch` over a closed union: a new case becomes a type error here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}

/** What the user reads: what happened, where, and what to do about it. One sentence or two. */
export function sentenceFor(failure: Failure): string {
  switch (failure.kind) {
    case 'connection-refused':
      return `${failure.address} refuses connections. Is the guest up, and is Remote Login (sshd) on?`
    case 'host-unreachable':
      return `${failure.address} cannot be reached: ${failure.detail}. Check the guest's network.`
    case 'host-not-found':
      return `No host is named “${failure.host}”. Check the spelling, or use its IP address.`
    case 'connection-timed-out':
      return `${failure.address} did not answer within ${seconds(failure.timeoutMs)}. Is the guest running?`
    case 'not-ssh':
      return `${failure.address} answers, but does not speak SSH: ${failure.detail}. Is the port right?`
    case 'host-key-unknown':
      return `The host key of ${failure.address} is not known yet: ${failure.fingerprint} (${failure.keyType}). Compare it with the guest's own before you trust it.`
    case 'host-key-changed':
      return `The host key of ${failure.address} has changed: it was ${failure.expected}, now it is ${failure.fingerprint}. Nothing was sent. If the guest was reinstalled, forget the old key first.`
    case 'wrong-password':
      return `${failure.address} does not accept this password for ${failure.user}.`
    case 'key-refused':
      return `${failure.address} does not accept this key for ${failure.user}. Is its public half in ~/.ssh/authorized_keys there?`
    case 'key-unreadable':
      return `The key file ${failure.path} cannot be used: ${failure.detail}.`
    case 'passphrase-needed':
      return `The key file ${failure.path} is encrypted and needs its passphrase.`
    case 'wrong-passphrase':
      return `This is not the passphrase of ${failure.path}.`
    case 'agent-unavailable':
      return `No SSH agent can be used: ${failure.detail}.`
    case 'auth-method-refused':
      return `${failure.address} does not allow this way of signing in; it offers ${failure.offered}.`
    case 'connection-lost':
      return `The connection to ${failure.address} broke off: ${failure.detail}.`
    case 'guest-rebooted':
      return `The guest went down during “${failure.during}” and is back as another boot. That is what a panic looks like: its panic log has the backtrace.`
    case 'guest-gone':
      return `The guest went away during “${failure.during}” and has not come back. Look at its console.`
    case 'not-connected':
      return 'No guest is connected. Connect to one first.'
    case 'command-missing':
      return `The guest has no ${failure.command}${failure.detail ? `: ${failure.detail}` : ''}.`
    case 'command-failed':
      return `“${failure.command}” ended with ${failure.exitCode === null ? 'no exit code' : `exit code ${failure.exitCode}`}${failure.stderr ? `: ${failure.stderr.trim()}` : '.'}`
    case 'command-timed-out':
      return `“${failure.command}” did not finish within ${seconds(failure.timeoutMs)} and was stopped.`
    case 'sudo-password-needed':
      return 'This needs root in the guest, and sudo there asks for a password.'
    case 'sudo-refused':
      return `sudo in the guest says no: ${failure.detail}.`
    case 'transfer-failed':
      return `${failure.path} could not be transferred: ${failure.detail}.`
    case 'not-a-dump':
      return `${failure.source} is not a registry dump; it looks like ${failure.looksLike}.`
    case 'dump-malformed':
      return `${failure.source} breaks off at byte ${failure.byteOffset}: expected ${failure.expected}.`
    case 'dump-too-large':
      return `${failure.source} is larger than ${Math.round(failure.limitBytes / 1_000_000)} MB, which is more than Kextant reads at once.`
    case 'capture-damaged':
      return `${failure.source} cannot be opened as a saved capture: ${failure.detail}.`
    case 'newer-format':
      return `${failure.source} was saved by a newer Kextant: its format has version ${failure.version}, and this Kextant reads up to version ${failure.newest}. Open it with a newer one.`
    case 'file-unreadable':
      return `${failure.path} cannot be read: ${failure.detail}.`
    case 'file-unwritable':
      return `${failure.path} cannot be written: ${failure.detail}.`
    case 'file-exists':
      return `${failure.path} is there already, and was left as it is.`
    case 'value-unwritable':
      return `${failure.where} cannot be written to a property list: ${failure.detail}.`
    case 'not-a-bundle':
      return `${failure.path} is not a kext bundle: ${failure.detail}.`
    case 'expectations-invalid':
      return `${failure.path}:${failure.line}:${failure.column}: ${failure.detail}.`
    case 'not-a-project':
      return `No driver is built in ${failure.path}: ${failure.detail}.`
    case 'program-failed':
      return `${failure.program} cannot be used on this computer: ${failure.detail}.`
    case 'not-accepted':
      return `This has to be accepted first: ${failure.stops.join(', ')}.`
    case 'unknown-action':
      return 'This action is not in the history any more.'
    case 'not-now':
      return `${failure.command}: ${failure.reason}`
    case 'bad-request':
      return `The request ${failure.request} was refused: ${failure.detail}.`
    case 'not-allowed':
      return `${failure.request} is not allowed here: ${failure.detail}.`
    case 'unknown-snapshot':
      return 'This snapshot is no longer open. Capture again.'
    case 'unknown-plan':
      return 'This plan is no longer current. Ask again for what you want to do.'
    case 'busy':
      return failure.detail
    case 'cancelled':
      return 'Cancelled.'
    case 'internal':
      return `Something went wrong inside Kextant: ${failure.detail}`
    default:
      return assertNever(failure)
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
}
