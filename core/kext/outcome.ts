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
}

export type OutcomeKind =
  | 'loaded'
  | 'unloaded'
  | 'already-loaded'
  | 'loadable'
  | 'services-terminated'
  | 'handed-over'
  | 'not-privileged'
  | 'authentication'
  | 'missing-dependency'
  | 'validation'
  | 'wrong-architecture'
  | 'link-error'
  | 'duplicate-class'
  | 'start-failed'
  | 'stop-failed'
  | 'in-use'
  | 'referenced'
  | 'not-loaded'
  | 'not-found'
  | 'signature'
  | 'policy'
  | 'approval-needed'
  | 'reboot-needed'
  | 'excluded'
  | 'safe-boot'
  | 'version-differs'
  | 'collection-error'
  | 'terminate-disallowed'
  | 'usage'
  | 'timed-out'
  | 'unknown'

export interface Outcome {
  readonly kind: OutcomeKind
  readonly succeeded: boolean
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
