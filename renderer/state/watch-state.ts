import type { Capture } from '../../core/contract/types.ts'
import type { FollowedLooks } from '../../core/watch/follow-looks.ts'
import type { RuleMemory } from '../../core/watch/evaluate-rules.ts'
import type { EntryRef } from './app-state.ts'
import { notWatching, type WatchStatus } from '../../core/watch/watch-status.ts'

/** Something that the user wanted to be told. */
export interface WatchNotice {
  readonly id: number
  /** In milliseconds since the epoch. */
  readonly at: number
  readonly sentence: string
  /** The entry that it is about, where there is one. */
  readonly entry: EntryRef | null
  /** The rule it comes from. */
  readonly ruleId: string
}

/** What the window shows of a guest that is watched. */
export interface WatchState {
  /** As the host told it last. */
  readonly status: WatchStatus
  /** What was seen, and what of it is shown; null while nothing was watched. It outlives the watch. */
  readonly followed: FollowedLooks | null
  /** The capture of the newest look in `followed`. */
  readonly capture: Capture | null
  /** The list of changes is shown below the tree. */
  readonly isListOpen: boolean
  /** The dialog for what is to be told is open. */
  readonly isManagingRules: boolean
  readonly ruleMemory: RuleMemory
  /** Oldest first; the newest few. */
  readonly notices: readonly WatchNotice[]
  /** What a screen reader says of the last look that showed a change. */
  readonly spoken: string
}

export const initialWatch: WatchState = {
  status: notWatching,
  followed: null,
  capture: null,
  isListOpen: false,
  isManagingRules: false,
  ruleMemory: new Map(),
  notices: [],
  spoken: '',
}
