import { entryMarkNames, type EntryMarkName } from '../../diff/entry-marks.ts'
import type { Comparator, FilterTest, StateWord } from './filter-tree.ts'

/** The words that a filter's grammar knows, and which texts can stand without quotes. */

export const stateWords = [
  'registered',
  'matched',
  'inactive',
  'busy',
  'published',
  'terminated',
  'service',
] as const satisfies readonly StateWord[]

export type CountWord = Extract<FilterTest, { kind: 'count' }>['what']
export const countWords = [
  'busy',
  'retain',
  'busytime',
  'clients',
  'providers',
  'depth',
] as const satisfies readonly CountWord[]

/** What can stand before a `:`. */
export const fieldWords = [
  'class',
  'name',
  'key',
  'value',
  'any',
  'state',
  'kext',
  'plane',
  'under',
  'id',
] as const
export type FieldWord = (typeof fieldWords)[number]

export const comparators = ['==', '!=', '<=', '>=', '<', '>'] as const satisfies Comparator[]

export const isMarkWord = (word: string): word is EntryMarkName =>
  (entryMarkNames as readonly string[]).includes(word)
export const isCountWord = (word: string): word is CountWord =>
  (countWords as readonly string[]).includes(word)
export const isFieldWord = (word: string): word is FieldWord =>
  (fieldWords as readonly string[]).includes(word)

/** In small or in capital letters: a name like `Not` or `And` can be typed. */
const keywords: Readonly<Record<string, 'and' | 'or' | 'not'>> = {
  and: 'and',
  AND: 'and',
  '&&': 'and',
  or: 'or',
  OR: 'or',
  '||': 'or',
  not: 'not',
  NOT: 'not',
}

export const keywordOf = (word: string): 'and' | 'or' | 'not' | null =>
  Object.hasOwn(keywords, word) ? keywords[word]! : null

/** After a comparator these are no texts. */
export function booleanOf(word: string): boolean | null {
  if (/^(?:true|yes)$/i.test(word)) return true
  return /^(?:false|no)$/i.test(word) ? false : null
}

export const integerPattern = /^[+-]?(?:0x[\da-f]+|\d+)$/i
export const realPattern = /^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=e))(?:e[+-]?\d+)?$/i

/** Ends a word, whatever it is for. */
export const endsWord = (character: string): boolean => /[\s()"“”]/.test(character)
/** Ends a word that can have a comparator behind it. */
export const endsName = (character: string): boolean => /[=<>~]/.test(character)
