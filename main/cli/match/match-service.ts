import type { Matcher } from '../../../core/matching/matcher.ts'
import type {
  Candidate,
  CategoryCompetition,
  ServiceVerdict,
} from '../../../core/matching/verdict.ts'
import { printableInLine } from '../../app/printable.ts'
import { count, markText } from '../format/entry-text.ts'
import type { Look } from '../look.ts'
import { entryText, itemText, longest, pathOf, standingText } from './match-words.ts'
import { reasonText } from './reason-text.ts'

/** All personalities for one service in the kernel's order, a reason a line. */
export function* serviceReport(
  matcher: Matcher,
  verdict: ServiceVerdict,
  look: Look,
): Generator<string> {
  const { snapshot } = matcher
  const { paint } = look
  const { entry } = verdict
  yield `${markText(snapshot, entry, look)}${entryText(snapshot, entry, look)}`
  yield `  ${pathOf(snapshot, entry)}`
  yield `  ${chainText(verdict)}`
  if (verdict.isRegistered === false) {
    yield `  ${paint('yellow', 'not registered: matching has never looked at it, so nothing starts here')}`
  }
  yield ''
  if (verdict.candidates.length === 0) yield 'No personality is for one of its classes.'
  else {
    yield paint('bold', count(verdict.candidates.length, 'personality', 'personalities'))
    const width = longest(verdict.candidates, scoreText)
    for (const candidate of verdict.candidates) {
      yield candidateLine(matcher, candidate, look, width)
    }
  }
  if (verdict.categories.length > 0) {
    yield* ['', paint('bold', 'Match categories')]
    for (const category of verdict.categories) yield categoryLine(matcher, category, look)
  }
  yield* remarkLines([...verdict.caveats, ...matcher.catalogue.notes], look)
}

export function candidateLine(
  matcher: Matcher,
  candidate: Candidate,
  look: Look,
  scoreWidth: number,
): string {
  const { item, standing, reason } = candidate
  const score = scoreText(candidate).padStart(scoreWidth)
  const whatIf = [item.origin, ...item.alsoFrom].some(({ kind }) => kind === 'what-if')
  const mark = whatIf ? ` ${look.paint('cyan', '(what if)')}` : ''
  return `  ${standingText(standing, look)} ${score}  ${itemText(item)}${mark}  ${look.paint('dim', '—')} ${printableInLine(reasonText(matcher, reason))}`
}

/** The adjusted score; with what it is made of where the family has given points. */
export function scoreText({ item, result }: Candidate): string {
  if (result?.kind !== 'matches') return `${item.probeScore}`
  const { points, family } = result.family
  return points === 0
    ? `${result.score}`
    : `${result.score} = ${item.probeScore} + ${points} (${family})`
}

function chainText({ chain }: ServiceVerdict): string {
  const classes = chain.classes.map(printableInLine).join(' : ')
  const sources = {
    dump: 'as the dump shows',
    table: 'by the table of public classes',
    implied: 'as other services imply',
    unknown: 'its superclasses are not known',
  } as const
  return `${classes}${chain.isComplete ? '' : ' : …'}  (${sources[chain.source]})`
}

function categoryLine(
  { snapshot }: Matcher,
  { category, client, winner, contenders }: CategoryCompetition,
  { paint }: Look,
): string {
  const many = count(contenders.length, 'contender')
  const holder =
    client !== null
      ? `taken by ${pathOf(snapshot, client)}`
      : winner !== null
        ? `${itemText(winner)} would start`
        : 'nobody can be told'
  return `  ${printableInLine(category)}  ${paint('dim', many)}  ${holder}`
}

export function* remarkLines(sentences: readonly string[], { paint }: Look): Generator<string> {
  if (sentences.length === 0) return
  yield ''
  for (const sentence of sentences) yield paint('dim', `  ${printableInLine(sentence)}`)
}
