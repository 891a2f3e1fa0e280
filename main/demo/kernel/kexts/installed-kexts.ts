import type { FileSystem } from '../../files/file-system.ts'
import { readBundle, type KextBundle } from './bundle.ts'

/** Folders that the tools scan on 10.13 (facts: kexts, section 2). */
export const kextFolders = ['/System/Library/Extensions', '/Library/Extensions'] as const

const root = { uid: 0, gid: 0 }

/** The kexts on the guest's disk, read again only when their Info.plist changed. */
export class InstalledKexts {
  readonly #files: FileSystem
  readonly #known = new Map<string, { readonly stamp: string; readonly bundle: KextBundle }>()

  constructor(files: FileSystem) {
    this.#files = files
  }

  all(folders: readonly string[] = kextFolders): readonly KextBundle[] {
    return folders.flatMap(folder => this.#inFolder(folder))
  }

  byIdentifier(
    bundleIdentifier: string,
    folders: readonly string[] = kextFolders,
  ): readonly KextBundle[] {
    return this.all(folders).filter(b => b.bundleIdentifier === bundleIdentifier)
  }

  /** Direct `.kext` children of a folder, and their PlugIns. */
  #inFolder(folder: string): readonly KextBundle[] {
    if (!this.#files.exists(folder)) return []
    return this.#files
      .list(folder, root)
      .filter(name => name.endsWith('.kext'))
      .sort()
      .flatMap(name => {
        const path = `${folder}/${name}`
        const bundle = this.#read(path)
        return [...(bundle ? [bundle] : []), ...this.plugInsOf(path)]
      })
  }

  /** The kexts in the PlugIns of one, which are eligible with it wherever it lies (facts: kexts, section 2). */
  plugInsOf(path: string): readonly KextBundle[] {
    const plugIns = [`${path}/Contents/PlugIns`, `${path}/PlugIns`].find(p => this.#files.exists(p))
    return plugIns === undefined ? [] : this.#inFolder(plugIns)
  }

  #read(path: string): KextBundle | null {
    const plist = [`${path}/Contents/Info.plist`, `${path}/Info.plist`].find(p =>
      this.#files.exists(p),
    )
    if (plist === undefined) return null
    const { size, modifiedMs } = this.#files.status(plist, root)
    const stamp = `${size} ${modifiedMs}`
    const known = this.#known.get(path)
    if (known?.stamp === stamp) return known.bundle
    const bundle = readBundle(this.#files, path)
    if (bundle) this.#known.set(path, { stamp, bundle })
    return bundle
  }
}
