import type { GuestIdentity } from '../guest-facts/read-identity.ts'
import type { BuildComparison } from '../kext/compare-builds.ts'
import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import type { LintReport } from '../lint/lint-report.ts'
import { guestItems } from './guest-items.ts'
import { libraryGraph } from './library-graph.ts'
import { libraryItems } from './library-items.ts'
import { lintItems } from './lint-items.ts'
import { loadedItems } from './loaded-items.ts'
import { matchItems } from './match-items.ts'
import type { PreflightItem, PreflightReport, Stop, WouldMatch } from './preflight-report.ts'
import { dependentsStop, identityStops, virtualMachineStop } from './stops.ts'

export interface PreflightInput {
  readonly bundle: InstalledKext
  /** The kexts in the bundle's PlugIns, which may serve it as libraries (facts: kexts, section 2). */
  readonly plugIns?: readonly InstalledKext[]
  readonly lint: LintReport | null
  readonly builds: BuildComparison | null
  readonly wouldMatch: readonly WouldMatch[] | null
  /** Of the newest capture of this boot; null where there is none. */
  readonly guest: {
    readonly identity: GuestIdentity | null
    readonly installed: readonly InstalledKext[]
    readonly loaded: readonly LoadedKext[] | null
  } | null
  /** The user has marked the target as a virtual machine. */
  readonly isVirtualMachine: boolean
  readonly targetLabel: string
  /** The plan unloads what is loaded before it loads. */
  readonly unloadsFirst: boolean
}

export interface Preflight {
  readonly report: PreflightReport
  readonly stops: readonly Stop[]
}

/** What one part of the preflight found, in the order in which it is told. */
export interface Findings {
  readonly items: readonly PreflightItem[]
  readonly stops: readonly Stop[]
}

/**
 * What can be said of a bundle before anything in the guest changes, and where to stop and ask. Each stop is an item
 * as well; each id stops once. What cannot be told is an item `unknown`, and stops nothing.
 */
export function preflightBundle(input: PreflightInput): Preflight {
  const { bundle, guest } = input
  const sources = guest && {
    loaded: guest.loaded,
    installed: [...(input.plugIns ?? []), ...guest.installed],
  }
  const parts: readonly Findings[] = [
    stopping(identityStops(bundle.bundleIdentifier, bundle, 'load')),
    input.isVirtualMachine
      ? {
          items: [
            {
              status: 'pass',
              title: `${input.targetLabel} is marked as a virtual machine`,
              detail: 'A panic costs no more than a restart of the guest.',
            },
          ],
          stops: [],
        }
      : stopping([virtualMachineStop(input.targetLabel)]),
    lintItems(input.lint, { libraryRulesAreTold: guest !== null }),
    libraryItems(bundle, sources),
    loadedItems(input),
    guestItems(input),
    matchItems(input),
  ]
  return {
    report: {
      bundleIdentifier: bundle.bundleIdentifier,
      version: bundle.version,
      items: inOrder(parts.flatMap(({ items }) => items)),
      lint: input.lint,
      libraries: libraryGraph(bundle, sources),
      wouldMatch: input.wouldMatch,
      builds: input.builds,
      guestCheck: null,
    },
    stops: parts.flatMap(({ stops }) => stops),
  }
}

/** The stops of an unload: Apple's and protected kexts, dependents that go too, a target that is no virtual machine. */
export function stopsOfUnload(input: {
  readonly bundleIdentifier: string
  readonly installed: InstalledKext | null
  readonly loaded: readonly LoadedKext[] | null
  readonly dependents: readonly string[]
  readonly isVirtualMachine: boolean
  readonly targetLabel: string
}): readonly Stop[] {
  const { bundleIdentifier, dependents } = input
  return [
    ...identityStops(bundleIdentifier, input.installed, 'unload'),
    ...(dependents.length > 0 ? [dependentsStop(bundleIdentifier, dependents)] : []),
    ...(input.isVirtualMachine ? [] : [virtualMachineStop(input.targetLabel)]),
  ]
}

const ranks: Readonly<Record<PreflightItem['status'], number>> = {
  stop: 0,
  warning: 1,
  unknown: 2,
  note: 3,
  pass: 4,
}

/** Stops and warnings first; within each as they were found. */
export function inOrder(items: readonly PreflightItem[]): readonly PreflightItem[] {
  return items.toSorted((a, b) => ranks[a.status] - ranks[b.status])
}

function stopping(stops: readonly Stop[]): Findings {
  return {
    items: stops.map(({ title, reason }) => ({ status: 'stop', title, detail: reason })),
    stops,
  }
}
