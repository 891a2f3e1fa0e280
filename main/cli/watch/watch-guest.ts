import { kextsByClass } from '../../../core/kext/owning-kext.ts'
import { compileFilter } from '../../../core/query/filter/compile-filter.ts'
import { createKextOf } from '../../../core/query/filter/kext-of-entry.ts'
import { parseFilter } from '../../../core/query/filter/parse-filter.ts'
import { entryById } from '../../../core/registry/lookup.ts'
import { findPath } from '../../../core/registry/paths.ts'
import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import type { ChangeRow } from '../../../core/watch/change-rows.ts'
import { evaluateRules, type RuleHit, type RuleMemory } from '../../../core/watch/evaluate-rules.ts'
import {
  beginFollowing,
  followLook,
  followReboot,
  type FollowedLooks,
} from '../../../core/watch/follow-looks.ts'
import type { WatchRule } from '../../../core/watch/watch-rules.ts'
import type { TakenCapture } from '../../service/capture-guest.ts'
import { bootOf } from '../../service/guest-boot.ts'

/** What one look showed to the command line. */
export interface SeenLook {
  readonly changes: readonly ChangeRow[]
  readonly hits: readonly RuleHit[]
}

/** Follows the looks of one guest: which changes pass the filter, and which rules they fulfil. */
export class WatchedLooks {
  #followed: FollowedLooks
  #last: TakenCapture
  #memory: RuleMemory
  readonly #rules: readonly WatchRule[]
  readonly #filter: string | null

  /** @param until of the rules those that may hold from the beginning: as if they had not held before */
  constructor(
    first: TakenCapture,
    rules: readonly WatchRule[],
    until: readonly WatchRule[],
    filter: string | null,
  ) {
    this.#followed = beginFollowing(first.snapshot)
    this.#last = first
    this.#rules = rules
    this.#filter = filter
    this.#memory = new Map(until.flatMap(notYet))
  }

  /** Rules that hold before anything has changed. */
  begin(): readonly RuleHit[] {
    return this.#ask()
  }

  take(taken: TakenCapture, at: number): SeenLook {
    const before = this.#followed.forgottenChanges + this.#followed.changes.length
    const boots = [this.#last, taken].map(
      ({ capture }) => capture.identity && bootOf(capture.identity),
    )
    const isOtherBoot = boots[0] !== boots[1] && boots[0] !== null && boots[1] !== null
    this.#followed = isOtherBoot
      ? followReboot(this.#followed, taken.snapshot, at)
      : followLook(this.#followed, taken.snapshot, at)
    this.#last = taken
    const { changes, forgottenChanges } = this.#followed
    return {
      changes: this.#passing(changes.slice(Math.max(0, before - forgottenChanges))),
      hits: this.#ask(),
    }
  }

  #ask(): readonly RuleHit[] {
    const { memory, hits } = evaluateRules(this.#rules, this.#memory, {
      ...this.#shown(),
      kextOf: this.#kextOf(),
    })
    this.#memory = memory
    return hits
  }

  #shown() {
    const { snapshot, marks } = this.#followed.merged
    return { snapshot, marks }
  }

  #kextOf() {
    return createKextOf(
      this.#followed.merged.snapshot,
      kextsByClass(this.#last.capture.installed ?? []),
    )
  }

  #passing(changes: readonly ChangeRow[]): readonly ChangeRow[] {
    const parsed = this.#filter === null ? null : parseFilter(this.#filter)
    if (!parsed?.ok || changes.length === 0) return changes
    const shown = this.#shown()
    const filter = compileFilter(parsed.filter, {
      ...shown,
      scope: 'names',
      values: null,
      kextOf: this.#kextOf(),
    })
    return changes.filter(row => {
      const entry = entryOf(shown.snapshot, row)
      // That the guest is another boot concerns every entry.
      return entry === -1 ? row.what === 'boot' : filter.has(entry)
    })
  }
}

/** Gone entries are found too: they are kept in what is followed. */
function entryOf(snapshot: Snapshot, { entryId, path }: ChangeRow): EntryIndex {
  if (entryId !== null) return entryById(snapshot, BigInt(entryId))
  if (path === null) return -1
  for (const plane of snapshot.planes) {
    const node = findPath(snapshot, plane, path)
    if (node !== -1) return plane.entry[node]!
  }
  return -1
}

/** What the rule would have seen, had it not held before. */
function notYet(rule: WatchRule): readonly (readonly [string, number])[] {
  switch (rule.kind) {
    case 'filter':
      return [[rule.id, rule.when === 'first' ? 0 : 1]]
    case 'busy':
      return [[rule.id, 1]]
    default:
      return []
  }
}
