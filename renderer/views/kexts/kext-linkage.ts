import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'

/** A kext at the other end of a linkage. The name is null where the list has no row for the tag. */
export interface LinkedKext {
  readonly index: number
  readonly bundleIdentifier: string | null
}

/**
 * What a loaded kext is linked against, by name. `kextstat` prints load tags only, and never a row for
 * the kernel itself, tag 0 (facts: kexts, section 6).
 */
export function linkedAgainst(kext: LoadedKext, all: readonly LoadedKext[]): readonly LinkedKext[] {
  const names = new Map(all.map(({ index, bundleIdentifier }) => [index, bundleIdentifier]))
  return kext.linkedAgainst.map(index => ({
    index,
    bundleIdentifier: names.get(index) ?? (index === 0 ? '__kernel__' : null),
  }))
}

/** The loaded kexts that are linked against this one: while they are loaded, it cannot be unloaded. */
export function dependents(kext: LoadedKext, all: readonly LoadedKext[]): readonly LoadedKext[] {
  const { index } = kext
  if (index === null) return []
  return all.filter(other => other.linkedAgainst.includes(index))
}

/** A library that a bundle asks for, and what of it is loaded. */
export interface WantedLibrary {
  readonly bundleIdentifier: string
  readonly wanted: string
  readonly loaded: LoadedKext | null
}

export function wantedLibraries(
  bundle: InstalledKext,
  all: readonly LoadedKext[] | null,
): readonly WantedLibrary[] {
  return bundle.libraries.map(([bundleIdentifier, wanted]) => ({
    bundleIdentifier,
    wanted,
    loaded: all?.find(kext => kext.bundleIdentifier === bundleIdentifier) ?? null,
  }))
}
