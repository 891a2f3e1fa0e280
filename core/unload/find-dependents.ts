import { dependencyNames } from '../kext/dependencies.ts'
import type { InstalledKext, LoadedKext } from '../kext/kext.ts'
import type { Dependent } from './blocker-report.ts'

export interface Dependents {
  readonly dependents: readonly Dependent[]
  readonly dependencies: readonly Dependent[]
  /** References that the list counts, and shows no kext for: it was filtered or cut. */
  readonly unseenReferences: number
}

/**
 * Who needs a kext, and what it needs: `linked` by the tags in the list of loaded kexts, which is what the kernel
 * goes by (facts: kexts, section 6), `declared` by `OSBundleLibraries` on the disk alone.
 */
export function findDependents(
  bundleIdentifier: string,
  kexts: readonly LoadedKext[],
  installed: readonly InstalledKext[],
): Dependents {
  const names = dependencyNames(kexts).get(bundleIdentifier)
  const loaded = new Map(kexts.map(kext => [kext.bundleIdentifier, kext]))
  const linked = (identifiers: readonly string[]): readonly Dependent[] =>
    identifiers.map(each => ({ bundleIdentifier: each, how: 'linked', isLoaded: true }))
  const declared = (identifiers: readonly string[], known: readonly Dependent[]) => {
    const seen = new Set([bundleIdentifier, ...known.map(each => each.bundleIdentifier)])
    return [...new Set(identifiers)]
      .filter(each => each !== '' && !seen.has(each))
      .map((each): Dependent => ({
        bundleIdentifier: each,
        how: 'declared',
        isLoaded: loaded.has(each),
      }))
  }
  const above = linked(names?.dependents ?? [])
  const below = linked(names?.dependencies ?? [])
  const wanting = installed
    .filter(kext => kext.libraries.some(([library]) => library === bundleIdentifier))
    .map(kext => kext.bundleIdentifier)
  const wanted = installed
    .filter(kext => kext.bundleIdentifier === bundleIdentifier)
    .flatMap(kext => kext.libraries.map(([library]) => library))
  const refs = loaded.get(bundleIdentifier)?.refs ?? 0
  return {
    dependents: [...above, ...declared(wanting, above)],
    dependencies: [...below, ...declared(wanted, below)],
    unseenReferences: Math.max(0, refs - above.length),
  }
}
