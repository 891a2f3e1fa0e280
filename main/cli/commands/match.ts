import type { Command } from 'commander'
import { chooseItems } from '../../../core/matching/choose-items.ts'
import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import type { Matcher } from '../../../core/matching/matcher.ts'
import { selfCheck } from '../../../core/matching/self-check.ts'
import type { Candidate } from '../../../core/matching/verdict.ts'
import type { JsonValue } from '../../../core/write/value-json.ts'
import { printable } from '../../app/printable.ts'
import { chooseEntry } from '../choose-entry.ts'
import { exitCodeHelp, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Look } from '../look.ts'
import {
  overviewJson,
  pairJson,
  personalityJson,
  selfCheckJson,
  serviceJson,
} from '../match/match-json.ts'
import { overview } from '../match/match-overview.ts'
import { pairReport, personalityReport } from '../match/match-personality.ts'
import { selfCheckReport } from '../match/match-self-check.ts'
import { remarkLines, serviceReport } from '../match/match-service.ts'
import { itemText } from '../match/match-words.ts'
import { openMatcher } from '../match/open-matcher.ts'
import { addCommonOptions, outputLook, sourceHelp, type CommonOptions } from '../options.ts'
import { run, sayProblems, type Running } from '../run.ts'

interface MatchOptions extends CommonOptions {
  readonly service?: string
  readonly personality?: string
  readonly kext: readonly string[]
  readonly selfCheck?: boolean
}

export function define(command: Command): void {
  command
    .argument('<source>', sourceHelp)
    .option('-s, --service <selector>', 'who matches this service: 0x… ID, path, or name')
    .option('-p, --personality <name>', 'what this one matches: its name, or a bundle identifier')
    .option(
      '-k, --kext <path>',
      'add the personalities of a bundle or a source folder; may be repeated',
      (path: string, others: readonly string[]) => [...others, path],
      [],
    )
    .option('--self-check', 'every running driver’s own personality against its provider')
  addCommonOptions(command)
    .addHelpText(
      'after',
      `
With --service: all personalities for its classes in the kernel’s order, each with the reason why it runs, wins,
loses or fails. With --personality: the services that it matches, and those that it misses by fewest keys. With
both: every key, with what it wants and what the service has. With neither: for every service who runs, or
would. --kext alone: the same as --personality for each personality that it adds. The guest is not touched.

Examples:
  kextant match demo --service XHC1@14
  kextant match guest.kextant --personality com.example.driver.Mine
  kextant match guest.kextant --kext build/Mine.kext --service 0x1000002a3
  kextant match dump.txt --self-check --json | jq .rejected

Exit codes: 0 a personality matches the service, or a service the personality; 1 none does, nothing is
called so, or there is no driver to check; ${exitCodeHelp}`,
    )
    .action((source: string, options: MatchOptions) => {
      const isAsked = options.service !== undefined || options.personality !== undefined
      if (options.selfCheck && (isAsked || options.kext.length > 0)) {
        command.error('error: --self-check goes with none of --service, --personality and --kext')
      }
      return run('match', running => match(running, source, options))
    })
}

async function match(running: Running, source: string, options: MatchOptions): Promise<ExitCode> {
  const taken = await running.open(source, options)
  if (taken.snapshot.entries.length === 0) {
    running.say(`${taken.capture.source.label} holds no registry: there is nothing to match.`)
    return exitCodes.none
  }
  const matcher = await openMatcher(taken, options.kext, running.say)
  sayProblems(taken.capture, running)
  const output = { running, matcher, options }
  const { service, personality, kext } = options
  if (options.selfCheck) return checkItself(output)
  if (personality !== undefined) {
    const items = itemsCalled(output, personality)
    return service === undefined ? aboutItems(output, items) : aboutPairs(output, items, service)
  }
  if (service !== undefined) return aboutService(output, service)
  return kext.length > 0 ? aboutItems(output, addedItems(output)) : aboutAll(output)
}

interface Output {
  readonly running: Running
  readonly matcher: Matcher
  readonly options: MatchOptions
}

async function show(
  { running, options }: Output,
  json: () => JsonValue,
  lines: (look: Look) => Iterable<string>,
): Promise<void> {
  await running.print(
    options.json ? [printable(JSON.stringify(json(), null, 2))] : lines(outputLook(options)),
  )
}

async function aboutService(output: Output, selector: string): Promise<ExitCode> {
  const { matcher, running } = output
  const chosen = chooseEntry(matcher.snapshot, selector, running.say)
  if (!chosen) return exitCodes.none
  const verdict = matcher.service(chosen.entry)
  await show(
    output,
    () => serviceJson(matcher, verdict),
    look => serviceReport(matcher, verdict, look),
  )
  return verdict.candidates.some(isMatch) ? exitCodes.ok : exitCodes.none
}

async function aboutItems(output: Output, items: readonly CatalogueItem[]): Promise<ExitCode> {
  if (items.length === 0) return exitCodes.none
  const { matcher } = output
  const verdicts = items.map(item => matcher.personality(item))
  await show(
    output,
    () => ({
      personalities: verdicts.map(verdict => personalityJson(matcher, verdict)),
      notes: matcher.catalogue.notes,
    }),
    look => withRemarks(output, look, verdicts, each => personalityReport(matcher, each, look)),
  )
  return verdicts.some(({ matches }) => matches.some(({ candidate }) => isMatch(candidate)))
    ? exitCodes.ok
    : exitCodes.none
}

async function aboutPairs(
  output: Output,
  items: readonly CatalogueItem[],
  selector: string,
): Promise<ExitCode> {
  const { matcher, running } = output
  if (items.length === 0) return exitCodes.none
  const chosen = chooseEntry(matcher.snapshot, selector, running.say)
  if (!chosen) return exitCodes.none
  const { entry } = chosen
  const pairs = items.map(item => matcher.candidate(item, entry))
  await show(
    output,
    () => ({
      personalities: pairs.map(pair => pairJson(matcher, pair, entry)),
      notes: matcher.catalogue.notes,
    }),
    look => withRemarks(output, look, pairs, each => pairReport(matcher, each, entry, look)),
  )
  return pairs.some(isMatch) ? exitCodes.ok : exitCodes.none
}

async function aboutAll(output: Output): Promise<ExitCode> {
  const { matcher } = output
  const table = matcher.summary()
  await show(
    output,
    () => overviewJson(matcher, table),
    look => overview(matcher, table, look),
  )
  return table.matching.some(number => number > 0) ? exitCodes.ok : exitCodes.none
}

async function checkItself(output: Output): Promise<ExitCode> {
  const { matcher } = output
  const check = selfCheck(matcher)
  await show(
    output,
    () => selfCheckJson(matcher, check),
    look => selfCheckReport(matcher, check, look),
  )
  return check.details.length > 0 ? exitCodes.ok : exitCodes.none
}

/** Its keys hold, or did when it was started. */
function isMatch({ result, standing }: Candidate): boolean {
  return result?.kind === 'matches' || standing === 'running'
}

/** Each report, a blank line between two, then what the catalogue says of itself. */
function* withRemarks<T>(
  { matcher }: Output,
  look: Look,
  subjects: readonly T[],
  report: (subject: T) => Iterable<string>,
): Generator<string> {
  for (const [index, subject] of subjects.entries()) {
    if (index > 0) yield ''
    yield* report(subject)
  }
  yield* remarkLines(matcher.catalogue.notes, look)
}

/** Those that somebody's words mean; said why where there are none. */
function itemsCalled({ matcher, running }: Output, text: string): readonly CatalogueItem[] {
  const { items, ignored, nearest } = chooseItems(matcher.catalogue, text)
  for (const { item, because } of ignored) running.say(`${itemText(item)}: ${because}`)
  if (items.length === 0 && ignored.length === 0) {
    const hint = nearest.length > 0 ? ` Is one of these meant: ${nearest.join(', ')}?` : ''
    running.say(`no personality is called “${text}”.${hint}`)
  }
  return items
}

/** The personalities of --kext, also those that the guest has as well. */
function addedItems({ matcher, running }: Output): readonly CatalogueItem[] {
  const { items, ignored } = matcher.catalogue
  const isAdded = (item: CatalogueItem) =>
    [item.origin, ...item.alsoFrom].some(({ kind }) => kind === 'what-if')
  for (const { item, because } of ignored) {
    if (isAdded(item)) running.say(`${itemText(item)}: ${because}`)
  }
  const added = items.filter(isAdded)
  if (added.length === 0) running.say('there is no personality in what --kext names.')
  return added
}
