import { Option, type Command } from 'commander'
import { printable } from '../../app/printable.ts'
import { captureInfo, captureSummary } from '../../app/summary.ts'
import { exitCodeHelp, exitCodes } from '../exit-codes.ts'
import { filterHelp } from '../filter-help.ts'
import { momentLines, momentsJson, sessionLines, sessionsJson } from '../format/session-lines.ts'
import { findSession, keptSessions, looksOf } from '../kept-sessions.ts'
import { colorChoices } from '../look.ts'
import { outputLook, type CommonOptions } from '../options.ts'
import { addOutputOptions } from '../output-options.ts'
import { run } from '../run.ts'
import { captureTo, type CaptureOptions } from './capture.ts'
import { diffSources, type DiffOptions } from './diff.ts'

const sessionHelp = 'last, its number in the list, or its name or the beginning of that'
const numberHelp = 'the number of a snapshot, or last'

/** What windows have kept of what they captured. Looks, and changes nothing. */
export function define(command: Command): void {
  const takes = ({ registeredArguments }: Command) =>
    registeredArguments.map(argument => ` ${argument.name().toUpperCase()}`).join('')
  command.configureHelp({ subcommandTerm: each => `${each.name()}${takes(each)}` })
  command.usage('[COMMAND]').addHelpText(
    'after',
    `
Windows keep what they capture (docs/timeline.md); commands keep nothing. Without a COMMAND the sessions are listed.
Every command that takes a SOURCE takes session:SESSION/N, so what was kept can be searched, converted and explained:

  kextant timeline
  kextant timeline looks last
  kextant timeline diff last 3 last
  kextant timeline export 20261125 2 -o before.kextant
  kextant tree session:last/2 --filter 'class:IOUSBHostDevice'
  kextant convert session:last/2 -o before.xml

Exit codes: 0 read, the same; 1 none is kept, different; ${exitCodeHelp}`,
  )
  addLook(command.command('list', { isDefault: true }))
    .summary('the sessions that are kept, newest first')
    .action((options: CommonOptions) =>
      run('timeline list', async ({ app, signal, print, say }) => {
        const sessions = await keptSessions(app, signal)
        if (options.json) await print([printable(JSON.stringify(sessionsJson(sessions), null, 2))])
        else if (sessions.length > 0) await print(sessionLines(sessions, outputLook(options)))
        else say('no session is kept.')
        return sessions.length > 0 ? exitCodes.ok : exitCodes.none
      }),
    )
  addLook(command.command('looks'))
    .summary('the snapshots of a session, oldest first: when, of what, how much, what led to each')
    .argument('<session>', sessionHelp)
    .action((session: string, options: CommonOptions) =>
      run('timeline looks', async ({ app, signal, print }) => {
        const looks = await looksOf(app, await findSession(app, session, signal), signal)
        await print(
          options.json
            ? [printable(JSON.stringify(momentsJson(looks), null, 2))]
            : momentLines(looks, outputLook(options)),
        )
        return exitCodes.ok
      }),
    )
  addLook(command.command('show'))
    .summary('what one snapshot holds, as kextant info tells it')
    .argument('<session>', sessionHelp)
    .argument('<n>', numberHelp)
    .action((session: string, number: string, options: CommonOptions) =>
      run('timeline show', async ({ open, print }) => {
        const { capture } = await open(sourceOf(session, number), options)
        const text = options.json
          ? JSON.stringify(captureInfo(capture), null, 2)
          : captureSummary(capture)
        await print([printable(text)])
        return exitCodes.ok
      }),
    )
  const exporting = command
    .command('export')
    .summary(
      'one snapshot as a .kextant; kextant convert session:SESSION/N writes the other formats',
    )
    .argument('<session>', sessionHelp)
    .argument('<n>', numberHelp)
  addOutputOptions(exporting).action((session: string, number: string, options: CaptureOptions) =>
    captureTo(exporting, sourceOf(session, number), options),
  )
  const comparing = addLook(command.command('diff'))
    .summary('what differs between two snapshots of a session, as kextant diff tells it')
    .argument('<session>', sessionHelp)
    .argument('<before>', numberHelp)
    .argument('<after>', numberHelp)
    .option('--all', 'with what changes by itself: busy times, retain counts, statistics')
    .option('--filter <filter>', 'only the differences of entries that a filter finds')
    .addHelpText('after', `\n${filterHelp}`)
  comparing.action((session: string, before: string, after: string, options: DiffOptions) =>
    diffSources(comparing, sourceOf(session, before), sourceOf(session, after), options),
  )
}

const sourceOf = (session: string, number: string) => `session:${session}/${number}`

function addLook(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .addOption(new Option('--color <when>', 'colour').choices(colorChoices).default('auto'))
}
