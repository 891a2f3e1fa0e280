import { kpiFindings } from '../lint/kpi-rules.ts'
import type { InstalledKext, LoadedKext } from './kext.ts'
import { compareVersions, isCompatibleVersion, versionNumber } from './version.ts'

/** How one line of `OSBundleLibraries` turns out (facts: kexts, section 4). */
export interface LibraryResolution {
  readonly bundleIdentifier: string
  readonly wantedVersion: string
  readonly kind:
    | 'satisfied'
    | 'invalid-version'
    | 'not-found'
    | 'incompatible'
    /** Found, but without a valid `OSBundleCompatibleVersion`: nobody may link against it. */
    | 'not-a-library'
    /** The loaded one does not fit, and only one can be loaded at a time. */
    | 'loaded-incompatible'
    /** It is loaded, but what it is compatible with is in an Info.plist that is not known here. */
    | 'undetermined'
  /** The kext that serves, or that would if it fitted. */
  readonly candidate: {
    readonly version: string
    readonly compatibleVersion: string | null
    readonly isLoaded: boolean
    readonly path: string | null
  } | null
  readonly explanation: string
}

export interface DependencyReport {
  readonly direct: readonly LibraryResolution[]
  /** Identifiers of kexts that are not loaded yet and have to be, the deepest first. */
  readonly loadsFirst: readonly string[]
  /** Rules that are broken, and what is wrong further down; sentences. */
  readonly problems: readonly string[]
  /** Those of `problems` that are about the libraries of the libraries. */
  readonly indirect: readonly string[]
}

/** The kernel's own interfaces have no Info.plist a guest would send; xnu fixes what they promise. */
const kpiCompatibility: ReadonlyMap<string, string> = new Map([
  ['com.apple.kpi.iokit', '7.0'],
  ['com.apple.kpi.libkern', '8.0.0d0'],
  ['com.apple.kpi.mach', '8.0.0d0'],
  ['com.apple.kpi.bsd', '8.0.0b1'],
  ['com.apple.kpi.dsep', '8.0.0b1'],
  ['com.apple.kpi.kasan', '8.0.0b1'],
  ['com.apple.kpi.private', '8.0.0b1'],
  ['com.apple.kpi.unsupported', '8.0.0b1'],
])

/**
 * Resolves `OSBundleLibraries` and what those libraries need in turn.
 *
 * @param installed kexts on the disk that may serve as libraries
 * @param loaded kexts in the kernel; a loaded one is preferred, and cannot be replaced
 */
export function resolveDependencies(
  kext: InstalledKext,
  installed: readonly InstalledKext[],
  loaded: readonly LoadedKext[],
): DependencyReport {
  const world = worldOf(installed, loaded)
  const direct = kext.libraries.map(library => resolveLibrary(library, world))
  const indirect: string[] = []
  const loadsFirst: string[] = []
  const visited = new Set<string>()

  // Depth first with an own stack: a chain of bundles can be as long as a hostile guest likes.
  interface Visit {
    readonly owner: InstalledKext
    readonly pending: LibraryResolution[]
  }
  const path: Visit[] = [{ owner: kext, pending: [...direct].reverse() }]
  const onPath = new Set([kext.bundleIdentifier])
  while (path.length > 0) {
    const visit = path.at(-1)!
    const next = visit.pending.pop()
    if (next === undefined) {
      path.pop()
      onPath.delete(visit.owner.bundleIdentifier)
      if (path.length > 0) loadsFirst.push(visit.owner.bundleIdentifier)
      continue
    }
    if (path.length > 1 && next.kind !== 'satisfied' && next.kind !== 'undetermined')
      indirect.push(`${visit.owner.bundleIdentifier} cannot be loaded: ${next.explanation}`)
    if (next.kind !== 'satisfied' || next.candidate!.isLoaded) continue
    if (onPath.has(next.bundleIdentifier)) {
      indirect.push(
        `${visit.owner.bundleIdentifier} and ${next.bundleIdentifier} depend on each other in a circle.`,
      )
      continue
    }
    const library = world.installed
      .get(next.bundleIdentifier)
      ?.find(each => each.path === next.candidate!.path)
    if (library === undefined || visited.has(library.bundleIdentifier)) continue
    visited.add(library.bundleIdentifier)
    onPath.add(library.bundleIdentifier)
    path.push({
      owner: library,
      pending: library.libraries.map(each => resolveLibrary(each, world)).reverse(),
    })
  }
  const policy = kpiFindings(kext, true).map(({ sentence }) => sentence)
  return { direct, loadsFirst, problems: [...policy, ...indirect], indirect }
}

/**
 * What each line of a kext's `OSBundleLibraries` comes to among these kexts; made once, asked for many kexts.
 */
export function libraryResolver(
  installed: readonly InstalledKext[],
  loaded: readonly LoadedKext[],
): (kext: Pick<InstalledKext, 'libraries'>) => readonly LibraryResolution[] {
  const world = worldOf(installed, loaded)
  return kext => kext.libraries.map(library => resolveLibrary(library, world))
}

function worldOf(installed: readonly InstalledKext[], loaded: readonly LoadedKext[]): World {
  return {
    installed: byIdentifier(installed),
    loaded: new Map(loaded.map(each => [each.bundleIdentifier, each])),
  }
}

interface World {
  readonly installed: ReadonlyMap<string, readonly InstalledKext[]>
  readonly loaded: ReadonlyMap<string, LoadedKext>
}

function byIdentifier(
  kexts: readonly InstalledKext[],
): ReadonlyMap<string, readonly InstalledKext[]> {
  const groups = new Map<string, InstalledKext[]>()
  for (const kext of kexts) {
    const group = groups.get(kext.bundleIdentifier)
    if (group === undefined) groups.set(kext.bundleIdentifier, [kext])
    else group.push(kext)
  }
  return groups
}

function resolveLibrary(
  [bundleIdentifier, wantedVersion]: readonly [string, string],
  world: World,
): LibraryResolution {
  const base = { bundleIdentifier, wantedVersion }
  if (versionNumber(wantedVersion) === null)
    return {
      ...base,
      kind: 'invalid-version',
      candidate: null,
      explanation: `“${wantedVersion}”, the version wanted of ${bundleIdentifier}, is not a kext version.`,
    }
  const onDisk = (world.installed.get(bundleIdentifier) ?? []).toSorted((a, b) =>
    compareVersions(b.version, a.version),
  )
  const loaded = world.loaded.get(bundleIdentifier)
  if (loaded !== undefined) return resolveLoaded(base, loaded, onDisk)
  if (onDisk.length === 0)
    return {
      ...base,
      kind: 'not-found',
      candidate: null,
      explanation: `No kext ${bundleIdentifier} is installed or loaded.`,
    }

  const libraries = onDisk.filter(each => versionNumber(each.compatibleVersion ?? '') !== null)
  const fitting = libraries.find(each =>
    isCompatibleVersion(wantedVersion, {
      version: each.version,
      compatibleVersion: each.compatibleVersion!,
    }),
  )
  const best = fitting ?? libraries[0] ?? onDisk[0]!
  const candidate = {
    version: best.version,
    compatibleVersion: best.compatibleVersion,
    isLoaded: false,
    path: best.path,
  }
  if (fitting !== undefined)
    return {
      ...base,
      kind: 'satisfied',
      candidate,
      explanation: `${bundleIdentifier} ${best.version} (compatible back to ${best.compatibleVersion}) serves version ${wantedVersion}.`,
    }
  if (libraries.length === 0)
    return {
      ...base,
      kind: 'not-a-library',
      candidate,
      explanation: `${bundleIdentifier} ${best.version} has no valid OSBundleCompatibleVersion, so nothing can link against it.`,
    }
  return {
    ...base,
    kind: 'incompatible',
    candidate,
    explanation: `Version ${wantedVersion} of ${bundleIdentifier} is wanted, but ${best.version} serves ${best.compatibleVersion} to ${best.version} only.`,
  }
}

function resolveLoaded(
  base: { readonly bundleIdentifier: string; readonly wantedVersion: string },
  loaded: LoadedKext,
  onDisk: readonly InstalledKext[],
): LibraryResolution {
  const twin = onDisk.find(each => compareVersions(each.version, loaded.version) === 0)
  const compatibleVersion =
    twin === undefined
      ? (kpiCompatibility.get(base.bundleIdentifier) ?? null)
      : twin.compatibleVersion
  const candidate = {
    version: loaded.version,
    compatibleVersion,
    isLoaded: true,
    path: twin?.path ?? null,
  }
  const name = `${base.bundleIdentifier} ${loaded.version}`
  if (compareVersions(base.wantedVersion, loaded.version) > 0)
    return {
      ...base,
      kind: 'loaded-incompatible',
      candidate,
      explanation: `Version ${base.wantedVersion} of ${base.bundleIdentifier} is wanted, but ${loaded.version} is loaded, which is older.`,
    }
  if (compatibleVersion === null && twin === undefined)
    return {
      ...base,
      kind: 'undetermined',
      candidate,
      explanation: `${name} is loaded and recent enough; what it is compatible with is not known here.`,
    }
  if (compatibleVersion === null || versionNumber(compatibleVersion) === null)
    return {
      ...base,
      kind: 'not-a-library',
      candidate,
      explanation: `${name} is loaded, but has no valid OSBundleCompatibleVersion, so nothing can link against it.`,
    }
  if (compareVersions(base.wantedVersion, compatibleVersion) < 0)
    return {
      ...base,
      kind: 'loaded-incompatible',
      candidate,
      explanation: `Version ${base.wantedVersion} of ${base.bundleIdentifier} is wanted, but the loaded ${loaded.version} serves ${compatibleVersion} and later only.`,
    }
  return {
    ...base,
    kind: 'satisfied',
    candidate,
    explanation: `${name} is loaded and serves version ${base.wantedVersion}.`,
  }
}

/** The names behind the load tags of one row of a kext list. */
export interface DependencyNames {
  /** Identifiers it is linked against, in the order of its tags. */
  readonly dependencies: readonly string[]
  /** Identifiers of the kexts that are linked against it: they keep it from being unloaded. */
  readonly dependents: readonly string[]
  /** Tags that no row of the list has: the list was filtered or cut. */
  readonly unknownTags: readonly number[]
}

/** Bundle identifier -> names of what it is linked against and of what is linked against it. */
export function dependencyNames(
  kexts: readonly LoadedKext[],
): ReadonlyMap<string, DependencyNames> {
  const byTag = new Map<number, string>()
  for (const kext of kexts) if (kext.index !== null) byTag.set(kext.index, kext.bundleIdentifier)
  const dependents = new Map<string, string[]>(kexts.map(kext => [kext.bundleIdentifier, []]))
  const names = new Map<string, DependencyNames>()
  for (const kext of kexts) {
    const dependencies: string[] = []
    const unknownTags: number[] = []
    for (const tag of new Set(kext.linkedAgainst)) {
      const name = byTag.get(tag)
      if (name === undefined) unknownTags.push(tag)
      else {
        dependencies.push(name)
        dependents.get(name)!.push(kext.bundleIdentifier)
      }
    }
    names.set(kext.bundleIdentifier, {
      dependencies,
      unknownTags,
      dependents: dependents.get(kext.bundleIdentifier)!,
    })
  }
  return names
}
