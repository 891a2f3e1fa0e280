import type { Identity } from '../../core/diff/snapshot-diff.ts'
import type { Failure } from '../../core/failure.ts'

/** Which two captures are to be compared, and how. What came of it is `current.comparison`. */
export interface CompareState {
  readonly work:
    | { readonly phase: 'idle' }
    /** `at`: which step of three it is, from 1. */
    | { readonly phase: 'running'; readonly at: 1 | 2 | 3; readonly step: string }
    | { readonly phase: 'failed'; readonly failure: Failure }
  /** Snapshot ids; null: not chosen yet. */
  readonly before: string | null
  readonly after: string | null
  readonly identity: Identity | 'auto'
  /** Names of noise rules that are switched off. */
  readonly noiseOff: readonly string[]
  /** The user chooses a capture for that side. */
  readonly choosing: Side | null
  /** The user is asked where to save a report. */
  readonly isSavingReport: boolean
}

export type Side = 'before' | 'after'

export const initialCompare: CompareState = {
  work: { phase: 'idle' },
  before: null,
  after: null,
  identity: 'auto',
  noiseOff: [],
  choosing: null,
  isSavingReport: false,
}
