import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileSystemError, type FileSystem } from '../../main/demo/files/file-system.ts'

export interface BundleParts {
  /** Files by their path in the bundle; what ends in `/MacOS/…` may be run. */
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly symlinks?: Readonly<Record<string, string>>
}

/** A driver with a plug-in, a resource and a symlink; `version` is in its Info.plist only. */
export function driver(version: string): BundleParts {
  return {
    files: {
      'Contents/Info.plist': `<plist version="${version}"/>`,
      'Contents/MacOS/My Driver': 'code that is the same in every version',
      'Contents/PlugIns/Part.kext/Contents/Info.plist': '<plist/>',
      'Contents/Resources/table.bin': Uint8Array.from({ length: 70_000 }, (_, i) => i % 251),
    },
    symlinks: { 'Contents/Current': 'MacOS' },
  }
}

/** Writes `NAME` into `folder` of this computer, in place of what was there. @returns its path */
export function writeBundle(folder: string, name: string, parts: BundleParts): string {
  const bundle = join(folder, name)
  rmSync(bundle, { recursive: true, force: true })
  mkdirSync(bundle, { recursive: true })
  for (const [path, content] of Object.entries(parts.files)) {
    mkdirSync(dirname(join(bundle, path)), { recursive: true })
    const mode = path.includes('/MacOS/') ? 0o755 : 0o644
    writeFileSync(join(bundle, path), content, { mode })
  }
  for (const [path, target] of Object.entries(parts.symlinks ?? {})) {
    symlinkSync(target, join(bundle, path))
  }
  return bundle
}

const root = { uid: 0, gid: 0 }

/** Everything below `path` of the demo guest, byte for byte: `755 0:0 Contents/MacOS/X = 61 62 63`. */
export function drawGuestTree(files: FileSystem, path: string): readonly string[] {
  const lines: string[] = []
  const visit = (at: string) => {
    const status = files.linkStatus(at, root)
    const head = `${status.mode.toString(8)} ${status.uid}:${status.gid} ${at.slice(path.length + 1) || '.'}`
    if (status.kind === 'symlink') {
      lines.push(`link ${at.slice(path.length + 1)} -> ${files.readSymlink(at, root)}`)
    } else if (status.kind === 'file') {
      lines.push(`${head} = ${Buffer.from(files.read(at, root)).toString('latin1')}`)
    } else {
      lines.push(`${head}/`)
      for (const name of [...files.list(at, root)].sort()) visit(`${at}/${name}`)
    }
  }
  try {
    visit(path)
  } catch (error) {
    if (!(error instanceof FileSystemError)) throw error
    return [`${error.code} ${path}`]
  }
  return lines
}

/** What `drawGuestTree` shows of a bundle that was pushed whole and rightly. */
export function drawnAsPushed({ files, symlinks = {} }: BundleParts): readonly string[] {
  const lines = new Map<string, string>([['', '755 0:0 ./']])
  const addFolders = (path: string) => {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) lines.set(at, `755 0:0 ${at}/`)
  }
  for (const [path, content] of Object.entries(files)) {
    addFolders(path)
    const mode = path.includes('/MacOS/') ? 755 : 644
    lines.set(path, `${mode} 0:0 ${path} = ${Buffer.from(content).toString('latin1')}`)
  }
  for (const [path, target] of Object.entries(symlinks)) {
    addFolders(path)
    lines.set(path, `link ${path} -> ${target}`)
  }
  const parts = (path: string) => path.split('/').join('\0')
  return [...lines].sort(([a], [b]) => (parts(a) < parts(b) ? -1 : 1)).map(([, line]) => line)
}

/** The names in a folder of the demo guest. */
export function namesIn(files: FileSystem, folder: string): readonly string[] {
  return [...files.list(folder, root)].sort()
}

/** Puts a bundle into the demo guest as a push leaves it, in place of what is there, without a push. */
export function putInGuest(files: FileSystem, path: string, parts: BundleParts): void {
  removeFromGuest(files, path)
  const make = (folder: string): void => {
    if (files.exists(folder)) return
    make(dirname(folder))
    files.makeDirectory(folder, root, 0o755)
  }
  make(path)
  for (const [name, content] of Object.entries(parts.files)) {
    make(dirname(`${path}/${name}`))
    const mode = name.includes('/MacOS/') ? 0o755 : 0o644
    files.write(`${path}/${name}`, new Uint8Array(Buffer.from(content)), root, mode)
  }
  for (const [name, target] of Object.entries(parts.symlinks ?? {})) {
    make(dirname(`${path}/${name}`))
    files.makeSymlink(`${path}/${name}`, target, root)
  }
}

/** Removes a file or a folder of the demo guest with all in it. */
export function removeFromGuest(files: FileSystem, path: string): void {
  let kind
  try {
    kind = files.linkStatus(path, root).kind
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'ENOENT') return
    throw error
  }
  if (kind !== 'directory') files.removeFile(path, root)
  else {
    for (const name of files.list(path, root)) removeFromGuest(files, `${path}/${name}`)
    files.removeDirectory(path, root)
  }
}
