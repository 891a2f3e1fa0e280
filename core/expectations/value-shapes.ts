import { versionNumber } from '../kext/version.ts'
import { nearestWords } from '../query/nearest-words.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { stateNames, type ExpectedService, type StateName, type StateWord } from './expectations.ts'
import type { FilterNode, FilterSpan } from '../query/filter/filter-tree.ts'
import { parseFilter } from '../query/filter/parse-filter.ts'
import { compilePattern } from './pattern.ts'
import {
  foundText,
  hasTags,
  mismatch,
  scalar,
  shortened,
  type Shape,
  type Telling,
  turned,
} from './shapes.ts'
import type { SourceNode, SourceScalar } from './yaml-source.ts'

// The small words of a file of expectations: durations, counts, states, values.

const longestName = 256
const longestText = 1000
const longestWithin = 3_600_000

/** A name of IOKit: a class, an entry. */
export function nameShape(expected: string): Shape<string> {
  return scalar(expected, { type: 'string', minLength: 1 }, text =>
    text.length <= longestName && text.trim() === text && text !== '' ? text : undefined,
  )
}

/** A bundle identifier has less than 64 bytes (facts: kexts, section 2). */
export const identifierShape: Shape<string> = scalar<string>(
  'a bundle identifier, such as com.example.MyKext',
  { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$' },
  text =>
    /^\w[\w.-]{0,62}$/.test(text)
      ? text
      : {
          wrong: `expected a bundle identifier, such as com.example.MyKext, found “${shortened(text)}”`,
        },
)

export const versionShape: Shape<string> = scalar(
  'a kext version, such as 1.0.2 or 2.1b4',
  { type: ['string', 'number'] },
  text => (versionNumber(text) === null || /\s/.test(text) ? undefined : text),
)

export const uuidShape: Shape<string> = scalar(
  '“build”, for the UUID of the build on this computer, or a UUID',
  {
    type: 'string',
    pattern: '^(build|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$',
  },
  text => {
    if (text === 'build') return text
    return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toUpperCase() : undefined
  },
)

export function booleanShape(expected: string): Shape<boolean> {
  return scalar(expected, { type: 'boolean' }, (text, { isQuoted }) =>
    isQuoted ? undefined : booleanOf(text),
  )
}

function booleanOf(text: string): boolean | undefined {
  if (/^(?:true|yes)$/i.test(text)) return true
  return /^(?:false|no)$/i.test(text) ? false : undefined
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 }

export const durationShape: Shape<number> = scalar<number>(
  'a time with its unit, such as 500 ms, 10 s or 2 min',
  { type: 'string', pattern: '^\\d+(\\.\\d+)? ?(ms|s|min)$' },
  text => {
    const found = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|min)$/.exec(text)
    if (found === null) return undefined
    const ms = Math.round(Number(found[1]) * unitMs[found[2]!]!)
    if (ms > longestWithin) return { wrong: 'expected a time of at most 60 min' }
    return ms
  },
)

const mostInstances = 100_000

export const countShape: Shape<ExpectedService['count']> = scalar<ExpectedService['count']>(
  'a count: a number, “none”, “at least 2”, “at most 3” or “1 to 3”',
  {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^(\\d+|none|at (least|most) \\d+|\\d+ to \\d+)$' },
    ],
  },
  text => {
    const count = countOf(text)
    if (count === undefined) return undefined
    const { atLeast, atMost } = count
    if (Math.max(atLeast, atMost ?? 0) > mostInstances)
      return { wrong: `expected a count of at most ${mostInstances}` }
    if (atMost !== null && atMost < atLeast)
      return { wrong: `expected the smaller number first, found “${text}”` }
    return count
  },
)

function countOf(text: string): ExpectedService['count'] | undefined {
  if (text === 'none') return { atLeast: 0, atMost: 0 }
  const found = /^(?:(at least|at most) )?(\d{1,9})(?: to (\d{1,9}))?$/.exec(text)
  if (found === null) return undefined
  const [, bound, first, last] = found
  const number = Number(first)
  if (bound !== undefined && last !== undefined) return undefined
  if (bound === 'at least') return { atLeast: number, atMost: null }
  if (bound === 'at most') return { atLeast: 0, atMost: number }
  return { atLeast: number, atMost: last === undefined ? number : Number(last) }
}

/** `registered !busy`, on one line or as a list. YAML takes `!busy` for a tag, which is put right here. */
export const stateShape: Shape<readonly StateWord[]> = {
  expected: 'words of a state, such as “registered !busy”',
  schema: {
    anyOf: [
      { type: 'string', pattern: '^!?[a-z]+([ ,]+!?[a-z]+)*$' },
      { type: 'array', items: { enum: stateNames.flatMap(name => [name, `!${name}`]) } },
    ],
  },
  read(node, tell) {
    if (node.kind === 'mapping') return mismatch(node, stateShape.expected, tell)
    const words: StateWord[] = []
    for (const each of node.kind === 'list' ? node.items : [node]) {
      if (each.kind !== 'scalar') return mismatch(each, 'a word of a state', tell)
      tell.acceptTags(each.tags)
      const text = [...each.tags.map(tag => tag.text), each.text].join(' ')
      const found = text.split(/[\s,]+/).filter(word => word !== '')
      if (found.length === 0) return mismatch(each, stateShape.expected, tell)
      for (const word of found) addStateWord(word, words, each, tell)
    }
    return words
  },
}

function addStateWord(word: string, words: StateWord[], node: SourceScalar, tell: Telling): void {
  const name = word.replace(/^!/, '')
  const offset = node.tags[0]?.offset ?? node.offset
  const known = stateNames.find(each => each === name)
  if (known === undefined) {
    const [near] = nearestWords(name, stateNames)
    const hint =
      near === undefined ? `expected one of ${stateNames.join(', ')}` : `did you mean “${near}”?`
    tell.mistake(offset, `“${shortened(word)}” is no word of a state; ${hint}`)
    return
  }
  const wanted: StateWord = word.startsWith('!') ? `!${known}` : known
  const clash = words.find(each => contradicts(each, wanted))
  if (clash !== undefined)
    tell.mistake(offset, `nothing is both “${clash}” and “${wanted}”; expected one of them`)
  else if (!words.includes(wanted)) words.push(wanted)
}

function contradicts(a: StateWord, b: StateWord): boolean {
  const [left, right] = [plainOf(a), plainOf(b)]
  return left.name === right.name && left.isSo !== right.isSo
}

/** `active` is `!inactive`. */
export function plainOf(word: StateWord): {
  readonly name: Exclude<StateName, 'active'>
  readonly isSo: boolean
} {
  const isSo = !word.startsWith('!')
  const name = word.replace('!', '') as StateName
  return name === 'active' ? { name: 'inactive', isSo: !isSo } : { name, isSo }
}

export const textShape: Shape<string> = scalar<string>(
  'a text',
  { type: ['string', 'number', 'boolean'] },
  text =>
    text === '' || text.length > longestText
      ? { wrong: `expected a text of 1 to ${longestText} characters` }
      : text,
)

export const patternShape: Shape<string> = scalar<string>(
  'a regular expression',
  { type: 'string', format: 'regex' },
  text => {
    if (text === '') return undefined
    const compiled = compilePattern(text)
    if (!('problem' in compiled)) return text
    return { wrong: `this is no regular expression that can be used: ${compiled.problem}` }
  },
)

/** A filter as everywhere in Kextant, but for what only a comparison can answer. */
export const filterShape: Shape<string> = turned(
  scalar('a filter', { type: 'string' }, text => (text.trim() === '' ? undefined : text)),
  (text, node, tell) => {
    const parsed = parseFilter(text)
    const isQuoted = node.kind === 'scalar' && node.isQuoted
    // With escapes or over several lines the place is that of the line at best.
    const place = (start: number) => node.offset + start + (isQuoted ? 1 : 0)
    if (!parsed.ok) {
      const { span, message } = parsed.problem
      const detail = message.replace(/\.$/, '')
      tell.mistake(place(span.start), `this is no filter that can be used: ${detail}`)
      return undefined
    }
    const mark = parsed.filter.root && markIn(parsed.filter.root)
    if (mark) {
      const detail = `“${text.slice(mark.start, mark.end)}” needs a comparison, and here is none`
      tell.mistake(place(mark.start), detail)
      return undefined
    }
    return text
  },
)

/** Where `new`, `gone`, `changed` or `moved` stands. */
function markIn(node: FilterNode): FilterSpan | null {
  switch (node.kind) {
    case 'and':
    case 'or':
      for (const term of node.terms) {
        const found = markIn(term)
        if (found) return found
      }
      return null
    case 'not':
      return markIn(node.term)
    case 'test':
      return node.test.kind === 'mark' ? node.span : null
  }
}

/**
 * A value of a property, as a hand writes it: quoted is a string; `12`, `-1`, `0x8086` an integer of 64 bits;
 * `true`, `Yes`, `No` a boolean; `<86 80>` data; any other word a string, `1.0` too, for IOKit has no fractions.
 */
export const valueShape: Shape<PropertyValue> = {
  expected: 'a value: "text", 12, 0x8086, true, <86 80 00 00>, or a list of these',
  schema: {},
  read: (node, tell) => valueFrom(node, tell),
}

function valueFrom(node: SourceNode, tell: Telling): PropertyValue | undefined {
  switch (node.kind) {
    case 'list': {
      const items = node.items.map(item => valueFrom(item, tell))
      const read = items.filter(item => item !== undefined)
      return read.length === items.length ? { kind: 'array', items: read } : undefined
    }
    case 'mapping': {
      const entries = new Map<string, PropertyValue>()
      for (const { key, keyOffset, value } of node.pairs) {
        if (entries.has(key))
          tell.mistake(keyOffset, `“${shortened(key)}” stands here a second time; expected it once`)
        const read = valueFrom(value, tell)
        if (read !== undefined) entries.set(key, read)
      }
      return { kind: 'dictionary', entries: [...entries] }
    }
    case 'scalar':
      return hasTags(node, tell) ? undefined : scalarValue(node, tell)
  }
}

const leastInteger = -(2n ** 63n)
const mostInteger = 2n ** 64n - 1n

function scalarValue(node: SourceScalar, tell: Telling): PropertyValue | undefined {
  const { text, isQuoted } = node
  if (isQuoted) return { kind: 'string', text }
  if (text === '') return mismatch(node, valueShape.expected, tell)
  const flag = booleanOf(text)
  if (flag !== undefined) return { kind: 'boolean', value: flag }
  if (text.startsWith('<')) return dataValue(node, tell)
  const isInteger = /^-?(?:0x[\da-f]+|\d+)$/i.test(text)
  if (!isInteger) return { kind: 'string', text }
  if (/^-?0\d/.test(text)) {
    tell.mistake(
      node.offset,
      `“${shortened(text)}” is a number with a zero before it; expected it without, or in quotes if it is a string`,
    )
    return undefined
  }
  const value = text.length > 24 ? null : integerOf(text)
  if (value === null || value < leastInteger || value > mostInteger) {
    tell.mistake(node.offset, `expected an integer of 64 bits, found ${foundText(node)}`)
    return undefined
  }
  return { kind: 'integer', value }
}

function integerOf(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
}

function dataValue(node: SourceScalar, tell: Telling): PropertyValue | undefined {
  const digits = /^<([\da-f\s]*)>$/i.exec(node.text)?.[1]?.replace(/\s/g, '')
  if (digits === undefined || digits.length % 2 !== 0) {
    tell.mistake(
      node.offset,
      `expected data as pairs of hexadecimal digits, such as <86 80 00 00>, found ${foundText(node)}; a string goes in quotes`,
    )
    return undefined
  }
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], pair => parseInt(pair, 16))
  return { kind: 'data', bytes }
}
