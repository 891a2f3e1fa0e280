import type { Identity } from '../../core/diff/snapshot-diff.ts'
import type { Failure } from '../../core/failure.ts'

/** Which two captures are to be compared, and how. What came of it is `current.comparison`. */
export interface CompareState {
  readonly work:
    | { readonly phase: 'idle' }
    | { readonly phase: 'running'; readonly step: string }
    | { readonly phase: 'failed'; readonly failure: Failure }
  /** Snapshot ids; null: not chosen yet. */
  readonly before: string | null
  readonly after: string | null
  readonly identity: Identity | 'auto'
  /** Names of noise rules that are switched off. */
  readonly noiseOff: readonly string[]
  /** The user is asked where to save a report. */
  readonly isSavingReport: boolean
}

export const initialCompare: CompareState = {
  work: { phase: 'idle' },
  before: null,
  after: null,
  identity: 'auto',
  noiseOff: [],
  isSavingReport: false,
}
