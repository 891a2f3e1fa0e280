import { compareValues } from '../../core/diff/compare-values.ts'
import type { SnapshotDiff } from '../../core/diff/snapshot-diff.ts'
import type { EntryIndex, Snapshot, SourceSyntax } from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import type { Comparison } from '../state/app-state.ts'
import { propertiesOf } from './entry-facts.ts'
import { comparedItems, plainItems, type NamedValue, type PropertyItem } from './property-rows.ts'

/** What a comparison says of an entry as a whole. */
export type EntryFate = 'new' | 'gone' | 'both'

export interface ComparedProperties {
  readonly fate: EntryFate
  readonly items: readonly PropertyItem[]
  /** How many differ, those that are noise left out. */
  readonly changed: number
}

/**
 * The properties of an entry as they are beside what they were.
 * @param entry of the merged snapshot
 * @param properties as the selected place shows them
 */
export function comparedProperties(
  { before, merged, after, diff }: Comparison,
  entry: EntryIndex,
  properties: readonly NamedValue[],
): ComparedProperties {
  if (entry >= merged.afterCount) return { fate: 'gone', items: plainItems(properties), changed: 0 }
  const partner = merged.beforeOf[entry]!
  if (partner < 0) return { fate: 'new', items: plainItems(properties), changed: 0 }
  const isSameSyntax = syntaxOf(before.snapshot) === syntaxOf(after.snapshot)
  const noise = noiseOf(diff, before.snapshot, after.snapshot, entry)
  const items = comparedItems(
    propertiesOf(before.snapshot, partner),
    properties,
    (one, two) => compareValues(one, two, isSameSyntax) !== 'different',
  ).map(item => (noise.has(item.key) ? { ...item, noise: noise.get(item.key)! } : item))
  const changed = items.filter(({ change, noise: rule }) => change !== 'same' && rule === null)
  return { fate: 'both', items, changed: changed.length }
}

/** The one syntax of all sources, or null. */
function syntaxOf({ sources }: Snapshot): SourceSyntax | null {
  const [first] = sources
  return first && sources.every(({ syntax }) => syntax === first.syntax) ? first.syntax : null
}

/** Keys of this entry whose changes are noise, with the rule's name. */
function noiseOf(
  { changed, properties, noise }: SnapshotDiff,
  before: Snapshot,
  after: Snapshot,
  entry: EntryIndex,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  // In the order of `after`.
  let low = 0
  let high = changed.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (changed.after[middle]! < entry) low = middle + 1
    else high = middle
  }
  if (low >= changed.length || changed.after[low] !== entry) return found
  for (let row = changed.firstProperty[low]!; row < changed.firstProperty[low + 1]!; row++) {
    const rule = noise.rules[properties.mutedBy[row]!]
    if (!rule) continue
    const q = properties.after[row]!
    const p = properties.before[row]!
    const key =
      q >= 0
        ? stringAt(after.strings, after.properties.key[q]!)
        : stringAt(before.strings, before.properties.key[p]!)
    found.set(key, rule.name)
  }
  return found
}
