import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FailureError } from '../../../core/failure.ts'
import type { Project, ProjectDriver } from '../../../core/project/project.ts'
import { wrong } from './run-act.ts'

/**
 * The driver that a path means in a project: the one whose folder or build it is or lies in, the one that is named, or
 * the only one.
 *
 * @throws FailureError bad-request, which names those that there are
 */
export async function driverOf(
  project: Project,
  path: string,
  name: string | undefined,
): Promise<ProjectDriver> {
  const { drivers } = project
  const place = await realpath(path).catch(() => resolve(path))
  if (name !== undefined) {
    const found = drivers.find(
      driver =>
        driver.name === name || driver.kextName === name || driver.bundleIdentifier === name,
    )
    if (found) return found
    throw wrong('loop', `no driver of ${project.root} is “${name}”; there ${are(drivers)}`)
  }
  const around = drivers.find(
    driver => isIn(place, driver.folder) || driver.builds.some(build => isIn(place, build.path)),
  )
  if (around) return around
  if (drivers.length === 1) return drivers[0]!
  throw wrong(
    'loop',
    `${project.root} has several drivers; name one with --driver. There ${are(drivers)}`,
  )
}

/** Whether a path is a bundle itself, which needs no project around it. */
export async function isBundlePath(path: string): Promise<boolean> {
  if (!/\.kext\/*$/.test(path)) return false
  const status = await stat(resolve(path)).catch(() => null)
  if (status?.isDirectory()) return true
  const detail = 'there is no such folder; build it first, or name the driver’s folder with --build'
  throw new FailureError({ kind: 'not-a-bundle', path: resolve(path), detail })
}

function are(drivers: readonly ProjectDriver[]): string {
  if (drivers.length === 0) return 'is none'
  const names = drivers.slice(0, 20).map(({ name }) => name)
  return `${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}${drivers.length > 20 ? ', …' : ''}`
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
