import type { TakenCapture } from '../service/capture-guest.ts'

/** Two captures compared. */
export interface Comparison {
  /** Nothing differs but what was muted. */
  readonly isSame: boolean
  /** The differences in lines, as the dumps write their words; `+`, `-`, `~` or `→` begins what changed. */
  readonly lines: () => Iterable<string>
  /** The same as plain data. */
  readonly json: () => unknown
}

/** @param all noise counts too: what changes by itself between any two looks */
export async function compareCaptures(
  before: TakenCapture,
  after: TakenCapture,
  all: boolean,
): Promise<Comparison> {
  const [{ diffSnapshots }, { isSame }, { describeDiff }, { diffToJson }] = await Promise.all([
    import('../../core/diff/diff-snapshots.ts'),
    import('../../core/diff/snapshot-diff.ts'),
    import('../../core/diff/describe-diff.ts'),
    import('../../core/diff/diff-to-json.ts'),
  ])
  const tables = [before.snapshot, after.snapshot] as const
  const boots = {
    before: before.capture.identity?.bootSessionUuid ?? null,
    after: after.capture.identity?.bootSessionUuid ?? null,
  }
  const diff = diffSnapshots(...tables, { boots })
  return {
    isSame: isSame(diff, all),
    lines: () => describeDiff(diff, ...tables, { all, lineLimit: Infinity }),
    json: () => diffToJson(diff, ...tables, all),
  }
}
