import type { FileSystem } from './files/file-system.ts'

/**
 * A program of the demo guest: `ioreg`, `kextload`, `tar`. It gets what a Unix process gets and returns
 * its exit code. Programs know nothing of SSH; the shell and the server know nothing of IOKit.
 */
export interface Process {
  /** `argv[0]` is the name it was called by. */
  readonly argv: readonly string[]
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly files: FileSystem
  readonly stdin: AsyncIterable<Uint8Array>
  /** Resolves when the reader has room again: await it, or a large dump piles up in memory. */
  readonly stdout: (chunk: string | Uint8Array) => Promise<void>
  readonly stderr: (chunk: string | Uint8Array) => Promise<void>
  /** Aborted when the channel closes, the client sends a signal, or the guest goes down. */
  readonly signal: AbortSignal
}

export type Program = (process: Process) => Promise<number>

/** Absolute path in the guest -> the program that lies there. */
export type Programs = ReadonlyMap<string, Program>
