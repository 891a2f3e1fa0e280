import type { Command } from 'commander'
import { askOf } from '../ask.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { addCommonOptions, sourceHelp } from '../options.ts'
import type { SignIn } from '../open-source.ts'
import { addOutputOptions, freePath } from '../output-options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import { showProgress } from '../progress.ts'
import { secretCategoryNames } from '../../../core/redact/secret-rules.ts'
import { sayWritten } from '../written.ts'

interface ReportOptions extends SignIn {
  readonly output: string
  readonly against?: string
  readonly redact?: boolean
  readonly properties: boolean
  readonly force?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command.argument('<source>', sourceHelp)
  addOutputOptions(command)
    .option('--against <source>', 'tell what differs from this one')
    .option('--redact', 'replace what tells of one machine or person: see “kextant redact”')
    .option('--no-properties', 'trees without the properties: a far smaller file')
  addCommonOptions(command, { hasJson: false })
    .addHelpText(
      'after',
      `
One HTML file that needs nothing else: no script, nothing from the network. Trees unfold in any browser.

Examples:
  kextant report machine.kextant -o machine.html
  kextant report after.kextant -o changes.html --against before.kextant --redact

Exit codes: 0 written; ${exitCodeHelp}`,
    )
    .action((source: string, options: ReportOptions) => {
      if (!options.output.toLowerCase().endsWith('.html')) {
        return command.error('error: a report is saved as a file that ends in .html')
      }
      return run('report', running => report(running, source, options))
    })
}

async function report(running: Running, source: string, options: ReportOptions): Promise<ExitCode> {
  const path = await freePath(options.output, options.force, running.say)
  if (path === null) return exitCodes.unreadable
  const before = options.against === undefined ? null : await running.open(options.against, options)
  const { capture } = await running.open(source, options)
  for (const each of before ? [before.capture, capture] : [capture]) sayProblems(each, running)
  const ask = askOf(running.app, running.signal)
  const clear = showProgress(running.app, process.stderr)
  const file = await ask('report.save', {
    snapshotId: capture.snapshotId,
    against: before?.capture.snapshotId ?? null,
    hasProperties: options.properties,
    redaction: options.redact ? { categories: [...secretCategoryNames], keep: [] } : null,
    path,
    overwrite: options.force ?? false,
  }).finally(clear)
  sayWritten(file, { format: 'html', losses: [] }, options)
  return exitCodes.ok
}
