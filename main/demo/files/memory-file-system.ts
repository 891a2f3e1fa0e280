import {
  FileSystemError,
  type Credentials,
  type FileStatus,
  type FileSystem,
} from './file-system.ts'
import {
  canExecute,
  canRead,
  canWrite,
  newDirectory,
  newFile,
  newSymlink,
  permits,
  statusOf,
  type DirectoryInode,
  type FileInode,
  type Inode,
} from './inode.ts'
import type { OpenFile, OpenFlags } from './open-file.ts'

const root: Credentials = { uid: 0, gid: 0 }
const longestName = 255
const longestPath = 1024
const mostSymlinks = 32

/** A place in the tree: the directory that holds the name, and what the name is, if anything. */
interface Place {
  readonly directory: DirectoryInode
  /** Empty when the path ends in `/`, `.` or `..` and so names `directory` itself. */
  readonly name: string
  readonly inode: Inode | undefined
}

/** The file system of one guest, with the permission rules of Unix. Names are told apart by case. */
export class MemoryFileSystem implements FileSystem {
  readonly #root = newDirectory(root, 0o755, null)
  readonly #capacityBytes: number
  #usedBytes = 0

  constructor(capacityBytes = 1_000_000_000) {
    this.#capacityBytes = capacityBytes
  }

  get usage(): { readonly capacityBytes: number; readonly usedBytes: number } {
    return { capacityBytes: this.#capacityBytes, usedBytes: this.#usedBytes }
  }

  status(path: string, who: Credentials): FileStatus {
    return statusOf(this.#existing(path, who, true))
  }

  linkStatus(path: string, who: Credentials): FileStatus {
    return statusOf(this.#existing(path, who, false))
  }

  exists(path: string): boolean {
    try {
      return this.#find(path, root, true).inode !== undefined
    } catch (error) {
      if (error instanceof FileSystemError) return false
      throw error
    }
  }

  /** Whether `who` may read (4), write (2) or run and search (1) what lies there. */
  allows(path: string, who: Credentials, wanted: number): boolean {
    try {
      return permits(this.#existing(path, who, true), who, wanted)
    } catch (error) {
      if (error instanceof FileSystemError) return false
      throw error
    }
  }

  /** The path without symlinks, `.` and `..`. The last name need not exist. */
  realPath(path: string, who: Credentials): string {
    const { directory, name, inode } = this.#find(path, who, true)
    const above = this.#pathOf(directory)
    if (name === '' || inode === directory) return above
    return above === '/' ? `/${name}` : `${above}/${name}`
  }

  list(path: string, who: Credentials): readonly string[] {
    const inode = this.#existing(path, who, true)
    if (inode.kind !== 'directory') throw new FileSystemError('ENOTDIR', path)
    if (!permits(inode, who, canRead)) throw new FileSystemError('EACCES', path)
    return [...inode.entries.keys()].sort(byBytes)
  }

  read(path: string, who: Credentials): Uint8Array {
    const inode = this.#existing(path, who, true)
    if (inode.kind === 'directory') throw new FileSystemError('EISDIR', path)
    if (inode.kind !== 'file') throw new FileSystemError('EINVAL', path)
    if (!permits(inode, who, canRead)) throw new FileSystemError('EACCES', path)
    inode.isShared = true
    return inode.room.subarray(0, inode.size)
  }

  write(path: string, bytes: Uint8Array, who: Credentials, mode = 0o644): void {
    const flags = { write: true, create: true, truncate: true }
    this.open(path, flags, who, mode).write(0, bytes)
  }

  open(path: string, flags: OpenFlags, who: Credentials, mode = 0o644): OpenFile {
    const place = this.#find(path, who, flags.exclusive !== true)
    let inode = place.inode
    if (inode !== undefined && flags.create === true && flags.exclusive === true) {
      throw new FileSystemError('EEXIST', path)
    }
    if (inode === undefined) {
      if (flags.create !== true) throw new FileSystemError('ENOENT', path)
      if (path.endsWith('/')) throw new FileSystemError('EISDIR', path)
      inode = newFile(who, mode)
      this.#link(place, inode, path, who)
    } else {
      if (inode.kind === 'directory') throw new FileSystemError('EISDIR', path)
      if (inode.kind !== 'file') throw new FileSystemError('ELOOP', path)
      const wanted = (flags.read === true ? canRead : 0) | (flags.write === true ? canWrite : 0)
      if (!permits(inode, who, wanted)) throw new FileSystemError('EACCES', path)
      if (flags.truncate === true && flags.write === true) this.#resize(inode, 0, path)
    }
    return this.#opened(inode, flags, path)
  }

  makeDirectory(path: string, who: Credentials, mode = 0o755): void {
    const place = this.#find(path, who, false)
    this.#link(place, newDirectory(who, mode, place.directory), path, who)
  }

  makeSymlink(path: string, target: string, who: Credentials): void {
    if (target === '') throw new FileSystemError('ENOENT', path)
    checkText(target, path)
    this.#link(this.#find(path, who, false), newSymlink(who, target), path, who)
  }

  /** A device that takes everything and keeps nothing. */
  makeNullDevice(path: string): void {
    this.#link(this.#find(path, root, false), newFile(root, 0o666, true), path, root)
  }

  readSymlink(path: string, who: Credentials): string {
    const inode = this.#existing(path, who, false)
    if (inode.kind !== 'symlink') throw new FileSystemError('EINVAL', path)
    return inode.target
  }

  rename(from: string, to: string, who: Credentials): void {
    const source = this.#find(from, who, false)
    const target = this.#find(to, who, false)
    const moved = source.inode
    if (moved === undefined) throw new FileSystemError('ENOENT', from)
    if (source.name === '' || target.name === '') throw new FileSystemError('EINVAL', from)
    checkRemoval(source.directory, moved, from, who)
    if (moved === target.inode) return
    if (moved.kind === 'directory') {
      for (let above = target.directory; ; above = above.parent) {
        if (above === moved) throw new FileSystemError('EINVAL', from)
        if (above === above.parent) break
      }
    }
    const replaced = target.inode
    if (replaced !== undefined) {
      if (replaced.kind === 'directory') {
        if (moved.kind !== 'directory') throw new FileSystemError('EISDIR', to)
        if (replaced.entries.size > 0) throw new FileSystemError('ENOTEMPTY', to)
      } else if (moved.kind === 'directory') throw new FileSystemError('ENOTDIR', to)
      checkRemoval(target.directory, replaced, to, who)
    } else if (!permits(target.directory, who, canWrite | canExecute)) {
      throw new FileSystemError('EACCES', to)
    }
    if (replaced?.kind === 'file') this.#usedBytes -= replaced.room.length
    source.directory.entries.delete(source.name)
    target.directory.entries.set(target.name, moved)
    if (moved.kind === 'directory') moved.parent = target.directory
    source.directory.modifiedMs = target.directory.modifiedMs = Date.now()
  }

  removeFile(path: string, who: Credentials): void {
    const { directory, name, inode } = this.#find(path, who, false)
    if (inode === undefined) throw new FileSystemError('ENOENT', path)
    // POSIX lets unlink refuse directories with EPERM, and Darwin does.
    if (inode.kind === 'directory') throw new FileSystemError('EPERM', path)
    checkRemoval(directory, inode, path, who)
    directory.entries.delete(name)
    directory.modifiedMs = Date.now()
    if (inode.kind === 'file') this.#usedBytes -= inode.room.length
  }

  removeDirectory(path: string, who: Credentials): void {
    const { directory, name, inode } = this.#find(path, who, false)
    if (inode === undefined) throw new FileSystemError('ENOENT', path)
    if (inode.kind !== 'directory') throw new FileSystemError('ENOTDIR', path)
    if (name === '') throw new FileSystemError('EINVAL', path)
    checkRemoval(directory, inode, path, who)
    if (inode.entries.size > 0) throw new FileSystemError('ENOTEMPTY', path)
    directory.entries.delete(name)
    directory.modifiedMs = Date.now()
  }

  changeMode(path: string, mode: number, who: Credentials): void {
    changeMode(this.#existing(path, who, true), mode, who, path)
  }

  changeOwner(path: string, uid: number, gid: number, who: Credentials): void {
    changeOwner(this.#existing(path, who, true), uid, gid, who, path)
  }

  /** Like `changeOwner`, for a symlink itself. */
  changeLinkOwner(path: string, uid: number, gid: number, who: Credentials): void {
    changeOwner(this.#existing(path, who, false), uid, gid, who, path)
  }

  changeTimes(path: string, modifiedMs: number, who: Credentials): void {
    changeTimes(this.#existing(path, who, true), modifiedMs, who, path)
  }

  #opened(inode: FileInode, flags: OpenFlags, path: string): OpenFile {
    return {
      status: () => statusOf(inode),
      read: (offset, length) => {
        if (flags.read !== true) throw new FileSystemError('EBADF', path)
        return inode.room.slice(Math.min(offset, inode.size), Math.min(offset + length, inode.size))
      },
      write: (offset, bytes) => {
        if (flags.write !== true) throw new FileSystemError('EBADF', path)
        const start = flags.append === true ? inode.size : offset
        if (inode.discards || bytes.length === 0) return
        if (start + bytes.length > inode.size) this.#resize(inode, start + bytes.length, path)
        makeOwn(inode)
        inode.room.set(bytes, start)
        inode.modifiedMs = Date.now()
      },
      truncate: size => {
        if (flags.write !== true) throw new FileSystemError('EBADF', path)
        this.#resize(inode, size, path)
      },
      changeMode: (mode, who) => changeMode(inode, mode, who, path),
      changeOwner: (uid, gid, who) => changeOwner(inode, uid, gid, who, path),
      changeTimes: (modifiedMs, who) => changeTimes(inode, modifiedMs, who, path),
    }
  }

  #resize(inode: FileInode, size: number, path: string): void {
    if (inode.discards) return
    if (!Number.isSafeInteger(size) || size < 0) throw new FileSystemError('EINVAL', path)
    if (size > inode.room.length || size === 0) {
      // Grows by half again, so that a file written in small pieces is copied a few times only.
      const wanted = size === 0 ? 0 : Math.max(size, Math.ceil(inode.room.length * 1.5))
      const used = this.#usedBytes - inode.room.length + wanted
      if (used > this.#capacityBytes) throw new FileSystemError('ENOSPC', path)
      const room = new Uint8Array(wanted)
      room.set(inode.room.subarray(0, Math.min(inode.size, size)))
      inode.room = room
      inode.isShared = false
      this.#usedBytes = used
    } else if (size < inode.size) {
      makeOwn(inode)
      inode.room.fill(0, size, inode.size)
    }
    inode.size = size
    inode.modifiedMs = Date.now()
  }

  #link(place: Place, inode: Inode, path: string, who: Credentials): void {
    if (place.inode !== undefined) throw new FileSystemError('EEXIST', path)
    if (!permits(place.directory, who, canWrite | canExecute)) {
      throw new FileSystemError('EACCES', path)
    }
    // As BSD does, a new file belongs to the group of the directory it is made in.
    inode.gid = place.directory.gid
    place.directory.entries.set(place.name, inode)
    place.directory.modifiedMs = Date.now()
  }

  #existing(path: string, who: Credentials, follow: boolean): Inode {
    const { inode } = this.#find(path, who, follow)
    if (inode === undefined) throw new FileSystemError('ENOENT', path)
    return inode
  }

  #find(path: string, who: Credentials, follow: boolean): Place {
    if (!path.startsWith('/')) throw new FileSystemError(path === '' ? 'ENOENT' : 'EINVAL', path)
    checkText(path, path)
    // The names still to walk, the next one last, so that a symlink pushes its target's names.
    const ahead = namesOf(path).reverse()
    let directory = this.#root
    let symlinkCount = 0
    let place: Place = { directory, name: '', inode: directory }
    while (ahead.length > 0) {
      const name = ahead.pop()!
      if (!permits(directory, who, canExecute)) throw new FileSystemError('EACCES', path)
      if (name === '.' || name === '..') {
        if (name === '..') directory = directory.parent
        place = { directory, name: '', inode: directory }
        continue
      }
      const inode = directory.entries.get(name)
      const isLast = ahead.length === 0
      if (inode === undefined && !isLast) throw new FileSystemError('ENOENT', path)
      if (inode?.kind === 'symlink' && (!isLast || follow || path.endsWith('/'))) {
        if (++symlinkCount > mostSymlinks) throw new FileSystemError('ELOOP', path)
        if (inode.target.startsWith('/')) directory = this.#root
        ahead.push(...namesOf(inode.target).reverse())
        place = { directory, name: '', inode: directory }
        continue
      }
      place = { directory, name, inode }
      if (inode?.kind === 'directory') directory = inode
      else if (inode !== undefined && (!isLast || path.endsWith('/'))) {
        throw new FileSystemError('ENOTDIR', path)
      }
    }
    return place
  }

  #pathOf(directory: DirectoryInode): string {
    const names: string[] = []
    for (let at = directory; at !== at.parent; at = at.parent) {
      for (const [name, inode] of at.parent.entries) if (inode === at) names.push(name)
    }
    return `/${names.reverse().join('/')}`
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter(name => name !== '')
}

/** Refuses what no Unix takes as a path. */
function checkText(text: string, path: string): void {
  if (text.includes('\0')) throw new FileSystemError('EINVAL', path.replaceAll('\0', '?'))
  if (text.length > longestPath || text.split('/').some(name => name.length > longestName)) {
    throw new FileSystemError('ENAMETOOLONG', path)
  }
}

/** A sticky directory (/tmp) lets only the owner of a file, its own owner or root take a name away. */
function checkRemoval(from: DirectoryInode, inode: Inode, path: string, who: Credentials): void {
  if (!permits(from, who, canWrite | canExecute)) throw new FileSystemError('EACCES', path)
  const isSticky = (from.mode & 0o1000) !== 0
  if (isSticky && who.uid !== 0 && who.uid !== inode.uid && who.uid !== from.uid) {
    throw new FileSystemError('EPERM', path)
  }
}

function changeMode(inode: Inode, mode: number, who: Credentials, path: string): void {
  if (who.uid !== 0 && who.uid !== inode.uid) throw new FileSystemError('EPERM', path)
  inode.mode = mode & 0o7777
}

/** Only root gives files away; an owner may hand one to a group of his own. */
function changeOwner(inode: Inode, uid: number, gid: number, who: Credentials, path: string): void {
  const isOwnGroup =
    who.uid === inode.uid && uid === inode.uid && [who.gid, inode.gid].includes(gid)
  if (who.uid !== 0 && !isOwnGroup) throw new FileSystemError('EPERM', path)
  inode.uid = uid
  inode.gid = gid
}

function changeTimes(inode: Inode, modifiedMs: number, who: Credentials, path: string): void {
  if (who.uid !== 0 && who.uid !== inode.uid) throw new FileSystemError('EPERM', path)
  inode.modifiedMs = modifiedMs
}

function makeOwn(inode: FileInode): void {
  if (!inode.isShared) return
  inode.room = inode.room.slice()
  inode.isShared = false
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
