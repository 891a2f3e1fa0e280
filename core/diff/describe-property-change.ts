import { readValue } from '../registry/read-value.ts'
import type { Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { compareValues, type ValueChange } from './compare-values.ts'
import type { SnapshotDiff } from './snapshot-diff.ts'

/** A changed property, read when somebody looks at it. */
export interface PropertyChange {
  readonly key: string
  /** The name of the noise rule that mutes it, or null. */
  readonly noise: string | null
  /**
   * What differs inside: several places in dictionaries and arrays, and one with an empty way where the
   * whole value came, went or is another. At most `limit`.
   */
  readonly changes: readonly ValueChange[]
}

/** @param row of `diff.properties` */
export function describePropertyChange(
  diff: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  row: number,
  limit = 1000,
): PropertyChange {
  const { properties, noise } = diff
  const p = properties.before[row]!
  const q = properties.after[row]!
  const key =
    q >= 0
      ? stringAt(after.strings, after.properties.key[q]!)
      : stringAt(before.strings, before.properties.key[p]!)
  const old = p >= 0 ? readValue(before, p) : undefined
  const now = q >= 0 ? readValue(after, q) : undefined
  const changes: ValueChange[] = []
  if (old && now) compareValues(old, now, isSameSyntax(before, p, after, q), changes, limit)
  else changes.push({ way: [], before: old, after: now })
  const rule = noise.rules[properties.mutedBy[row]!]
  return { key, noise: rule?.name ?? null, changes }
}

function isSameSyntax(before: Snapshot, p: number, after: Snapshot, q: number): boolean {
  const syntaxOf = ({ properties, sources }: Snapshot, property: number) =>
    sources[properties.source[property]!]!.syntax
  return syntaxOf(before, p) === syntaxOf(after, q)
}
