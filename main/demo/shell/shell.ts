import type { Process } from '../program.ts'
import {
  absolute,
  defaultPath,
  type Login,
  type LoginProcess,
  type UnixSystem,
} from '../unix/system.ts'
import { inputOf, stopped, type Input, type Sink } from './streams.ts'

/** The three descriptors. Redirections make a changed copy; `exec` changes them in place. */
export interface Descriptors {
  stdin: Input
  stdout: Sink
  stderr: Sink
}

/** Leaves the shell. */
export class ExitShell extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** Leaves or repeats loops. */
export class LoopJump extends Error {
  readonly kind: 'break' | 'continue'
  loops: number
  constructor(kind: 'break' | 'continue', loops: number) {
    super(kind)
    this.kind = kind
    this.loops = loops
  }
}

/** The command cannot be run as written: an unset variable under `set -u`, a failing `${x:?}`. */
export class ExpansionError extends Error {}

/** The state of one shell; a subshell works on a copy. */
export class Shell {
  readonly system: UnixSystem
  /** Replaced for every line of an interactive shell, since Ctrl-C ends a line and not the shell. */
  signal: AbortSignal
  readonly uid: number
  readonly gid: number
  readonly user: string
  readonly login: Login | undefined
  readonly terminal: LoginProcess['terminal']
  readonly pid: number
  cwd: string
  variables: Map<string, string>
  exported: Set<string>
  /** `$0`, `$1` … */
  arguments: readonly string[]
  lastStatus = 0
  exitsOnError = false
  refusesUnset = false
  isTracing = false
  loopDepth = 0
  /** Shared with subshells: commands run so far. */
  readonly #steps: { count: number }

  constructor(system: UnixSystem, process: Process, args: readonly string[], from?: Shell) {
    this.system = system
    this.signal = process.signal
    this.uid = process.uid
    this.gid = process.gid
    this.user = process.user
    this.login = (process as LoginProcess).login
    this.terminal = (process as LoginProcess).terminal
    this.pid = from?.pid ?? nextPid++
    this.cwd = process.cwd
    this.variables = new Map(Object.entries(process.env))
    this.exported = new Set(this.variables.keys())
    this.arguments = args
    this.#steps = from === undefined ? { count: 0 } : from.#steps
    if (!this.variables.has('PATH')) this.variables.set('PATH', defaultPath)
    this.variables.set('IFS', ' \t\n')
  }

  subshell(): Shell {
    const copy = new Shell(this.system, this.process(['sh'], nowhere), this.arguments, this)
    copy.variables = new Map(this.variables)
    copy.exported = new Set(this.exported)
    copy.lastStatus = this.lastStatus
    copy.exitsOnError = this.exitsOnError
    copy.refusesUnset = this.refusesUnset
    copy.isTracing = this.isTracing
    return copy
  }

  /** A process of this shell: same person, same folder, the exported variables. */
  process(
    argv: readonly string[],
    io: Descriptors,
    extra?: ReadonlyMap<string, string>,
  ): LoginProcess {
    const env: Record<string, string> = {}
    for (const name of this.exported) {
      const value = this.variables.get(name)
      if (value !== undefined) env[name] = value
    }
    for (const [name, value] of extra ?? []) env[name] = value
    env['PWD'] = this.cwd
    return {
      argv,
      uid: this.uid,
      gid: this.gid,
      user: this.user,
      cwd: this.cwd,
      env,
      files: this.system.files,
      stdin: io.stdin,
      stdout: io.stdout,
      stderr: io.stderr,
      signal: this.signal,
      ...(this.login === undefined ? {} : { login: this.login }),
      ...(this.terminal === undefined ? {} : { terminal: this.terminal }),
    }
  }

  absolute(path: string): string {
    return absolute(this.process([''], nowhere), path)
  }

  /** Gives others a turn now and then, and ends a shell that was told to stop. */
  async step(): Promise<void> {
    if (++this.#steps.count % 64 === 0) await new Promise(resolve => setImmediate(resolve))
    if (this.signal.aborted) throw stopped(this.signal)
  }

  setVariable(name: string, value: string): void {
    this.variables.set(name, value)
  }
}

let nextPid = 401

const nowhere: Descriptors = {
  stdin: inputOf(
    (async function* () {
      // Nothing to read.
    })(),
  ),
  stdout: async () => {},
  stderr: async () => {},
}
