import type { Command } from 'commander'
import { printable } from '../../app/printable.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { kextLines, kextsJson } from '../format/kext-lines.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems } from '../run.ts'

export function define(command: Command): void {
  command.argument('<source>', `${sourceHelp}; a list that kextstat or kmutil printed`)
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  kextant kexts demo
  kextstat | kextant kexts -
  kextant kexts kextstat.txt --json | jq -r '.[] | select(.refs == 0) | .bundleIdentifier'

Exit codes: 0 printed; 1 the source does not tell, as a dump of the registry does not; ${exitCodeHelp}`,
    )
    .action((source: string, options: CommonOptions) =>
      run('kexts', async running => {
        const { capture } = await running.open(source, options)
        const { kexts } = capture
        if (kexts === null) {
          const missing = capture.missing.find(({ part }) => part === 'loaded kexts')
          running.say(
            `${capture.source.label} does not tell which kexts are loaded. ${missing?.reason ?? 'Ask a guest, or give what kextstat or kmutil showloaded printed.'}`,
          )
          return exitCodes.none
        }
        sayProblems(capture, running)
        await running.print(
          options.json
            ? [printable(JSON.stringify(kextsJson(kexts), null, 2))]
            : kextLines(kexts, outputLook(options)),
        )
        return exitCodes.ok
      }),
    )
}
