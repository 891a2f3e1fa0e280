import { InvalidArgumentError, Option, type Command } from 'commander'
import { stopIds, type StopId } from '../../../core/preflight/preflight-report.ts'
import { addCommonOptions, wholeNumber, type CommonOptions } from '../options.ts'
import { actExitCodeHelp } from './act-exit-codes.ts'

/** What all commands that act on a guest take. */
export interface ActOptions extends CommonOptions {
  readonly yes?: boolean
  readonly accept?: readonly StopId[]
  readonly vm?: boolean
  readonly junit?: string
  readonly tap?: boolean
  readonly recordTo?: string
}

export interface TimedOptions extends ActOptions {
  readonly timeout?: number
}

export interface ExpectingOptions extends TimedOptions {
  readonly expect?: string
}

export const guestSourceHelp = 'the guest: demo, or ssh://user@host:port'
export const loadedOrPathHelp = 'of a kext in the guest: its bundle identifier or its path there'
const longestTimeoutSeconds = 3600

export function addActOptions(command: Command): Command {
  command
    .option('-y, --yes', 'do it without asking')
    .addOption(
      new Option('--accept <stop>', 'go on in spite of what the plan stops at; repeatable')
        .argParser(stopList)
        .default(undefined),
    )
    .option('--vm', 'the guest is a virtual machine: a panic costs nothing')
    .option('--junit <file>', 'write what was asked as JUnit XML')
    .option('--tap', 'print what was asked as TAP')
    .option('--record-to <file>', 'write the record as JSON, to keep it or to run it again')
  return addCommonOptions(command)
}

export function addTimeout(command: Command): Command {
  return command.option(
    '--timeout <seconds>',
    'how long the registry may take to come to rest, and expectations to hold',
    timeoutSeconds,
  )
}

export function addExpect(command: Command): Command {
  return command.option(
    '--expect <file>',
    'what is expected (default: kextant.yaml near the kext, or derived)',
  )
}

/** @param examples lines of the help, each a command */
export function addActHelp(command: Command, about: string, examples: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `
${about}

Examples:
${examples.map(example => `  ${example}`).join('\n')}

${actExitCodeHelp}`,
  )
}

export function timeoutMsOf({ timeout }: TimedOptions): number | null {
  return timeout === undefined ? null : timeout * 1000
}

function timeoutSeconds(text: string): number {
  const seconds = wholeNumber(text)
  if (seconds >= 1 && seconds <= longestTimeoutSeconds) return seconds
  throw new InvalidArgumentError(`It is not between 1 and ${longestTimeoutSeconds}.`)
}

function stopList(text: string, before: readonly StopId[] | undefined): readonly StopId[] {
  const found = stopIds.find(id => id === text)
  if (found === undefined) throw new InvalidArgumentError(`It is none of ${stopIds.join(', ')}.`)
  return [...(before ?? []), found]
}
