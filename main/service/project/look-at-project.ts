import { basename, join } from 'node:path'
import { stat } from 'node:fs/promises'
import type { BuiltKext, Project, ProjectDriver } from '../../../core/project/project.ts'
import { projectDrivers } from '../../../core/project/project-drivers.ts'
import { reasonOf } from '../host-folder.ts'
import { lookAtBuilds, type BundleLook } from './look-at-builds.ts'
import { listDriverFolders, readDriver, type DriverLook } from './drivers.ts'
import { findMakefile, type ProjectRoot } from './find-project.ts'
import type { WalkBudget } from './walk-folder.ts'

/** Of all folders that are looked through for one listing: far more than a tree's drivers and builds have. */
const mostEntries = 60_000

export interface ProjectLook {
  readonly project: Project
  /** What has to be watched for changes; those that are not there are left out by whoever watches. */
  readonly folders: readonly string[]
  readonly lookAgainMs: number | null
}

/** Picks those bundles that may be offered, and reads them. */
export type TakeBuilds = (looks: readonly BundleLook[]) => Promise<{
  readonly builds: readonly BuiltKext[]
  readonly lookAgainMs: number | null
}>

/** Looks at a project: its drivers, their sources and builds. What cannot be read is said, and never thrown. */
export async function lookAtProject(root: ProjectRoot, take: TakeBuilds): Promise<ProjectLook> {
  const budget: WalkBudget = { left: mostEntries }
  const problems: string[] = []
  const gone = await whyGone(root.folder)
  if (gone !== null) problems.push(gone)
  const found = gone === null ? await lookAtDrivers(root, budget, problems) : []
  const lookedAt = await lookAtBuilds(root.folder, root.bundle, budget)
  problems.push(...lookedAt.problems)
  const { builds, lookAgainMs } = await take(lookedAt.bundles)
  if (root.kind === 'driver' && gone === null && builds.length === 0 && lookAgainMs === null) {
    problems.push(
      'No build is found in build/<target>/kexts. Where it lies elsewhere, open the .kext itself.',
    )
  }
  const isBundle = root.kind === 'bundle'
  return {
    lookAgainMs,
    folders: [
      ...lookedAt.folders,
      ...found.flatMap(({ folders }) => folders),
      ...lookedAt.bundles.flatMap(({ folders }) => folders),
      ...(root.kind === 'tree' ? [contribOf(root)] : []),
    ],
    project: {
      root: root.folder,
      kind: root.kind === 'tree' ? 'tree' : 'driver',
      drivers: isBundle
        ? lookedAlone(root, builds)
        : projectDrivers(
            found.map(({ driver }) => driver),
            builds,
          ),
      buildCommand: isBundle ? null : await buildCommandOf(root),
      problems,
    },
  }
}

async function lookAtDrivers(
  root: ProjectRoot,
  budget: WalkBudget,
  problems: string[],
): Promise<readonly DriverLook[]> {
  if (root.kind === 'bundle') return []
  if (root.kind === 'driver') return [await readDriver(root.folder, budget)].filter(isKnown)
  const looks: DriverLook[] = []
  try {
    const { folders, isWhole } = await listDriverFolders(contribOf(root))
    if (!isWhole)
      problems.push(`Only the first ${folders.length} folders of drivers/contrib are shown.`)
    if (folders.length === 0) problems.push('There is no driver in drivers/contrib yet.')
    for (const folder of folders) {
      const look = await readDriver(folder, budget)
      if (look !== null) looks.push(look)
    }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    problems.push(
      isMissing
        ? 'The tree has no folder drivers/contrib.'
        : `drivers/contrib cannot be read: ${reasonOf(error)}.`,
    )
  }
  return looks
}

/** A build whose sources nobody knows. */
function lookedAlone(root: ProjectRoot, builds: readonly BuiltKext[]): readonly ProjectDriver[] {
  const path = root.bundle!
  const build = builds.find(each => each.path === path) ?? null
  return [
    {
      folder: root.folder,
      name: basename(path, '.kext'),
      kextName: basename(path, '.kext'),
      bundleIdentifier: build?.bundleIdentifier ?? null,
      builds: build === null ? [] : [build],
      newestSource: null,
      state: build === null ? 'not-built' : 'unknown',
      expectationsPath: null,
      problems: ['It lies in no project, so what it is built from is not known.'],
    },
  ]
}

async function buildCommandOf({ folder, kind }: ProjectRoot): Promise<readonly string[] | null> {
  const makefile = await findMakefile(folder).catch(() => null)
  if (makefile === null) return null
  return kind === 'tree' ? ['make', 'kexts'] : ['make']
}

async function whyGone(folder: string): Promise<string | null> {
  const said = (reason: string) =>
    `${folder} cannot be read: ${reason}. It is shown again as soon as it is back.`
  return stat(folder).then(
    status => (status.isDirectory() ? null : said('it is not a folder')),
    error => said(reasonOf(error)),
  )
}

function contribOf({ folder }: ProjectRoot): string {
  return join(folder, 'drivers', 'contrib')
}

function isKnown<T>(value: T | null): value is T {
  return value !== null
}
