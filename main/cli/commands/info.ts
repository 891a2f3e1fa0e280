import type { Command } from 'commander'
import { printable } from '../../app/printable.ts'
import { captureInfo, captureSummary } from '../../app/summary.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { addCommonOptions, sourceHelp, type CommonOptions } from '../options.ts'
import { run } from '../run.ts'

export function define(command: Command): void {
  addCommonOptions(command.argument('<source>', sourceHelp))
    .addHelpText(
      'after',
      `
The password for an ssh:// source is asked for in the terminal, or taken from the environment
variable KEXTANT_PASSWORD.

Examples:
  kextant info dump.txt
  ioreg -l -w0 | kextant info -
  kextant info ssh://author@192.168.1.20 --json

Exit codes: 0 read, ${exitCodeHelp}`,
    )
    .action((source: string, options: CommonOptions) =>
      run('info', async ({ open, print }) => {
        const { capture } = await open(source, options)
        const text = options.json
          ? JSON.stringify(captureInfo(capture), null, 2)
          : captureSummary(capture)
        // A guest's words must not steer the terminal; in JSON this is an escape and keeps its meaning.
        await print([printable(text)])
        return exitCodes.ok
      }),
    )
}
