import type { BitSet } from '../../core/registry/bit-set.ts'
import type { NodeIndex, Snapshot } from '../../core/registry/snapshot.ts'
import type { EntryRef } from './app-state.ts'

/** An entry that was shown, and in which plane. */
export interface NavigationStep {
  readonly ref: EntryRef
  readonly plane: string
}

/**
 * Several rows, for copying: a bit each, so that a hundred thousand of them are nothing much. The selected row, which has
 * the focus, may be none of them while it is moved by keys from one to the next.
 */
export interface ChosenNodes {
  /** Their numbers are those of this snapshot. */
  readonly snapshot: Snapshot
  readonly plane: string
  readonly nodes: BitSet
  readonly count: number
  /** The row that Shift extends the choice from. */
  readonly anchor: NodeIndex
}

/** What came of a command, said below the tree and to screen readers until something else is done. */
export interface Said {
  readonly text: string
  readonly tone: 'plain' | 'bad'
}

/** Where the user has been, and what part of the tree he looks at. */
export interface NavigationState {
  /** What was shown before this, oldest first, and what to go forward to, nearest first. */
  readonly back: readonly NavigationStep[]
  readonly forward: readonly NavigationStep[]
  /** The last move was one step of a key: a run of them counts as one place to go back to. */
  readonly isStepping: boolean
  /** The tree is limited to what is below this entry; see `scopeNode`. */
  readonly scope: EntryRef | null
  /** Null while `selected` is the only one. */
  readonly chosen: ChosenNodes | null
  /** Bumped to ask for the path bar's field. */
  readonly pathRequests: number
  /** Bumped to ask the tree to choose all its rows. */
  readonly allRequests: number
  readonly isArrangingBookmarks: boolean
  readonly said: Said | null
}

export const initialNavigation: NavigationState = {
  back: [],
  forward: [],
  isStepping: false,
  scope: null,
  chosen: null,
  pathRequests: 0,
  allRequests: 0,
  isArrangingBookmarks: false,
  said: null,
}
