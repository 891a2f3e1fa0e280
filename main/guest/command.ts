import type { Readable } from 'node:stream'

/** One program to run in the guest. */
export interface GuestCommand {
  /** Short, for the log: `ioreg`. */
  readonly name: string
  readonly argv: readonly string[]
  /** Exit codes that are results and not failures; `any` when all are. Default `[0]`. */
  readonly okExitCodes?: readonly number[] | 'any' | undefined
  /** From its start to its end, not counting the wait for a free channel. Default 60 s. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Without it the program reads an empty input. */
  readonly stdin?: Uint8Array | undefined
  /** In its place, for what is too much to hold. Not together with `asRoot`, since sudo may ask twice. */
  readonly stdinStream?: Readable | undefined
  /** Through sudo, unless the login is root itself. */
  readonly asRoot?: boolean | undefined
  /**
   * Takes standard output piece by piece, in order; while its promise is pending the guest is not read, so
   * that a slow consumer holds up the guest and not our memory. Without it the output is in the result.
   */
  readonly onStdout?: ((chunk: Uint8Array) => void | Promise<void>) | undefined
  readonly onStderr?: ((chunk: Uint8Array) => void) | undefined
  /** How much standard output is held when nobody takes it; default 16 MB, which is more than tools print. */
  readonly stdoutLimitBytes?: number | undefined
}

export interface CommandResult {
  /** Null when a signal ended the program, or the guest did not say. */
  readonly exitCode: number | null
  /** `SIGKILL`, or null. */
  readonly signal: string | null
  /** Absent when `onStdout` took it. */
  readonly stdout?: Uint8Array
  /** The first 64 kB. */
  readonly stderr: string
  readonly durationMs: number
  /** Of `durationMs`, until the guest's sshd had taken the command: that much is the link's and not the guest's. */
  readonly startedMs: number
  /** The exact command line that ran. Never holds a password. */
  readonly command: string
  /** Length of the standard output. */
  readonly bytes: number
}

/** Standard output as text: what is not UTF-8 becomes U+FFFD, so this is for tools that print plain words. */
export function textOf(result: CommandResult): string {
  return new TextDecoder().decode(result.stdout)
}
