import type { DictionaryValue } from '../registry/property-value.ts'
import { stringAt } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { partsBudget, withoutAddedKeys, type PartsBudget } from './added-keys.ts'
import { baseKeyNames } from './base-keys.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import { instancePersonality } from './instance-personality.ts'
import { isInstance } from './instance-origin.ts'
import type { Matcher } from './matcher.ts'
import { isResourceClass } from './service-classes.ts'
import type { MatchResult } from './verdict.ts'

/** What the rules make of one driver that the kernel has matched. */
export interface SelfCheckDetail {
  readonly instance: EntryIndex
  readonly provider: EntryIndex
  readonly outcome: 'accepted' | 'rejected' | 'unknown'
  /** The personality from the kext's Info.plist; null where the driver's own properties stand for it. */
  readonly item: CatalogueItem | null
  readonly properties: DictionaryValue
  readonly result: MatchResult
  /** Keys that were left out of the driver's own properties: it has set them after it was made. */
  readonly leftOut: readonly string[]
  /** A sentence where it was not accepted, or not as it is: which rule, and what explains it. */
  readonly because: string | null
}

export interface SelfCheck {
  readonly accepted: number
  readonly rejected: number
  readonly unknown: number
  /** One for each driver instance, in the order of entries. */
  readonly details: readonly SelfCheckDetail[]
}

/**
 * Each driver's own personality against the provider that it has: the kernel has accepted it, so the rules here
 * must. The personality is the Info.plist's where that is known, for a driver may have added to its own
 * properties since (facts: matching, section 8).
 */
export function selfCheck(matcher: Matcher): SelfCheck {
  const details: SelfCheckDetail[] = []
  const { entries } = matcher.snapshot
  const budget = partsBudget()
  for (let entry = 0; entry < entries.length; entry++) {
    const detail = checkInstance(matcher, entry, budget)
    if (detail) details.push(detail)
  }
  const count = (outcome: SelfCheckDetail['outcome']): number =>
    details.filter(detail => detail.outcome === outcome).length
  return {
    accepted: count('accepted'),
    rejected: count('rejected'),
    unknown: count('unknown'),
    details,
  }
}

/** Null for an entry that matching did not make, or whose provider is not shown. */
export function checkInstance(
  matcher: Matcher,
  entry: EntryIndex,
  budget: PartsBudget = partsBudget(),
): SelfCheckDetail | null {
  const { views } = matcher
  const first = views.matchedOn(entry)
  if (first === null || !isInstance(views.fresh(entry))) return null
  const own = instancePersonality(matcher.snapshot, entry)
  if (!own) return null
  const origin = matcher.origin(entry)
  const item = origin && origin.item.origin.kind !== 'instance' ? origin.item : null
  const properties = item?.properties ?? own.properties
  // Of several providers it is not always shown which one it was matched on.
  const provider =
    views
      .possibleProviders(entry)
      .find(each => matcher.match({ properties }, each).kind === 'matches') ?? first
  const result = matcher.match({ properties }, provider)
  const base = { instance: entry, provider, item, properties, result, leftOut: [] }
  const wanted = stringAt(properties, 'IOProviderClass') ?? ''
  if (isResourceClass(wanted) && views.fresh(provider).className !== wanted) {
    const because = `It was matched on ${wanted}, which the dump does not show.`
    return { ...base, outcome: 'unknown', because }
  }
  switch (result.kind) {
    case 'matches':
      return { ...base, outcome: 'accepted', because: null }
    case 'unknown':
      return { ...base, outcome: 'unknown', because: result.because }
    case 'fails':
      return item === null && own.from === 'gathered' && own.adjustedScore !== null
        ? withoutAdded(matcher, base, own.adjustedScore, budget)
        : { ...base, outcome: 'rejected', because: whyRejected(matcher, base) }
  }
}

type Undecided = Omit<SelfCheckDetail, 'outcome' | 'because'>

function withoutAdded(
  matcher: Matcher,
  base: Undecided,
  score: number,
  budget: PartsBudget,
): SelfCheckDetail {
  const { provider, properties } = base
  const keys = matcher.familyOf(provider)?.keys ?? []
  const found = withoutAddedKeys(
    properties,
    keys,
    score,
    part => matcher.match({ properties: part }, provider),
    budget,
  )
  if (!found) return { ...base, outcome: 'rejected', because: whyRejected(matcher, base) }
  const { points } = found.result.family
  const names = found.keys.map(key => `“${key}”`).join(', ')
  return {
    ...base,
    outcome: 'accepted',
    properties: found.properties,
    result: found.result,
    leftOut: found.keys,
    because: `It shows ${names} of its own, set after it was made. What is left holds, with ${points} points of the family in its IOProbeScore of ${score}.`,
  }
}

function whyRejected(matcher: Matcher, { result, provider }: Undecided): string {
  if (result.kind !== 'fails') return ''
  const { failed } = result
  const view = matcher.views.of(provider)
  const note = failed.note === null ? '' : ` ${failed.note}`
  if (failed.key === 'IOProviderClass') {
    const wanted = failed.wanted.kind === 'string' ? failed.wanted.text : 'of its provider class'
    return `It is on ${view.className}, which is no ${wanted}: it has moved to a service that it was not matched on.`
  }
  const isBase = baseKeyNames.includes(failed.key) || failed.key.startsWith('IOPropertyMatch.')
  return isBase
    ? `“${failed.key}” does not hold as the provider is now.${note} Properties change after matching.`
    : `“${failed.key}” does not hold.${note}`
}
