import { FilterMistake, FilterReader, type Piece } from './filter-reader.ts'
import type {
  Comparator,
  Filter,
  FilterNode,
  FilterProblem,
  FilterTest,
  FilterToken,
  FilterValue,
  ParsedFilter,
} from './filter-tree.ts'
import { comparators, isCountWord, isFieldWord, isMarkWord, keywordOf } from './filter-words.ts'
import {
  classTest,
  readCount,
  readFieldTest,
  readPatternTest,
  readValue,
  refuseField,
} from './parse-test.ts'

/** As long as one that can be saved. */
export const longestFilter = 10_000
/** Brackets and `not`s inside each other. */
const deepest = 64
const mostRecoveries = 100

/**
 * Reads a filter. Never throws: what does not read is a problem with its place.
 *
 *   filter  = { and "or" } and          also "||", "OR"
 *   and     = { not ["and"] } not       also "&&", "AND"; words beside each other must all hold
 *   not     = ("not" | "!") not | test
 *   test    = "(" filter ")"
 *           | field ":" value           class: name: key: value: any: state: kext: plane: under: id:
 *           | "class" "=" value
 *           | count comparator integer  busy retain busytime clients providers depth
 *           | key comparator value      key and value may be in quotes; <86 80> are bytes
 *           | key "contains" value
 *           | key "~" pattern           /^disk/ or /^disk/i
 *           | "new" | "gone" | "changed" | "moved"
 *           | word                      in quotes, where it has blanks or means something else
 */
export function parseFilter(text: string): ParsedFilter {
  const read = readFilter(text, new FilterReader(text, 0))
  return 'message' in read ? { ok: false, problem: read } : { ok: true, filter: read }
}

/** The pieces in the order of the text, none over another; what stands between them are blanks. */
export function filterTokens(text: string): readonly FilterToken[] {
  if (text.length > longestFilter) return [error(0, text.length)]
  const tokens: FilterToken[] = []
  let from = 0
  for (let tries = 0; tries < mostRecoveries; tries++) {
    const reader = new FilterReader(text, from)
    const read = readFilter(text, reader)
    if (!('message' in read)) return [...tokens, ...reader.tokens]
    const { start, end } = read.span
    tokens.push(...reader.tokens.filter(({ span }) => span.end <= start))
    if (end > start) tokens.push(error(start, end))
    const later = reader.tokens.filter(({ span }) => span.start >= end)
    tokens.push(...later)
    // What is behind the mistake is read as if it stood alone.
    const next = Math.max(end, reader.tokens.at(-1)?.span.end ?? 0, from + 1)
    if (next >= text.length) return tokens
    from = next
  }
  return [...tokens, error(from, text.length)]
}

const error = (start: number, end: number): FilterToken => ({ kind: 'error', span: { start, end } })

function readFilter(text: string, reader: FilterReader): Filter | FilterProblem {
  try {
    if (text.length > longestFilter) {
      throw new FilterMistake(
        { start: longestFilter, end: text.length },
        `A filter has at most ${longestFilter.toLocaleString('en-US')} characters.`,
      )
    }
    return { text, root: new FilterParser(reader).whole() }
  } catch (mistake) {
    if (!(mistake instanceof FilterMistake)) throw mistake
    return mistake.problem
  }
}

const aTest = ['a name', 'class:', 'key:', 'state:', '(', 'not']

class FilterParser {
  readonly #reader: FilterReader
  #depth = 0

  constructor(reader: FilterReader) {
    this.#reader = reader
  }

  whole(): FilterNode | null {
    const reader = this.#reader
    reader.skipBlanks()
    if (reader.isAtEnd()) return null
    const root = this.#or()
    if (reader.next() === ')') {
      throw new FilterMistake(reader.here(), 'This bracket closes nothing: there is no ( for it.')
    }
    return root
  }

  #or(): FilterNode {
    return this.#joined('or', () => this.#and())
  }

  #and(): FilterNode {
    return this.#joined('and', () => this.#unary())
  }

  #joined(kind: 'and' | 'or', term: () => FilterNode): FilterNode {
    const reader = this.#reader
    const terms = [term()]
    for (;;) {
      reader.skipBlanks()
      if (reader.isAtEnd() || reader.next() === ')') break
      const word = this.#peekKeyword()
      if (word && keywordOf(word.text) === kind) {
        reader.at = word.span.end
        reader.note('keyword', word.span)
        reader.skipBlanks()
        if (reader.isAtEnd() || reader.next() === ')') {
          throw new FilterMistake(
            reader.isAtEnd() ? word.span : reader.here(),
            `“${word.text}” joins two tests; one has to stand behind it.`,
            aTest,
          )
        }
      } else if (kind === 'or' || (word && keywordOf(word.text) === 'or')) break
      terms.push(term())
    }
    const [first] = terms
    if (terms.length === 1) return first!
    return { kind, terms, span: { start: first!.span.start, end: terms.at(-1)!.span.end } }
  }

  /** The word that comes, where it is a keyword: not yet read. */
  #peekKeyword(): Piece | null {
    const reader = this.#reader
    const { at } = reader
    const word = reader.word(true)
    reader.at = at
    return keywordOf(word.text) ? word : null
  }

  #unary(): FilterNode {
    const reader = this.#reader
    reader.skipBlanks()
    const start = reader.at
    const word = this.#peekKeyword()
    const isWord = word !== null && keywordOf(word.text) === 'not'
    const isMark =
      reader.next() === '!' && !/^!(?:[=~])/.test(reader.text.slice(reader.at, start + 2))
    if (!isWord && !isMark) return this.#primary()
    reader.at = isWord ? word.span.end : start + 1
    reader.note('keyword', reader.spanFrom(start))
    reader.skipBlanks()
    if (reader.isAtEnd() || reader.next() === ')') {
      throw new FilterMistake(
        { start, end: Math.max(start + 1, reader.isAtEnd() ? start + 1 : reader.at) },
        'What must not be has to stand behind “not”.',
        aTest,
      )
    }
    const term = this.#deeper(start, () => this.#unary())
    return { kind: 'not', term, span: { start, end: term.span.end } }
  }

  #deeper<T>(start: number, read: () => T): T {
    if (++this.#depth > deepest) {
      throw new FilterMistake(
        { start, end: start + 1 },
        `Brackets can stand inside each other ${deepest} times and no more.`,
      )
    }
    const made = read()
    this.#depth--
    return made
  }

  #primary(): FilterNode {
    const reader = this.#reader
    const start = reader.at
    if (reader.next() === '(') {
      reader.at++
      reader.note('bracket', reader.spanFrom(start))
      reader.skipBlanks()
      if (reader.next() === ')') {
        throw new FilterMistake(
          { start, end: reader.at + 1 },
          'Nothing stands between these brackets.',
          aTest,
        )
      }
      if (reader.isAtEnd()) throw notClosed(start)
      const inner = this.#deeper(start, () => this.#or())
      reader.skipBlanks()
      if (reader.next() !== ')') throw notClosed(start)
      reader.at++
      reader.note('bracket', { start: reader.at - 1, end: reader.at })
      return inner
    }
    if (reader.next() === ')') {
      throw new FilterMistake(reader.here(), 'This bracket closes nothing: there is no ( for it.')
    }
    const test = this.#test()
    return { kind: 'test', test, span: { start, end: this.#lastEnd(start) } }
  }

  #lastEnd(start: number): number {
    return this.#reader.tokens.at(-1)?.span.end ?? start
  }

  #test(): FilterTest {
    const reader = this.#reader
    if (reader.isAtQuote()) {
      const { text, span } = reader.quoted()
      const compared = this.#comparison({ text, span })
      if (compared) return compared
      if (text === '')
        throw new FilterMistake(span, 'Nothing stands between these quotes.', ['"…"'])
      return { kind: 'text', text }
    }
    const bytes = /^<[\da-f\s]+>/i.exec(reader.text.slice(reader.at))
    if (bytes) {
      // As it is typed where only a text is looked for: it finds data.
      const span = reader.here(bytes[0].length)
      reader.at = span.end
      reader.note('word', span)
      return { kind: 'text', text: bytes[0] }
    }
    const operator = reader.peekOperator()
    if (operator !== '') {
      throw new FilterMistake(
        reader.here(operator.length),
        `A property's key has to stand before “${operator}”.`,
        ['IOName', '"vendor-id"', 'busy'],
      )
    }
    return this.#wordTest()
  }

  #wordTest(): FilterTest {
    const reader = this.#reader
    const { at } = reader
    const word = reader.word(true)
    const { text, span } = word
    const keyword = keywordOf(text)
    if (keyword !== null) {
      throw new FilterMistake(
        span,
        `“${text}” joins two tests; one has to stand before it. In quotes it is a word to look for.`,
        [`"${text}"`, ...aTest],
      )
    }
    const colon = text.indexOf(':')
    if (colon > 0) {
      const field = text.slice(0, colon).toLowerCase()
      if (isFieldWord(field)) {
        reader.at = at + colon + 1
        reader.note('field', reader.spanFrom(at))
        return readFieldTest(reader, field, at)
      }
      refuseField(text, colon, at)
    }
    reader.note('word', span)
    const compared = this.#comparison(word)
    if (compared) return compared
    if (isMarkWord(text)) {
      reader.renote('keyword')
      return { kind: 'mark', mark: text }
    }
    return { kind: 'text', text }
  }

  /** What is compared with a key that was read; null where no operator follows. */
  #comparison(left: Piece): FilterTest | null {
    const reader = this.#reader
    const afterKey = reader.at
    reader.skipBlanks()
    const start = reader.at
    const operator = reader.peekOperator()
    const isWord = operator === '' && /^contains(?![^\s"<“])/i.test(reader.text.slice(start))
    if (operator === '' && !isWord) {
      reader.at = afterKey
      return null
    }
    const isQuoted = left.text !== reader.text.slice(left.span.start, left.span.end)
    reader.at += isWord ? 'contains'.length : operator.length
    const span = reader.spanFrom(start)
    const plain = isQuoted ? '' : left.text.toLowerCase()
    if (plain === 'class') return classTest(reader, operator, span, isWord)
    reader.renote(isCountWord(plain) ? 'field' : 'key')
    reader.note('operator', span)
    const key = left.text
    if (isWord) return { kind: 'contains', key, value: readValue(reader, 'contains') }
    if (operator === '!~') {
      throw new FilterMistake(span, '“!~” is no operator; write not before the key, and “~”.', [
        `not ${key} ~`,
      ])
    }
    if (operator === '~' || operator === '=~') return readPatternTest(reader, key)
    const comparator = comparatorOf(operator)
    if (isCountWord(plain)) {
      return { kind: 'count', what: plain, comparator, value: readCount(reader, plain, comparator) }
    }
    const value: FilterValue = readValue(reader, comparator)
    return { kind: 'compare', key, comparator, value }
  }
}

const notClosed = (start: number) =>
  new FilterMistake({ start, end: start + 1 }, 'This bracket is not closed: a ) is missing.', [')'])

function comparatorOf(operator: string): Comparator {
  const found = comparators.find(known => known === operator)
  return found ?? '=='
}
