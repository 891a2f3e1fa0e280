import type { FilterSpan } from './filter-tree.ts'
import {
  endsName,
  endsWord,
  isCountWord,
  isFieldWord,
  isMarkWord,
  keywordOf,
  type CountWord,
  type FieldWord,
} from './filter-words.ts'

/** What stands at the cursor of a filter that is being typed, read from the left as the parser reads it. */
export type CursorContext = {
  /** What is typed of it, without an opening quote. */
  readonly typed: string
  /** It takes the place of this. */
  readonly span: FilterSpan
} & (
  | {
      readonly place: 'term'
      /** A test stands before it, so that `and` and `or` can follow. */
      readonly isAfterTest: boolean
    }
  | { readonly place: 'field'; readonly field: FieldWord }
  /** Behind what may be a key. */
  | { readonly place: 'operator'; readonly key: string; readonly isQuoted: boolean }
  | {
      readonly place: 'value'
      readonly key: string
      readonly operator: string
    }
  | { readonly place: 'count'; readonly what: CountWord }
  /** Inside something that nothing can be offered for: bytes, a pattern. */
  | { readonly place: 'none' }
)

interface Item {
  readonly kind: 'word' | 'quoted' | 'operator' | 'bracket' | 'other'
  /** A quoted text without its quotes, its escapes as they stand. */
  readonly text: string
  readonly start: number
  readonly end: number
}

export function cursorContext(text: string, cursor: number): CursorContext {
  const items = itemsBefore(text, cursor)
  const last = items.at(-1)
  // What touches the cursor is still being typed; a closed quote or a bracket is not.
  const isOpen =
    last !== undefined && last.end === cursor && (last.kind === 'word' || isUnclosed(text, last))
  if (last?.kind === 'other' && last.end === cursor) {
    return { place: 'none', typed: '', span: { start: cursor, end: cursor } }
  }
  const current = isOpen ? last : { kind: 'word' as const, text: '', start: cursor, end: cursor }
  const before = isOpen ? items.slice(0, -1) : items
  const span = { start: current.start, end: isOpen ? wordEnd(text, current, cursor) : cursor }
  const typed = current.text
  const field = current.kind === 'word' ? fieldOf(typed) : null
  if (field) {
    const value = typed.slice(field.length + 1).replace(/^!/, '')
    const start = cursor - value.length
    return { place: 'field', field, typed: value, span: { start, end: span.end } }
  }
  const previous = before.at(-1)
  if (previous?.kind === 'word') {
    const waiting = fieldOf(previous.text)
    const value = waiting && previous.text.slice(waiting.length + 1)
    if (waiting && (value === '' || value === '!')) {
      return { place: 'field', field: waiting, typed, span }
    }
  }
  if (previous?.kind === 'operator') {
    const key = before.at(-2)
    if (!key || (key.kind !== 'word' && key.kind !== 'quoted'))
      return { place: 'none', typed, span }
    const plain = key.kind === 'word' ? key.text.toLowerCase() : ''
    if (plain === 'class') return { place: 'field', field: 'class', typed, span }
    if (isCountWord(plain)) return { place: 'count', what: plain, typed, span }
    return { place: 'value', key: key.text, operator: previous.text, typed, span }
  }
  const isAfterTest = previous !== undefined && endsTest(previous)
  const mayBeKey =
    previous !== undefined &&
    // A value that was compared is no key.
    before.at(-2)?.kind !== 'operator' &&
    (previous.kind === 'quoted' || (previous.kind === 'word' && isName(previous.text)))
  if (mayBeKey && current.kind === 'word' && (typed === '' || 'contains'.startsWith(typed))) {
    const isQuoted = previous.kind === 'quoted'
    return { place: 'operator', key: previous.text, isQuoted, typed, span }
  }
  return { place: 'term', isAfterTest, typed, span }
}

const fieldOf = (word: string): FieldWord | null => {
  const colon = word.indexOf(':')
  const field = colon > 0 ? word.slice(0, colon).toLowerCase() : ''
  return isFieldWord(field) ? field : null
}

const endsTest = ({ kind, text }: Item): boolean =>
  (kind === 'word' && keywordOf(text) === null && text !== '!') ||
  kind === 'quoted' ||
  kind === 'other' ||
  text === ')'

const isName = (text: string): boolean =>
  keywordOf(text) === null && !isMarkWord(text) && fieldOf(text) === null

function isUnclosed(text: string, { kind, start, end }: Item): boolean {
  return kind === 'quoted' && (end - start < 2 || !/["”“]/.test(text.charAt(end - 1)))
}

/** The rest of the word behind the cursor belongs to it. */
function wordEnd(text: string, { kind }: Pick<Item, 'kind'>, cursor: number): number {
  let end = cursor
  if (kind !== 'word') return end
  while (end < text.length && !endsWord(text.charAt(end)) && !endsName(text.charAt(end))) end++
  return end
}

/** What stands before the cursor, the last of it perhaps half. */
function itemsBefore(text: string, cursor: number): readonly Item[] {
  const items: Item[] = []
  let at = 0
  const add = (kind: Item['kind'], end: number, own = text.slice(at, end)) => {
    items.push({ kind, text: own, start: at, end })
    at = end
  }
  while (at < cursor) {
    const character = text.charAt(at)
    const previous = items.at(-1)
    const isValue = previous?.kind === 'operator'
    if (/\s/.test(character)) at++
    else if (/["“”]/.test(character)) {
      let end = at + 1
      while (end < cursor && !/["“”]/.test(text.charAt(end))) end += text[end] === '\\' ? 2 : 1
      const isClosed = end < cursor
      end = Math.min(cursor, isClosed ? end + 1 : end)
      add('quoted', end, text.slice(at + 1, isClosed ? end - 1 : end))
    } else if (/[()]/.test(character)) add('bracket', at + 1)
    else if (character === '<' && (isValue || !previous || previous.kind === 'bracket')) {
      const end = text.indexOf('>', at)
      add('other', end < 0 || end >= cursor ? cursor : end + 1)
    } else if (character === '/' && isValue && previous.text.includes('~')) {
      let end = at + 1
      while (end < cursor && text[end] !== '/') end += text[end] === '\\' ? 2 : 1
      add('other', Math.min(cursor, end + 1))
    } else {
      const operator = /^(?:==|!=|<=|>=|=~|!~|[=<>~])/.exec(
        text.slice(at, Math.min(cursor, at + 2)),
      )
      if (operator && !isValue) add('operator', at + operator[0].length)
      else {
        let end = at + 1
        const isEnd = isValue || fieldOf(text.slice(at, at + 12)) ? endsWord : endsNameOrWord
        while (end < cursor && !isEnd(text.charAt(end), text.charAt(end + 1))) end++
        const word = text.slice(at, end)
        const isContains = /^contains$/i.test(word) && end < cursor && previous !== undefined
        if (
          isContains &&
          (previous.kind === 'quoted' || (previous.kind === 'word' && isName(previous.text)))
        ) {
          add('operator', end)
        } else add('word', end)
      }
    }
  }
  return items
}

const endsNameOrWord = (character: string, next: string): boolean =>
  endsWord(character) || endsName(character) || (character === '!' && /[=~]/.test(next))
