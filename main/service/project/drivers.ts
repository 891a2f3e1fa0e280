import { opendir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FailureError, sentenceFor } from '../../../core/failure.ts'
import type { MakeVariable } from '../../../core/lint/read-makefile.ts'
import type { DriverReading } from '../../../core/project/project-drivers.ts'
import { isThere } from '../driver-folder.ts'
import { expectationsNames } from '../expectations-names.ts'
import { infoPlistName, makefileNames, passedOver, sourceEnding } from '../lint-sources.ts'
import { isoTime } from './look-at-builds.ts'
import { findMakefile, type FoundMakefile } from './find-project.ts'
import { walkFolder, type WalkBudget } from './walk-folder.ts'

const mostDrivers = 500
/** As deep as lint looks for sources. */
const deepestFolder = 6

export interface DriverLook {
  readonly driver: DriverReading
  /** What has to be watched for changes. */
  readonly folders: readonly string[]
}

/** The folders of `drivers/contrib` of a tree, in the order of their names. */
export async function listDriverFolders(
  contrib: string,
): Promise<{ readonly folders: readonly string[]; readonly isWhole: boolean }> {
  const folders: string[] = []
  for await (const { name } of await opendir(contrib)) {
    if (name.startsWith('.')) continue
    const path = join(contrib, name)
    // A link to a checkout elsewhere is a driver of the tree too.
    if ((await stat(path).catch(() => null))?.isDirectory() !== true) continue
    if (folders.length >= mostDrivers) return { folders: folders.sort(), isWhole: false }
    folders.push(path)
  }
  return { folders: folders.sort(), isWhole: true }
}

/** Reads one driver's folder; null where nothing is built from it: no Makefile and no Info.plist. */
export async function readDriver(folder: string, budget: WalkBudget): Promise<DriverLook | null> {
  const problems: string[] = []
  let makefile: FoundMakefile | null = null
  try {
    makefile = await findMakefile(folder)
    if (makefile === null) problems.push('It has no Makefile, so nothing is built from it.')
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    problems.push(sentenceFor(error.failure))
  }
  let newest: { readonly path: string; readonly at: number } | null = null
  let hasInfoPlist = false
  const walked = await walkFolder(folder, {
    budget,
    deepest: deepestFolder,
    isPassedOver: name => passedOver.test(name),
    isWanted: isSource,
    visit(path, status) {
      hasInfoPlist ||= infoPlistName.test(basename(path))
      if (newest === null || status.mtimeMs > newest.at) newest = { path, at: status.mtimeMs }
    },
  })
  if (makefile === null && problems.length === 1 && !hasInfoPlist) return null
  if (makefile !== null && !hasInfoPlist && walked.isWhole) problems.push('It has no Info.plist.')
  problems.push(...walked.problems)
  if (!walked.isWhole && walked.problems.length === 0) {
    problems.push(
      'It holds more files than are looked at: whether a build is current is not known.',
    )
  }
  const read = (name: string) => valueOf(makefile, name, problems)
  const newestSource = newest as { readonly path: string; readonly at: number } | null
  return {
    folders: walked.folders,
    driver: {
      folder,
      name: basename(folder),
      kextName: read('KEXT_NAME'),
      bundleIdentifier: read('KEXT_BUNDLE_ID'),
      newestSource: newestSource && {
        path: newestSource.path,
        changedAt: isoTime(newestSource.at),
      },
      expectationsPath: await expectationsIn(folder),
      problems,
      isWhole: walked.isWhole,
    },
  }
}

async function expectationsIn(folder: string): Promise<string | null> {
  for (const name of expectationsNames) {
    if (await isThere(join(folder, name))) return join(folder, name)
  }
  return null
}

function isSource(name: string): boolean {
  return sourceEnding.test(name) || infoPlistName.test(name) || makefileNames.includes(name)
}

function valueOf(makefile: FoundMakefile | null, name: string, problems: string[]): string | null {
  if (makefile === null) return null
  const found: MakeVariable | undefined = makefile.variables.get(name)
  if (found === undefined) {
    problems.push(`Its Makefile does not set ${name}.`)
    return null
  }
  if (found.value === null) {
    problems.push(
      `${name} in line ${found.line} of its Makefile takes more than that file to tell.`,
    )
    return null
  }
  return found.value === '' ? null : found.value
}
