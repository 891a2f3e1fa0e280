import type { SnapshotDiff } from '../../core/diff/snapshot-diff.ts'
import type { Filter } from '../../core/query/filter/filter-tree.ts'
import { nextBit } from '../../core/registry/bit-set.ts'
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

/**
 * @param all noise counts too: what changes by itself between any two looks
 * @param filter only the differences of entries that pass; asked of what is gone as it was, of all else as it is
 */
export async function compareCaptures(
  before: TakenCapture,
  after: TakenCapture,
  all: boolean,
  filter: Filter | null = null,
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
  const whole = diffSnapshots(...tables, { boots })
  const diff = filter ? await limited(whole, before, after, filter) : whole
  return {
    isSame: isSame(diff, all),
    lines: () => describeDiff(diff, ...tables, { all, lineLimit: Infinity }),
    json: () => diffToJson(diff, ...tables, all),
  }
}

async function limited(
  diff: SnapshotDiff,
  before: TakenCapture,
  after: TakenCapture,
  filter: Filter,
): Promise<SnapshotDiff> {
  const [{ limitDiff }, { mergeSnapshots }, { filterFor }, { findFiltered }] = await Promise.all([
    import('../../core/diff/limit-diff.ts'),
    import('../../core/diff/merge-snapshots.ts'),
    import('./read-filter.ts'),
    import('../../core/query/filter/compile-filter.ts'),
  ])
  const merged = mergeSnapshots(before.snapshot, after.snapshot, diff)
  const compiled = filterFor(filter, after, 'names', merged)
  const passes = new Uint8Array(merged.snapshot.entries.length)
  for (const plane of merged.snapshot.planes) {
    const nodes = findFiltered(compiled, plane)
    for (let node = nextBit(nodes, 0); node !== -1; node = nextBit(nodes, node + 1)) {
      passes[plane.entry[node]!] = 1
    }
  }
  const gone = new Map<number, number>()
  for (let entry = merged.afterCount; entry < passes.length; entry++) {
    gone.set(merged.beforeOf[entry]!, entry)
  }
  return limitDiff(
    diff,
    entry => passes[gone.get(entry) ?? passes.length] === 1,
    entry => passes[entry] === 1,
  )
}
