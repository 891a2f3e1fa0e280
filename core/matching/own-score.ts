import type { DictionaryValue } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { partsBudget, withoutAddedKeys } from './added-keys.ts'
import { classHierarchyOf } from './class-hierarchy.ts'
import { familyOf } from './families.ts'
import type { InstancePersonality } from './instance-personality.ts'
import { createPassiveMatch } from './passive-match.ts'
import { platformOf } from './platform.ts'
import { createProviderViews } from './snapshot-provider.ts'

/** Those that personalities have; what is beyond is more likely made of points of a family. */
const usualOwnScores = { lowest: -1_000, highest: 9_999 }

/**
 * Finds out what a driver's personality was before matching: with its own `IOProbeScore`, which is what the family
 * of the provider has not added, and without keys that the driver has set since (facts: matching, section 8). Where
 * the provider is not shown, or does not fit as it is now, the score is left out, which counts as 0.
 */
export function originalsIn(
  snapshot: Snapshot,
): (instance: EntryIndex, personality: InstancePersonality) => DictionaryValue {
  const views = createProviderViews(snapshot, classHierarchyOf(snapshot))
  const platform = platformOf(snapshot)
  const budget = partsBudget()
  const passive = createPassiveMatch(provider => familyOf(provider, platform))
  return (instance, { properties, from, adjustedScore }) => {
    const provider = views.matchedOn(instance)
    if (from === 'whole' || adjustedScore === null || provider === null) return properties
    const view = views.of(provider)
    const family = familyOf(view, platform)
    if (family === null) return withScore(properties, adjustedScore)
    const match = (part: DictionaryValue) => passive.match(part, view)
    const whole = match(properties)
    // A base key that cannot be told does not keep the family from counting.
    const counted = whole.kind === 'unknown' ? family.match(properties, view, 0) : null
    const points =
      whole.kind === 'matches'
        ? whole.family.points
        : counted?.kind === 'holds'
          ? counted.points.points
          : null
    if (points !== null && isUsual(adjustedScore - points)) {
      return withScore(properties, adjustedScore - points)
    }
    const found = withoutAddedKeys(properties, family.keys, adjustedScore, match, budget)
    if (found) return withScore(found.properties, adjustedScore - found.result.family.points)
    return points === null ? properties : withScore(properties, adjustedScore - points)
  }
}

function isUsual(ownScore: number): boolean {
  return ownScore >= usualOwnScores.lowest && ownScore <= usualOwnScores.highest
}

function withScore(properties: DictionaryValue, ownScore: number): DictionaryValue {
  if (ownScore === 0) return properties
  const own = { kind: 'integer', value: BigInt(ownScore) } as const
  return { kind: 'dictionary', entries: [...properties.entries, ['IOProbeScore', own]] }
}
