import type { ExpectationReport } from '../expectations/expectation-report.ts'
import type { Failure } from '../failure.ts'
import type { BuildComparison } from '../kext/compare-builds.ts'
import type { Outcome } from '../kext/outcome.ts'
import type { LeakReport } from '../leaks/leak-report.ts'
import type { PreflightReport, Stop, StopId } from '../preflight/preflight-report.ts'
import type { BlockerReport } from '../unload/blocker-report.ts'
import type { ActionChanges } from '../verify/action-changes.ts'
import type { VerifyReport } from '../verify/report.ts'

// An action: what is asked for, the plan that is shown before, and the record that stays.

/** How long a registry may take to come to rest, and an expectation to come true; null is the usual limit. */
interface Patience {
  readonly timeoutMs: number | null
}

/** Where what is expected is written; null: `kextant.yaml` near the bundle, and else derived from its Info.plist. */
interface Expecting {
  readonly expectationsPath: string | null
}

export type ActionRequest =
  /** The bundle comes to lie in the guest, and nothing is loaded. */
  | { readonly kind: 'push'; readonly bundlePath: string }
  /** Everything that can be found out without loading; the guest's own check looks at a copy that goes again. */
  | { readonly kind: 'preflight'; readonly bundlePath: string }
  /** push → preflight → (unload the old one) → load → settle → verify, and where it ends unloaded → unload → leak check */
  | ({
      readonly kind: 'loop'
      readonly bundlePath: string
      readonly endsWith: 'loaded' | 'unloaded'
    } & Expecting &
      Patience)
  /** What lies in the guest already. */
  | ({
      readonly kind: 'load' | 'reload'
      readonly guestPath: string
      readonly bundleIdentifier: string
    } & Expecting &
      Patience)
  | ({
      readonly kind: 'unload'
      readonly bundleIdentifier: string
      /** What happens to kexts that are linked against it. */
      readonly dependents: 'refuse' | 'unload-first'
    } & Patience)
  /** `kextunload -c`: the instances go, the code stays. */
  | ({
      readonly kind: 'terminate-class'
      readonly bundleIdentifier: string
      readonly className: string
    } & Patience)
  /** Changes nothing: does what is expected hold now? */
  | ({
      readonly kind: 'verify'
      readonly bundleIdentifier: string
      /** The host's build, for its Info.plist and UUID; null is what lies in the guest. */
      readonly bundlePath: string | null
    } & Expecting &
      Patience)
  /** load → settle → count → unload → settle → count, over and over. */
  | ({
      readonly kind: 'leak-hunt'
      readonly guestPath: string
      readonly bundleIdentifier: string
      readonly cycles: number
    } & Patience)

/** What a step is part of; the window groups by it, and a phase can be run alone. */
export type Phase =
  'look' | 'push' | 'preflight' | 'unload' | 'load' | 'settle' | 'verify' | 'leak-check'

export interface PlannedStep {
  readonly phase: Phase
  /** The exact command line, or what is transferred, as it will be run. */
  readonly command: string
  readonly explanation: string
  readonly runsAsRoot: boolean
  readonly changesGuest: boolean
}

export interface ActionPlan {
  readonly planId: string
  readonly request: ActionRequest
  readonly title: string
  readonly steps: readonly PlannedStep[]
  /** What the user should know before saying yes. */
  readonly warnings: readonly string[]
  /** What has to be accepted one by one before it may run. */
  readonly stops: readonly Stop[]
  /** What is known of the bundle and the guest before anything changes; null where no bundle is concerned. */
  readonly preflight: PreflightReport | null
  /** What verification will ask, one line each; empty where nothing is verified. */
  readonly expected: readonly string[]
  /** Where that is written, or what it was derived from; null where nothing is verified. */
  readonly expectedFrom: ExpectationReport['source'] | null
  /** sudo in the guest wants a password that Kextant does not have. */
  readonly needsSudoPassword: boolean
  readonly changesGuest: boolean
}

export type StepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'

export interface StepRecord extends PlannedStep {
  readonly status: StepStatus
  readonly output: readonly {
    readonly stream: 'stdout' | 'stderr' | 'note'
    readonly text: string
  }[]
  readonly exitCode: number | null
  readonly durationMs: number | null
  readonly outcome: Outcome | null
  readonly failure: Failure | null
}

/** What an action came to, once it is over; the command line's exit code follows from it. */
export type Conclusion =
  /** Done, and everything that was asked holds. */
  | 'holds'
  /** Done, and an expectation, a check of the preflight or a count does not hold. */
  | 'does-not-hold'
  /** The guest waits for its user's approval, or for a reboot: no failure, and not loaded either. */
  | 'waits-for-user'
  /** A tool or the kernel said no. */
  | 'refused'
  /** The guest could not be reached any more; what the last step did is not known. */
  | 'connection'
  | 'cancelled'
  /** Kextant ended while it ran. */
  | 'interrupted'
  | 'failed'

export type ActionStatus = 'running' | 'done' | 'failed' | 'cancelled' | 'unknown'

/** The kext of an action, and where it lies in the guest; null where that is not known. */
export interface ActionSubject {
  readonly bundleIdentifier: string
  readonly guestPath: string | null
}

/** An action that runs or ran, whole: what is kept in the history, and what can be run again. */
export interface ActionRecord {
  readonly formatVersion: 1
  readonly id: string
  readonly request: ActionRequest
  readonly title: string
  readonly targetId: string
  readonly targetLabel: string
  /** What it is about, for a later look at what has come of it. */
  readonly subject: ActionSubject
  /** Which boot of the guest it began in: `kern.bootsessionuuid`, or the boot time; null where neither is told. */
  readonly boot: string | null
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string | null
  /** `unknown`: it broke off, and nobody saw how it ended. */
  readonly status: ActionStatus
  /** Null while it runs. */
  readonly conclusion: Conclusion | null
  readonly steps: readonly StepRecord[]
  /** The stops that the user accepted. */
  readonly accepted: readonly StopId[]
  readonly preflight: PreflightReport | null
  readonly report: VerifyReport | null
  readonly expectations: ExpectationReport | null
  readonly blockers: BlockerReport | null
  readonly changes: ActionChanges | null
  /**
   * Of a loop that has unloaded again: what the unload came to, and what it changed. `report` and `changes` are then
   * those of the load. Null where nothing was loaded before.
   */
  readonly unloaded: { readonly report: VerifyReport; readonly changes: ActionChanges } | null
  readonly leaks: LeakReport | null
  /** As they are at the end; those of before are in the preflight. Null where that could not be looked at. */
  readonly builds: BuildComparison | null
  /** Of an action that broke off: what a later capture of that guest has shown. */
  readonly resolution: { readonly at: string; readonly sentence: string } | null
  readonly snapshotBefore: string | null
  /** The capture taken after the action; the window switches to it. */
  readonly snapshotAfter: string | null
}

/** A record as the list of the history has it. */
export interface ActionSummary {
  readonly id: string
  readonly request: ActionRequest
  readonly title: string
  readonly targetId: string
  readonly targetLabel: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly status: ActionStatus
  readonly conclusion: Conclusion | null
  /** What it came to, in one sentence. */
  readonly headline: string
  /** It holds, and the look at the guest found something to think about all the same. */
  readonly hasRemark: boolean
}
