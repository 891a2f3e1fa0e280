import type { Credentials, FileStatus } from './file-system.ts'

/** What lies behind a name. A directory knows its parent, since `..` is resolved physically. */
export type Inode = FileInode | DirectoryInode | SymlinkInode

interface Owned {
  /** Twelve bits: the permissions, set-id bits and sticky bit. */
  mode: number
  uid: number
  gid: number
  modifiedMs: number
}

export interface FileInode extends Owned {
  readonly kind: 'file'
  /** Room for the content; only the first `size` bytes are the file. */
  room: Uint8Array
  size: number
  /** Somebody holds a view of `room`: copy it before changing it in place. */
  isShared: boolean
  /** /dev/null: takes everything, keeps nothing. */
  readonly discards: boolean
}

export interface DirectoryInode extends Owned {
  readonly kind: 'directory'
  readonly entries: Map<string, Inode>
  /** Itself for the root. */
  parent: DirectoryInode
}

export interface SymlinkInode extends Owned {
  readonly kind: 'symlink'
  readonly target: string
}

export function newFile(who: Credentials, mode: number, discards = false): FileInode {
  return {
    kind: 'file',
    ...owned(who, mode),
    room: new Uint8Array(0),
    size: 0,
    isShared: false,
    discards,
  }
}

export function newDirectory(
  who: Credentials,
  mode: number,
  parent: DirectoryInode | null,
): DirectoryInode {
  const made = { kind: 'directory' as const, ...owned(who, mode), entries: new Map() }
  const directory = made as unknown as DirectoryInode
  directory.parent = parent ?? directory
  return directory
}

export function newSymlink(who: Credentials, target: string): SymlinkInode {
  return { kind: 'symlink', ...owned(who, 0o755), target }
}

export function statusOf(inode: Inode): FileStatus {
  const { kind, mode, uid, gid, modifiedMs } = inode
  return { kind, mode, uid, gid, size: sizeOf(inode), modifiedMs }
}

export const canRead = 4
export const canWrite = 2
/** Execute for a file, search for a directory. */
export const canExecute = 1

/** The one class of bits that applies decides: an owner without `w` is refused though others have it. */
export function permits(inode: Inode, who: Credentials, wanted: number): boolean {
  if (who.uid === 0) {
    // Root reads and writes anything, but runs only what somebody may run.
    return wanted !== canExecute || inode.kind !== 'file' || (inode.mode & 0o111) !== 0
  }
  const shift = who.uid === inode.uid ? 6 : who.gid === inode.gid ? 3 : 0
  return ((inode.mode >> shift) & wanted) === wanted
}

function sizeOf(inode: Inode): number {
  switch (inode.kind) {
    case 'file':
      return inode.size
    case 'directory':
      return 64 + 32 * inode.entries.size
    case 'symlink':
      return new TextEncoder().encode(inode.target).length
  }
}

function owned(who: Credentials, mode: number): Owned {
  return { mode: mode & 0o7777, uid: who.uid, gid: who.gid, modifiedMs: Date.now() }
}
