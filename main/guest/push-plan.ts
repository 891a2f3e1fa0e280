import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { basename, isAbsolute, join, posix, relative, resolve, sep } from 'node:path'
import { FailureError } from '../../core/failure.ts'

/** What lies in a bundle, with its path inside the bundle (`Contents/Info.plist`; `''` is the bundle). */
export type PushEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number; readonly mode: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }

export interface PushPlan {
  /** The bundle on this computer. */
  readonly localPath: string
  /** `Foo.kext` */
  readonly name: string
  /** `/Library/Extensions/Foo.kext` */
  readonly installPath: string
  /** Folders before what they hold; in the order of the names. */
  readonly entries: readonly PushEntry[]
  readonly totalBytes: number
}

/** Kexts of third parties live here (facts: kexts, section 2). */
const defaultInstallFolder = '/Library/Extensions'
const limitBytes = 500 * 1024 * 1024
const limitEntries = 20_000

/**
 * Looks at a bundle on this computer and lists what a push would send. Refuses whatever the guest's own
 * check would refuse for its shape (facts: kexts, section 5): symlinks that leave the bundle, sockets,
 * devices. `.DS_Store` stays here; that check passes over it, and the guest has no use for it.
 *
 * @throws FailureError not-a-bundle, file-unreadable
 */
export async function planPush(
  localPath: string,
  installFolder = defaultInstallFolder,
): Promise<PushPlan> {
  const refuse = (detail: string) =>
    new FailureError({ kind: 'not-a-bundle', path: localPath, detail })
  const name = basename(resolve(localPath))
  if (!/^[^.].*\.kext$/.test(name)) throw refuse('its name does not end in .kext')
  if (hasControlCharacters(name)) throw refuse('its name holds control characters')
  const root = await readable(localPath, () => realpath(localPath))
  if (!(await readable(localPath, () => lstat(root))).isDirectory()) {
    throw refuse('it is not a folder')
  }

  const entries: PushEntry[] = []
  let totalBytes = 0
  const visit = async (folder: string): Promise<void> => {
    entries.push({ kind: 'directory', path: inBundle(root, folder) })
    const names = (await readable(folder, () => readdir(folder))).sort()
    for (const child of names) {
      if (child === '.DS_Store') continue
      const path = join(folder, child)
      const shown = inBundle(root, path)
      if (hasControlCharacters(child)) throw refuse('a file name in it holds control characters')
      if (entries.length >= limitEntries) throw refuse(`it holds more than ${limitEntries} files`)
      const status = await readable(path, () => lstat(path))
      if (status.isDirectory()) await visit(path)
      else if (status.isSymbolicLink()) {
        const target = await readable(path, () => readlink(path))
        if (leaves(root, folder, target))
          throw refuse(`${shown} is a symlink that leaves the bundle`)
        entries.push({ kind: 'symlink', path: shown, target: target.split(sep).join('/') })
      } else if (status.isFile()) {
        totalBytes += status.size
        if (totalBytes > limitBytes)
          throw refuse(`it is larger than ${limitBytes / 1024 / 1024} MB`)
        entries.push({ kind: 'file', path: shown, bytes: status.size, mode: status.mode & 0o777 })
      } else throw refuse(`${shown} is neither a file nor a folder nor a symlink`)
    }
  }
  await visit(root)

  const isFile = (path: string) => entries.some(one => one.path === path && one.kind === 'file')
  if (!isFile('Contents/Info.plist') && !isFile('Info.plist')) throw refuse('it has no Info.plist')
  const installPath = posix.join(installFolder, name)
  return { localPath: root, name, installPath, entries, totalBytes }
}

function inBundle(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}

function leaves(root: string, folder: string, target: string): boolean {
  if (isAbsolute(target)) return true
  const inside = relative(root, resolve(folder, target))
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
}

function hasControlCharacters(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return /[\x00-\x1f\x7f]/.test(name)
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const detail = code === 'ENOENT' ? 'it does not exist' : message
    throw new FailureError({ kind: 'file-unreadable', path, detail })
  }
}
