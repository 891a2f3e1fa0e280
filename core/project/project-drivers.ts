import type { BuiltKext, ProjectDriver } from './project.ts'

/** A driver's folder as it was read, before its builds are known. */
export interface DriverReading extends Omit<ProjectDriver, 'builds' | 'state'> {
  /** False: some of its sources were not looked at. */
  readonly isWhole: boolean
}

/**
 * The drivers of a project with their builds, matched by bundle identifier and then by name, and what state they are
 * in. A build that is no driver's is left out: a tree builds others too.
 */
export function projectDrivers(
  drivers: readonly DriverReading[],
  builds: readonly BuiltKext[],
): readonly ProjectDriver[] {
  const buildsOf = new Map<DriverReading, BuiltKext[]>(drivers.map(driver => [driver, []]))
  const remarks = new Map<DriverReading, Set<string>>(drivers.map(driver => [driver, new Set()]))
  for (const build of builds) {
    const byId = drivers.filter(
      driver =>
        driver.bundleIdentifier !== null && driver.bundleIdentifier === build.bundleIdentifier,
    )
    const byName = drivers.filter(
      driver => driver.kextName !== null && `${driver.kextName}.kext` === nameOf(build.path),
    )
    if (byId.length > 0) {
      // Two Makefiles with one identifier, as after a copy: the name of the bundle decides.
      const both = byId.filter(driver => byName.includes(driver))
      for (const driver of both.length > 0 ? both : byId) buildsOf.get(driver)!.push(build)
      continue
    }
    for (const driver of byName) {
      buildsOf.get(driver)!.push(build)
      if (driver.bundleIdentifier !== null) {
        remarks
          .get(driver)!
          .add(
            `${nameOf(build.path)} has the identifier ${build.bundleIdentifier || '(none)'}, and the Makefile says ${driver.bundleIdentifier}.`,
          )
      }
    }
  }
  return drivers.map(driver => {
    const { isWhole, ...reading } = driver
    const own = buildsOf.get(driver)!.toSorted(newestFirst)
    return {
      ...reading,
      builds: own,
      state: stateOf(driver.newestSource?.changedAt ?? null, own[0]?.builtAt ?? null, isWhole),
      problems: [...driver.problems, ...sharedIdentifier(driver, drivers), ...remarks.get(driver)!],
    }
  })
}

/** Whether the newest build has been made from the sources as they are. */
function stateOf(
  changedAt: string | null,
  builtAt: string | null,
  isWhole: boolean,
): ProjectDriver['state'] {
  if (builtAt === null) return 'not-built'
  if (changedAt === null) return 'unknown'
  // As make decides: what is as old as its source is up to date.
  if (Date.parse(changedAt) > Date.parse(builtAt)) return 'stale'
  return isWhole ? 'current' : 'unknown'
}

function sharedIdentifier(
  driver: DriverReading,
  drivers: readonly DriverReading[],
): readonly string[] {
  const id = driver.bundleIdentifier
  if (id === null) return []
  return drivers
    .filter(other => other !== driver && other.bundleIdentifier === id)
    .slice(0, 1)
    .map(other => `${other.name} has the same KEXT_BUNDLE_ID, ${id}: only one can be loaded.`)
}

function newestFirst(a: BuiltKext, b: BuiltKext): number {
  return Date.parse(b.builtAt) - Date.parse(a.builtAt) || (a.path < b.path ? -1 : 1)
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1)!
}
