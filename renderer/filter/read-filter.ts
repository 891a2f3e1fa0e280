import { finishedPart } from '../../core/query/filter/finished-part.ts'
import { filterTokens, parseFilter } from '../../core/query/filter/parse-filter.ts'
import type {
  FilterNode,
  FilterProblem,
  FilterTest,
  FilterToken,
  ParsedFilter,
} from '../../core/query/filter/filter-tree.ts'
import type { AppState } from '../state/app-state.ts'

let last: { readonly text: string; readonly parsed: ParsedFilter } | null = null

/** A filter read; remembered, since the field, the tree and the count ask for the same one. */
export function readFilter(text: string): ParsedFilter {
  if (last?.text !== text) last = { text, parsed: parseFilter(text) }
  return last.parsed
}

export function filterReads(text: string): boolean {
  return readFilter(text).ok
}

let lastPart: { readonly text: string; readonly part: string | null } | null = null

function partOf(text: string): string | null {
  if (lastPart?.text !== text) lastPart = { text, part: finishedPart(text) }
  return lastPart.part
}

/**
 * The filter whose hits are shown: what was typed; while its last term does not read yet, what stands before that; where
 * the mistake is elsewhere, what could be read last.
 */
export function appliedFilter({ filter, filters }: Pick<AppState, 'filter' | 'filters'>): string {
  return filterReads(filter) ? filter : (partOf(filter) ?? filters.lastGood)
}

/** Whether the hits that are shown are those of all that was typed, of what stands before its last term, or older. */
export function appliedPart(filter: string): 'whole' | 'beginning' | 'before' {
  if (filterReads(filter)) return 'whole'
  return partOf(filter) === null ? 'before' : 'beginning'
}

/** What has to be remembered when the text changes from one to another. */
export function lastGoodAfter(state: Pick<AppState, 'filter' | 'filters'>, typed: string): string {
  return filterReads(typed) ? typed : appliedFilter(state)
}

/** A stretch of the field's text that looks the same throughout. */
export interface TextPiece {
  readonly text: string
  readonly kind: FilterToken['kind'] | 'blank'
  readonly isWrong: boolean
}

/**
 * The whole text in pieces: between the pieces of a token stands what belongs to none. A problem at the very end,
 * where something is missing, is one blank after the text.
 */
export function textPieces(text: string, problem: FilterProblem | null): readonly TextPiece[] {
  const tokens = filterTokens(text)
  const from = problem ? problem.span.start : -1
  const to = problem ? Math.max(problem.span.end, from + 1) : -1
  const cuts = new Set([0, text.length])
  for (const { span } of tokens) cuts.add(span.start).add(span.end)
  if (problem) cuts.add(Math.min(from, text.length)).add(Math.min(to, text.length))
  const places = [...cuts].toSorted((a, b) => a - b)
  const pieces: TextPiece[] = []
  let at = 0
  for (const [index, start] of places.slice(0, -1).entries()) {
    const end = places[index + 1]!
    while (at < tokens.length && tokens[at]!.span.end <= start) at++
    const token = tokens[at]
    const kind = token && token.span.start <= start ? token.kind : 'blank'
    pieces.push({ text: text.slice(start, end), kind, isWrong: start >= from && end <= to })
  }
  if (problem && to > text.length) pieces.push({ text: ' ', kind: 'blank', isWrong: true })
  return pieces
}

/** What a filter means to the rows that it finds. */
interface RowMeaning {
  /** Texts that have to be there, in lower case: rows mark them. */
  readonly words: readonly string[]
  /** It asks for keys or their values: which one it was has to be said. */
  readonly asksForKeys: boolean
}

const meanings = new Map<string, RowMeaning>()

function meaningOf(filter: string): RowMeaning {
  const known = meanings.get(filter)
  if (known) return known
  const parsed = parseFilter(filter)
  const tests = parsed.ok && parsed.filter.root ? [...testsIn(parsed.filter.root)] : []
  const meaning = {
    words: tests.map(wordOf).filter(word => word !== ''),
    asksForKeys: tests.some(({ kind }) => keyKinds.has(kind)),
  }
  // Of the filters of a moment: a whole day of typing is not kept.
  if (meanings.size > 50) meanings.clear()
  meanings.set(filter, meaning)
  return meaning
}

const keyKinds: ReadonlySet<FilterTest['kind']> = new Set(['key', 'compare', 'contains', 'matches'])

export const wordsOf = (filter: string): readonly string[] => meaningOf(filter).words
export const asksForKeys = (filter: string): boolean => meaningOf(filter).asksForKeys

/** Those that an entry passes where it passes the filter: not what is behind a `not`. */
function* testsIn(node: FilterNode): Generator<FilterTest> {
  if (node.kind === 'test') yield node.test
  else if (node.kind !== 'not') for (const term of node.terms) yield* testsIn(term)
}

function wordOf(test: FilterTest): string {
  switch (test.kind) {
    case 'text':
    case 'in':
      return test.text.toLowerCase()
    case 'contains':
      return test.value.kind === 'text' ? test.value.text.toLowerCase() : ''
    case 'class':
      return test.className.replace(/^\*+|\*+$/g, '').toLowerCase()
    case 'key':
      return test.key.replace(/^\*+|\*+$/g, '').toLowerCase()
    case 'compare':
      return test.value.kind === 'text' ? test.value.text.toLowerCase() : ''
    default:
      return ''
  }
}
