import type { MatchSummary } from '../../../core/matching/match-summary.ts'
import type { Matcher } from '../../../core/matching/matcher.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { printableInLine } from '../../app/printable.ts'
import { count } from '../format/entry-text.ts'
import type { Look } from '../look.ts'
import { remarkLines } from './match-service.ts'
import { itemText, labelOf, pathOf } from './match-words.ts'

/** One match category of one service, in which somebody runs or could. */
export interface CompetitionRow {
  readonly entry: EntryIndex
  readonly category: string
  readonly client: EntryIndex | null
  /** -> Catalogue.items */
  readonly running: number | null
  readonly best: number | null
  readonly isTied: boolean
  readonly contenders: number
  readonly outcome: Outcome
}

export type Outcome =
  /** Who runs has the highest score, or shares it. */
  | 'as-predicted'
  /** Another has a higher score than who runs. */
  | 'otherwise'
  /** The keys of who runs do not hold, or cannot be told to: the service has changed since. */
  | 'changed-since'
  /** A driver that was matched on another service has attached itself to this one as well. */
  | 'matched-elsewhere'
  /** Somebody runs whose personality is not known. */
  | 'not-explained'
  /** Nobody runs; the best would start, or was tried and refused. */
  | 'free'
  /** Nobody runs, for the service is not registered: nothing is matched on it. */
  | 'not-registered'

export function* competitionsOf(
  matcher: Matcher,
  summary: MatchSummary,
): Generator<CompetitionRow> {
  const known = (index: number) => (index < 0 ? null : index)
  for (let entry = 0; entry + 1 < summary.firstCompetition.length; entry++) {
    const end = summary.firstCompetition[entry + 1]!
    for (let row = summary.firstCompetition[entry]!; row < end; row++) {
      const client = known(summary.client[row]!)
      const running = known(summary.running[row]!)
      const best = known(summary.best[row]!)
      const isTied = summary.isTied[row] === 1
      yield {
        entry,
        category: summary.categories[summary.category[row]!]!,
        client,
        running,
        best,
        isTied,
        contenders: summary.contenders[row]!,
        outcome:
          client === null
            ? freeOutcome(matcher, entry)
            : matcher.views.matchedOn(client) !== entry
              ? 'matched-elsewhere'
              : runningOutcome(matcher, entry, running, best, isTied),
      }
    }
  }
}

function freeOutcome({ views }: Matcher, entry: EntryIndex): Outcome {
  return views.isRegistered(entry) === false ? 'not-registered' : 'free'
}

function runningOutcome(
  matcher: Matcher,
  entry: EntryIndex,
  running: number | null,
  best: number | null,
  isTied: boolean,
): Outcome {
  if (running === null) return 'not-explained'
  if (running === best) return 'as-predicted'
  const { items } = matcher.catalogue
  const runner = items[running]!
  const result = matcher.match(runner, entry)
  if (result.kind !== 'matches' || best === null) return 'changed-since'
  // Of those that share the highest score, the summary names the one that was inserted first.
  const first = matcher.match(items[best]!, entry)
  const sharesIt =
    isTied &&
    first.kind === 'matches' &&
    first.score === result.score &&
    items[best]!.probeScore === runner.probeScore
  return sharesIt ? 'as-predicted' : 'otherwise'
}

export interface Totals {
  readonly services: number
  /** Services for whose classes there are personalities. */
  readonly withCandidates: number
  readonly withContenders: number
  readonly byOutcome: Readonly<Record<Outcome, number>>
  readonly violations: number
}

export function totalsOf(matcher: Matcher, summary: MatchSummary): Totals {
  const byOutcome = {
    ...{ 'as-predicted': 0, otherwise: 0, 'changed-since': 0 },
    ...{ 'matched-elsewhere': 0, 'not-explained': 0 },
    ...{ free: 0, 'not-registered': 0 },
  }
  for (const { outcome } of competitionsOf(matcher, summary)) byOutcome[outcome]++
  return {
    services: summary.candidates.length,
    withCandidates: summary.candidates.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0),
    withContenders: summary.matching.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0),
    byOutcome,
    violations: summary.violations.length,
  }
}

const outcomeWords: readonly (readonly [Outcome, string])[] = [
  ['as-predicted', 'won as predicted'],
  ['otherwise', 'won by a lower score'],
  ['changed-since', 'by a driver whose keys do not hold now'],
  ['matched-elsewhere', 'taken by a driver of another service'],
  ['not-explained', 'by a driver of which no personality is known'],
  ['free', 'free'],
  ['not-registered', 'on services that are not registered'],
]

/** The whole registry: who runs or would, in every category of every service. */
export function* overview(matcher: Matcher, summary: MatchSummary, look: Look): Generator<string> {
  const { snapshot, catalogue } = matcher
  const { paint } = look
  const { withCandidates, withContenders, byOutcome } = totalsOf(matcher, summary)
  yield `${count(catalogue.items.length, 'personality', 'personalities')}, ${count(withCandidates, 'service')} of their provider classes, ${withContenders.toLocaleString('en-US')} with one that matches`
  const competitions = Object.values(byOutcome).reduce((sum, n) => sum + n, 0)
  const parts = outcomeWords.flatMap(([outcome, words]) =>
    byOutcome[outcome] > 0 ? [`${byOutcome[outcome].toLocaleString('en-US')} ${words}`] : [],
  )
  yield `${count(competitions, 'competition')}: ${parts.join(', ')}`
  let last = -1
  for (const row of competitionsOf(matcher, summary)) {
    if (row.entry !== last) yield* ['', paint('bold', pathOf(snapshot, row.entry))]
    last = row.entry
    yield `  ${competitionText(matcher, row, look)}`
  }
  for (const { provider, category, clients } of summary.violations) {
    const names = clients.map(client => labelOf(snapshot, client)).join(' and ')
    yield ''
    yield paint(
      'red',
      `${pathOf(snapshot, provider)}: ${names} share the category ${printableInLine(category)}, which the kernel does not allow.`,
    )
  }
  yield* remarkLines(catalogue.notes, look)
}

function competitionText(
  { snapshot, catalogue, views }: Matcher,
  row: CompetitionRow,
  look: Look,
): string {
  const { paint } = look
  const item = (index: number | null) =>
    index === null ? 'nobody' : itemText(catalogue.items[index]!)
  const best = item(row.best)
  const tied = row.isTied ? ', by the order of insertion' : ''
  const many = paint(
    'dim',
    `${printableInLine(row.category)}, ${count(row.contenders, 'contender')}`,
  )
  switch (row.outcome) {
    case 'as-predicted':
      return `${paint('green', 'runs')}   ${item(row.running)}  ${many}${tied}`
    case 'changed-since':
      return `${paint('yellow', 'runs')}   ${item(row.running)}, whose keys do not hold now  ${many}`
    case 'otherwise':
      return `${paint('yellow', 'runs')}   ${item(row.running)}, though ${best} has the higher score  ${many}`
    case 'matched-elsewhere':
      return `${paint('dim', 'here')}   ${labelOf(snapshot, row.client!)}, a driver of another service  ${many}`
    case 'not-explained':
      return `${paint('yellow', 'runs')}   ${labelOf(snapshot, row.client!)}, of which no personality is known  ${many}`
    case 'free':
      return `${paint('cyan', 'free')}   ${best} ${views.isMatched(row.entry) ? 'was tried and refused, or came later' : 'would start'}${tied}  ${many}`
    case 'not-registered':
      return `${paint('dim', 'none')}   ${best} would start if the service were registered${tied}  ${many}`
  }
}
