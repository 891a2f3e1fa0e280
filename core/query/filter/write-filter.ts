import type { PropertyValue } from '../../registry/property-value.ts'
import type {
  Comparator,
  Filter,
  FilterNode,
  FilterTest,
  FilterValue,
  StateWord,
} from './filter-tree.ts'
import { parseFilter } from './parse-filter.ts'
import { fieldWords, isCountWord, isMarkWord, keywordOf, type CountWord } from './filter-words.ts'

/**
 * Filters as text. Whatever a name, a key or a value has in it, the text that is made of it reads back as exactly
 * that: `parseFilter(printFilter(filter))` is the same filter.
 */

/** The filter in its plainest words; `''` for the empty one. */
export function printFilter(filter: Filter): string {
  return filter.root === null ? '' : printNode(filter.root)
}

/** A part of a filter, without brackets around it. */
export function printNode(node: FilterNode): string {
  // A stack of its own is not needed: the parser has bounded the depth.
  switch (node.kind) {
    case 'test':
      return printTest(node.test)
    case 'not':
      return `not ${printWithin(node.term)}`
    case 'and':
      return node.terms.map(printWithin).join(' and ')
    case 'or':
      return node.terms
        .map(term => (term.kind === 'and' ? printNode(term) : printWithin(term)))
        .join(' or ')
  }
}

const printWithin = (node: FilterNode): string =>
  node.kind === 'and' || node.kind === 'or' ? `(${printNode(node)})` : printNode(node)

export function printTest(test: FilterTest): string {
  switch (test.kind) {
    case 'text':
      return quoteWord(test.text)
    case 'in':
      return `${test.where}:${quoteFieldValue(test.text)}`
    case 'class':
      return `class${test.isExact ? '=' : ':'}${quoteFieldValue(test.className)}`
    case 'key':
      return `key:${quoteFieldValue(test.key)}`
    case 'compare':
      return `${quoteKey(test.key)} ${test.comparator} ${printValue(test.value)}`
    case 'contains':
      return `${quoteKey(test.key)} contains ${printPart(test.value)}`
    case 'matches':
      return `${quoteKey(test.key)} ~ ${printPattern(test.pattern, test.isCaseBlind)}`
    case 'state':
      return `state:${test.isNot ? '!' : ''}${test.state}`
    case 'count':
      return `${test.what} ${test.comparator} ${test.value}`
    case 'id':
      return `id:0x${test.id.toString(16)}`
    case 'kext':
      return `kext:${quoteFieldValue(test.kext)}`
    case 'plane':
      return `plane:${quoteFieldValue(test.plane)}`
    case 'under':
      return `under:${quoteFieldValue(test.path)}`
    case 'mark':
      return test.mark
  }
}

/** What stands at the right of a comparison. Texts have quotes always, so that `"1"` is no number. */
export function printValue(value: FilterValue): string {
  switch (value.kind) {
    case 'text':
      return quoteText(value.text)
    case 'integer':
      return String(value.value)
    case 'real': {
      const text = String(value.value)
      return /[.eIN]/.test(text) ? text : `${text}.0`
    }
    case 'bytes':
      return `<${Array.from(value.bytes, byte => byte.toString(16).padStart(2, '0')).join(' ')}>`
    case 'boolean':
      return value.value ? 'yes' : 'no'
  }
}

function printPart(value: FilterValue): string {
  return value.kind === 'bytes' ? printValue(value) : quoteText(textOf(value))
}

const textOf = (value: FilterValue): string =>
  value.kind === 'text' ? value.text : printValue(value)

function printPattern(pattern: string, isCaseBlind: boolean): string {
  const flag = isCaseBlind ? 'i' : ''
  // Of what is escaped already the backslash stays with its character.
  return `/${pattern.replace(/\\[^]|\//g, part => (part === '/' ? '\\/' : part))}/${flag}`
}

/** `"…"`, with `\"`, `\\` and escapes for what cannot be typed in a line. */
export function quoteText(text: string): string {
  const escaped = text.replace(/["\\“”]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, character => {
    const known = escapes[character]
    return known ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
  })
  return `"${escaped}"`
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
}

/** A bare word, in quotes where it would mean something else without. */
export function quoteWord(text: string): string {
  const isPlain =
    /^[\w.,@#%*+/-][\w.,@#%*+/:'-]*$/.test(text) && !hasMeaning(text) && !/^[\w-]{2,}:/.test(text)
  return isPlain ? text : quoteText(text)
}

const hasMeaning = (text: string): boolean =>
  keywordOf(text) !== null || isMarkWord(text) || text === 'contains'

/** The left side of a comparison. */
export function quoteKey(key: string): string {
  const isPlain =
    /^[\w#][\w.,@#%+/-]*$/.test(key) &&
    !hasMeaning(key) &&
    !isCountWord(key) &&
    !(fieldWords as readonly string[]).includes(key)
  return isPlain ? key : quoteText(key)
}

/** What follows a field's `:`. */
export function quoteFieldValue(text: string): string {
  return /^[\w.,@#%*+/-][\w.,@#%*+/:=<>~'-]*$/.test(text) ? text : quoteText(text)
}

/** Longer data is asked for by its key alone. */
const longestData = 256

/**
 * The entries that have the same under this key; where no comparison can say it (an array, a dictionary, long data),
 * those that have the key.
 */
export function filterForProperty(key: string, value: PropertyValue): string {
  const compared = (right: FilterValue) =>
    printTest({ kind: 'compare', key, comparator: '==', value: right })
  switch (value.kind) {
    case 'string':
      return compared({ kind: 'text', text: value.text })
    case 'integer':
    case 'real':
    case 'boolean':
      if (value.kind === 'real' && !Number.isFinite(value.value)) return filterForKey(key)
      return compared(value)
    case 'data':
      return value.bytes.length > longestData || value.bytes.length === 0
        ? filterForKey(key)
        : compared({ kind: 'bytes', bytes: value.bytes })
    case 'date':
      return compared({ kind: 'text', text: value.iso })
    default:
      return filterForKey(key)
  }
}

export const filterForKey = (key: string): string => printTest({ kind: 'key', key })

/** @param isExact without its subclasses */
export const filterForClass = (className: string, isExact = false): string =>
  printTest({ kind: 'class', className, isExact })

export const filterForKext = (kext: string): string => printTest({ kind: 'kext', kext })

export const filterForName = (text: string): string =>
  printTest({ kind: 'in', where: 'name', text })

export const filterForId = (id: bigint): string => printTest({ kind: 'id', id })

export const filterForState = (state: StateWord, isNot = false): string =>
  printTest({ kind: 'state', state, isNot })

export const filterForCount = (what: CountWord, comparator: Comparator, value: bigint): string =>
  printTest({ kind: 'count', what, comparator, value })

/** @param place `IOService:/…` or `0x…` */
export const filterForUnder = (place: string): string => printTest({ kind: 'under', path: place })

/**
 * A filter and another: both must hold. What stands at the end of the first already is not added again; of one that does
 * not read nothing is kept.
 */
export function filterWith(text: string, more: string): string {
  const before = kindOf(text)
  if (before === null || text.trim() === more) return more
  const known = text.trim()
  if (known.endsWith(` and ${more}`)) return known
  const added = kindOf(more) === 'or' ? `(${more})` : more
  return `${before === 'or' ? `(${known})` : known} and ${added}`
}

/** A filter without what another finds. */
export function filterWithout(text: string, less: string): string {
  const kind = kindOf(less)
  const isJoined = kind === 'and' || kind === 'or'
  return filterWith(text, isJoined ? `not (${less})` : `not ${less}`)
}

/** What a filter is at its outside; null for the empty one, and one that does not read. */
function kindOf(text: string): FilterNode['kind'] | null {
  const parsed = parseFilter(text)
  return parsed.ok ? (parsed.filter.root?.kind ?? null) : null
}
