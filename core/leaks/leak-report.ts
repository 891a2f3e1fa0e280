import type { Outcome } from '../kext/outcome.ts'

/** Cycles of load and unload, and what they left behind, as plain data. */

export interface LeakCycle {
  /** From 1. */
  readonly cycle: number
  readonly loadMs: number | null
  readonly unloadMs: number | null
  readonly loadOutcome: Outcome | null
  readonly unloadOutcome: Outcome | null
  /** Null counts: the class is not known to the kernel, or was not counted. */
  readonly classCounts: readonly {
    readonly className: string
    readonly loaded: number | null
    readonly unloaded: number | null
  }[]
  /** `ioalloccount` after the unload, in bytes; null where the guest has no such tool. */
  readonly allocations: readonly { readonly name: string; readonly bytes: number }[] | null
}

export interface Growth {
  readonly what: 'class' | 'allocation'
  /** The class, or the allocation as `ioalloccount` calls it. */
  readonly name: string
  /** The first cycle after which there was more than before it. */
  readonly cycle: number
  /** Objects or bytes, before that cycle and after it. */
  readonly before: number
  readonly after: number
  /** Told of, and not enough to stop: allocations go up and down by themselves. */
  readonly isCertain: boolean
}

export interface LeakReport {
  readonly bundleIdentifier: string
  readonly plannedCycles: number
  readonly cycles: readonly LeakCycle[]
  /** Before the first cycle. */
  readonly baseline: Pick<LeakCycle, 'allocations'> & {
    readonly classCounts: readonly { readonly className: string; readonly count: number | null }[]
  }
  readonly verdict: 'clean' | 'leaks' | 'stopped' | 'unknown'
  readonly headline: string
  readonly growth: readonly Growth[]
}
