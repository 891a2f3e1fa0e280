import { longestFilter, filterTokens, parseFilter } from './parse-filter.ts'
import { countWords, fieldWords } from './filter-words.ts'
import type { FilterToken } from './filter-tree.ts'

/**
 * A filter that somebody is typing, without its last term and what joined it: `class:IOPCIDevice and state:regis` is
 * `class:IOPCIDevice` until the state is whole. Brackets that are still open are closed.
 *
 * @returns a filter that reads, the text itself where it does; `''` where there is one term only; null where what does
 * not read is not at the end
 */
export function finishedPart(text: string): string | null {
  if (text.length > longestFilter) return null
  if (parseFilter(text).ok) return text
  const tokens = filterTokens(text)
  // Nothing but brackets at the end may be missing.
  const whole = closed(text, text, tokens)
  return whole ?? withoutLastTerm(text, tokens)
}

/**
 * A filter that ends in a word which may become a field: `class:IOPCIDevice and sta` before it is `state:…`, or `busy`
 * before its `> 0`. It reads, as a text to look for, and finds nothing that was meant.
 *
 * @returns what stands before that word, `''` where it is all there is; null where the filter ends otherwise
 */
export function partBeforeFieldWord(text: string): string | null {
  if (!/\w$/.test(text) || text.length > longestFilter || !parseFilter(text).ok) return null
  const tokens = filterTokens(text)
  const { span, kind } = tokens.at(-1)!
  // `class:sta`, `state:!sta`: a value, whatever it looks like.
  const isValue = ['field', 'operator'].includes(tokens.at(-2)?.kind ?? '')
  if (kind !== 'word' || isValue) return null
  const word = text.slice(span.start, span.end).toLowerCase()
  const isBeginning = [...fieldWords, ...countWords].some(field => field.startsWith(word))
  return isBeginning ? withoutLastTerm(text, tokens) : null
}

/** The last term of a filter, where it asks for a name that may be half typed. */
export interface LastName {
  readonly field: 'class' | 'key' | 'kext'
  /** In lower case. */
  readonly beginning: string
  /** What stands before that term, `''` where it is all there is. */
  readonly before: string
}

/** Whether a filter ends in the name of a class, a key or a kext: `usb and class:IOUSB`, before it is `class:IOUSBHub`. */
export function lastName(text: string): LastName | null {
  const asked = /(?:^|[\s(])(class|key|kext)[:=]([\w.-]+)$/i.exec(text)
  if (!asked || text.length > longestFilter || !parseFilter(text).ok) return null
  const tokens = filterTokens(text)
  const before = tokens.at(-1)?.kind === 'word' ? withoutLastTerm(text, tokens) : null
  if (before === null) return null
  const [, field, name] = asked
  return {
    field: field!.toLowerCase() as LastName['field'],
    beginning: name!.toLowerCase(),
    before,
  }
}

function withoutLastTerm(text: string, tokens: readonly FilterToken[]): string | null {
  const before = tokens.slice(0, lastTermStart(text, tokens))
  return closed(text.slice(0, before.at(-1)?.span.end ?? 0), text, before)
}

/** The number of the first token of the last term, of the keywords before it, and of the brackets it opens. */
function lastTermStart(text: string, tokens: readonly FilterToken[]): number {
  let start = tokens.length - 1
  while (start > 0 && !endsTerm(text, tokens[start - 1]!)) start--
  return Math.max(0, start)
}

const endings: ReadonlySet<FilterToken['kind']> = new Set([
  'word',
  'string',
  'number',
  'bytes',
  'pattern',
])

function endsTerm(text: string, { kind, span }: FilterToken): boolean {
  return kind === 'bracket' ? text[span.start] === ')' : endings.has(kind)
}

/** A beginning of the text with its brackets closed; null where that does not read. */
function closed(beginning: string, text: string, tokens: readonly FilterToken[]): string | null {
  let open = 0
  for (const { kind, span } of tokens) {
    // One that is not closed is a mistake to the parser.
    if (kind !== 'bracket' && kind !== 'error') continue
    const bracket = text.slice(span.start, span.end)
    if (bracket === '(') open++
    else if (bracket === ')') open--
  }
  const whole = beginning + ')'.repeat(Math.max(0, open))
  return parseFilter(whole).ok ? whole : null
}
