import type { Command } from 'commander'
import { printable, printableInLine } from '../../app/printable.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Hue, Paint } from '../look.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'
import type { Filter } from '../../../core/query/filter/filter-tree.ts'
import { filterHelp } from '../filter-help.ts'
import { compareCaptures } from '../compare-captures.ts'

export interface DiffOptions extends CommonOptions {
  readonly all?: boolean
  readonly filter?: string
}

export function define(command: Command): void {
  command
    .argument('<before>', sourceHelp)
    .argument('<after>', 'the same')
    .option('--all', 'with what changes by itself: busy times, retain counts, statistics')
    .option('--filter <filter>', 'only the differences of entries that a filter finds')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
Of one boot, entries are compared by their IDs; of two boots or machines by path, class and location.

${filterHelp}
new, gone, changed and moved say what became of an entry. What is gone is asked as it was, all else as it is after.

Examples:
  kextant diff before.kextant after.kextant
  kextant diff before.kextant after.kextant --filter 'gone or class:IOUSBHostDevice'
  kextant diff before.txt ssh://author@192.168.1.20 --json

Exit codes: 0 the same, 1 different, ${exitCodeHelp}`,
    )
    .action((before: string, after: string, options: DiffOptions) =>
      diffSources(command, before, after, options),
    )
}

/** Of `command`, which tells what is wrong with its options. */
export async function diffSources(
  command: Command,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<void> {
  if (before === '-' && after === '-') {
    command.error('error: standard input can be one of the two')
  }
  let filter: Filter | null = null
  if (options.filter !== undefined) {
    const { readFilter } = await import('../read-filter.ts')
    filter = readFilter(command, options.filter)
  }
  return run('diff', running => diff(running, before, after, filter, options))
}

async function diff(
  running: Running,
  before: string,
  after: string,
  filter: Filter | null,
  options: DiffOptions,
): Promise<ExitCode> {
  // One after the other: both may be guests, and there is one connection.
  const first = await running.open(before, options)
  const second = await running.open(after, options)
  sayProblems(first.capture, running)
  sayProblems(second.capture, running)
  const comparison = await compareCaptures(first, second, options.all ?? false, filter)
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
