import type { Moment, SessionSummary, Timeline } from '../../core/contract/types.ts'
import type { AppState } from './app-state.ts'

/** The snapshots of this session, and which of them is shown. */
export interface TimelineState {
  /** What the host told last; null before it did. */
  readonly told: Timeline | null
  /** Sessions of earlier runs; null until somebody asks. */
  readonly sessions: readonly SessionSummary[] | null
  /** An older moment is shown on purpose: newer captures do not take its place. */
  readonly isHeld: boolean
}

export const initialTimeline: TimelineState = {
  told: null,
  sessions: null,
  isHeld: false,
}

export function withTold(state: TimelineState, told: Timeline): TimelineState {
  return { ...state, told }
}

/** The moments oldest first. */
export function momentsOf(state: TimelineState): readonly Moment[] {
  return state.told?.moments ?? noMoments
}

/** `panels.open` remembers it, for every window and the next start. */
export const stripPanel = 'time-strip'

/** The strip is shown whole, not only as a line. */
export function isStripOpen({ preferences }: Pick<AppState, 'preferences'>): boolean {
  return preferences.panels.open[stripPanel] === true
}

const noMoments: readonly Moment[] = []
