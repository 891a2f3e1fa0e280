import { posix } from 'node:path'
import type { FileSystem } from '../../files/file-system.ts'

const root = { uid: 0, gid: 0 }
const groupOrOtherMayWrite = 0o022

/**
 * Who owns a bundle's files (facts: kexts, section 5): everything must be 0:0 and not writable by group or
 * others, and no symlink may lead out of it. `.DS_Store` and the kexts in `PlugIns` are not looked at.
 * @returns the offending paths, the bundle's own folder first.
 */
export function wronglyOwned(files: FileSystem, bundlePath: string): readonly string[] {
  const wrong: string[] = []
  const walk = (path: string): void => {
    const status = files.linkStatus(path, root)
    const isWrong =
      (status.kind === 'symlink' && leaves(bundlePath, path, files.readSymlink(path, root))) ||
      status.uid !== 0 ||
      status.gid !== 0 ||
      (status.kind !== 'symlink' && (status.mode & groupOrOtherMayWrite) !== 0)
    if (isWrong) wrong.push(path)
    if (status.kind !== 'directory') return
    for (const name of [...files.list(path, root)].sort()) {
      if (name === '.DS_Store' || (path.endsWith('/PlugIns') && name.endsWith('.kext'))) continue
      walk(`${path}/${name}`)
    }
  }
  walk(bundlePath)
  return wrong
}

/** A symlink that leads out of the bundle. */
function leaves(bundlePath: string, linkPath: string, target: string): boolean {
  const resolved = posix.resolve(posix.dirname(linkPath), target)
  return resolved !== bundlePath && !resolved.startsWith(`${bundlePath}/`)
}
