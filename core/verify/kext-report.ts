import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import type { Outcome } from '../kext/outcome.ts'
import { compareVersions, versionNumber } from '../kext/version.ts'
import type { ObservedGuest } from './observed-guest.ts'
import type { Check, KextReport, VerifyReport } from './report.ts'

/** What the report on a load or on an unload is made from; both observations must be of the same boot. */
export interface VerifyRequest {
  readonly bundle: InstalledKext
  /** `LC_UUID` of the bundle's executable, where it is known. */
  readonly bundleUuid: string | null
  readonly before: ObservedGuest
  readonly after: ObservedGuest
  /** Whether the registry came to rest before `after` was taken, and how long that was waited for. */
  readonly settled: VerifyReport['settled']
  /** Classes that its code defines; null where they are not known from that. */
  readonly classes: readonly string[] | null
  /** What the tool said; null where it was not run (or by somebody else). */
  readonly outcome: Outcome | null
}

/** How the kext stands in the list of loaded kexts. */
export function reportKext(request: VerifyRequest): KextReport {
  const { bundle, bundleUuid, before, after, outcome } = request
  const now = findKext(after, bundle.bundleIdentifier)
  const then = findKext(before, bundle.bundleIdentifier)
  const hasVersions =
    now !== undefined &&
    versionNumber(now.version) !== null &&
    versionNumber(bundle.version) !== null
  const sameVersion = hasVersions ? compareVersions(now.version, bundle.version) === 0 : null
  const sameUuid = now?.uuid && bundleUuid ? now.uuid === bundleUuid.toUpperCase() : null
  const claimsLoaded = outcome?.kind === 'loaded' || outcome?.kind === 'already-loaded'
  return {
    bundleIdentifier: bundle.bundleIdentifier,
    isLoaded: now !== undefined,
    version: now?.version ?? null,
    uuid: now?.uuid ?? null,
    bundleVersion: bundle.version === '' ? null : bundle.version,
    isSameVersion: sameUuid === false ? false : sameVersion,
    wasLoadedBefore:
      now !== undefined && then !== undefined && now.index !== null && now.index === then.index,
    isAutoUnloaded: claimsLoaded && now === undefined && bundle.executable !== null,
  }
}

function findKext(guest: ObservedGuest, bundleIdentifier: string): LoadedKext | undefined {
  return guest.kexts.find(kext => kext.bundleIdentifier === bundleIdentifier)
}

/** What the tool said, as the first line of the answer. */
export function outcomeChecks(outcome: Outcome | null): readonly Check[] {
  if (outcome === null) return []
  return [
    {
      // Approval and reboot are the user's turn: not done, and not refused either.
      status: outcome.succeeded ? 'pass' : outcome.isPending ? 'attention' : 'fail',
      title: outcome.headline,
      detail: [outcome.explanation, ...(outcome.succeeded ? [] : outcome.advice)].join(' '),
    },
  ]
}
