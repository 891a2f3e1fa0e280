import type { FilterProblem, FilterSpan, FilterToken } from './filter-tree.ts'
import { endsName, endsWord } from './filter-words.ts'

/** Thrown inside the parser, and caught there. */
export class FilterMistake extends Error {
  readonly problem: FilterProblem

  constructor(span: FilterSpan, message: string, expected: readonly string[] = []) {
    super(message)
    this.problem = { span, message, expected }
  }
}

/** A piece of the text, with its place. */
export interface Piece {
  readonly text: string
  readonly span: FilterSpan
}

/**
 * Reads a filter character by character and notes what it read. What a character means depends on where it
 * stands (`<` begins bytes or compares), so the parser says what it wants to read.
 */
export class FilterReader {
  readonly text: string
  at: number
  readonly tokens: FilterToken[] = []

  constructor(text: string, at: number) {
    this.text = text
    this.at = at
  }

  next(): string {
    return this.text.charAt(this.at)
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  skipBlanks(): void {
    while (!this.isAtEnd() && /\s/.test(this.next())) this.at++
  }

  spanFrom(start: number): FilterSpan {
    return { start, end: this.at }
  }

  /** The character that comes, or the end. */
  here(length = 1): FilterSpan {
    return { start: this.at, end: Math.min(this.text.length, this.at + length) }
  }

  note(kind: FilterToken['kind'], span: FilterSpan): void {
    if (span.end > span.start) this.tokens.push({ kind, span })
  }

  /** Changes what the last piece is taken for: a word turns out to be a key. */
  renote(kind: FilterToken['kind']): void {
    const last = this.tokens.pop()
    if (last) this.tokens.push({ kind, span: last.span })
  }

  /** The comparator or `~` that comes, not yet read; `''` where none does. */
  peekOperator(): string {
    const two = this.text.slice(this.at, this.at + 2)
    if (/^(?:==|!=|<=|>=|=~|!~)$/.test(two)) return two
    return /^[=<>~]$/.test(this.next()) ? this.next() : ''
  }

  /**
   * Up to a blank, a bracket or a quote.
   *
   * @param isName also up to an operator
   */
  word(isName: boolean): Piece {
    const start = this.at
    while (!this.isAtEnd()) {
      const character = this.next()
      if (endsWord(character)) break
      if (isName && (endsName(character) || (character === '!' && /[=~]/.test(this.after())))) break
      this.at++
    }
    return { text: this.text.slice(start, this.at), span: this.spanFrom(start) }
  }

  private after(): string {
    return this.text.charAt(this.at + 1)
  }

  isAtQuote(): boolean {
    return /["“”]/.test(this.next())
  }

  /** A text in quotes, those of a typographer included. */
  quoted(): Piece {
    const start = this.at
    const parts: string[] = []
    this.at++
    while (!this.isAtEnd() && !this.isAtQuote()) {
      if (this.next() === '\\') parts.push(this.escape())
      else {
        parts.push(this.next())
        this.at++
      }
    }
    if (this.isAtEnd()) {
      throw new FilterMistake(
        { start, end: this.text.length },
        'This quote is not closed: a " has to stand at the end of the text.',
        ['"'],
      )
    }
    this.at++
    const span = this.spanFrom(start)
    this.note('string', span)
    return { text: parts.join(''), span }
  }

  private escape(): string {
    const start = this.at
    this.at++
    const letter = this.next()
    const known = escapes[letter]
    if (known !== undefined) {
      this.at++
      return known
    }
    const code = /^u\{([\da-f]{1,6})\}/i.exec(this.text.slice(this.at, this.at + 9))
    const point = code ? Number.parseInt(code[1]!, 16) : Number.NaN
    if (code && point <= 0x10_ffff) {
      this.at += code[0].length
      return String.fromCodePoint(point)
    }
    throw new FilterMistake(
      { start, end: Math.min(this.text.length, start + 2) },
      'Inside quotes a backslash stands before " or another backslash; write \\\\ for the backslash itself.',
      ['\\"', '\\\\', '\\n', '\\u{e9}'],
    )
  }

  /** `<86 80 00 00>` */
  bytes(): { readonly bytes: Uint8Array; readonly span: FilterSpan } {
    const start = this.at
    this.at++
    const bytes: number[] = []
    for (;;) {
      this.skipBlanks()
      if (this.next() === '>') break
      const pair = this.text.slice(this.at, this.at + 2)
      if (this.isAtEnd()) {
        const span = { start, end: this.text.length }
        throw new FilterMistake(
          span,
          'These bytes are not closed: a > has to stand at their end.',
          ['>'],
        )
      }
      if (!/^[\da-f]{2}$/i.test(pair)) {
        const isHalf = /^[\da-f]/i.test(pair)
        throw new FilterMistake(
          this.here(),
          isHalf
            ? 'A byte has two hexadecimal digits, and here stands one.'
            : `“${this.next()}” is no hexadecimal digit.`,
          isHalf ? [`0${this.next()}`] : ['0 … 9', 'a … f', '>'],
        )
      }
      bytes.push(Number.parseInt(pair, 16))
      this.at += 2
    }
    this.at++
    const span = this.spanFrom(start)
    this.note('bytes', span)
    return { bytes: Uint8Array.from(bytes), span }
  }

  /** `/^disk/i`; a `/` inside is written `\/`. */
  pattern(): {
    readonly pattern: string
    readonly isCaseBlind: boolean
    readonly span: FilterSpan
  } {
    const start = this.at
    this.at++
    const parts: string[] = []
    while (!this.isAtEnd() && this.next() !== '/') {
      const length = this.next() === '\\' ? 2 : 1
      const part = this.text.slice(this.at, this.at + length)
      parts.push(part === '\\/' ? '/' : part)
      this.at += part.length
    }
    if (this.isAtEnd()) {
      throw new FilterMistake(
        { start, end: this.text.length },
        'This pattern is not closed: a / has to stand at its end.',
        ['/'],
      )
    }
    this.at++
    const flags = this.at
    while (!this.isAtEnd() && /[a-z]/i.test(this.next())) this.at++
    const given = this.text.slice(flags, this.at)
    if (!/^i?$/.test(given)) {
      throw new FilterMistake(
        this.spanFrom(flags),
        `“${given}” is no flag of a pattern; there is only i, for small and capital letters alike.`,
        ['i'],
      )
    }
    const span = this.spanFrom(start)
    this.note('pattern', span)
    return { pattern: parts.join(''), isCaseBlind: given === 'i', span }
  }
}

const escapes: Readonly<Record<string, string>> = Object.assign(
  Object.create(null) as Record<string, string>,
  { '"': '"', '“': '“', '”': '”', '\\': '\\', n: '\n', r: '\r', t: '\t', '0': '\0' },
)
