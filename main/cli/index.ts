import { Command, CommanderError } from 'commander'
import { FailureError } from '../../core/failure.ts'
import { reportBug } from '../service/host-log.ts'
import { endWithBrokenPipes } from './broken-pipes.ts'
import { commands } from './commands.ts'
import { exitCodeHelp, exitCodeOf, exitCodes } from './exit-codes.ts'
import { version } from './project-folder.ts'
import { say } from './run.ts'

// The command line: the same service as the window, bound to a terminal.

const program = new Command('kextant')
  .description('An IOKit registry explorer for people who write kernel extensions')
  .version(version)
  .showHelpAfterError('(see kextant --help)')
  .configureHelp({
    subcommandTerm: command => `${command.name()} ${commands[command.name()]?.takes ?? ''}`.trim(),
  })
  .addHelpText(
    'after',
    `
SOURCE is a dump file of any format that “kextant info” names, - for standard input, demo for the demo
guest, ssh://user@host:port, or session:SESSION/N for what a window has kept (“kextant timeline” lists it).

Exit codes: 0 read, found, the same; 1 nothing found, not one, different; ${exitCodeHelp}
Those that act on a guest, from push on, have their own; their --help tells them.`,
  )
  .exitOverride()

// Only the command that is named is loaded.
const named = process.argv.slice(2).find(word => Object.hasOwn(commands, word))
for (const [name, { summary, load }] of Object.entries(commands)) {
  const command = program.command(name)
  command.summary(summary).description(summary)
  if (name === named) (await load()).define(command)
}

endWithBrokenPipes()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  } else if (error instanceof FailureError) {
    say(error.message)
    process.exitCode = exitCodeOf(error.failure)
    // What nobody takes any more would keep the process until somebody does.
    if (error.failure.kind === 'cancelled') process.exit()
  } else {
    reportBug(error, 'the command line')
    process.exitCode = exitCodes.bug
  }
}
