import { nearestWords } from '../nearest-words.ts'
import { compilePattern } from './filter-pattern.ts'
import { FilterMistake, type FilterReader, type Piece } from './filter-reader.ts'
import type { Comparator, FilterTest, FilterValue, StateWord } from './filter-tree.ts'
import {
  booleanOf,
  fieldWords,
  integerPattern,
  isCountWord,
  realPattern,
  stateWords,
  type CountWord,
  type FieldWord,
} from './filter-words.ts'

/** The parts of a test behind its field, its count or its key. */

const whatFollows: Readonly<Record<FieldWord, { readonly what: string; readonly as: string }>> = {
  class: { what: 'A class', as: 'IOPCIDevice' },
  name: { what: 'A part of a name', as: 'disk0' },
  key: { what: "A property's key", as: 'IOMACAddress' },
  value: { what: 'A part of a value', as: 'usb' },
  any: { what: 'A text', as: 'usb' },
  state: { what: 'A state', as: 'registered' },
  kext: { what: 'A bundle identifier', as: 'com.example.*' },
  plane: { what: 'A plane', as: 'IOUSB' },
  under: { what: 'A path, an ID or a name', as: 'IOService:/' },
  id: { what: 'An ID', as: '0x100000116' },
}

/** @param start of the field, for what is wrong with all of it */
export function readFieldTest(reader: FilterReader, field: FieldWord, start: number): FilterTest {
  const fieldEnd = reader.at
  reader.skipBlanks()
  const isNot = field === 'state' && reader.next() === '!'
  const notAt = reader.here()
  if (isNot) {
    reader.at++
    reader.note('operator', notAt)
  }
  const piece = fieldValue(reader)
  const { text } = piece
  const isKey = field === 'key' && piece.span.end > piece.span.start
  // A property can have no name.
  if (text.trim() === '' && !isKey) {
    const { what, as } = whatFollows[field]
    throw new FilterMistake(
      { start, end: Math.max(fieldEnd, piece.span.end) },
      `${what} has to stand behind “${field}:”.`,
      field === 'state' ? stateWords : [as],
    )
  }
  switch (field) {
    case 'class':
      return { kind: 'class', className: text, isExact: false }
    case 'name':
    case 'value':
    case 'any':
      return { kind: 'in', where: field, text }
    case 'state': {
      const { state, isOther } = stateOf(piece)
      return { kind: 'state', state, isNot: isNot !== isOther }
    }
    case 'id':
      return { kind: 'id', id: idOf(piece) }
    case 'under':
      return { kind: 'under', path: text }
    case 'key':
    case 'kext':
    case 'plane':
      return { kind: field, [field]: text } as FilterTest
  }
}

function fieldValue(reader: FilterReader): Piece {
  if (reader.isAtQuote()) return reader.quoted()
  const piece = reader.word(false)
  reader.note('word', piece.span)
  return piece
}

/** `active` is what `ioreg` writes for the opposite of inactive. */
function stateOf({ text, span }: Piece): { readonly state: StateWord; readonly isOther: boolean } {
  const word = text.toLowerCase()
  if (word === 'active') return { state: 'inactive', isOther: true }
  const state = stateWords.find(known => known === word)
  if (state) return { state, isOther: false }
  const [near] = nearestWords(word, stateWords, 1)
  throw new FilterMistake(
    span,
    `“${text}” is no state.${near === undefined ? '' : ` Is ${near} meant?`}`,
    near === undefined ? stateWords : [near],
  )
}

function idOf({ text, span }: Piece): bigint {
  if (/^0x[\da-f]{1,16}$/i.test(text)) return BigInt(text)
  throw new FilterMistake(
    span,
    `“${text.slice(0, 40)}” is no ID: it has up to 16 hexadecimal digits behind 0x.`,
    ['0x100000116'],
  )
}

const examples = ['0x10', '"text"', '<86 80 00 00>', 'yes']

/** @param operator a comparator or `contains` */
export function readValue(reader: FilterReader, operator: Comparator | 'contains'): FilterValue {
  const operatorEnd = reader.at
  reader.skipBlanks()
  const isOrder = /[<>]/.test(operator)
  if (reader.isAtEnd() || reader.next() === ')') {
    throw new FilterMistake(
      { start: operatorEnd - operator.length, end: operatorEnd },
      `A ${isOrder ? 'number' : 'value'} has to stand behind “${operator}”.`,
      isOrder ? ['0x10', '16'] : operator === 'contains' ? ['"text"', '<86 80>'] : examples,
    )
  }
  if (reader.isAtQuote()) {
    const { text, span } = reader.quoted()
    if (isOrder) throw noNumber(operator, span)
    if (operator === 'contains' && text === '') {
      throw new FilterMistake(span, 'Nothing stands between these quotes.', ['"…"'])
    }
    return { kind: 'text', text }
  }
  if (reader.next() === '<') {
    const { bytes, span } = reader.bytes()
    if (isOrder) throw noNumber(operator, span)
    if (operator === 'contains' && bytes.length === 0) {
      throw new FilterMistake(span, 'Between < and > no byte stands.', ['<86 80>'])
    }
    return { kind: 'bytes', bytes }
  }
  const operatorAgain = reader.peekOperator()
  if (operatorAgain !== '') {
    throw new FilterMistake(
      reader.here(operatorAgain.length),
      `A value has to stand behind “${operator}”, not “${operatorAgain}”.`,
      examples,
    )
  }
  const word = reader.word(false)
  if (word.text === '') {
    throw new FilterMistake(reader.here(), `A value has to stand behind “${operator}”.`, examples)
  }
  const value: FilterValue =
    operator === 'contains' ? { kind: 'text', text: word.text } : valueOf(word)
  const isNumber = value.kind === 'integer' || value.kind === 'real'
  reader.note(isNumber || value.kind === 'boolean' ? 'number' : 'string', word.span)
  if (isOrder && !isNumber) throw noNumber(operator, word.span)
  return value
}

const noNumber = (operator: string, span: Piece['span']) =>
  new FilterMistake(span, `“${operator}” compares numbers; this is none.`, ['0x10', '16', '-1'])

function valueOf({ text, span }: Piece): FilterValue {
  if (integerPattern.test(text)) return { kind: 'integer', value: integerOf(text) }
  if (realPattern.test(text)) {
    const value = Number(text)
    if (Number.isFinite(value)) return { kind: 'real', value }
    throw new FilterMistake(span, 'This number is too large.')
  }
  const word = booleanOf(text)
  return word === null ? { kind: 'text', text } : { kind: 'boolean', value: word }
}

function integerOf(text: string): bigint {
  const digits = text.replace(/^[+-]/, '')
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits)
}

const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
}

/** `busy > 0`; `busytime > 5ms`. */
export function readCount(reader: FilterReader, what: CountWord, operator: Comparator): bigint {
  const operatorEnd = reader.at
  reader.skipBlanks()
  const word = reader.word(false)
  const isTime = what === 'busytime'
  if (word.text === '') {
    throw new FilterMistake(
      reader.isAtEnd() ? { start: operatorEnd - operator.length, end: operatorEnd } : reader.here(),
      `A whole number has to stand behind “${operator}”.`,
      isTime ? ['1000000', '5ms', '2s'] : ['0', '1', '20'],
    )
  }
  if (integerPattern.test(word.text)) {
    reader.note('number', word.span)
    return integerOf(word.text)
  }
  const time = isTime ? /^(\d{1,18})(ns|us|µs|ms|s)$/.exec(word.text) : null
  if (!time) {
    throw new FilterMistake(
      word.span,
      isTime
        ? `“${word.text.slice(0, 40)}” is no time: nanoseconds, or a whole number with us, ms or s behind it.`
        : `“${word.text.slice(0, 40)}” is no whole number.`,
      isTime ? ['1000000', '5ms', '2s'] : ['0', '1', '20'],
    )
  }
  reader.note('number', word.span)
  return BigInt(time[1]!) * nanoseconds[time[2]!]!
}

/** `IOName ~ /^disk/`; a pattern in quotes, or one without blanks, may do without the slashes. */
export function readPatternTest(reader: FilterReader, key: string): FilterTest {
  const operatorEnd = reader.at
  reader.skipBlanks()
  if (reader.isAtEnd() || reader.next() === ')') {
    throw new FilterMistake(
      { start: operatorEnd - 1, end: operatorEnd },
      'A pattern has to stand behind “~”.',
      ['/^disk/', '/usb/i'],
    )
  }
  const { pattern, isCaseBlind, span } = patternAt(reader)
  const compiled = compilePattern(pattern, isCaseBlind)
  if (typeof compiled === 'string') throw new FilterMistake(span, compiled)
  return { kind: 'matches', key, pattern, isCaseBlind }
}

function patternAt(reader: FilterReader): ReturnType<FilterReader['pattern']> {
  if (reader.next() === '/') return reader.pattern()
  const isQuoted = reader.isAtQuote()
  const piece = isQuoted ? reader.quoted() : reader.word(false)
  if (!reader.isAtEnd() && piece.text === '') {
    throw new FilterMistake(reader.here(), 'A pattern stands between slashes.', ['/^disk/'])
  }
  if (isQuoted) reader.renote('pattern')
  else reader.note('pattern', piece.span)
  // A slash needs no backslash but between slashes: one pattern has one spelling.
  const pattern = piece.text.replace(/\\[^]/g, pair => (pair === '\\/' ? '/' : pair))
  return { pattern, isCaseBlind: false, span: piece.span }
}

/** `class=IOPCIDevice`; only whether it is that class can be asked. */
export function classTest(
  reader: FilterReader,
  operator: string,
  span: { readonly start: number; readonly end: number },
  isWord: boolean,
): FilterTest {
  if (isWord || (operator !== '=' && operator !== '==')) {
    throw new FilterMistake(
      span,
      'A class is named after “class:”, with its subclasses, or after “class=”, without them; “*” stands for any letters.',
      ['class:', 'class=', 'class:IOUSB*'],
    )
  }
  reader.renote('field')
  reader.note('operator', span)
  const test = readFieldTest(reader, 'class', span.start)
  return test.kind === 'class' ? { ...test, isExact: true } : test
}

/** A word with a colon that somebody meant for a field. An address or a path is a text. */
export function refuseField(text: string, colon: number, at: number): void {
  const field = text.slice(0, colon)
  const isName = /^[a-z][\w-]{2,}$/i.test(field) && !/^[\da-f]+$/i.test(field)
  if (!isName || text.charAt(colon + 1) === '/') return
  const span = { start: at, end: at + colon + 1 }
  if (isCountWord(field.toLowerCase())) {
    throw new FilterMistake(span, `“${field}” is compared with a number: ${field} > 0.`, [
      `${field} >`,
      `${field} ==`,
    ])
  }
  const [near] = nearestWords(field, fieldWords, 1)
  throw new FilterMistake(
    span,
    near === undefined
      ? `“${field}:” is no field of a filter. To compare a property write ${field} == …; to look for the text put it in quotes.`
      : `“${field}:” is no field of a filter. Is ${near}: meant?`,
    near === undefined ? fieldWords.map(word => `${word}:`) : [`${near}:`],
  )
}
