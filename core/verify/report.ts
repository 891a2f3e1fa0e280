/**
 * The answer after an action, as plain data: no bigint, no typed arrays, so that it rides in a reply,
 * lands in a JSON file and is shown by the window and the command line alike.
 */

export type CheckStatus = 'pass' | 'fail' | 'attention' | 'unknown'

/** One line of the answer: a claim, whether it holds, and what was seen. */
export interface Check {
  readonly status: CheckStatus
  readonly title: string
  readonly detail: string
}

/** An entry as it is named in a report. */
export interface EntryBrief {
  /** `0x…`, the registry entry ID, or null where the dump has none. */
  readonly id: string | null
  readonly name: string
  readonly className: string | null
  /** `IOService:/…` path of its first node. */
  readonly path: string | null
}

export type RegistrationVerdict =
  | 'registered'
  | 'not-registered'
  | 'matching-in-progress'
  | 'terminating'
  /** The dump shows no state for it. */
  | 'unknown'

/** One live instance of a personality's `IOClass`. */
export interface InstanceReport extends EntryBrief {
  readonly provider: EntryBrief | null
  /** `registered`, `!matched`, `active`, as ioreg prints them. */
  readonly stateWords: readonly string[]
  readonly busyCount: number | null
  readonly registration: RegistrationVerdict
  /** What that means for this driver (facts: service-state, section 4). */
  readonly explanation: string
}

export interface PersonalityReport {
  readonly personality: string
  readonly ioClass: string | null
  readonly providerClass: string | null
  readonly matchCategory: string | null
  readonly instances: readonly InstanceReport[]
  /** Of the instance that is furthest from what was wanted. */
  readonly registration: RegistrationVerdict | 'no-instance'
  /** Why there is no instance, as far as the facts allow; null when there is one. */
  readonly whyNone: string | null
}

export interface KextReport {
  readonly bundleIdentifier: string
  readonly isLoaded: boolean
  readonly version: string | null
  readonly uuid: string | null
  /** The bundle's own version, for comparison. */
  readonly bundleVersion: string | null
  /** Null where one of the two versions is not known. */
  readonly isSameVersion: boolean | null
  /** It was in the kernel before the action, under the same load tag: no new code was loaded. */
  readonly wasLoadedBefore: boolean
  /** The tool reported success, yet it is not in the list: the kernel has unloaded it by itself. */
  readonly isAutoUnloaded: boolean
}

export interface VerifyReport {
  readonly kind: 'load' | 'unload'
  readonly verdict: 'good' | 'attention' | 'bad'
  /** One sentence that answers the question. */
  readonly headline: string
  readonly kext: KextReport
  readonly checks: readonly Check[]
  readonly personalities: readonly PersonalityReport[]
  readonly added: readonly EntryBrief[]
  readonly removed: readonly EntryBrief[]
  /** Class name, count before, count after; only classes of this kext. null where unknown. */
  readonly classCounts: readonly {
    readonly className: string
    readonly before: number | null
    readonly after: number | null
    /** Entries of exactly this class in the registry afterwards; null where classes are not known. */
    readonly live: number | null
    /** Objects beyond the entries and beyond what subclasses add; null where that cannot be told. */
    readonly excess: number | null
  }[]
  readonly newLogLines: readonly string[]
  /** The log has wrapped in between, or could not be read. */
  readonly newLogLinesMayLack: boolean
  readonly settled: { readonly isSettled: boolean; readonly waitedMs: number }
}
