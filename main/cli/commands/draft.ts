import type { Command } from 'commander'
import { Option } from 'commander'
import type { DraftPlan } from '../../../core/draft/draft-plan.ts'
import { noString } from '../../../core/registry/snapshot.ts'
import { printable } from '../../app/printable.ts'
import { planDraftIn } from '../../service/draft-driver.ts'
import { writeNewFolder } from '../../service/write-new-folder.ts'
import { chooseEntry } from '../choose-entry.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import { draftJson, draftLines } from '../format/draft-lines.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'

interface DraftOptions extends CommonOptions {
  readonly service: string
  readonly output: string
  readonly name?: string
  readonly bundleId?: string
  readonly class?: string
  readonly keys?: string
  readonly category: 'best' | 'own' | 'default'
  readonly probe?: boolean
  readonly userClient?: boolean
  readonly force?: boolean
}

const competitions = {
  best: 'best',
  own: 'own-category',
  default: 'default-category',
} as const

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .requiredOption('--service <selector>', 'the service: 0x… ID, path, name@location, or a name')
    .requiredOption('-o, --output <dir>', 'the folder of the driver, or a darwinOS tree')
    .option('--name <name>', 'of the driver: my-kext gives my_kext.cpp and MyKext.kext')
    .option('--bundle-id <id>', 'CFBundleIdentifier (default: io.darwinos.contrib.…)')
    .option('--class <class>', 'the C++ class (default: after the name)')
    .option('--keys <keys>', 'select the service by these match keys; the output names them')
    .addOption(
      new Option(
        '--category <category>',
        'match category: one of its own, the default, or the best',
      )
        .choices(['best', 'own', 'default'])
        .default('best'),
    )
    .option('--probe', 'with a probe() method')
    .option('--user-client', 'with a user client, for programs that open the driver')
    .option('--force', 'write it even if it would not be started')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Writes Info.plist, NAME.hpp, NAME.cpp, Makefile and README.md. Where DIR is a darwinOS tree they go into
drivers/contrib/NAME of it. Nothing that is there is replaced: all files are written, or none.

The match keys select this service; a category and a score are chosen by which the driver is started on the
snapshot. Where another driver runs on the service, that is a category of its own: both have the device then.
--category default competes with it instead, and gets its turn once it is gone.

Examples:
  kextant draft demo --service S08@1 -o ~/darwinos
  kextant draft dump.txt --service 0x1000002a3 -o my-kext --name my-kext --probe
  kextant draft demo --service IOResources -o my-kext --user-client --json

Exit codes: 0 written; 1 no such service, several, or it would not be started (it says why);
${exitCodeHelp}`,
    )
    .action((source: string, options: DraftOptions) =>
      run('draft', running => draft(running, source, options)),
    )
}

async function draft(running: Running, source: string, options: DraftOptions): Promise<ExitCode> {
  const { capture, snapshot, evidence } = await running.open(source, options)
  const chosen = chooseEntry(snapshot, options.service, running.say)
  if (!chosen) return exitCodes.none
  sayProblems(capture, running)
  if (snapshot.entries.className[chosen.entry] === noString) {
    running.say(
      `the dump does not tell the class of “${options.service}”, and a personality needs one.`,
    )
    return exitCodes.none
  }
  const choices = {
    entry: chosen.entry,
    name: options.name ?? null,
    className: options.class ?? null,
    bundleIdentifier: options.bundleId ?? null,
    keys: options.keys ?? null,
    competition: competitions[options.category],
    hasProbe: options.probe ?? false,
    hasUserClient: options.userClient ?? false,
  }
  const { plan, folder } = await planDraftIn(
    { capture, snapshot, evidence },
    choices,
    options.output,
  )
  const isWritten = plan.wins || options.force === true
  const paths = isWritten ? await writeNewFolder(folder, plan.files) : []
  const written = { folder: isWritten ? folder : null, paths }
  await running.print(
    options.json
      ? [printable(JSON.stringify(draftJson(snapshot, plan, written), null, 2))]
      : draftLines(snapshot, plan, written, outputLook(options)),
  )
  if (!plan.wins) sayLoss(plan, isWritten, running)
  return isWritten ? exitCodes.ok : exitCodes.none
}

function sayLoss(plan: DraftPlan, isWritten: boolean, { say }: Running): void {
  const { verdict } = plan.choices.find(choice => choice.id === plan.chosen)!
  say(isWritten ? verdict : `nothing is written. ${verdict} --force writes it all the same.`)
}
