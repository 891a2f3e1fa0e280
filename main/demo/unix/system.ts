import type { Credentials } from '../files/file-system.ts'
import { FileSystemError } from '../files/file-system.ts'
import type { MemoryFileSystem } from '../files/memory-file-system.ts'
import type { Process, Program } from '../program.ts'
import { BrokenPipeError, orStopped, StoppedError, type Input } from '../shell/streams.ts'
import type { Accounts } from './accounts.ts'

/** What the guest's programs share: its files, its people and the programs themselves. */
export interface UnixSystem {
  readonly files: MemoryFileSystem
  readonly accounts: Accounts
  readonly hostname: string
  readonly bootedMs: number
  readonly programs: ReadonlyMap<string, Program>
  /** Compares in constant time; false for who has none. */
  readonly isPassword: (user: string, password: string) => boolean
  readonly sudoNeedsPassword: boolean
}

/** What sudo remembers for one connection. */
export interface Login {
  sudoValidUntilMs: number
}

/** The terminal a process was started on. */
export interface ControllingTerminal {
  readonly input: Input
  /** Asks for what must not be shown; null at the end of input. */
  readonly readSecret: (prompt: string) => Promise<string | null>
  /** What Ctrl-C does now. */
  onInterrupt: () => void
}

/** A process that came in by SSH; those it starts inherit the login. */
export interface LoginProcess extends Process {
  readonly login?: Login
  /** Present when the process was started on a terminal. */
  readonly terminal?: ControllingTerminal
}

export const defaultPath = '/usr/bin:/bin:/usr/sbin:/sbin'

export function credentialsOf(process: Process): Credentials {
  return { uid: process.uid, gid: process.gid }
}

/** The absolute path of what the process calls `path`. */
export function absolute(process: Process, path: string): string {
  if (path === '' || path.startsWith('/')) return path
  return process.cwd === '/' ? `/${path}` : `${process.cwd}/${path}`
}

export type Lookup =
  | { readonly kind: 'found'; readonly path: string; readonly program: Program }
  | { readonly kind: 'not-executable'; readonly path: string }
  | { readonly kind: 'missing' }

/** Finds a command as execvp does: by path when it has a slash, else along PATH. */
export function lookUp(system: UnixSystem, process: Process, name: string): Lookup {
  const who = credentialsOf(process)
  const places = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? defaultPath).split(':').map(folder => `${folder || '.'}/${name}`)
  let refused: string | null = null
  for (const place of name === '' ? [] : places) {
    const path = absolute(process, place)
    try {
      const status = system.files.status(path, who)
      if (status.kind === 'directory' && !name.includes('/')) continue
      const program = system.programs.get(system.files.realPath(path, who))
      const mayRun = status.kind === 'file' && system.files.allows(path, who, 1)
      if (program !== undefined && mayRun) return { kind: 'found', path: place, program }
      refused ??= place
    } catch (error) {
      if (!(error instanceof FileSystemError)) throw error
      if (error.code === 'EACCES') refused ??= place
    }
  }
  return refused === null ? { kind: 'missing' } : { kind: 'not-executable', path: refused }
}

/**
 * Runs one program to its end and returns its exit code; what it throws becomes a message and a code, so
 * that no program can take the guest down. Being stopped is passed on.
 */
export async function runProgram(program: Program, process: Process): Promise<number> {
  try {
    const code = await orStopped(program(process), process.signal)
    return code & 0xff
  } catch (error) {
    if (error instanceof StoppedError) throw error
    if (error instanceof BrokenPipeError) return 141
    const text = error instanceof FileSystemError ? fileProblem(error) : String(error)
    await process.stderr(`${process.argv[0]}: ${text}\n`)
    return error instanceof FileSystemError ? 1 : 70
  }
}

/** Looks a command up and runs it; says what is wrong, in the name of `caller`, when it cannot. */
export async function execute(
  system: UnixSystem,
  process: Process,
  caller: string,
): Promise<number> {
  const name = process.argv[0] ?? ''
  const found = lookUp(system, process, name)
  switch (found.kind) {
    case 'found':
      return runProgram(found.program, process)
    case 'not-executable':
      await process.stderr(`${caller}: ${name}: Permission denied\n`)
      return 126
    case 'missing': {
      const text = name.includes('/') ? 'No such file or directory' : 'command not found'
      await process.stderr(`${caller}: ${name}: ${text}\n`)
      return 127
    }
  }
}

const texts: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EBADF: 'Bad file descriptor',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ENOTEMPTY: 'Directory not empty',
}

/** strerror(3) for an error of the file system. */
export function errorText(error: FileSystemError): string {
  return texts[error.code] ?? error.code
}

/** `PATH: text`, as tools print it. */
export function fileProblem(error: FileSystemError): string {
  return `${error.path}: ${errorText(error)}`
}
