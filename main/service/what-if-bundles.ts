import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FailureError, sentenceFor } from '../../core/failure.ts'
import { unexpandedKeys } from '../../core/kext/build-variables.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { plistLimitBytes } from '../plist/read-plist.ts'
import { absolutePath, reasonOf } from './host-folder.ts'
import { kextFromPlist, kextWithProblem } from './kext-from-plist.ts'

/** A folder of all kexts of a system has some hundreds. */
const mostBundles = 2000

/**
 * The kexts of a place on the host's disk whose personalities somebody wants to try. In this order:
 *
 *   Foo.kext                  a bundle (flat ones too) with the kexts of its PlugIns
 *   a folder with Info.plist  what a kext is built from; `Foo-Info.plist` counts where there is no Info.plist
 *   a folder of .kext         each of them, with its PlugIns
 *   a file                    an Info.plist by itself
 *
 * What is wrong with one is told by its `problems`, and that variables of the build stand in its personalities
 * by its `notes`: they are compared as they are.
 *
 * @param architecture the one whose keys replace the generic ones, `IOKitPersonalities_x86_64`
 * @throws FailureError file-unreadable, not-a-bundle
 */
export async function readWhatIfBundles(
  path: string,
  architecture: string,
): Promise<readonly InstalledKext[]> {
  const place = absolutePath(path)
  const reading = new Reading(architecture)
  let isFolder: boolean
  try {
    isFolder = (await stat(place)).isDirectory()
  } catch (error) {
    throw new FailureError({ kind: 'file-unreadable', path: place, detail: reasonOf(error) })
  }
  if (!isFolder) await reading.plist(place, dirname(place))
  else if (!(await reading.bundle(place)) && !(await reading.bundlesIn(place))) {
    const detail = 'it has no Info.plist, and holds no .kext'
    throw new FailureError({ kind: 'not-a-bundle', path: place, detail })
  }
  return reading.kexts
}

class Reading {
  readonly kexts: InstalledKext[] = []
  readonly #architecture: string

  constructor(architecture: string) {
    this.#architecture = architecture
  }

  /** A bundle or a source folder, and its PlugIns; false where it is neither. */
  async bundle(folder: string): Promise<boolean> {
    const plists = await plistsOf(folder)
    for (const plist of plists) await this.plist(plist, folder)
    if (plists.length === 0) return false
    // One level of them (facts: kexts, section 2).
    for (const plugIns of ['Contents/PlugIns', 'PlugIns']) {
      for (const path of await kextsIn(join(folder, plugIns))) await this.#one(path)
    }
    return true
  }

  /** The kexts that lie directly in a folder; false where none does. */
  async bundlesIn(folder: string): Promise<boolean> {
    const paths = await kextsIn(folder)
    for (const path of paths) {
      if (!(await this.bundle(path))) this.kexts.push(kextWithProblem(path, withoutPlist))
    }
    return paths.length > 0
  }

  async plist(path: string, folder: string): Promise<void> {
    if (this.kexts.length >= mostBundles) {
      const detail = `it holds more than ${mostBundles} kexts`
      throw new FailureError({ kind: 'not-a-bundle', path: folder, detail })
    }
    this.kexts.push(withVariablesNoted(await this.#read(path, folder)))
  }

  async #one(path: string): Promise<void> {
    const [plist] = await plistsOf(path)
    if (plist === undefined) this.kexts.push(kextWithProblem(path, withoutPlist))
    else await this.plist(plist, path)
  }

  async #read(path: string, folder: string): Promise<InstalledKext> {
    try {
      const status = await stat(path)
      if (!status.isFile()) return kextWithProblem(folder, `${path} is not a file.`)
      if (status.size > plistLimitBytes) {
        const failure = {
          kind: 'dump-too-large',
          source: path,
          limitBytes: plistLimitBytes,
        } as const
        return kextWithProblem(folder, sentenceFor(failure))
      }
      return kextFromPlist(path, folder, await readFile(path), this.#architecture)
    } catch (error) {
      const detail = reasonOf(error)
      return kextWithProblem(folder, sentenceFor({ kind: 'file-unreadable', path, detail }))
    }
  }
}

const withoutPlist = 'It has no Info.plist.'

/** The Info.plist of a bundle or a source folder; several where targets share the folder. */
async function plistsOf(folder: string): Promise<readonly string[]> {
  for (const name of ['Contents/Info.plist', 'Info.plist']) {
    if ((await namesIn(dirname(join(folder, name)))).includes('Info.plist')) {
      return [join(folder, name)]
    }
  }
  const names = await namesIn(folder)
  return names.filter(name => /[-_.]Info\.plist$/.test(name)).map(name => join(folder, name))
}

async function kextsIn(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder))
    .filter(name => name.endsWith('.kext'))
    .map(name => join(folder, name))
}

/** In order; none of what is no folder or cannot be read. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).then(
    names => names.sort(),
    () => [],
  )
}

function withVariablesNoted(kext: InstalledKext): InstalledKext {
  const notes = kext.personalities.flatMap(({ name, properties }) => {
    const keys = unexpandedKeys(properties)
    if (keys.length === 0) return []
    const one = keys.length === 1
    return [
      `Personality “${name}”: ${keys.join(', ')} ${one ? 'holds a build variable that is' : 'hold build variables that are'} not replaced; ${one ? 'it is' : 'they are'} compared as written.`,
    ]
  })
  return notes.length === 0 ? kext : { ...kext, notes: [...kext.notes, ...notes] }
}
