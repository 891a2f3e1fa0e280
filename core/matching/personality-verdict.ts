import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import { isAboveServices, mayHaveClass } from './candidates.ts'
import { compareContenders, decideCategory, unmatched, type Contender } from './competition.ts'
import {
  circumstancesOf,
  contendersOf,
  holdersOf,
  rankingScore,
  type Judging,
} from './service-verdict.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'
import type { Candidate, NearMiss, PersonalityVerdict, ServiceCandidate } from './verdict.ts'

export interface PersonalityLimits {
  /** Near misses to tell; all are counted in `considered`. With 0 none is looked for, which is much quicker. */
  readonly limit?: number
}

const defaultLimit = 100

/**
 * One personality against the whole registry: the services whose keys all hold, with how it fares there, and those
 * of its provider class that it misses, fewest failing keys first.
 */
export function judgePersonality(
  judging: Judging,
  snapshot: Snapshot,
  item: CatalogueItem,
  { limit = defaultLimit }: PersonalityLimits = {},
): PersonalityVerdict {
  const { views, passive, lists } = judging
  const matches: ServiceCandidate[] = []
  const misses: NearMiss[] = []
  let considered = 0
  const { providerClass } = item
  if (providerClass === null || isAboveServices(providerClass)) {
    return { item, matches, misses, considered }
  }
  const ofClass = lists.ofClass(providerClass)
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    const conforms = views.conforms(entry, providerClass)
    if (conforms === false || views.conforms(entry, 'IOService') === false) continue
    const provider = views.of(entry)
    const isRunning = judging.origins.runsOn(item, entry)
    if (conforms === null && !isRunning && !mayHaveClass(ofClass, provider)) continue
    const family = conforms === null ? ofClass.family : undefined
    const answer = isRunning ? 0 : passive.quick(item.properties, provider, family)
    if (conforms === null && answer === 'fails') continue
    considered++
    if (answer === 'fails') {
      if (limit === 0) continue
      const failing = passive
        .checks(item.properties, provider)
        .filter(({ outcome }) => outcome === 'fails')
      misses.push({ entry, failing })
    } else matches.push({ entry, candidate: candidateOn(judging, item, entry) })
  }
  misses.sort((a, b) => a.failing.length - b.failing.length || a.entry - b.entry)
  return { item, matches, misses: misses.slice(0, limit), considered }
}

/** How one personality fares against one service, whether the kernel looks at it there or not. */
export function candidateOn(judging: Judging, item: CatalogueItem, entry: EntryIndex): Candidate {
  const { views, lists, passive } = judging
  const { providerClass } = item
  if (providerClass === null) {
    const reason = { kind: 'no-provider-class' } as const
    return { item, standing: 'not-considered', reason, result: null }
  }
  const provider = views.of(entry)
  const collected = lists.for(provider).collected.find(each => each.item === item)
  if (!collected) return outsider(judging, item, providerClass, provider)
  const result = passive.match(item.properties, provider)
  const holders = holdersOf(judging, entry)
  const score = rankingScore(result, holders.byItem.get(item), judging)
  if (score === null && result.kind !== 'matches') {
    return unmatched(item, result, judging.familyOf(provider)?.family ?? null)
  }
  const inOrder: Contender[] = contendersOf(judging, provider, holders, item.category)
  inOrder.sort(compareContenders)
  const holder = holders.byCategory.get(item.category) ?? null
  const { outcomes } = decideCategory(inOrder, holder, provider, circumstancesOf(judging, entry))
  const outcome = outcomes[inOrder.findIndex(contender => contender.item === item)]
  if (!outcome) throw new Error('a personality whose keys hold is a contender')
  return { item, ...outcome, result }
}

/** The kernel does not look at it for this service, as far as the classes are known. */
function outsider(
  { passive, lists }: Judging,
  item: CatalogueItem,
  providerClass: string,
  provider: SnapshotProvider,
): Candidate {
  const ofClass = lists.ofClass(providerClass)
  const isKnown = provider.conformsTo(providerClass) !== null || isAboveServices(providerClass)
  if (isKnown || !mayHaveClass(ofClass, provider)) {
    const reason = { kind: 'class-does-not-conform', providerClass } as const
    return { item, standing: 'not-considered', reason, result: null }
  }
  const result = passive.match(item.properties, provider, ofClass.family)
  if (result.kind === 'matches') throw new Error('its provider class is not known to conform')
  return unmatched(item, result, null)
}
