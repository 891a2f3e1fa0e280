import type {
  ActionRecord,
  ConnectedGuest,
  PlannedStep,
  StepRecord,
} from '../../../core/contract/types.ts'
import type { Expectations } from '../../../core/expectations/expectations.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { BuildComparison } from '../../../core/kext/compare-builds.ts'
import type { Outcome } from '../../../core/kext/outcome.ts'
import type { Stop } from '../../../core/preflight/preflight-report.ts'
import type { VerifyReport } from '../../../core/verify/report.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { TakenCapture } from '../capture-guest.ts'

/** What the steps of a recipe work with while it runs. */
export interface RecipeContext {
  /** The one that the plan was made for. Lost, it fails every step; a new connection may be another boot. */
  readonly session: GuestSession
  readonly guest: ConnectedGuest
  /** One that begins now: a capture that another caller has under way may be from before the step. */
  readonly capture: () => Promise<TakenCapture>
  /** The same, neither kept nor told of: for asking again and again. */
  readonly peek: () => Promise<TakenCapture>
  /** Keeps and tells of what `peek` gave. */
  readonly keep: (taken: TakenCapture) => void
  readonly signal: AbortSignal
  readonly output: (stream: 'stdout' | 'stderr' | 'note', text: string) => void
  /** Brings what the state has found so far into the record, while the step goes on. */
  readonly tell: () => void
}

export interface StepResult extends Partial<Pick<StepRecord, 'exitCode' | 'outcome' | 'failure'>> {
  /** It was carried out and does not come to what was wanted: nothing after it runs. */
  readonly isRefused?: boolean
}

/** The attempts on a kext in the kernel, each followed by its own look at what came of it. */
export type Attempt = 'unload-old' | 'load' | 'unload'

export interface RecipeStep {
  readonly planned: PlannedStep
  /** What is left of the step when the action ends after it: a push tidies up what was only passing. */
  readonly effect: 'none' | 'passing' | 'lasting'
  /** This is the attempt itself. */
  readonly attempt?: Attempt
  /** Runs all the same after one of these attempts was refused. */
  readonly follows?: readonly Attempt[]
  /** Asked right before: why it need not run, or null. */
  readonly skip?: () => string | null
  readonly run: (context: RecipeContext) => Promise<StepResult>
}

type Found = Pick<
  ActionRecord,
  | 'preflight'
  | 'report'
  | 'expectations'
  | 'blockers'
  | 'changes'
  | 'unloaded'
  | 'leaks'
  | 'builds'
  | 'snapshotBefore'
  | 'snapshotAfter'
>

/** What the phases of one run tell each other, and what goes into the record. */
export interface RecipeState {
  /** Before anything was done. */
  before: TakenCapture | null
  /** The newest look after something was done. */
  after: TakenCapture | null
  /** With the kext loaded and at rest. */
  loaded: TakenCapture | null
  settled: VerifyReport['settled']
  /** Of the last load and of the last unload that were tried. */
  loadOutcome: Outcome | null
  unloadOutcome: Outcome | null
  /** The kext that would not be unloaded: the one of the action, or one that is linked against it. */
  refusedIdentifier: string | null
  /** It had been loaded before this action: gone now, the kernel has unloaded it by itself. */
  wasLoaded: boolean
  /** The kernel log right before the load, where something was unloaded before that; null: as it was in `before`. */
  logAtLoad: readonly string[] | null
  /** When the tool said that it had loaded, by `Date.now()`. */
  loadedAtMs: number | null
  readonly found: { -readonly [K in keyof Found]: Found[K] }
}

export function newState(preflight: ActionRecord['preflight']): RecipeState {
  return {
    before: null,
    after: null,
    loaded: null,
    settled: { isSettled: false, waitedMs: 0 },
    loadOutcome: null,
    unloadOutcome: null,
    refusedIdentifier: null,
    wasLoaded: false,
    logAtLoad: null,
    loadedAtMs: null,
    found: {
      preflight,
      report: null,
      expectations: null,
      blockers: null,
      changes: null,
      unloaded: null,
      leaks: null,
      builds: null,
      snapshotBefore: null,
      snapshotAfter: null,
    },
  }
}

/** The steps of one action, in order, and what they come to. */
export interface Recipe {
  readonly title: string
  readonly subject: ActionRecord['subject']
  readonly steps: readonly RecipeStep[]
  readonly warnings: readonly string[]
  readonly stops: readonly Stop[]
  readonly expectations: Expectations | null
  readonly state: RecipeState
  /** Looks again at the end which builds are where; null where no build is concerned. */
  readonly compareBuilds: ((context: RecipeContext) => Promise<BuildComparison>) | null
  /** Right before the first step: fails when what was shown is not what would run. */
  readonly check: () => Promise<void>
  /** After an action that ended early: takes away what it has only brought along. */
  readonly tidy: (session: GuestSession) => Promise<void>
}

/** The kext that an action is about, and what is expected of it. */
export interface Subject {
  readonly kext: InstalledKext
  /** Where it lies, or will lie, in the guest. */
  readonly guestPath: string | null
  /** The host's build, where there is one. */
  readonly hostPath: string | null
  /** Its `LC_UUID`, where that is known. */
  readonly buildUuid: string | null
  /** The classes that its code defines; null where the code was not read, or does not tell. */
  readonly classes: readonly string[] | null
  /** Null where nothing is verified. */
  readonly expectations: Expectations | null
}
