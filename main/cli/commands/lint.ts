import type { Command } from 'commander'
import { FailureError } from '../../../core/failure.ts'
import { printable } from '../../app/printable.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { lintLines } from '../format/lint-lines.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'

interface LintOptions extends CommonOptions {
  readonly against?: string
}

export function define(command: Command): void {
  command
    .argument('<paths...>', '.kext folders, folders that a kext is built from, or Info.plists')
    .option('--against <source>', `the guest to load it in: ${sourceHelp}`)
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Looks at the Info.plist, the executable, the files and the plug-ins of a bundle; of a source folder at the
Info.plist, the classes of its C++ files and the Makefile. With --against also whether the guest has the
libraries, the architecture and the classes. Every rule is in docs/lint.md.

An error keeps the kext or a personality from being loaded, a warning is what the tools warn of or what will
hardly do what it looks like, a note is about the rest.

Examples:
  kextant lint MyKext.kext
  kextant lint build/kexts/*.kext --against ssh://author@192.168.1.20
  kextant lint drivers/contrib/my-kext --against demo --json | jq -r '.[].findings[].sentence'

Exit codes: 0 no error (warnings and notes there may be); 1 errors; ${exitCodeHelp}`,
    )
    .action((paths: readonly string[], options: LintOptions) =>
      run('lint', running => lint(running, paths, options)),
    )
}

async function lint(
  running: Running,
  paths: readonly string[],
  options: LintOptions,
): Promise<ExitCode> {
  let against: string | null = null
  if (options.against !== undefined) {
    const { capture } = await running.open(options.against, options)
    sayProblems(capture, running)
    against = capture.snapshotId
  }
  const reports: LintReport[] = []
  let isUnreadable = false
  for (const path of paths) {
    try {
      reports.push(await running.app.handlers['bundle.lint']({ path, against }, running.signal))
    } catch (error) {
      // The others are looked at all the same; the exit code tells.
      if (!(error instanceof FailureError) || error.failure.kind === 'cancelled') throw error
      isUnreadable = true
      running.say(error.message)
    }
  }
  if (options.json) await running.print([printable(JSON.stringify(reports, null, 2))])
  else await running.print(lintLines(reports, outputLook(options)))
  if (isUnreadable) return exitCodes.unreadable
  return reports.some(({ counts }) => counts.error > 0) ? exitCodes.none : exitCodes.ok
}
