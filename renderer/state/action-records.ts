import type { ActionRecord, ActionSummary } from '../../core/contract/types.ts'
import { summaryOf } from '../../core/history/summary.ts'
import type { VerifyReport } from '../../core/verify/report.ts'
import type { AppState } from './app-state.ts'

/** Records hold the output of every step: of a long history only these stay with the page. */
const keptRecords = 40

type Held = Pick<AppState, 'history' | 'records'>

/** A record that the host sent goes into the history, and is kept whole. */
export function takeRecord(state: Held, record: ActionRecord): Held {
  return {
    history: withSummary(state.history, summaryOf(record)),
    records: keep(state.records, record),
  }
}

/** The history as the host has it. Whole records that say something else by now are let go. */
export function takeSummaries(state: Held, summaries: readonly ActionSummary[]): Held {
  const statuses = new Map(summaries.map(({ id, status }) => [id, status]))
  return {
    history: summaries.toSorted(newestFirst),
    records: new Map([...state.records].filter(([id, { status }]) => statuses.get(id) === status)),
  }
}

/** Newest first; a summary that is there already is replaced where it stands. */
export function withSummary(
  history: readonly ActionSummary[],
  summary: ActionSummary,
): readonly ActionSummary[] {
  const at = history.findIndex(({ id }) => id === summary.id)
  return at === -1 ? [summary, ...history].sort(newestFirst) : history.with(at, summary)
}

function newestFirst(a: ActionSummary, b: ActionSummary): number {
  return b.startedAt < a.startedAt ? -1 : b.startedAt > a.startedAt ? 1 : 0
}

function keep(
  records: ReadonlyMap<string, ActionRecord>,
  record: ActionRecord,
): ReadonlyMap<string, ActionRecord> {
  const kept = new Map(records)
  // Last in the order of the map: what has not been heard of for the longest time goes first.
  kept.delete(record.id)
  kept.set(record.id, record)
  for (const [id, { status }] of kept) {
    if (kept.size <= keptRecords) break
    if (status !== 'running' && id !== record.id) kept.delete(id)
  }
  return kept
}

/** The action that is under way, if one is. */
export function runningRecord({ records }: Pick<AppState, 'records'>): ActionRecord | undefined {
  for (const record of records.values()) if (record.status === 'running') return record
  return undefined
}

/** Of the newest action of this window that has one. */
export function lastReportOf({ history, records }: Held): VerifyReport | null {
  for (const { id } of history) {
    const report = records.get(id)?.report
    if (report) return report
  }
  return null
}
