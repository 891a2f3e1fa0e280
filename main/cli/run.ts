import { join } from 'node:path'
import type { Capture } from '../../core/contract/types.ts'
import { printable } from '../app/printable.ts'
import { createApp, type App } from '../app/create-app.ts'
import { settingsFolder } from '../app/settings-folder.ts'
import type { TakenCapture } from '../service/capture-guest.ts'
import type { ActExitCode } from './act/act-exit-codes.ts'
import type { ExitCode } from './exit-codes.ts'
import { openSource, type Intent, type SignIn } from './open-source.ts'
import { projectFolder, version } from './project-folder.ts'
import { inLines, print } from './print.ts'

/** What a command works with while it runs. */
export interface Running {
  readonly app: App
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal
  /** Captures a source, with its tables. */
  readonly open: (source: string, signIn: SignIn, intent?: Intent) => Promise<TakenCapture>
  /** Lines to standard output, as fast as they are taken. */
  readonly print: (lines: Iterable<string>) => Promise<void>
  /** A sentence beside the output. */
  readonly say: (sentence: string) => void
}

/**
 * Runs the work of one command: with the service, which ends with it, and with Ctrl-C bound to its signal. A
 * second Ctrl-C ends the process as it always does.
 */
export async function run(
  command: string,
  work: (running: Running) => Promise<ExitCode | ActExitCode>,
  { mayChangeGuest = false } = {},
): Promise<void> {
  const controller = new AbortController()
  const cancel = () => controller.abort()
  const app = createApp({
    host: 'cli',
    version,
    mayChangeGuest,
    settingsFolder: settingsFolder(),
    samplesFolder: join(projectFolder, 'assets', 'kexts'),
    parseWorker: new URL('../service/parse-worker.ts', import.meta.url),
  })
  const { signal } = controller
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, cancel)
  try {
    process.exitCode = await work({
      app,
      signal,
      async open(source, signIn, intent) {
        const { snapshotId } = await openSource(app, command, source, signIn, signal, intent)
        return app.taken(snapshotId)
      },
      print: lines => print(process.stdout, inLines(lines), signal),
      say,
    })
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, cancel)
    await app.stop()
  }
}

export function say(sentence: string): void {
  process.stderr.write(`kextant: ${printable(sentence)}\n`)
}

/** Nothing is lost in silence: what could not be read is said beside what could. */
export function sayProblems(capture: Capture, running: Pick<Running, 'say'>): void {
  const count = capture.problems.length + capture.missing.length
  if (count === 0) return
  const what = count === 1 ? 'one thing' : `${count} things`
  running.say(`${capture.source.label}: ${what} could not be read; “kextant info” tells what.`)
}
