import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { BundleFile, LocalBundle } from '../../core/contract/types.ts'
import { FailureError } from '../../core/failure.ts'
import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import { readPlist } from '../plist/read-plist.ts'
import { findPlistFile } from './read-plist-file.ts'

/** More than any kext has; a wrong folder (a whole disk) is noticed early. */
const mostFiles = 20_000
/** In bytes; of which the first words are shown. */
const longestNote = 100_000

/** Reads a `.kext` folder of the host's disk: its Info.plist and the list of its files. */
export async function inspectBundle(path: string): Promise<LocalBundle> {
  const folder = resolve(path)
  const infoPlist = await readInfoPlist(folder)
  const kext = installedKextFrom(folder, readPlist(infoPlist.bytes, infoPlist.path))
  const files = await listFiles(folder)
  return {
    path: folder,
    name: basename(folder),
    kext,
    files,
    totalBytes: files.reduce((sum, file) => sum + (file.kind === 'file' ? file.size : 0), 0),
    note: await readNote(folder),
  }
}

/**
 * One number for all that a push would send: names, kinds, modes and contents. Tells at the time of running
 * whether the bundle is still the one that was shown; sizes and times would miss a rebuilt binary.
 */
export async function digestBundle(path: string): Promise<string> {
  const folder = resolve(path)
  const hash = createHash('sha256')
  for (const file of await listFiles(folder)) {
    hash.update(JSON.stringify([file.path, file.kind, file.mode, file.size]))
    const place = join(folder, ...file.path.split('/'))
    if (file.kind === 'symlink') hash.update(await readlink(place))
    else if (file.kind === 'file' && (await lstat(place)).isFile()) {
      for await (const piece of createReadStream(place)) hash.update(piece as Uint8Array)
    }
  }
  return hash.digest('hex')
}

/** The bundles of a folder, in order of name; what is no bundle is passed over. */
export async function listBundles(folder: string): Promise<readonly LocalBundle[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.kext')).sort()
  const bundles = await Promise.all(
    names.map(name => inspectBundle(join(folder, name)).catch(() => undefined)),
  )
  return bundles.filter(bundle => bundle !== undefined)
}

/** No bundle has as many. */
const mostPlugIns = 200

/** The kexts inside a kext, one level deep (facts: kexts, section 2); what is none is lint's to tell. */
export async function readPlugIns(path: string): Promise<readonly InstalledKext[]> {
  const folder = resolve(path)
  const infoPlist = await readInfoPlist(folder)
  const plugIns = join(dirname(infoPlist.path), 'PlugIns')
  const names = (await readdir(plugIns).catch(() => [])).filter(name => name.endsWith('.kext'))
  const found = await Promise.all(
    names
      .sort()
      .slice(0, mostPlugIns)
      .map(async name => {
        const place = join(plugIns, name)
        const { bytes, path: file } = await readInfoPlist(place)
        return installedKextFrom(place, readPlist(bytes, file))
      })
      .map(reading =>
        reading.catch((error: unknown) => {
          if (error instanceof FailureError) return null
          throw error
        }),
      ),
  )
  return found.filter(kext => kext !== null)
}

/** The Info.plist of a bundle: where it lies, and its bytes. */
export async function readInfoPlist(folder: string): Promise<{ path: string; bytes: Uint8Array }> {
  // Flat bundles without `Contents` are accepted too (facts: kexts, section 2).
  for (const path of [join(folder, 'Contents', 'Info.plist'), join(folder, 'Info.plist')]) {
    const bytes = await findPlistFile(path)
    if (bytes !== null) return { path, bytes }
  }
  const detail = 'it has no Contents/Info.plist'
  throw new FailureError({ kind: 'not-a-bundle', path: folder, detail })
}

async function listFiles(folder: string): Promise<BundleFile[]> {
  const files: BundleFile[] = []
  const visit = async (path: string): Promise<void> => {
    const status = await lstat(path)
    const isFolder = status.isDirectory()
    if (path !== folder) {
      files.push({
        path: relative(folder, path).split(sep).join('/'),
        size: isFolder ? 0 : status.size,
        mode: status.mode & 0o7777,
        kind: isFolder ? 'folder' : status.isSymbolicLink() ? 'symlink' : 'file',
      })
    }
    if (files.length > mostFiles) {
      const detail = `it holds more than ${mostFiles} files`
      throw new FailureError({ kind: 'not-a-bundle', path: folder, detail })
    }
    if (isFolder) for (const name of (await readdir(path)).sort()) await visit(join(path, name))
  }
  await visit(folder)
  return files
}

/** What a sample is for, when it brings a README. */
async function readNote(folder: string): Promise<string | null> {
  try {
    const path = join(folder, 'Contents', 'Resources', 'README.txt')
    // A pipe would be waited for.
    const status = await stat(path)
    if (!status.isFile() || status.size > longestNote) return null
    const text = await readFile(path, 'utf8')
    return text.replace(/\s+/g, ' ').trim().slice(0, 500)
  } catch {
    return null
  }
}
