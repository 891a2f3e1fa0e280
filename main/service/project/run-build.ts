import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { FailureError } from '../../../core/failure.ts'
import { readBuildMessages } from '../../../core/project/build-messages.ts'
import type { BuildRun } from '../../../core/project/project.ts'
import { endGroup, environmentForOthers, findProgram } from '../host-program.ts'

export const mostOutputLength = 400_000
/** Output reaches the window at most this often. */
const tellEveryMs = 200
/** A compiler that is told to end removes what it has half written; then it has to be gone. */
const graceMs = 2000
/** Something that the build has left running may hold its output open for ever. */
const lingerMs = 1000

/**
 * Runs a project's own build on the host: no word of it is read by a shell, it has no input, and it leads a process
 * group, so that a cancelled one ends with all its compilers.
 *
 * @throws FailureError program-failed, when it cannot be started at all
 */
export async function runBuild(
  root: string,
  command: readonly string[],
  signal: AbortSignal,
  changed: (run: BuildRun) => void,
): Promise<BuildRun> {
  const startedAt = Date.now()
  let output = ''
  let isCut = false
  let timer: NodeJS.Timeout | undefined
  const base = { id: randomUUID(), root, command, startedAt: new Date(startedAt).toISOString() }
  const now = (end: Pick<BuildRun, 'status' | 'exitCode' | 'durationMs'>): BuildRun => ({
    ...base,
    ...end,
    output,
    isCut,
    messages: readBuildMessages(output, root),
  })
  const tell = () => {
    timer = undefined
    changed(now({ status: 'running', exitCode: null, durationMs: null }))
  }
  const take = (text: string) => {
    output += text
    if (output.length > mostOutputLength) {
      isCut = true
      // From the beginning of a line on, so that no message is read from half of one.
      const from = output.length - mostOutputLength
      const line = output.indexOf('\n', from)
      output = output.slice(line >= 0 && line + 1 < output.length ? line + 1 : from)
    }
    timer ??= setTimeout(tell, tellEveryMs)
  }

  if (signal.aborted) throw new FailureError({ kind: 'cancelled' })
  const [program, ...words] = await inOneStream(command, root)
  const child = spawn(program!, words, {
    cwd: root,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // Messages in the words that are looked for; file names and all else stay in the user's language.
    env: { ...environmentForOthers(), LC_MESSAGES: 'C' },
  })
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  ended.catch(() => undefined)
  try {
    await once(child, 'spawn')
  } catch (error) {
    throw notStarted(command[0]!, root, error)
  }
  tell()
  const kill = () => endGroup(child, 'SIGKILL')
  let lastResort: NodeJS.Timeout | undefined
  const cancel = () => {
    endGroup(child, 'SIGTERM')
    // Those that do not listen.
    lastResort = setTimeout(kill, graceMs).unref()
  }
  // A Kextant that breaks down leaves no compiler at work.
  process.once('exit', kill)
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    const texts = Promise.all([textOf(child.stdout, take), textOf(child.stderr, take)])
    const [code, endedBy] = await ended
    await Promise.race([texts, sleep(lingerMs, undefined, { ref: false })])
    child.stdout.destroy()
    child.stderr.destroy()
    if (signal.aborted) kill()
    if (endedBy !== null && !signal.aborted)
      take(`\n${command.join(' ')} was ended by ${endedBy}.\n`)
    const status = signal.aborted ? 'cancelled' : code === 0 ? 'done' : 'failed'
    const run = now({ status, exitCode: code, durationMs: Date.now() - startedAt })
    clearTimeout(timer)
    changed(run)
    return run
  } finally {
    clearTimeout(timer)
    clearTimeout(lastResort)
    process.off('exit', kill)
    signal.removeEventListener('abort', cancel)
  }
}

/**
 * The command with both of its outputs in one pipe. In two, what make says of the folder that it enters can arrive
 * after what the compiler says of a file in there, which is then looked for elsewhere.
 */
async function inOneStream(command: readonly string[], root: string): Promise<readonly string[]> {
  if (process.platform === 'win32') return command
  const program = await findProgram(command[0]!)
  if (program === null) throw notStarted(command[0]!, root, { code: 'ENOENT' })
  return ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', program, ...command.slice(1)]
}

async function textOf(stream: Readable, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  try {
    for await (const chunk of stream) take(decoder.decode(chunk as Uint8Array, { stream: true }))
  } catch {
    // Closed from this side, because something still held it open.
  }
}

function notStarted(program: string, root: string, error: unknown): FailureError {
  const { code } = error as NodeJS.ErrnoException
  // Of a working folder that is gone the system says the same as of a missing program.
  const detail =
    code === 'ENOENT'
      ? `it is not on PATH, or ${root} is gone; install it (on macOS the Command Line Tools bring it), and build again`
      : `it cannot be started (${code ?? String(error)})`
  return new FailureError({ kind: 'program-failed', program, detail })
}
