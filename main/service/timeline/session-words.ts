import { join } from 'node:path'
import type { Moment, SessionSummary } from '../../../core/contract/timeline-types.ts'

export interface StoredSession {
  readonly id: string
  readonly folder: string
  readonly startedAt: string
  readonly moments: readonly Moment[]
  readonly ended: SessionSummary['ended']
  /** The version of its form, where that is newer than this Kextant; then its moments are not known. */
  readonly newerFormat: number | null
}

export const snapshotPath = (folder: string, snapshotId: string) =>
  join(folder, `${snapshotId}.kextant`)

/** A session's name sorts by its beginning. */
export function newSessionId(startedAt: string, unique: string): string {
  return `${startedAt.replace(/[^0-9]/g, '')}-${unique.slice(0, 8)}`
}

export function summaryOf(session: StoredSession, isOpen: boolean): SessionSummary {
  const { moments, startedAt, ended, id } = session
  return {
    sessionId: id,
    startedAt,
    lastAt: moments.at(-1)?.addedAt ?? startedAt,
    snapshots: moments.length,
    bytes: moments.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    ended,
    labels: [...new Set(moments.map(({ source }) => source.label))].slice(0, 20),
    isOpen,
    newerFormat: session.newerFormat,
  }
}
