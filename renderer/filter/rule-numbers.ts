import type { ColourRule } from '../../core/contract/preferences.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'

/** A byte says which rule an entry has: so many can be told apart. */
export const mostRules = 255

/** Which colour rule fits which entry of one snapshot. */
export interface RuledEntries {
  readonly snapshot: Snapshot
  /** Those that were asked, in their order: on, and readable. */
  readonly rules: readonly ColourRule[]
  /** By entry: the number of its rule in `rules`, counted from 1; 0 for none. */
  readonly numbers: Uint8Array
  /** By the rule's ID: how many entries have it as their first. */
  readonly counts: ReadonlyMap<string, number>
  /** Rules that were given up because they took too long: their marks are missing. */
  readonly unfinished: ReadonlySet<string>
  /** False while rules are still being asked. */
  readonly isComplete: boolean
}

/** The rule that marks an entry, or null. */
export function ruleOf(
  ruled: RuledEntries | null,
  snapshot: Snapshot,
  entry: EntryIndex,
): ColourRule | null {
  // Numbers of another snapshot mean other entries.
  if (ruled?.snapshot !== snapshot) return null
  const number = ruled.numbers[entry] ?? 0
  return number === 0 ? null : ruled.rules[number - 1]!
}
