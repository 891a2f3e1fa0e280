import type { Failure } from '../failure.ts'

/** How a guest is watched. */
export interface WatchOptions {
  /** From the beginning of one look to the next, in milliseconds; null: as often as the budget allows. */
  readonly intervalMs: number | null
  /** Planes that every look reads, beside IOService; the others come in turn. */
  readonly planes: readonly string[]
  /** How much of its time the guest may spend on being watched. */
  readonly budgetPercent: number
}

export const defaultBudgetPercent = 5

/** The intervals that are offered, in milliseconds. */
export const offeredIntervals = [500, 1000, 2000, 5000, 10_000, 30_000] as const

/** Why a watch is as it is. */
export type WatchReason =
  /** The user said so. */
  | 'asked'
  /** An action of the kext loop is under way: the watch goes on after it. */
  | 'action'
  /** A whole capture is being taken. */
  | 'capture'
  | 'connection-lost'
  /** Nobody is connected any more. */
  | 'disconnected'
  /** Kextant is connected to another guest. */
  | 'other-guest'
  /** Looks failed again and again. */
  | 'failed'

export type WatchPhase = 'stopped' | 'running' | 'waiting' | 'paused'

/** What the last look found, beyond noise. */
export interface WatchCounts {
  readonly new: number
  readonly gone: number
  readonly changed: number
}

/** What holds the looks back from coming as often as was chosen. */
export type WatchLimit =
  /** The guest needs so long for a look that more would exceed the budget. */
  | 'guest'
  /** Most of a look is spent on the way to the guest and back. */
  | 'link'

export interface WatchStatus {
  readonly phase: WatchPhase
  readonly reason: WatchReason | null
  readonly failure: Failure | null
  /** The guest that is or was watched. */
  readonly targetId: string | null
  readonly options: WatchOptions
  /** The interval that is kept now, in milliseconds. */
  readonly intervalMs: number
  readonly limitedBy: WatchLimit | null
  /**
   * The share of the last minute that the guest spent on the looks, 0 to 1: the time from the moment that its sshd
   * had taken each command to its end. That is more than its processor was at work, never less.
   */
  readonly share: number
  /** The same of the last look, in milliseconds, and what the ways there and back took beside it. */
  readonly guestMs: number
  readonly linkMs: number
  /** Of this boot. */
  readonly lookCount: number
  /** ISO 8601. */
  readonly lastLookAt: string | null
  readonly counts: WatchCounts
  /** The newest snapshot of the watch that differs from the one before it. */
  readonly snapshotId: string | null
  /** When the guest was found to be another boot, ISO 8601: all that was seen before is of the old one. */
  readonly rebootedAt: string | null
  /** What went wrong in looks, newest last, each as a sentence; bounded. */
  readonly problems: readonly string[]
}

export const noCounts: WatchCounts = { new: 0, gone: 0, changed: 0 }

export const notWatching: WatchStatus = {
  phase: 'stopped',
  reason: null,
  failure: null,
  targetId: null,
  options: { intervalMs: null, planes: [], budgetPercent: defaultBudgetPercent },
  intervalMs: 0,
  limitedBy: null,
  share: 0,
  guestMs: 0,
  linkMs: 0,
  lookCount: 0,
  lastLookAt: null,
  counts: noCounts,
  snapshotId: null,
  rebootedAt: null,
  problems: [],
}

/** Whether something is or will be looked at: running, waiting or paused. */
export const isWatchOn = ({ phase }: Pick<WatchStatus, 'phase'>): boolean => phase !== 'stopped'
