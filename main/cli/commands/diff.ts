import type { Command } from 'commander'
import { printable, printableInLine } from '../../app/printable.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Hue, Paint } from '../look.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import { sayNotHere } from '../written.ts'
import { wiring } from '../wiring.ts'

interface DiffOptions extends CommonOptions {
  readonly all?: boolean
}

export function define(command: Command): void {
  command
    .argument('<before>', sourceHelp)
    .argument('<after>', 'the same')
    .option('--all', 'with what changes by itself: busy times, retain counts, statistics')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Of one boot, entries are compared by their IDs; of two boots or machines by path, class and location.

Examples:
  kextant diff before.kextant after.kextant
  kextant diff before.txt ssh://author@192.168.1.20 --json

Exit codes: 0 the same, 1 different, ${exitCodeHelp}`,
    )
    .action((before: string, after: string, options: DiffOptions) => {
      if (before === '-' && after === '-') {
        command.error('error: standard input can be one of the two')
      }
      return run('diff', running => diff(running, before, after, options))
    })
}

async function diff(
  running: Running,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<ExitCode> {
  const { compare } = wiring
  if (!compare) return sayNotHere('diff', running)
  // One after the other: both may be guests, and there is one connection.
  const first = await running.open(before, options)
  const second = await running.open(after, options)
  sayProblems(first.capture, running)
  sayProblems(second.capture, running)
  const comparison = await compare(first, second, { all: options.all ?? false })
  await running.print(
    options.json
      ? [printable(JSON.stringify(comparison.json(), null, 2))]
      : painted(comparison.lines(), outputLook(options).paint),
  )
  return comparison.isSame ? exitCodes.ok : exitCodes.none
}

const hues: Readonly<Record<string, Hue>> = { '+': 'green', '-': 'red', '~': 'yellow', '→': 'cyan' }

function* painted(lines: Iterable<string>, paint: Paint): Generator<string> {
  for (const line of lines) {
    const hue = hues[line.charAt(0)]
    const text = printableInLine(line)
    yield hue ? paint(hue, text) : text
  }
}
