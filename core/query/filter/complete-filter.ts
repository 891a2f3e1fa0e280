import { entryMarkNames } from '../../diff/entry-marks.ts'
import { childrenOf, rootsOf } from '../../registry/lookup.ts'
import { findPath, nodeLabel, nodePath } from '../../registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../registry/snapshot.ts'
import { countHints, fieldHints, markHints, operatorHints, stateHints } from './completion-hints.ts'
import { cursorContext, type CursorContext } from './cursor-context.ts'
import type { FilterSpan } from './filter-tree.ts'
import { countWords, fieldWords, isCountWord, stateWords, type FieldWord } from './filter-words.ts'
import { classWords, keyWords, valueWords, type CountedWord } from './snapshot-words.ts'
import { quoteFieldValue, quoteKey } from './write-filter.ts'

/** What can be offered, from the snapshot and around it. */
export interface CompletionSource {
  readonly snapshot: Snapshot
  /** Bundle identifiers. */
  readonly kexts: readonly string[]
  /** There are marks, so that `new` and its like mean something. */
  readonly hasMarks: boolean
}

export interface CompletionItem {
  /** What takes the place of `Completion.span`. */
  readonly insert: string
  /** As it is listed, where that is not `insert`. */
  readonly label?: string
  readonly kind:
    'field' | 'class' | 'key' | 'value' | 'kext' | 'plane' | 'state' | 'keyword' | 'operator'
  /** A few words beside it: `in 214 entries`. */
  readonly hint: string
}

export interface Completion {
  readonly span: FilterSpan
  /** Best first; at most 50. */
  readonly items: readonly CompletionItem[]
}

const most = 50

/** What could stand at the cursor. Fast enough for each key: what it needs of a snapshot is counted once. */
export function completeFilter(text: string, cursor: number, source: CompletionSource): Completion {
  const at = Math.max(0, Math.min(cursor, text.length))
  const context = cursorContext(text, at)
  return { span: context.span, items: itemsFor(context, source).slice(0, most) }
}

function itemsFor(context: CursorContext, source: CompletionSource): readonly CompletionItem[] {
  const { snapshot } = source
  const { typed } = context
  switch (context.place) {
    case 'none':
      return []
    case 'field':
      return fieldItems(context.field, typed, source)
    case 'count':
      return ['0', '1', '10', '100']
        .filter(number => number.startsWith(typed) && number !== typed)
        .map(insert => ({ insert, kind: 'value', hint: context.what }))
    case 'value':
      return valueItems(snapshot, context.key, context.operator, typed)
    case 'operator':
      return operatorItems(context.key, context.isQuoted, typed, source)
    case 'term':
      return termItems(typed, context.isAfterTest, source)
  }
}

const inEntries = (count: number): string =>
  `in ${count.toLocaleString('en-US')} ${count === 1 ? 'entry' : 'entries'}`

/** Those that begin with what is typed, then those that have it inside; within both as they come. */
function matching<T>(
  typed: string,
  items: readonly T[],
  wordOf: (item: T) => string,
): readonly T[] {
  const folded = typed.toLowerCase()
  if (folded === '') return items.slice(0, most)
  const first: T[] = []
  const inside: T[] = []
  for (const item of items) {
    const at = wordOf(item).toLowerCase().indexOf(folded)
    if (at === 0) first.push(item)
    else if (at > 0 && inside.length < most) inside.push(item)
    if (first.length >= most) break
  }
  return [...first, ...inside]
}

const ofWord = ({ word }: CountedWord) => word

function fieldItems(
  field: FieldWord,
  typed: string,
  { snapshot, kexts }: CompletionSource,
): readonly CompletionItem[] {
  switch (field) {
    case 'class':
      return matching(typed, classWords(snapshot), ofWord).map(({ word, count }) => ({
        insert: quoteFieldValue(word),
        kind: 'class',
        hint: inEntries(count),
      }))
    case 'key':
      return matching(typed, keyWords(snapshot), ofWord).map(({ word, count }) => ({
        insert: quoteFieldValue(word),
        kind: 'key',
        hint: inEntries(count),
      }))
    case 'kext':
      return kextItems(snapshot, kexts, typed)
    case 'plane':
      return matching(typed, snapshot.planes, ({ plane }) => plane).map(({ plane, length }) => ({
        insert: quoteFieldValue(plane),
        kind: 'plane',
        hint: `${length.toLocaleString('en-US')} nodes`,
      }))
    case 'state':
      return matching(typed, stateWords, word => word).map(insert => ({
        insert,
        kind: 'state',
        hint: stateHints[insert],
      }))
    case 'under':
      return pathItems(snapshot, typed)
    case 'name':
    case 'value':
    case 'any':
    case 'id':
      return []
  }
}

function kextItems(
  snapshot: Snapshot,
  kexts: readonly string[],
  typed: string,
): readonly CompletionItem[] {
  const counts = new Map<string, number>()
  for (const { word, count, isText } of valueWords(snapshot, 'CFBundleIdentifier')) {
    if (isText) counts.set(word.slice(1, -1), count)
  }
  const names = [...new Set([...counts.keys(), ...kexts])]
  return matching(typed, names, name => name).map(name => {
    const count = counts.get(name)
    return {
      insert: quoteFieldValue(name),
      kind: 'kext',
      hint: count === undefined ? 'no entry names it' : inEntries(count),
    }
  })
}

const mostSiblings = 5000

/** The next step of a path; before there is one, the planes. */
function pathItems(snapshot: Snapshot, typed: string): readonly CompletionItem[] {
  const slash = typed.lastIndexOf('/')
  const colon = typed.indexOf(':/')
  const plane = colon < 0 ? undefined : snapshot.planes.find(p => typed.startsWith(`${p.plane}:/`))
  if (!plane || slash < 0) {
    return matching(typed, snapshot.planes, p => p.plane).map(p => ({
      insert: `${p.plane}:/`,
      kind: 'plane',
      hint: `${p.length.toLocaleString('en-US')} nodes`,
    }))
  }
  const above = slash === colon + 1 ? `${plane.plane}:/` : typed.slice(0, slash)
  return matching(typed, stepsBelow(snapshot, plane, above), path => path).map(path => ({
    insert: quoteFieldValue(path),
    kind: 'value',
    hint: '',
  }))
}

function stepsBelow(snapshot: Snapshot, plane: PlaneTable, above: string): readonly string[] {
  const top = findPath(snapshot, plane, above)
  // A dump of matches has no root: its matches are the first steps.
  const isTop = above === `${plane.plane}:/`
  const nodes: readonly NodeIndex[] =
    top >= 0 ? childrenOf(plane, top) : isTop ? rootsOf(plane) : []
  const steps = new Set<string>()
  for (const node of nodes.slice(0, mostSiblings)) {
    if (isTop && top < 0) steps.add(nodePath(snapshot, plane, node))
    else steps.add(`${isTop ? above : `${above}/`}${nodeLabel(snapshot, plane, node)}`)
  }
  return [...steps]
}

function valueItems(
  snapshot: Snapshot,
  key: string,
  operator: string,
  typed: string,
): readonly CompletionItem[] {
  if (operator.includes('~')) {
    return typed === '' ? [{ insert: '/…/', kind: 'value', hint: 'a pattern, in RE2 syntax' }] : []
  }
  const isOrder = /^[<>]/.test(operator)
  const isPart = /^contains$/i.test(operator)
  const words = valueWords(snapshot, key).filter(({ isNumber, isText }) =>
    isOrder ? isNumber : isPart ? isText : true,
  )
  return matching(typed, words, ({ word }) => word.replace(/^"/, '')).map(({ word, count }) => ({
    insert: word,
    kind: 'value',
    hint: inEntries(count),
  }))
}

/** Behind a word that is no key only tests follow. */
function operatorItems(
  key: string,
  isQuoted: boolean,
  typed: string,
  source: CompletionSource,
): readonly CompletionItem[] {
  const folded = key.toLowerCase()
  const isCount = !isQuoted && isCountWord(folded)
  const isKey = keyWords(source.snapshot).some(({ word }) => word.toLowerCase() === folded)
  const operators = operatorHints
    .filter(([operator]) => operator.startsWith(typed) && !(isCount && /[c~]/.test(operator)))
    .map(([insert, hint]): CompletionItem => ({ insert, kind: 'operator', hint }))
  const others = termItems(typed, true, source)
  return isCount || isKey ? [...operators, ...others] : others
}

function termItems(
  typed: string,
  isAfterTest: boolean,
  { snapshot, hasMarks }: CompletionSource,
): readonly CompletionItem[] {
  const items: CompletionItem[] = []
  const joining: readonly (readonly [string, string])[] = isAfterTest
    ? [
        ['and', 'both must hold'],
        ['or', 'one of them'],
      ]
    : []
  const grammar: CompletionItem[] = [
    ...joining.map(([insert, hint]): CompletionItem => ({ insert, kind: 'keyword', hint })),
    ...(hasMarks
      ? entryMarkNames.map((insert): CompletionItem => ({
          insert,
          kind: 'keyword',
          hint: markHints[insert],
        }))
      : []),
    ...fieldWords.map((word): CompletionItem => ({
      insert: `${word}:`,
      kind: 'field',
      hint: fieldHints[word],
    })),
    ...countWords.map((insert): CompletionItem => ({
      insert,
      kind: 'field',
      hint: countHints[insert],
    })),
    { insert: 'not', kind: 'keyword', hint: 'must not hold' },
  ]
  const folded = typed.toLowerCase()
  items.push(...grammar.filter(({ insert }) => insert.startsWith(folded) && insert !== typed))
  if (folded === '') return items
  const classes = matching(typed, classWords(snapshot), ofWord)
    .slice(0, 20)
    .map(({ word, count }): CompletionItem => ({
      insert: `class:${quoteFieldValue(word)}`,
      label: word,
      kind: 'class',
      hint: `class, ${inEntries(count)}`,
    }))
  const keys = matching(typed, keyWords(snapshot), ofWord)
    .slice(0, 20)
    .map(({ word, count }): CompletionItem => ({
      insert: quoteKey(word),
      label: word,
      kind: 'key',
      hint: `key, ${inEntries(count)}`,
    }))
  return [...items, ...classes, ...keys]
}
