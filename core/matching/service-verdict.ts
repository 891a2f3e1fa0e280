import type { EntryIndex } from '../registry/snapshot.ts'
import { mayHaveClass, type CandidateLists, type Collected, type OpenClass } from './candidates.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import {
  compareContenders,
  decideCategory,
  unmatched,
  type Circumstances,
  type Contender,
  type Holder,
  type Outcome,
  type Resources,
} from './competition.ts'
import { familyIsKnown } from './families.ts'
import { categoryOf, isInstance, scoreOf, type InstanceOrigins } from './instance-origin.ts'
import type { KextEvidence } from './kext-evidence.ts'
import type { FamilyOf, PassiveMatch } from './passive-match.ts'
import type { ProviderViews, SnapshotProvider } from './snapshot-provider.ts'
import type {
  Candidate,
  CategoryCompetition,
  MatchResult,
  ServiceVerdict,
  Standing,
} from './verdict.ts'

/** All that judging needs; one of each per matcher. */
export interface Judging {
  readonly views: ProviderViews
  readonly lists: CandidateLists
  readonly origins: InstanceOrigins
  readonly passive: PassiveMatch
  readonly familyOf: FamilyOf
  readonly kexts: KextEvidence
  readonly resources: Resources
}

/** The clients of a service that hold categories, and where that is against the kernel's rule. */
export interface Holders {
  readonly byCategory: ReadonlyMap<string, Holder>
  readonly byItem: ReadonlyMap<CatalogueItem, EntryIndex>
  /** Two active drivers that matched here and share a category. */
  readonly violations: readonly (readonly [category: string, EntryIndex, EntryIndex])[]
}

export function holdersOf({ views, origins }: Judging, entry: EntryIndex): Holders {
  const byCategory = new Map<string, Holder>()
  const byItem = new Map<CatalogueItem, EntryIndex>()
  const violations: [string, EntryIndex, EntryIndex][] = []
  for (const client of views.clients(entry)) {
    if (!views.isActive(client)) continue
    const view = views.fresh(client)
    const category = categoryOf(view)
    if (category === null) continue
    const item = origins.of(client)?.item ?? null
    const known = byCategory.get(category)
    if (known) {
      const haveMatchedHere = [known.client, client].every(
        each => views.matchedOn(each) === entry && isInstance(views.fresh(each)),
      )
      if (haveMatchedHere) violations.push([category, known.client, client])
    } else byCategory.set(category, { client, item, score: scoreOf(view) })
    if (item && !byItem.has(item)) byItem.set(item, client)
  }
  return { byCategory, byItem, violations }
}

export function circumstancesOf(judging: Judging, entry: EntryIndex): Circumstances {
  const { views, kexts, resources } = judging
  return {
    isActive: views.isActive(entry),
    isRegistered: views.isRegistered(entry),
    isMatched: views.isMatched(entry),
    kexts,
    resources,
  }
}

/** Everything there is to say of one service (facts: matching, sections 2 and 3). */
export function judgeService(judging: Judging, entry: EntryIndex): ServiceVerdict {
  const { views, lists, passive } = judging
  const provider = views.of(entry)
  const { collected, open } = lists.for(provider)
  const holders = holdersOf(judging, entry)
  const circumstances = circumstancesOf(judging, entry)

  const contenders = new Map<string, Contender[]>()
  const rest: Ranked[] = []
  const results = new Map<CatalogueItem, MatchResult>()
  const family = judging.familyOf(provider)?.family ?? null
  for (const { item, depth } of collected) {
    const result = passive.match(item.properties, provider)
    results.set(item, result)
    const score = rankingScore(result, holders.byItem.get(item), judging)
    if (score === null) {
      if (result.kind === 'matches') throw new Error('a match has a score')
      const candidate = unmatched(item, result, family)
      rest.push({ candidate, item, depth, score: item.probeScore })
    } else {
      const others = contenders.get(item.category)
      if (others) others.push({ item, depth, score })
      else contenders.set(item.category, [{ item, depth, score }])
    }
  }

  const categories: CategoryCompetition[] = []
  const ranked: Ranked[] = []
  for (const category of new Set([...holders.byCategory.keys(), ...contenders.keys()])) {
    const inOrder = (contenders.get(category) ?? []).sort(compareContenders)
    const holder = holders.byCategory.get(category) ?? null
    const decided = decideCategory(inOrder, holder, provider, circumstances)
    const candidates = inOrder.map((contender, i) => ({
      ...contender,
      candidate: candidateOf(contender.item, decided.outcomes[i]!, results.get(contender.item)!),
    }))
    ranked.push(...candidates)
    categories.push({
      category,
      client: holder?.client ?? null,
      winner: decided.winner,
      contenders: candidates.map(({ candidate }) => candidate),
    })
  }
  const undecided = undecidedOf(judging, provider, open)
  const uncertainties = new Set<string>()
  for (const result of results.values()) {
    const uncertainty = result.kind === 'matches' ? result.family.uncertainty : undefined
    if (uncertainty !== undefined) uncertainties.add(uncertainty)
  }
  return {
    entry,
    chain: provider.chain,
    isRegistered: circumstances.isRegistered,
    candidates: [...ranked, ...rest, ...undecided]
      .sort(compareRanked)
      .map(({ candidate }) => candidate),
    categories,
    caveats: caveatsOf(judging, provider, holders, [...rest, ...undecided], uncertainties),
  }
}

interface Ranked extends Collected {
  readonly candidate: Candidate
  readonly score: number
}

/** By score; of equal ones who runs or wins leads, then the order of the catalogue. */
function compareRanked(a: Ranked, b: Ranked): number {
  return (
    b.score - a.score ||
    leads(b.candidate.standing) - leads(a.candidate.standing) ||
    compareContenders(a, b)
  )
}

function leads(standing: Standing): number {
  return standing === 'running' || standing === 'wins' ? 1 : 0
}

/**
 * The score that a personality competes with, or null where it does not. One that runs competes, whatever its keys
 * say now, with the score that it was started with.
 */
export function rankingScore(
  result: MatchResult,
  client: EntryIndex | undefined,
  { views }: Judging,
): number | null {
  if (result.kind === 'matches') return result.score
  return client === undefined ? null : (scoreOf(views.fresh(client)) ?? 0)
}

/** The contenders of one category, in no order, and without what was compared. */
export function contendersOf(
  judging: Judging,
  provider: SnapshotProvider,
  holders: Holders,
  category: string,
): Contender[] {
  const { views, lists, passive } = judging
  const { collected, index } = lists.for(provider)
  const found: Contender[] = []
  index.forEach(provider, ({ item, depth }) => {
    if (item.category !== category || holders.byItem.has(item)) return
    const answer = passive.quick(item.properties, provider)
    if (typeof answer === 'number') found.push({ item, depth, score: answer })
  })
  // Those that run compete, whatever their keys say now.
  for (const [item, client] of holders.byItem) {
    const depth = collected.find(each => each.item === item)?.depth
    if (item.category !== category || depth === undefined) continue
    const answer = passive.quick(item.properties, provider)
    const score = typeof answer === 'number' ? answer : (scoreOf(views.fresh(client)) ?? 0)
    found.push({ item, depth, score })
  }
  return found
}

function candidateOf(
  item: CatalogueItem,
  { standing, reason }: Outcome,
  result: MatchResult,
): Candidate {
  return { item, standing, reason, result }
}

/** Of classes that the service may have: those that nothing else keeps from matching. */
function undecidedOf(
  { passive }: Judging,
  provider: SnapshotProvider,
  open: readonly OpenClass[],
): readonly Ranked[] {
  const undecided: Ranked[] = []
  for (const ofClass of open) {
    if (!mayHaveClass(ofClass, provider)) continue
    const { family, index } = ofClass
    const quick = passive.quickFor(provider, family)
    index.forEach(provider, ({ item, depth }) => {
      if (quick(item.properties) === 'fails') return
      const result = passive.match(item.properties, provider, family)
      if (result.kind !== 'unknown') return
      undecided.push({
        candidate: unmatched(item, result, null),
        item,
        depth,
        score: item.probeScore,
      })
    })
  }
  return undecided
}

function caveatsOf(
  judging: Judging,
  provider: SnapshotProvider,
  { violations }: Holders,
  others: readonly Ranked[],
  uncertainties: ReadonlySet<string>,
): readonly string[] {
  const { views } = judging
  const caveats: string[] = []
  const { chain, className, entry } = provider
  if (chain.source === 'unknown' || !chain.isComplete) {
    const known = chain.classes.length > 1 ? ` above ${chain.classes.at(-1)}` : ''
    caveats.push(
      `The superclasses of ${className || 'this service'}${known} are not known. A personality for one of them may match, too.`,
    )
  }
  if (!provider.hasProperties) {
    caveats.push('The dump does not show the properties of this service.')
  }
  if (views.isRegistered(entry) === null) {
    caveats.push('The dump does not show whether the service is registered; matching needs that.')
  }
  if (judging.familyOf(provider) === null && !familyIsKnown(provider)) {
    caveats.push(
      `The family of ${className || 'this service'} is not known. What keys of its own it looks at is not known either: the base keys alone are.`,
    )
  }
  caveats.push(...uncertainties)
  const open = others.filter(({ candidate }) => candidate.standing === 'unknown').length
  if (open > 0) {
    const personalities = open === 1 ? 'One personality' : `${open} personalities`
    caveats.push(`${personalities} cannot be decided, and may win.`)
  }
  for (const [category, first, second] of violations) {
    const names = [first, second].map(client => `“${views.fresh(client).name}”`)
    caveats.push(
      `Two active drivers share the match category ${category}: ${names.join(' and ')}. The kernel allows one.`,
    )
  }
  return caveats
}
