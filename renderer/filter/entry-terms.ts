import type { StateWord } from '../../core/query/filter/filter-tree.ts'
import type { Capture } from '../../core/contract/types.ts'
import { knownStateRow } from '../../core/registry/place-rows.ts'
import { nodePath } from '../../core/registry/paths.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
} from '../../core/registry/snapshot.ts'
import { textAt } from '../registry/columns.ts'
import { termFor, type FilterTerm } from './filter-terms.ts'
import { kextOf } from './kext-of.ts'

export interface NamedTerm {
  /** What of the row it is: `Class`. */
  readonly what: string
  readonly term: FilterTerm
}

/** What a row of the tree can be filtered by: its class, its kext, its state, its name, its place. */
export function entryTerms(
  snapshot: Snapshot,
  capture: Pick<Capture, 'installed'>,
  plane: PlaneTable,
  node: NodeIndex,
): readonly NamedTerm[] {
  const { entries, strings } = snapshot
  const entry = plane.entry[node]!
  const className = textAt(strings, entries.className[entry]!)
  const name = textAt(strings, plane.name[node]!)
  const kext = kextOf(snapshot, capture)(entry)
  const state = stateTerm(snapshot, knownStateRow(snapshot, plane, node))
  const terms: NamedTerm[] = []
  if (className !== null) terms.push({ what: 'Class', term: termFor.className(className) })
  if (kext !== null) terms.push({ what: 'Kext', term: termFor.kext(kext) })
  if (state) terms.push({ what: 'State', term: state })
  if (name !== null && plane.name[node] !== noString) {
    terms.push({ what: 'Name', term: termFor.name(name) })
  }
  terms.push({ what: 'Below it', term: termFor.under(nodePath(snapshot, plane, node)) })
  return terms
}

/** The state that a row shows in one word, as a filter asks for it. */
function stateTerm({ entries }: Snapshot, row: number): FilterTerm | null {
  const flags = entries.flags[row]!
  if (!(flags & EntryFlag.isService)) return null
  const state = entries.state[row]!
  const told: readonly [boolean, StateWord, boolean][] = [
    [(flags & EntryFlag.isTerminated) !== 0, 'terminated', false],
    [(state & ServiceState.inactive) !== 0, 'inactive', false],
    [!(state & ServiceState.registered), 'registered', true],
    [!(state & ServiceState.matched), 'matched', true],
  ]
  const [, word, isNot] = told.find(([isSo]) => isSo) ?? [true, 'registered' as const, false]
  return termFor.state(word, isNot)
}
