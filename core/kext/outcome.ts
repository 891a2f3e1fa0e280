import type { ReturnCode } from './return-codes.ts'

export type KextTool = 'kextload' | 'kextunload' | 'kextutil' | 'kmutil'

export interface ToolRun {
  readonly tool: KextTool
  /** Null when the tool did not end by itself. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Lines that appeared in the kernel log while the tool ran; null where the log cannot be read. */
  readonly kernelLog: readonly string[] | null
  /**
   * The kext that it was about. With it, lines about other kexts are told apart for certain; without it they are
   * told apart by what the tool's own lines name.
   */
  readonly subject?: Subject
}

export interface Subject {
  readonly bundleIdentifier: string | null
  /** As given to the tool. */
  readonly path: string | null
}

export type OutcomeKind =
  | 'loaded'
  | 'unloaded'
  | 'already-loaded'
  | 'loadable'
  | 'services-terminated'
  /** Nothing was loaded; the personalities went to the catalogue (`kextutil -m`). */
  | 'personalities-sent'
  | 'handed-over'
  | 'not-privileged'
  | 'kextd-unreachable'
  | 'authentication'
  | 'missing-dependency'
  /** The library is there and fits, and cannot be loaded itself. */
  | 'dependency-failed'
  | 'validation'
  | 'wrong-architecture'
  | 'link-error'
  | 'duplicate-class'
  | 'superclass-missing'
  /** The kernel's class table refused, for another reason than a name that is taken. */
  | 'class-table'
  | 'start-failed'
  | 'stop-failed'
  | 'in-use'
  | 'referenced'
  /** `kextunload -c`, or the services of `-p`: they did not go. */
  | 'terminate-failed'
  | 'not-loaded'
  | 'not-found'
  | 'signature'
  | 'policy'
  | 'staging-failed'
  | 'approval-needed'
  | 'reboot-needed'
  | 'excluded'
  | 'safe-boot'
  | 'version-differs'
  | 'collection-error'
  | 'terminate-disallowed'
  | 'no-memory'
  | 'disabled'
  | 'unsupported'
  | 'not-loadable'
  | 'stopping'
  /** The request was passed to user space, and nobody says what came of it. */
  | 'deferred'
  | 'internal-error'
  /** The tool asked a question on its terminal, and was told no or had nobody to ask. */
  | 'interaction'
  | 'usage'
  | 'timed-out'
  | 'unknown'

export interface Outcome {
  readonly kind: OutcomeKind
  readonly succeeded: boolean
  /** The guest waits for its user's approval or for a reboot: neither done nor refused. */
  readonly isPending: boolean
  /** Identifiers that wait for approval, all of the guest's; empty where the tool names none. */
  readonly pending: readonly string[]
  readonly code?: ReturnCode
  readonly headline: string
  readonly explanation: string
  readonly advice: readonly string[]
  /** The lines, as they were printed, that this was read from. */
  readonly evidence: readonly string[]
}

/** Classes that still have instances, as the kernel counts them when it refuses to unload. */
export interface InstanceCount {
  readonly className: string
  readonly count: number
}
