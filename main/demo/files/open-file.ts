import type { Credentials, FileStatus } from './file-system.ts'

/** How a file is opened; at least one of `read` and `write`. */
export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly create?: boolean
  readonly truncate?: boolean
  /** With `create`: refuse a name that exists. */
  readonly exclusive?: boolean
}

/**
 * An open file: it goes on living after its name is removed or replaced, as in Unix. Offsets and sizes
 * are bytes. There is nothing to close; whoever drops it frees it.
 */
export interface OpenFile {
  readonly status: () => FileStatus
  /** A copy of up to `length` bytes; empty at and after the end. */
  readonly read: (offset: number, length: number) => Uint8Array
  /** A gap before `offset` reads as zeros. With `append`, `offset` is ignored. */
  readonly write: (offset: number, bytes: Uint8Array) => void
  readonly truncate: (size: number) => void
  readonly changeMode: (mode: number, who: Credentials) => void
  readonly changeOwner: (uid: number, gid: number, who: Credentials) => void
  readonly changeTimes: (modifiedMs: number, who: Credentials) => void
}
