import { kextArchitecture } from '../../../core/guest-facts/kext-architecture.ts'
import {
  compareBuilds,
  compareTwoBuilds,
  type Build,
  type BuildComparison,
} from '../../../core/kext/compare-builds.ts'
import { readGuestBuild } from '../../guest/read-guest-build.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { readHostBuild } from '../read-host-build.ts'

/** Where the builds of one kext are looked for. */
export interface BuildPlaces {
  readonly bundleIdentifier: string
  /** On this computer; null where there is none to compare with. */
  readonly hostPath: string | null
  /** In the guest; null takes the one that the capture has shown under this name. */
  readonly guestPath: string | null
}

interface Asked {
  readonly session: GuestSession
  readonly taken: TakenCapture
  readonly signal: AbortSignal
}

/** Host's build, guest's file and loaded image, side by side. */
export async function buildsOf(places: BuildPlaces, asked: Asked): Promise<BuildComparison> {
  return (await lookAtBuilds(places, asked)).comparison
}

export interface BuildsLook {
  readonly comparison: BuildComparison
  /** The classes of the code that lies on this computer, or else in the guest; null where that is not known. */
  readonly classes: readonly string[] | null
}

/** The same, and what the code that would be loaded defines. */
export async function lookAtBuilds(places: BuildPlaces, asked: Asked): Promise<BuildsLook> {
  const { bundleIdentifier, hostPath } = places
  const { identity, kexts } = asked.taken.capture
  const architecture = kextArchitecture(identity)
  const path = places.guestPath ?? installedPath(bundleIdentifier, asked.taken)
  const [host, file] = await Promise.all([
    hostPath === null ? null : readHostBuild(hostPath, architecture),
    path === null
      ? null
      : readGuestBuild(asked.session, path, { architecture, signal: asked.signal }),
  ])
  const loaded = kexts?.find(kext => kext.bundleIdentifier === bundleIdentifier)
  const comparison = compareBuilds({
    bundleIdentifier,
    host: host?.build ?? null,
    file: file?.build ?? null,
    loaded: loaded ? buildOf(loaded) : null,
  })
  return { comparison, classes: (hostPath === null ? file : host)?.classes ?? null }
}

/** More takes longer to read than the classes are worth. */
const classesLimitBytes = 8 * 1024 * 1024
const known = new WeakMap<TakenCapture, Map<string, readonly string[] | null>>()

/**
 * The classes of a kext that is loaded, from its file in the guest; null where that is another build, or does not tell.
 * Read once for each capture.
 *
 * @throws FailureError when the guest cannot be reached or the question was cancelled
 */
export async function classesOfLoaded(
  bundleIdentifier: string,
  { session, taken, signal }: Asked,
): Promise<readonly string[] | null> {
  const path = installedPath(bundleIdentifier, taken)
  const loaded = taken.capture.kexts?.find(kext => kext.bundleIdentifier === bundleIdentifier)
  if (path === null || !loaded) return null
  const ofCapture = known.get(taken) ?? new Map<string, readonly string[] | null>()
  known.set(taken, ofCapture)
  const before = ofCapture.get(bundleIdentifier)
  if (before !== undefined) return before
  const { build, classes } = await readGuestBuild(session, path, {
    architecture: kextArchitecture(taken.capture.identity),
    limitBytes: classesLimitBytes,
    signal,
  })
  const isOther = build !== null && compareTwoBuilds(build, buildOf(loaded)) === 'differs'
  const found = isOther ? null : classes
  ofCapture.set(bundleIdentifier, found)
  return found
}

function installedPath(bundleIdentifier: string, { capture }: TakenCapture): string | null {
  return capture.installed?.find(kext => kext.bundleIdentifier === bundleIdentifier)?.path ?? null
}

function buildOf({ version, uuid }: { version: string; uuid: string | null }): Build {
  return { version, uuid, builtAt: null }
}
