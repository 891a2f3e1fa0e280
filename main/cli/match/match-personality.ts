import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import type { Matcher } from '../../../core/matching/matcher.ts'
import type {
  Candidate,
  NearMiss,
  PersonalityVerdict,
  ServiceCandidate,
} from '../../../core/matching/verdict.ts'
import type { EntryIndex } from '../../../core/registry/snapshot.ts'
import { printableInLine } from '../../app/printable.ts'
import { count } from '../format/entry-text.ts'
import type { Look } from '../look.ts'
import { scoreText } from './match-service.ts'
import {
  checkInLine,
  checkLines,
  entryText,
  itemText,
  longest,
  originText,
  pathOf,
  standingText,
} from './match-words.ts'
import { reasonText } from './reason-text.ts'

/** How many near misses, and of what cannot be decided, are told in text; JSON has more. */
const mostOthers = 10

/** One personality against all services: what it matches, then what it misses by fewest keys. */
export function* personalityReport(
  matcher: Matcher,
  { item, matches, misses, considered }: PersonalityVerdict,
  look: Look,
): Generator<string> {
  const { paint } = look
  const open = matches.filter(({ candidate }) => candidate.result?.kind === 'unknown')
  const hits = matches.filter(match => !open.includes(match))
  yield* itemLines(matcher, item, look)
  yield ''
  const all = considered.toLocaleString('en-US')
  yield paint(
    'bold',
    `${count(hits.length, 'service')} of ${all} of its provider class ${hits.length === 1 ? 'matches' : 'match'}`,
  )
  yield* standingLines(matcher, hits, look)
  if (open.length > 0) {
    yield* ['', paint('bold', `${open.length.toLocaleString('en-US')} cannot be decided`)]
    yield* standingLines(matcher, open.slice(0, mostOthers), look)
    yield* moreLine(open.length - mostOthers, look)
  }
  if (misses.length === 0) return
  yield* ['', paint('bold', 'Nearest misses')]
  for (const miss of misses.slice(0, mostOthers)) yield* missLines(matcher, miss, look)
  yield* moreLine(considered - matches.length - mostOthers, look)
}

function* standingLines(
  matcher: Matcher,
  matches: readonly ServiceCandidate[],
  look: Look,
): Generator<string> {
  const width = longest(matches, ({ candidate }) => scoreText(candidate))
  for (const { entry, candidate } of matches) {
    const score = scoreText(candidate).padStart(width)
    const reason = printableInLine(reasonText(matcher, candidate.reason))
    yield `  ${standingText(candidate.standing, look)} ${score}  ${pathOf(matcher.snapshot, entry)}  ${look.paint('dim', '—')} ${reason}`
  }
}

function* moreLine(more: number, { paint }: Look): Generator<string> {
  if (more > 0) yield paint('dim', `  … ${more.toLocaleString('en-US')} more`)
}

/** One personality against one service: every key with both sides. */
export function* pairReport(
  matcher: Matcher,
  candidate: Candidate,
  entry: EntryIndex,
  look: Look,
): Generator<string> {
  yield* itemLines(matcher, candidate.item, look)
  yield `  on ${entryText(matcher.snapshot, entry, look)}`
  yield ''
  yield `${standingText(candidate.standing, look)} ${scoreText(candidate)}  ${look.paint('dim', '—')} ${printableInLine(reasonText(matcher, candidate.reason))}`
  for (const check of candidate.result?.checks ?? []) {
    for (const line of checkLines(check, look)) yield `  ${line}`
  }
}

export function* itemLines(
  { snapshot }: Matcher,
  item: CatalogueItem,
  { paint }: Look,
): Generator<string> {
  const { ioClass, providerClass, category, probeScore, publisher, bundleIdentifier } = item
  yield paint('bold', itemText(item))
  const facts: readonly (readonly [string, string])[] = [
    ['starts', ioClass ?? 'no class'],
    ['on', providerClass ?? 'no provider class'],
    ['category', category],
    ['own score', `${probeScore}`],
    ...(publisher === bundleIdentifier ? [] : [['published by', publisher] as const]),
  ]
  yield `  ${facts.map(([what, value]) => `${paint('dim', what)} ${printableInLine(value)}`).join('  ')}`
  for (const origin of [item.origin, ...item.alsoFrom]) {
    yield `  ${paint('dim', 'from')} ${originText(snapshot, origin)}`
  }
}

function* missLines({ snapshot }: Matcher, miss: NearMiss, look: Look): Generator<string> {
  const keys = count(miss.failing.length, 'key')
  yield `  ${look.paint('yellow', keys.padEnd(6))}  ${pathOf(snapshot, miss.entry)}`
  for (const check of miss.failing) yield `    ${look.paint('red', '✗')} ${checkInLine(check)}`
}
