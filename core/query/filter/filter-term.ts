import { emptyBitSet, nextBit, type BitSet } from '../../registry/bit-set.ts'
import type { EntryIndex, NodeIndex, PlaneTable, PropertyIndex } from '../../registry/snapshot.ts'

/** A part of a filter, ready to be asked. */
export interface FilterTerm {
  /** Cheap ones are asked first, and dear ones of what these leave. */
  readonly cost: number
  readonly isQuick: boolean
  /** Looks for a text in values: quick with an index of them. */
  readonly usesValues: boolean
  /** Of one node. */
  test(plane: PlaneTable, node: NodeIndex): boolean
  /** Those of `among` that pass. Stops at each `yield`. The set is the caller's own. */
  find(plane: PlaneTable, among: BitSet): Generator<undefined, BitSet>
  /** The property of an entry that made it pass, or -1. */
  propertyOf(entry: EntryIndex): PropertyIndex
}

/** What the kinds of test cost for each node, as far as one is dearer than another. */
export const Cost = { column: 1, name: 2, place: 3, key: 5, kext: 6, value: 8, text: 10 } as const

/** Of a bit set: 16,000 nodes or so, between two pauses. */
const wordsAtOnce = 1 << 9

/** Sets the bits of those in `[fromWord, toWord)` of `among` that pass. */
export type WordTest = (
  plane: PlaneTable,
  among: BitSet,
  found: BitSet,
  fromWord: number,
  toWord: number,
) => void

/**
 * A test that is asked node by node.
 * @param testWords the same for many nodes, where that can be done with less than a call for each
 */
export function nodeTerm(
  cost: number,
  test: (plane: PlaneTable, node: NodeIndex) => boolean,
  propertyOf: (entry: EntryIndex) => PropertyIndex = () => -1,
  isQuick = true,
  testWords: WordTest = oneByOne(test),
): FilterTerm {
  return {
    cost,
    isQuick,
    usesValues: false,
    test,
    propertyOf,
    *find(plane, among) {
      const found = emptyBitSet(among.length)
      const { length } = among.words
      for (let from = 0; from < length; from += wordsAtOnce) {
        if (from > 0) yield
        testWords(plane, among, found, from, Math.min(length, from + wordsAtOnce))
      }
      return found
    },
  }
}

export const oneByOne =
  (test: (plane: PlaneTable, node: NodeIndex) => boolean): WordTest =>
  (plane, among, found, fromWord, toWord) => {
    for (let at = fromWord; at < toWord; at++) {
      let word = 0
      for (let left = among.words[at]!; left !== 0; left &= left - 1) {
        const bit = left & -left
        if (test(plane, (at << 5) + 31 - Math.clz32(bit))) word |= bit
      }
      found.words[at]! |= word
    }
  }

/** A test of the entry alone, whatever its place. */
export const entryTerm = (
  cost: number,
  test: (entry: EntryIndex) => boolean,
  propertyOf?: (entry: EntryIndex) => PropertyIndex,
  isQuick?: boolean,
): FilterTerm => nodeTerm(cost, (plane, node) => test(plane.entry[node]!), propertyOf, isQuick)

/** The nodes whose entries are in a set. */
export function nodesWith(plane: PlaneTable, among: BitSet, entries: BitSet): BitSet {
  const found = emptyBitSet(among.length)
  const { entry } = plane
  const { words } = entries
  for (let base = 0; base < among.words.length; base++) {
    let left = among.words[base]!
    let word = 0
    while (left !== 0) {
      const bit = left & -left
      const own = entry[(base << 5) + 31 - Math.clz32(bit)]!
      if (((words[own >>> 5]! >>> (own & 31)) & 1) === 1) word |= bit
      left ^= bit
    }
    found.words[base] = word
  }
  return found
}

/** The entries of a set of nodes. */
export function entriesOf(plane: PlaneTable, nodes: BitSet, length: number): BitSet {
  const found = emptyBitSet(length)
  for (let node = nextBit(nodes, 0); node !== -1; node = nextBit(nodes, node + 1)) {
    const entry = plane.entry[node]!
    found.words[entry >>> 5]! |= 1 << (entry & 31)
  }
  return found
}

export function andTerm(terms: readonly FilterTerm[]): FilterTerm {
  const inOrder = byCost(terms)
  return {
    ...joined(terms),
    test: (plane, node) => inOrder.every(term => term.test(plane, node)),
    *find(plane, among) {
      let left = among
      for (const term of inOrder) {
        if (isEmpty(left)) return emptyBitSet(among.length)
        left = yield* term.find(plane, left)
        yield
      }
      return left
    },
  }
}

export function orTerm(terms: readonly FilterTerm[]): FilterTerm {
  const inOrder = byCost(terms)
  return {
    ...joined(terms),
    test: (plane, node) => inOrder.some(term => term.test(plane, node)),
    *find(plane, among) {
      const found = emptyBitSet(among.length)
      const left = { length: among.length, words: among.words.slice() }
      for (const term of inOrder) {
        if (isEmpty(left)) break
        const more = yield* term.find(plane, left)
        for (let i = 0; i < found.words.length; i++) {
          found.words[i]! |= more.words[i]!
          left.words[i]! &= ~more.words[i]!
        }
        yield
      }
      return found
    },
  }
}

export function notTerm(term: FilterTerm): FilterTerm {
  const { cost, isQuick, usesValues } = term
  return {
    cost,
    isQuick,
    usesValues,
    // What is not there made nothing pass.
    propertyOf: () => -1,
    test: (plane, node) => !term.test(plane, node),
    *find(plane, among) {
      const found = yield* term.find(plane, among)
      const words = Uint32Array.from(among.words, (word, i) => word & ~found.words[i]!)
      return { length: among.length, words }
    },
  }
}

function joined(
  terms: readonly FilterTerm[],
): Pick<FilterTerm, 'cost' | 'isQuick' | 'usesValues' | 'propertyOf'> {
  return {
    cost: terms.reduce((sum, term) => sum + term.cost, 0),
    isQuick: terms.every(term => term.isQuick),
    usesValues: terms.some(term => term.usesValues),
    propertyOf: entry => {
      for (const term of terms) {
        const property = term.propertyOf(entry)
        if (property >= 0) return property
      }
      return -1
    },
  }
}

const byCost = (terms: readonly FilterTerm[]) => terms.toSorted((a, b) => a.cost - b.cost)

const isEmpty = ({ words }: BitSet) => words.every(word => word === 0)
