import { access } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { defaultMakefileInclude } from '../../core/draft/skeleton.ts'

/** What every darwinOS tree has, and what a driver's Makefile includes. */
const kextRules = join('glue', 'mk', 'kext.mk')
const contributed = join('drivers', 'contrib')

/** Where a driver goes. */
export interface DriverFolder {
  /** Given the name of the driver: its folder. */
  readonly folderFor: (name: string) => string
  /** The name that the folder gives a driver; null where it gives none. */
  readonly name: string | null
  /** From the driver's folder to the tree's rules for kexts. */
  readonly makefileInclude: string
}

/**
 * The folder of a driver from the one that the user names: a new folder in `drivers/contrib` where that is a
 * darwinOS tree or its `drivers/contrib`, and else the folder itself.
 *
 * @param folder absolute
 */
export async function driverFolder(folder: string): Promise<DriverFolder> {
  const tree = await treeAround(folder)
  if (tree === null) {
    return { folderFor: () => folder, name: null, makefileInclude: defaultMakefileInclude }
  }
  const contrib = join(tree, contributed)
  if (folder === tree || folder === contrib) {
    return {
      folderFor: name => join(contrib, name),
      name: null,
      makefileInclude: defaultMakefileInclude,
    }
  }
  const include = relative(folder, join(tree, kextRules)).split(sep).join('/')
  const name = dirname(folder) === contrib ? folder.slice(contrib.length + 1) : null
  return { folderFor: () => folder, name, makefileInclude: include }
}

/** The darwinOS tree that a folder is the top of or lies in; it need not be there itself. */
export async function treeAround(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isThere(join(at, kextRules))) return at
    if (dirname(at) === at) return null
  }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
