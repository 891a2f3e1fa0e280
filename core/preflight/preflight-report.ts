import type { LintReport } from '../lint/lint-report.ts'
import type { BuildComparison } from '../kext/compare-builds.ts'
import type { EntryBrief } from '../verify/report.ts'

/** What is known before a kext is loaded, as plain data: it rides in a plan and stays in the record. */

/** What has to be accepted on purpose, each by its name: `--accept NAME` on the command line. */
export const stopIds = [
  /** The identifier is one of Apple's. */
  'apple-kext',
  /** The kext is part of what the guest runs on: a KPI, a kernel component, a driver of its disk or console. */
  'protected-kext',
  /** Once loaded it cannot be unloaded: the kernel says so, or its bundle does. */
  'cannot-unload',
  /** The target is not marked as a virtual machine: a panic takes a real machine down. */
  'not-a-virtual-machine',
  /** Lint has found what keeps it from being loaded. */
  'lint-errors',
  /** A library is missing or does not fit. */
  'libraries',
  /** Another version or another build is loaded, and will stay so. */
  'other-build-loaded',
  /** Kexts that are linked against it are unloaded too. */
  'unloads-dependents',
] as const
export type StopId = (typeof stopIds)[number]

/** Kextant stops here and asks. */
export interface Stop {
  readonly id: StopId
  readonly title: string
  /** Why, and what may come of going on. */
  readonly reason: string
}

export type PreflightStatus = 'pass' | 'note' | 'warning' | 'stop' | 'unknown'

export interface PreflightItem {
  readonly status: PreflightStatus
  readonly title: string
  readonly detail: string
}

/** `OSBundleLibraries` resolved, as a graph that can be drawn: the kext first, libraries below. */
export interface LibraryGraph {
  readonly nodes: readonly LibraryNode[]
  /** Indices of `nodes`. */
  readonly edges: readonly {
    readonly from: number
    readonly to: number
    readonly wantedVersion: string
    readonly isSatisfied: boolean
  }[]
}

export interface LibraryNode {
  readonly bundleIdentifier: string
  readonly version: string | null
  readonly isLoaded: boolean
  /** One of the kernel's own interfaces. */
  readonly isKpi: boolean
  /** What is wrong with it, in a sentence; null when nothing is. */
  readonly problem: string | null
}

/** Which services a personality would match, by the matching engine. */
export interface WouldMatch {
  readonly personality: string
  readonly ioClass: string | null
  /** Services that it passes for; at most twenty are named. */
  readonly services: readonly {
    readonly entry: EntryBrief
    /** It would be started there; null where that cannot be told. */
    readonly wins: boolean | null
    /** Why, or who is in the way. */
    readonly sentence: string
  }[]
  readonly omittedCount: number
  /** One sentence: where it would be started, or why nowhere. */
  readonly sentence: string
}

/** What `kextutil -n -t` or `kmutil print-diagnostics` said of the bundle in the guest (facts: kexts, 9 and 10). */
export interface GuestCheck {
  readonly tool: 'kextutil' | 'kmutil'
  readonly verdict: 'loadable' | 'not-loadable' | 'not-checked'
  /** The report's categories with their diagnostics, in the order printed. */
  readonly categories: readonly {
    readonly name: string
    readonly diagnostics: readonly { readonly text: string; readonly values: readonly string[] }[]
  }[]
  /** What it comes to, and what to do. */
  readonly items: readonly PreflightItem[]
  /** As printed. */
  readonly text: string
}

export interface PreflightReport {
  readonly bundleIdentifier: string
  readonly version: string
  /** Stops and warnings first. */
  readonly items: readonly PreflightItem[]
  readonly lint: LintReport | null
  readonly libraries: LibraryGraph
  /** Null where there is no capture of the guest to try it on. */
  readonly wouldMatch: readonly WouldMatch[] | null
  readonly builds: BuildComparison | null
  /** Null until the guest's tool has been asked, and where it has none. */
  readonly guestCheck: GuestCheck | null
}
