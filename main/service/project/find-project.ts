import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FailureError } from '../../../core/failure.ts'
import { readMakefile, type MakeVariable } from '../../../core/lint/read-makefile.ts'
import { treeAround } from '../driver-folder.ts'
import { absolutePath, reasonOf } from '../host-folder.ts'
import { makefileNames } from '../lint-sources.ts'
import { readInfoPlist } from '../local-bundle.ts'

/** Nobody writes a longer one by hand, and no build tool's output names a kext. */
const makefileLimitBytes = 4 * 1024 * 1024

export interface ProjectRoot {
  /** Absolute, without links: compilers and make print such paths. */
  readonly folder: string
  /** `bundle`: a build of which nobody knows what it was made from. */
  readonly kind: 'tree' | 'driver' | 'bundle'
  /** A build that was named itself: its folder is looked into for others, wherever it lies. */
  readonly bundle: string | null
}

/**
 * What project a path of the host belongs to: the darwinOS tree around it, else the nearest folder whose Makefile
 * names a kext, else, for a build, that build alone.
 *
 * @throws FailureError file-unreadable, not-a-project
 */
export async function findProject(path: string): Promise<ProjectRoot> {
  const place = absolutePath(path)
  const real = await realpath(place).catch((error: unknown) => {
    throw new FailureError({ kind: 'file-unreadable', path: place, detail: reasonOf(error) })
  })
  const start = (await stat(real)).isDirectory() ? real : dirname(real)
  const bundle = await bundleAround(start)
  const tree = await treeAround(start)
  if (tree !== null) return { folder: tree, kind: 'tree', bundle }
  for (let at = start; ; at = dirname(at)) {
    const makefile = await findMakefile(at).catch(() => null)
    if (makefile?.variables.has('KEXT_NAME')) return { folder: at, kind: 'driver', bundle }
    if (dirname(at) === at) break
  }
  if (bundle !== null) return { folder: dirname(bundle), kind: 'bundle', bundle }
  const detail =
    'it is no darwinOS tree (glue/mk/kext.mk), has no Makefile that sets KEXT_NAME, and is no .kext folder'
  throw new FailureError({ kind: 'not-a-project', path: place, detail })
}

/** The outermost `.kext` folder that a path is or lies in. */
async function bundleAround(folder: string): Promise<string | null> {
  let found: string | null = null
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (basename(at).endsWith('.kext')) found = at
  }
  if (found === null) return null
  const isBundle = await readInfoPlist(found).then(
    () => true,
    () => false,
  )
  return isBundle ? found : null
}

export interface FoundMakefile {
  readonly path: string
  readonly variables: ReadonlyMap<string, MakeVariable>
}

/**
 * The Makefile of a folder, the one that make takes; null where there is none.
 *
 * @throws FailureError file-unreadable
 */
export async function findMakefile(folder: string): Promise<FoundMakefile | null> {
  for (const name of makefileNames) {
    const path = join(folder, name)
    const status = await stat(path).catch(() => null)
    if (status === null) continue
    const refused = (detail: string) => new FailureError({ kind: 'file-unreadable', path, detail })
    // A pipe would be waited for.
    if (!status.isFile()) throw refused('it is not a file')
    if (status.size > makefileLimitBytes) throw refused('it is larger than any Makefile')
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw refused(reasonOf(error))
    })
    return { path, variables: readMakefile(text) }
  }
  return null
}
