import type { EntryMarks } from '../../diff/entry-marks.ts'
import { fullBitSet, type BitSet } from '../../registry/bit-set.ts'
import { nodesOf } from '../../registry/lookup.ts'
import type {
  EntryIndex,
  NodeIndex,
  PlaneTable,
  PropertyIndex,
  Snapshot,
} from '../../registry/snapshot.ts'
import type { SearchScope } from '../search.ts'
import type { ValueIndex } from '../value-index.ts'
import {
  classTerm,
  countTerm,
  idTerm,
  kextTerm,
  markTerm,
  nameTerm,
  ownNameTerm,
  planeTerm,
  stateTerm,
  underTerm,
} from './column-terms.ts'
import { andTerm, Cost, nodeTerm, notTerm, orTerm, type FilterTerm } from './filter-term.ts'
import type { Filter, FilterNode, FilterTest } from './filter-tree.ts'
import { keyTerm, textTerm, valueTerm } from './value-terms.ts'

/** What a filter is asked of. */
export interface FilterContext {
  readonly snapshot: Snapshot
  /** Where bare words look. */
  readonly scope: SearchScope
  /** Null while there is none: then values are decoded, which takes its time. */
  readonly values: ValueIndex | null
  /** An index is being made: `find` leaves out texts in values, and will be asked again. */
  readonly isIndexing?: boolean
  readonly marks: EntryMarks | null
  /** The kext that owns an entry, or null where that is not known. */
  readonly kextOf: (entry: EntryIndex) => string | null
}

export interface CompiledFilter {
  /**
   * Whether names, classes, states, counts and marks are enough to answer it: a few milliseconds, on the page's own
   * thread. Else keys and values have to be looked at.
   */
  readonly isQuick: boolean
  /** Whether it looks for a text in values, so that `values` make it quick. */
  readonly usesValues: boolean
  /** The nodes of a plane that pass. Stops at each `yield`, a millisecond or so apart. */
  find(plane: PlaneTable): Generator<undefined, BitSet>
  /** Those of a few nodes that pass: what is on screen, before `find` is done. */
  among(plane: PlaneTable, nodes: ArrayLike<NodeIndex>): NodeIndex[]
  /** Whether an entry passes, by the first of its places. */
  has(entry: EntryIndex): boolean
  /** The property of an entry that the filter is about: one it names or whose value it found, or -1. */
  propertyOf(entry: EntryIndex): PropertyIndex
}

/** A longer filter may take more than a few milliseconds whatever it asks. */
const mostQuickTests = 24

/** @throws FailureError `bad-request` for a pattern that RE2 does not read; `parseFilter` has told of it before */
export function compileFilter(filter: Filter, context: FilterContext): CompiledFilter {
  const { planes } = context.snapshot
  const { root } = filter
  let tests = 0
  const termOf = (node: FilterNode): FilterTerm => {
    switch (node.kind) {
      case 'and':
        return andTerm(node.terms.map(termOf))
      case 'or':
        return orTerm(node.terms.map(termOf))
      case 'not':
        return notTerm(termOf(node.term))
      case 'test':
        tests++
        return testTerm(node.test, context)
    }
  }
  const term = root === null ? nodeTerm(Cost.column, () => true) : termOf(root)
  return {
    isQuick: term.isQuick && tests <= mostQuickTests,
    usesValues: term.usesValues,
    find: plane => term.find(plane, fullBitSet(plane.length)),
    among: (plane, nodes) => Array.from(nodes).filter(node => term.test(plane, node)),
    has: entry => {
      for (const plane of planes) {
        const [node] = nodesOf(context.snapshot, plane, entry)
        if (node !== undefined) return term.test(plane, node)
      }
      return false
    },
    propertyOf: entry => term.propertyOf(entry),
  }
}

function testTerm(test: FilterTest, context: FilterContext): FilterTerm {
  const { snapshot } = context
  switch (test.kind) {
    case 'text':
      return context.scope === 'everything'
        ? textTerm(context, test.text, 'everything')
        : nameTerm(snapshot, test.text)
    case 'in':
      if (test.where === 'name') return ownNameTerm(snapshot, test.text)
      return textTerm(context, test.text, test.where === 'any' ? 'everything' : 'value')
    case 'class':
      return classTerm(snapshot, test)
    case 'key':
      return keyTerm(snapshot, test.key)
    case 'compare':
    case 'contains':
    case 'matches':
      return valueTerm(snapshot, test)
    case 'state':
      return stateTerm(snapshot, test.state, test.isNot)
    case 'count':
      return countTerm(snapshot, test)
    case 'id':
      return idTerm(snapshot, test.id)
    case 'kext':
      return kextTerm(context, test.kext)
    case 'plane':
      return planeTerm(snapshot, test.plane)
    case 'under':
      return underTerm(snapshot, test.path)
    case 'mark':
      return markTerm(context, test.mark)
  }
}

/** Runs it to its end: where nobody waits for anything else. */
export function findFiltered(filter: CompiledFilter, plane: PlaneTable): BitSet {
  const steps = filter.find(plane)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
