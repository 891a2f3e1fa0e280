/**
 * The demo guest's own file system: in memory, with owners, modes, symlinks and permission checks, since
 * a kext with the wrong owner is refused and a push must mend that.
 */
export type FileKind = 'file' | 'directory' | 'symlink'

export interface FileStatus {
  readonly kind: FileKind
  /** Permission bits only (0o755). */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedMs: number
}

/** Who asks. uid 0 may do everything. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
}

/** Thrown by every operation; `code` as in errno: ENOENT, EACCES, EPERM, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EINVAL, ELOOP. */
export class FileSystemError extends Error {
  readonly code: string
  readonly path: string
  constructor(code: string, path: string) {
    super(`${code}: ${path}`)
    this.name = 'FileSystemError'
    this.code = code
    this.path = path
  }
}

/** Paths are absolute and already joined with the working directory; `.` and `..` are resolved here. */
export interface FileSystem {
  status(path: string, who: Credentials): FileStatus
  /** Like `status`, but does not follow a symlink at the end. */
  linkStatus(path: string, who: Credentials): FileStatus
  list(path: string, who: Credentials): readonly string[]
  read(path: string, who: Credentials): Uint8Array
  /** Creates or replaces; keeps owner and mode of an existing file. New files get `who` and `mode`. */
  write(path: string, bytes: Uint8Array, who: Credentials, mode?: number): void
  makeDirectory(path: string, who: Credentials, mode?: number): void
  makeSymlink(path: string, target: string, who: Credentials): void
  readSymlink(path: string, who: Credentials): string
  rename(from: string, to: string, who: Credentials): void
  removeFile(path: string, who: Credentials): void
  removeDirectory(path: string, who: Credentials): void
  changeMode(path: string, mode: number, who: Credentials): void
  changeOwner(path: string, uid: number, gid: number, who: Credentials): void
  changeTimes(path: string, modifiedMs: number, who: Credentials): void
  exists(path: string): boolean
}
