import { opendir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FailureError } from '../../../core/failure.ts'
import { installedKextFrom } from '../../../core/kext/read-info-plist.ts'
import type { BuiltKext } from '../../../core/project/project.ts'
import { readPlist } from '../../plist/read-plist.ts'
import { readCode } from '../lint-bundle.ts'
import { readInfoPlist } from '../local-bundle.ts'
import { walkFolder, type WalkBudget } from './walk-folder.ts'

const mostTargets = 100
const mostBundles = 2000
const deepestBundle = 12

/** A `.kext` folder below `build` as it lies there now, perhaps only half written. */
export interface BundleLook {
  readonly path: string
  readonly target: string
  /** Differs whenever a file of it is written, added or taken away. */
  readonly fingerprint: string
  /** Milliseconds since 1970: when anything in it was last touched, by the file system's own clock. */
  readonly touchedAt: number
  /** Of its newest file, by the times that the build gave them. */
  readonly builtAt: number
  readonly folders: readonly string[]
}

export interface BundlesLook {
  readonly bundles: readonly BundleLook[]
  /** What has to be watched for new bundles. */
  readonly folders: readonly string[]
  readonly problems: readonly string[]
}

/**
 * The bundles of `build/<target>/kexts` of a project, and those beside one that was named itself.
 *
 * @param named a bundle that lies elsewhere, or null
 */
export async function lookAtBuilds(
  root: string,
  named: string | null,
  budget: WalkBudget,
): Promise<BundlesLook> {
  const build = join(root, 'build')
  const targets = (await namesIn(build, mostTargets)).map(name => ({
    target: name,
    folder: join(build, name, 'kexts'),
  }))
  const besides = named === null ? [] : [{ target: '', folder: dirname(named) }]
  const places = [
    ...targets,
    ...besides.filter(({ folder }) => !targets.some(other => other.folder === folder)),
  ]
  const bundles: BundleLook[] = []
  const problems: string[] = []
  const folders = [root, build]
  for (const { target, folder } of places) {
    folders.push(dirname(folder), folder)
    for (const name of await namesIn(folder, mostBundles)) {
      if (!name.endsWith('.kext')) continue
      if (bundles.length >= mostBundles || budget.left <= 0) {
        return { bundles, folders, problems: ['The build folder holds more than is looked at.'] }
      }
      const look = await lookAtBundle(join(folder, name), target, budget)
      if (look !== null) bundles.push(look)
    }
  }
  return { bundles, folders: [...new Set(folders)], problems }
}

/** Names of the folders in a folder; none where it is not there. */
async function namesIn(folder: string, most: number): Promise<readonly string[]> {
  const names: string[] = []
  try {
    for await (const item of await opendir(folder)) {
      if (!item.isDirectory() && !item.isSymbolicLink()) continue
      if (names.push(item.name) >= most) break
    }
  } catch {
    return []
  }
  return names.sort()
}

async function lookAtBundle(
  path: string,
  target: string,
  budget: WalkBudget,
): Promise<BundleLook | null> {
  const top = await stat(path).catch(() => null)
  if (top?.isDirectory() !== true) return null
  let [count, bytes, touchedAt, builtAt] = [0, 0, top.ctimeMs, 0]
  const { folders, isWhole } = await walkFolder(path, {
    budget,
    deepest: deepestBundle,
    isPassedOver: () => false,
    isWanted: () => true,
    visit(_path, status) {
      count++
      bytes += status.size
      // The time of the last change of a file cannot be set by a copy that keeps times.
      touchedAt = Math.max(touchedAt, status.ctimeMs)
      builtAt = Math.max(builtAt, status.mtimeMs)
    },
  })
  // A bundle of which not everything can be seen cannot be sent either.
  if (!isWhole || count === 0) return null
  const fingerprint = [count, bytes, touchedAt, builtAt, folders.length].join(' ')
  return { path, target, fingerprint, touchedAt, builtAt, folders }
}

/** What a build is, from its Info.plist and its code; null where it is not complete. */
export async function readBuild(look: BundleLook): Promise<BuiltKext | null> {
  const { path, target, builtAt } = look
  try {
    const info = await readInfoPlist(path)
    const kext = installedKextFrom(path, readPlist(info.bytes, info.path))
    const code = await codeOf(path, info.path, kext.executable)
    if (code === 'missing') return null
    return {
      path,
      target,
      bundleIdentifier: kext.bundleIdentifier,
      version: kext.version,
      uuid: code.uuid,
      builtAt: isoTime(builtAt),
    }
  } catch (error) {
    // Half an Info.plist, or one that nobody may read: it is no build yet.
    if (error instanceof FailureError) return null
    throw error
  }
}

async function codeOf(
  bundle: string,
  infoPath: string,
  executable: string | null,
): Promise<{ readonly uuid: string | null } | 'missing'> {
  // A kext without code, of personalities alone.
  if (executable === null || executable === '') return { uuid: null }
  // A name is no way to somewhere else.
  if (basename(executable) !== executable || /^\.\.?$|[\\\0]/.test(executable)) return 'missing'
  const isFlat = dirname(infoPath) === bundle
  const folder = isFlat ? bundle : join(bundle, 'Contents', 'MacOS')
  const reading = await readCode(join(folder, executable))
  if (reading === null) return 'missing'
  if (reading.kind !== 'mach-o') return { uuid: null }
  const images = reading.images.flatMap(each => (each.kind === 'image' ? [each.image] : []))
  // Of a fat file each architecture has its own; darwinOS runs on this one.
  const image = images.find(({ architecture }) => architecture === 'x86_64') ?? images[0]
  return { uuid: image?.uuid ?? null }
}

/** A file can have any time at all; a date cannot. */
export function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 8.64e15)).toISOString()
}
