import { diffSnapshots, type DiffOptions } from '../diff/diff-snapshots.ts'
import { EntryMark, type EntryMarks } from '../diff/entry-marks.ts'
import { mergeSnapshots, type MergedSnapshot } from '../diff/merge-snapshots.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { bootRow, changeRowsOf, type ChangeRow } from './change-rows.ts'

/**
 * What is shown of a guest that is watched: the newest look, with what has gone kept where it was, and marks of what
 * came and changed a moment ago. Never written to; each step gives the next.
 */
export interface FollowedLooks {
  /** The newest look by itself. */
  readonly look: Snapshot
  /** That is shown. The entries of `look` come first, by the same indices. */
  readonly merged: MergedSnapshot
  /** Newest last; bounded. */
  readonly changes: readonly ChangeRow[]
  /** How many rows have been left out at the front of `changes`. */
  readonly forgottenChanges: number
}

export interface FollowLimits {
  /** How long a mark of what is new or changed stays. */
  readonly markMs: number
  /** How many entries that are gone are kept: the oldest go first. */
  readonly mostGone: number
  readonly mostChanges: number
}

export const followLimits: FollowLimits = { markMs: 10_000, mostGone: 500, mostChanges: 2000 }

const passing = EntryMark.new | EntryMark.changed | EntryMark.moved

export function beginFollowing(
  look: Snapshot,
  before: Pick<FollowedLooks, 'changes' | 'forgottenChanges'> | null = null,
): FollowedLooks {
  return {
    look,
    merged: unmarked(look),
    changes: before?.changes ?? [],
    forgottenChanges: before?.forgottenChanges ?? 0,
  }
}

/** Another boot: nothing of before can be told gone or changed, but the list goes on. */
export function followReboot(
  state: FollowedLooks,
  look: Snapshot,
  at: number,
  limits: FollowLimits = followLimits,
): FollowedLooks {
  return { ...beginFollowing(look), ...withChanges(state, [bootRow(at)], limits) }
}

/** How a look is compared with what is shown: plain data, for another thread. */
export interface LookHow {
  /** When it was, in milliseconds since the epoch. */
  readonly at: number
  /** When each entry went that is gone and still shown, in milliseconds since the epoch. */
  readonly goneAt: ReadonlyMap<EntryIndex, number>
  readonly options: DiffOptions
  readonly limits: FollowLimits
}

/** A look merged with what is shown, its marks those of this look alone; and what it tells that is new. */
export interface ComparedLook {
  readonly merged: MergedSnapshot
  readonly rows: readonly ChangeRow[]
}

export function lookHow(
  { merged: { marks, afterCount } }: FollowedLooks,
  at: number,
  options: DiffOptions = {},
  limits: FollowLimits = followLimits,
): LookHow {
  const goneAt = new Map<EntryIndex, number>()
  for (let entry = afterCount; entry < marks.bits.length; entry++) {
    goneAt.set(entry, marks.at.get(entry) ?? 0)
  }
  return { at, goneAt, options, limits }
}

/**
 * The dear part of following a look. It needs no state, so that it can be done in a worker.
 *
 * @param before what is shown: the look before, with what has gone
 */
export function compareLook(before: Snapshot, look: Snapshot, how: LookHow): ComparedLook {
  const diff = diffSnapshots(before, look, how.options)
  const forgotten = forgottenOf(how, diff.removed)
  const isForgotten = (entry: EntryIndex) => forgotten.has(entry)
  return {
    merged: mergeSnapshots(before, look, diff, { isForgotten }),
    rows: changeRowsOf(diff, before, look, how.at),
  }
}

/** The next look, which was compared with what `state` shows. */
export function takeLook(
  state: FollowedLooks,
  look: Snapshot,
  { merged, rows }: ComparedLook,
  { at, limits }: Pick<LookHow, 'at' | 'limits'>,
): FollowedLooks {
  return {
    look,
    merged: { ...merged, marks: marksAfter(state.merged.marks, merged, at, limits) },
    ...withChanges(state, rows, limits),
  }
}

/**
 * The next look.
 *
 * @param at when it was, in milliseconds since the epoch
 */
export function followLook(
  state: FollowedLooks,
  look: Snapshot,
  at: number,
  options: DiffOptions = {},
  limits: FollowLimits = followLimits,
): FollowedLooks {
  const how = lookHow(state, at, options, limits)
  return takeLook(state, look, compareLook(state.merged.snapshot, look, how), how)
}

/** Without what has gone. */
export function purge(state: FollowedLooks): FollowedLooks {
  if (goneCount(state) === 0) return state
  const { marks, afterCount, beforeOf } = state.merged
  const at = new Map([...marks.at].filter(([entry]) => entry < afterCount))
  return {
    ...state,
    merged: {
      snapshot: state.look,
      afterCount,
      beforeOf: beforeOf.subarray(0, afterCount),
      marks: { bits: marks.bits.slice(0, afterCount), at },
    },
  }
}

/** Marks that have been there long enough go; the state itself where none does. */
export function withoutOldMarks(
  state: FollowedLooks,
  now: number,
  { markMs }: FollowLimits = followLimits,
): FollowedLooks {
  const { marks } = state.merged
  const old = [...marks.at].filter(
    ([entry, at]) => at + markMs <= now && (marks.bits[entry]! & passing) !== 0,
  )
  if (old.length === 0) return state
  const bits = marks.bits.slice()
  const at = new Map(marks.at)
  for (const [entry] of old) {
    bits[entry]! &= ~passing
    at.delete(entry)
  }
  return { ...state, merged: { ...state.merged, marks: { bits, at } } }
}

/** When the next mark is to go, in milliseconds since the epoch; null when none is there. */
export function nextMarkEnds(
  state: FollowedLooks,
  { markMs }: FollowLimits = followLimits,
): number | null {
  const { marks } = state.merged
  let first: number | null = null
  for (const [entry, at] of marks.at) {
    if ((marks.bits[entry]! & passing) === 0) continue
    if (first === null || at + markMs < first) first = at + markMs
  }
  return first
}

export function goneCount({ merged }: FollowedLooks): number {
  return merged.marks.bits.length - merged.afterCount
}

function unmarked(snapshot: Snapshot): MergedSnapshot {
  const { length } = snapshot.entries
  return {
    snapshot,
    afterCount: length,
    beforeOf: new Int32Array(length).fill(-1),
    marks: { bits: new Uint8Array(length), at: new Map() },
  }
}

/** Which of those that are gone are kept no longer: the oldest, as far as there are too many. */
function forgottenOf({ goneAt, limits }: LookHow, removed: Int32Array): ReadonlySet<EntryIndex> {
  const tooMany = removed.length - limits.mostGone
  if (tooMany <= 0) return new Set()
  const wentAt = (entry: EntryIndex) => goneAt.get(entry) ?? Infinity
  const oldestFirst = [...removed].sort((a, b) => {
    const [one, other] = [wentAt(a), wentAt(b)]
    return one === other ? 0 : one - other
  })
  return new Set(oldestFirst.slice(0, tooMany))
}

function marksAfter(
  before: EntryMarks,
  merged: MergedSnapshot,
  now: number,
  { markMs }: FollowLimits,
): EntryMarks {
  const bits = merged.marks.bits.slice()
  const at = new Map<EntryIndex, number>()
  for (let entry = 0; entry < bits.length; entry++) {
    const known = merged.beforeOf[entry]!
    const old = known < 0 ? 0 : before.bits[known]!
    const since = known < 0 ? undefined : before.at.get(known)
    if ((bits[entry]! & EntryMark.gone) !== 0) {
      at.set(entry, (old & EntryMark.gone) !== 0 ? (since ?? now) : now)
    } else if ((old & EntryMark.new) !== 0 && since !== undefined && since + markMs > now) {
      // While it is new, that it changes is no news: it is being started.
      bits[entry] = EntryMark.new
      at.set(entry, since)
    } else if (bits[entry] !== 0) at.set(entry, now)
    else if ((old & passing) !== 0 && since !== undefined && since + markMs > now) {
      bits[entry] = old & passing
      at.set(entry, since)
    }
  }
  return { bits, at }
}

function withChanges(
  { changes, forgottenChanges }: FollowedLooks,
  more: readonly ChangeRow[],
  { mostChanges }: FollowLimits,
): Pick<FollowedLooks, 'changes' | 'forgottenChanges'> {
  if (more.length === 0) return { changes, forgottenChanges }
  const all = [...changes, ...more]
  const tooMany = Math.max(0, all.length - mostChanges)
  return { changes: all.slice(tooMany), forgottenChanges: forgottenChanges + tooMany }
}
