import type { Command } from 'commander'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { addCommonOptions, sourceHelp } from '../options.ts'
import type { SignIn } from '../open-source.ts'
import { addOutputOptions, freePath } from '../output-options.ts'
import { showProgress } from '../progress.ts'
import { run, sayProblems, type Running } from '../run.ts'
import { sayWritten } from '../written.ts'

export interface CaptureOptions extends SignIn {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

const extension = '.kextant'

export function define(command: Command): void {
  command.argument('<source>', sourceHelp)
  addOutputOptions(command)
  addCommonOptions(command, { hasJson: false })
    .addHelpText(
      'after',
      `
A .kextant holds all that the guest printed, bit for bit, and how it was asked: what to keep, and what to
send to a colleague. The file is written whole or not at all.

Examples:
  kextant capture ssh://author@192.168.1.20 -o before.kextant
  kextant capture demo -o demo.kextant --force

Exit codes: 0 written, ${exitCodeHelp}`,
    )
    .action((source: string, options: CaptureOptions) => captureTo(command, source, options))
}

/** Of `command`, which tells what is wrong with its options. */
export function captureTo(
  command: Command,
  source: string,
  options: CaptureOptions,
): Promise<void> {
  if (!options.output.toLowerCase().endsWith(extension)) {
    command.error(`error: a capture is saved as a file that ends in ${extension}`)
  }
  return run(command.name(), running => capture(running, source, options))
}

async function capture(
  running: Running,
  source: string,
  options: CaptureOptions,
): Promise<ExitCode> {
  const path = await freePath(options.output, options.force, running.say)
  if (path === null) return exitCodes.unreadable
  const endProgress = showProgress(running.app, process.stderr)
  const taken = await running.open(source, options).finally(endProgress)
  sayProblems(taken.capture, running)
  const file = await running.app.saveCapture(taken.capture.snapshotId, path, {
    overwrite: options.force ?? false,
    signal: running.signal,
  })
  sayWritten(file, { format: 'kextant', losses: [] }, options)
  return exitCodes.ok
}
