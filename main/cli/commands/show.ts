import type { Command } from 'commander'
import { printable } from '../../app/printable.ts'
import { chooseEntry } from '../choose-entry.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { entryJson, entryReport } from '../format/entry-report.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems } from '../run.ts'

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .argument('<selector>', '0x… ID, path, name@location, or a name that is the only one')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
A path is what “tree --json” and “find” print, with its plane or without: IOService:/PCI0@0/XHC1@14.
--json is whole and exact: data as {"$data": "base64"}, 64-bit integers as {"$integer": "…"}.

Examples:
  kextant show dump.txt 0x1000002a3
  kextant show dump.txt XHC1@14
  kextant show demo IOService:/iMac14,2/AppleACPIPlatformExpert --json | jq .properties

Exit codes: 0 printed; 1 no such entry, or several (they are listed); ${exitCodeHelp}`,
    )
    .action((source: string, selector: string, options: CommonOptions) =>
      run('show', async running => {
        const { capture, snapshot } = await running.open(source, options)
        const chosen = chooseEntry(snapshot, selector, running.say)
        if (!chosen) return exitCodes.none
        sayProblems(capture, running)
        await running.print(
          options.json
            ? [printable(JSON.stringify(entryJson(snapshot, chosen.entry), null, 2))]
            : entryReport(snapshot, chosen.entry, outputLook(options)),
        )
        return exitCodes.ok
      }),
    )
}
