import type { EntryBrief } from '../verify/report.ts'
import type { Creator } from './read-creator.ts'

/** What keeps a kext from being unloaded, as plain data. */

export interface Dependent {
  readonly bundleIdentifier: string
  /** `linked`: the list of loaded kexts says so; `declared`: only the Info.plist does. */
  readonly how: 'linked' | 'declared'
  readonly isLoaded: boolean
}

/** Who has an instance, or hangs below it. */
export interface Holder {
  readonly entry: EntryBrief
  readonly kind: 'user-client' | 'driver' | 'nub'
  /** `IOUserClientCreator`: `pid 402, sshd`. */
  readonly creator: Creator | null
  /** The kext whose code it is, where that is known. */
  readonly bundleIdentifier: string | null
  readonly stateWords: readonly string[]
}

export interface HeldInstance {
  readonly entry: EntryBrief
  readonly provider: EntryBrief | null
  readonly stateWords: readonly string[]
  readonly busyCount: number | null
  readonly retainCount: number | null
  /** It was terminated and waits for whoever has it open. */
  readonly isTerminated: boolean
  readonly holders: readonly Holder[]
  /** User clients below it, itself included: each one is an open connection. */
  readonly openCount: number
  /** Where it is a user client itself. */
  readonly creator: Creator | null
  /** No service above it names the kext, so an unload does not terminate it (facts: service-state, section 7). */
  readonly isOutOfReach: boolean
  /** Its provider is busy with more than this: a `start()` has not returned (facts: service-state, section 2). */
  readonly mayBeStarting: boolean
}

export interface CountedClass {
  readonly className: string
  /** By the kernel; null where `ioclasscount` is not there or does not know the class. */
  readonly counted: number | null
  /** Entries of exactly this class. */
  readonly inRegistry: number | null
  /** Added by direct subclasses with instances (facts: logs-and-misc, section 3). */
  readonly fromSubclasses: number
  /** Counted and in no entry; null where that cannot be told. */
  readonly unseen: number | null
  /** Known to be the class of a service: its objects are in the registry for as long as they are attached. */
  readonly isService: boolean
}

export type AdviceAction =
  /** In this order; the kext of the report is the last, or the only one. */
  | { readonly kind: 'unload'; readonly bundleIdentifiers: readonly string[] }
  | { readonly kind: 'terminate-class'; readonly className: string }
  | { readonly kind: 'show-entry'; readonly entry: EntryBrief }
  | { readonly kind: 'capture' }

export interface Advice {
  readonly sentence: string
  /** What Kextant can do about it at the press of a button; null where only the user can. */
  readonly action: AdviceAction | null
}

export type BlockerVerdict =
  | 'free'
  | 'referenced'
  /** Still in the registry: somebody has it open, or holds on to its attachment. */
  | 'held'
  /** Gone from the registry, and counted: a leaked reference. */
  | 'leaked'
  | 'held-and-leaked'
  | 'stop-refused'
  | 'protected'
  | 'not-loaded'
  | 'unknown'

export interface BlockerReport {
  readonly bundleIdentifier: string
  /** `before`: nothing has been tried yet. */
  readonly when: 'before' | 'after-refusal'
  readonly verdict: BlockerVerdict
  /** One sentence: what is in the way. */
  readonly headline: string
  /** Why, in two or three sentences. */
  readonly explanation: string
  readonly dependents: readonly Dependent[]
  readonly dependencies: readonly Dependent[]
  /** Topmost ones: an instance below another one is among its holders. */
  readonly instances: readonly HeldInstance[]
  readonly classes: readonly CountedClass[]
  /** The first thing to do first. */
  readonly advice: readonly Advice[]
  /** What could not be looked at, in sentences. */
  readonly missing: readonly string[]
  /** Instances and holders beyond those listed. */
  readonly omittedCount: number
}
