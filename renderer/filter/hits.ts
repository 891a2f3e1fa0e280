import type { CompiledFilter } from '../../core/query/filter/compile-filter.ts'
import { lastName, partBeforeFieldWord } from '../../core/query/filter/finished-part.ts'
import { classWords, keyWords } from '../../core/query/filter/snapshot-words.ts'
import type { SearchScope } from '../../core/query/search.ts'
import { bitsBetween, countBits, emptyBitSet, type BitSet } from '../../core/registry/bit-set.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { NodeIndex, PlaneTable } from '../../core/registry/snapshot.ts'
import { scopeNode, scopeRange } from '../registry/scope.ts'
import { findNode, refOfNode } from '../registry/selection.ts'
import { matchNumber, nextMatch } from '../registry/tree-rows.ts'
import type { AppState, DeepSearch, EntryRef, OpenCapture } from '../state/app-state.ts'
import { compiledFor } from './compile.ts'
import { kextNames } from './kext-of.ts'
import { appliedFilter } from './read-filter.ts'

/** What the filter found in one plane. */
export interface Hits {
  readonly plane: PlaneTable
  /** The filter that these are the hits of: while an answer is under way, the one before. */
  readonly text: string
  readonly matches: BitSet
  readonly matchCount: number
  /** How many nodes were asked: the plane, or the part of it that the tree is limited to. */
  readonly outOf: number
  /**
   * `looking`: the answer to this text is under way. `indexing`: keys and values are not all indexed.
   * `broken`: the worker ended, so that keys and values cannot be searched.
   */
  readonly progress: 'complete' | 'looking' | 'indexing' | 'broken'
}

export interface HitQuestion {
  readonly plane: PlaneTable
  /** A filter that reads and is not empty. */
  readonly text: string
  readonly scope: SearchScope
  readonly deepSearch: DeepSearch
  /** The tree is limited to this node and what is below it; -1 for all of the plane. */
  readonly below: NodeIndex
}

const quick = new WeakMap<CompiledFilter, Map<PlaneTable, BitSet>>()

/** Hits that names, classes, states, counts and marks answer: a few milliseconds at 100 000 nodes. */
function quickMatches(filter: CompiledFilter, plane: PlaneTable): BitSet {
  let known = quick.get(filter)
  if (!known) quick.set(filter, (known = new Map<PlaneTable, BitSet>()))
  let matches = known.get(plane)
  if (!matches) known.set(plane, (matches = runNow(filter.find(plane))))
  return matches
}

function runNow<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const given = new WeakMap<OpenCapture, { readonly question: HitQuestion; readonly hits: Hits }[]>()
/** The field asks about the newest text, the tree about the one that it draws. */
const mostGiven = 4

/** The hits of a filter, as far as they are known now. The same object for the same question. */
export function findHits(current: OpenCapture, question: HitQuestion): Hits {
  let answers = given.get(current)
  if (!answers) given.set(current, (answers = []))
  const before = answers.find(answer => isSame(answer.question, question))
  if (before) return before.hits
  const hits = withSameBits(limited(answered(current, question), question), answers[0]?.hits)
  answers.unshift({ question, hits })
  answers.length = Math.min(answers.length, mostGiven)
  return hits
}

/** A longer text often finds what the shorter one did: then the same rows are drawn as before. */
function withSameBits(hits: Hits, before: Hits | undefined): Hits {
  const isSameSet =
    before?.plane === hits.plane &&
    before.matchCount === hits.matchCount &&
    before.matches.words.every((word, at) => word === hits.matches.words[at])
  return isSameSet ? { ...hits, matches: before.matches } : hits
}

function isSame(one: HitQuestion, other: HitQuestion): boolean {
  return (
    one.plane === other.plane &&
    one.text === other.text &&
    one.scope === other.scope &&
    one.below === other.below &&
    one.deepSearch.found === other.deepSearch.found &&
    one.deepSearch.phase === other.deepSearch.phase
  )
}

type Answered = Pick<Hits, 'text' | 'matches' | 'progress'>

function answered(current: OpenCapture, question: HitQuestion): Answered {
  const { plane, text, scope, deepSearch } = question
  const own = compiledFor(current, text, scope)
  if (own?.isQuick) return { text, matches: quickMatches(own, plane), progress: 'complete' }
  const { found, phase } = deepSearch
  const waiting = phase === 'broken' ? 'broken' : phase === 'indexing' ? 'indexing' : 'looking'
  if (found?.snapshot === current.snapshot && found.plane === plane.plane) {
    const isAnswer = found.text === text.trim()
    const progress = isAnswer ? (found.isComplete ? 'complete' : waiting) : 'looking'
    return { text: found.text, matches: found.matches, progress }
  }
  // Names are there at once, whatever else is asked.
  const names = compiledFor(current, text, 'names')
  const matches = names?.isQuick ? quickMatches(names, plane) : emptyBitSet(plane.length)
  return { text, matches, progress: waiting }
}

function limited(answer: Answered, { plane, below }: HitQuestion): Hits {
  const { from, to } = scopeRange(plane, below)
  const matches = below === -1 ? answer.matches : bitsBetween(answer.matches, from, to)
  return { ...answer, plane, matches, matchCount: countBits(matches), outOf: to - from }
}

let lastPart: { current: OpenCapture; text: string; part: string | null } | null = null

/**
 * What stands before a last word that somebody is in the middle of typing: one that may become a field, or the beginning of a
 * class, a key or a kext of this capture; null where the filter ends otherwise.
 */
export function partBeforeUnfinished(current: OpenCapture, text: string): string | null {
  if (lastPart?.current !== current || lastPart.text !== text) {
    lastPart = { current, text, part: partBeforeFieldWord(text) ?? partBeforeName(current, text) }
  }
  return lastPart.part
}

function partBeforeName({ snapshot, capture }: OpenCapture, text: string): string | null {
  const name = lastName(text)
  if (!name) return null
  const { field, beginning, before } = name
  const names =
    field === 'kext'
      ? kextNames(capture)
      : (field === 'class' ? classWords : keyWords)(snapshot).map(({ word }) => word)
  return names.some(
    known => known.length > beginning.length && known.toLowerCase().startsWith(beginning),
  )
    ? before
    : null
}

export type HitState = Pick<
  AppState,
  'current' | 'plane' | 'filter' | 'filters' | 'filterScope' | 'deepSearch' | 'navigation'
>

/**
 * The hits in the plane that is shown; null where nothing is filtered, or nothing yet: an answer of the worker is a moment
 * away, and rows that change twice are no help. While the last word finds nothing and may be half typed, those of what
 * stands before it.
 */
export function hitsOf(state: HitState): Hits | null {
  const { current, filterScope, deepSearch, navigation } = state
  const text = appliedFilter(state)
  if (!current || text.trim() === '') return null
  const { snapshot } = current
  const plane = planeNamed(snapshot, state.plane) ?? snapshot.planes[0]
  if (!plane) return null
  const below = scopeNode(snapshot, plane, navigation.scope)
  const ask = (asked: string) =>
    findHits(current, { plane, text: asked, scope: filterScope, deepSearch, below })
  const isAnswered =
    deepSearch.found?.snapshot === snapshot && deepSearch.found.plane === plane.plane
  if (deepSearch.phase === 'ready' && !isAnswered) {
    if (compiledFor(current, text, filterScope)?.isQuick === false) return null
  }
  const hits = ask(text)
  if (hits.matchCount > 0 || hits.progress !== 'complete') return hits
  // Nobody looks for `state` who is on the way to `state:registered`: the rows stay until that can be told.
  const before = partBeforeUnfinished(current, text)
  if (before === null) return hits
  if (before === '') return null
  const kept = ask(before)
  return kept.text === before && kept.progress === 'complete' ? kept : hits
}

/** Which hit is selected, counted from 1; 0 when it is none. */
export function hitNumber(
  { snapshot }: OpenCapture,
  hits: Hits,
  selected: EntryRef | null,
): number {
  const node = selected ? findNode(snapshot, hits.plane, selected) : -1
  return node === -1 ? 0 : matchNumber(hits, node)
}

/** The hit after or before the selected entry, around the ends; null where there is none. */
export function hitBeside(
  state: HitState & Pick<AppState, 'selected'>,
  step: 1 | -1,
): EntryRef | null {
  const hits = hitsOf(state)
  if (!state.current || !hits) return null
  const { snapshot } = state.current
  const from = state.selected ? findNode(snapshot, hits.plane, state.selected) : -1
  const to = nextMatch(hits, from, step)
  return to === -1 ? null : refOfNode(snapshot, hits.plane, to)
}
