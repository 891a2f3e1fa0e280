import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Expectations } from '../../core/expectations/expectations.ts'
import { checkExpectations, readExpectations } from '../../core/expectations/read-expectations.ts'
import { FailureError } from '../../core/failure.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { readPlist } from '../plist/read-plist.ts'
import { expectationsNames } from './expectations-names.ts'
import { isThere, treeAround } from './driver-folder.ts'
import { absolutePath, reasonOf } from './host-folder.ts'
import { readInfoPlist } from './local-bundle.ts'
import { listDriverFolders } from './project/drivers.ts'
import { findMakefile } from './project/find-project.ts'

export { expectationsNames }

/** More than what is read at all, so that it is refused with its reason. */
const limitBytes = 512 * 1024
/** How far above a bundle the folder that it was built from is looked for, outside of a tree. */
const mostFoldersUp = 4

/**
 * Reads a file of expectations.
 *
 * @throws FailureError file-unreadable, expectations-invalid
 */
export async function readExpectationsFile(path: string): Promise<Expectations> {
  return readExpectations(await readBounded(absolutePath(path)), absolutePath(path))
}

/**
 * The file that says what is expected of a bundle: `kextant.yaml` beside it, then in the folder that it is built
 * from. One that speaks of another kext is passed over, for bundles of several drivers lie side by side in a build.
 *
 * Never looked for inside the bundle: what lies there goes to the guest, and breaks the bundle's signature.
 *
 * @returns its absolute path; null where there is none
 */
export async function findExpectations(
  bundlePath: string,
  bundleIdentifier: string,
): Promise<string | null> {
  for await (const folder of likelyFolders(bundlePath, bundleIdentifier)) {
    for (const name of expectationsNames) {
      const path = join(folder, name)
      if ((await isThere(path)) && (await mayBeOf(path, bundleIdentifier))) return path
    }
  }
  return null
}

/**
 * Where a file of expectations of a bundle would be found again: in the folder that it is built from, and else
 * beside it.
 */
export async function suggestExpectationsPath(bundlePath: string): Promise<string> {
  const path = absolutePath(bundlePath)
  const bundleIdentifier = await identifierOf(path)
  const folder = (await sourceFolder(path, bundleIdentifier)) ?? dirname(path)
  for (const name of expectationsNames) {
    if (await isThere(join(folder, name))) return join(folder, name)
  }
  return join(folder, expectationsNames[0])
}

async function* likelyFolders(
  bundlePath: string,
  bundleIdentifier: string,
): AsyncGenerator<string> {
  const path = absolutePath(bundlePath)
  yield dirname(path)
  const source = await sourceFolder(path, bundleIdentifier)
  if (source !== null && source !== dirname(path)) yield source
}

/** The folder whose Makefile names the kext: a driver of the tree around it, or a folder above. */
async function sourceFolder(path: string, bundleIdentifier: string | null): Promise<string | null> {
  const start = dirname(await realpath(path).catch(() => path))
  const tree = await treeAround(start)
  if (tree !== null) {
    const listing = await listDriverFolders(join(tree, 'drivers', 'contrib')).catch(() => null)
    for (const folder of listing?.folders ?? []) {
      if (await builds(folder, path, bundleIdentifier)) return folder
    }
    return null
  }
  let at = start
  for (let up = 0; up <= mostFoldersUp && dirname(at) !== at; up++, at = dirname(at)) {
    if (await builds(at, path, bundleIdentifier)) return at
  }
  return null
}

/** An identifier decides where the Makefile has one; else the name of the bundle does. */
async function builds(
  folder: string,
  bundlePath: string,
  bundleIdentifier: string | null,
): Promise<boolean> {
  const makefile = await findMakefile(folder).catch(() => null)
  const identifier = makefile?.variables.get('KEXT_BUNDLE_ID')?.value
  if (identifier && bundleIdentifier !== null) return identifier === bundleIdentifier
  const name = makefile?.variables.get('KEXT_NAME')?.value
  return Boolean(name) && name === basename(bundlePath, '.kext')
}

/** What cannot be read is meant, too: its mistake is to be told. */
async function mayBeOf(path: string, bundleIdentifier: string): Promise<boolean> {
  const text = await readBounded(path).catch(() => null)
  const reading = text === null ? null : checkExpectations(text, path)
  return reading?.ok === true ? reading.expectations.bundleIdentifier === bundleIdentifier : true
}

async function identifierOf(bundlePath: string): Promise<string | null> {
  try {
    const { path, bytes } = await readInfoPlist(bundlePath)
    const { bundleIdentifier } = installedKextFrom(bundlePath, readPlist(bytes, path))
    return bundleIdentifier === '' ? null : bundleIdentifier
  } catch (error) {
    // Then the bundle's name has to do.
    if (error instanceof FailureError) return null
    throw error
  }
}

/** What is no file (a pipe would be waited for) is refused before it is read. */
async function readBounded(path: string): Promise<string> {
  try {
    const status = await stat(path)
    if (status.isDirectory()) throw unreadable(path, 'it is a folder')
    if (!status.isFile()) throw unreadable(path, 'it is not a file')
    if (status.size > limitBytes)
      throw unreadable(path, 'it is larger than any file of expectations')
    return new TextDecoder().decode(await readFile(path))
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw unreadable(path, reasonOf(error))
  }
}

function unreadable(path: string, detail: string): FailureError {
  return new FailureError({ kind: 'file-unreadable', path, detail })
}
