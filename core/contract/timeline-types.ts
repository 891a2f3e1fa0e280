import type { Capture } from './types.ts'

/** What led to a capture. */
export type MomentCause =
  | { readonly kind: 'user' }
  | { readonly kind: 'file' }
  | { readonly kind: 'watch' }
  /** Taken while it ran. */
  | { readonly kind: 'action'; readonly actionId: string; readonly title: string }

/** One capture of a session. */
export interface Moment {
  readonly sessionId: string
  readonly snapshotId: string
  /** ISO 8601. */
  readonly takenAt: string
  /** When Kextant got it, which orders a session: a file can be years old. */
  readonly addedAt: string
  readonly source: Capture['source']
  /** Differs after every boot of a guest; null where none is told. */
  readonly boot: string | null
  /** `Mac OS X 10.13.6 (17G65)`: its system, for people. */
  readonly guest: string | null
  readonly counts: {
    readonly entries: number
    readonly services: number
    readonly kexts: number | null
  }
  readonly cause: MomentCause
  /** Of its file; null while it is in memory only. */
  readonly bytes: number | null
  /** `dropped`: it could not be written, and is no longer in memory. */
  readonly held: 'memory' | 'disk' | 'dropped'
}

export interface Timeline {
  readonly sessionId: string
  readonly startedAt: string
  /** Oldest first: those of older sessions that were opened, then those of this one. */
  readonly moments: readonly Moment[]
  /** How many of this session were taken out to keep within bounds. */
  readonly thinned: number
  /** Why moments of this session are not on the disk, as a sentence; null when they are. */
  readonly trouble: string | null
}

/** A session of an earlier run. */
export interface SessionSummary {
  readonly sessionId: string
  readonly startedAt: string
  readonly lastAt: string
  readonly snapshots: number
  readonly bytes: number
  /** `running`: another Kextant writes it now. */
  readonly ended: 'properly' | 'unexpectedly' | 'running'
  /** What was captured, as the user called it. */
  readonly labels: readonly string[]
  readonly isOpen: boolean
  /** The version of its form where a later Kextant has kept it: this one cannot read it, and leaves it alone. */
  readonly newerFormat: number | null
}
