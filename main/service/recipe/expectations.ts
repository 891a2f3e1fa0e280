import { deriveExpectations } from '../../../core/expectations/derive-expectations.ts'
import type { Expectations } from '../../../core/expectations/expectations.ts'
import { FailureError } from '../../../core/failure.ts'
import { classesOf } from '../../../core/verify/compare-guests.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { PreflightReport } from '../../../core/preflight/preflight-report.ts'
import { findExpectations, readExpectationsFile } from '../find-expectations.ts'

interface Wanted {
  /** As the user named it; null looks for one near the bundle. */
  readonly expectationsPath: string | null
  /** The host's build; null where the kext is known from the guest alone. */
  readonly hostPath: string | null
  /** The classes that its code defines; null where only its personalities tell. */
  readonly classes: readonly string[] | null
  readonly wouldMatch: PreflightReport['wouldMatch']
}

/** Of the code, and of the personalities, whose classes may be another kext's. */
export function ownClasses(
  kext: InstalledKext,
  classes: readonly string[] | null,
): readonly string[] {
  return [...new Set([...classesOf(kext), ...(classes ?? [])])]
}

/** What is expected of a kext: by the author's file, or else by its Info.plist. */
export async function expectationsFor(
  kext: InstalledKext,
  { expectationsPath, hostPath, classes, wouldMatch }: Wanted,
): Promise<Expectations> {
  const path =
    expectationsPath ??
    (hostPath === null ? null : await findExpectations(hostPath, kext.bundleIdentifier))
  if (path === null) return deriveExpectations(kext, wouldMatch, ownClasses(kext, classes))
  const expectations = await readExpectationsFile(path)
  if (expectations.bundleIdentifier === kext.bundleIdentifier) return expectations
  const detail = `${path} says what is expected of ${expectations.bundleIdentifier}, not of ${kext.bundleIdentifier}`
  throw new FailureError({ kind: 'bad-request', request: 'action.plan', detail })
}
