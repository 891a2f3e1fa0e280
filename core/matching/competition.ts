import type { PropertyValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { baseKeyNames } from './base-keys.ts'
import type { Collected } from './candidates.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { KextEvidence } from './kext-evidence.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'
import type { Candidate, KeyCheck, MatchResult, Reason, Standing } from './verdict.ts'

/** A personality whose keys all hold for a service, or that runs on it. */
export interface Contender extends Collected {
  /** Own score and the family's points. */
  readonly score: number
}

/** The active client that has a category, and where it is from. */
export interface Holder {
  readonly client: EntryIndex
  readonly item: CatalogueItem | null
  /** `IOProbeScore` of the client, which probe() may have changed; null where the dump shows none. */
  readonly score: number | null
}

/** What a category's competition comes to for one contender. */
export interface Outcome {
  readonly standing: Standing
  readonly reason: Reason
}

/** What decides besides the scores. */
export interface Circumstances {
  readonly isActive: boolean
  readonly isRegistered: boolean | null
  /** A pass of matching has ended on the service. */
  readonly isMatched: boolean | null
  readonly kexts: KextEvidence
  readonly resources: Resources
}

/** What is published on IOResources (facts: matching, section 6.1). */
export interface Resources {
  /** Null: the snapshot does not show the properties of IOResources. */
  has(name: string): boolean | null
}

/**
 * The kernel's order of those that passed: adjusted score, then as they came from the catalogue, where they were
 * ordered by their own score and by how derived their provider class is (facts: matching, sections 2 and 3).
 */
export function compareContenders(a: Contender, b: Contender): number {
  return compareRank(a, b) || a.item.index - b.item.index
}

/** The same without the order of insertion, which no dump shows: 0 is a tie that cannot be decided. */
function compareRank(a: Contender, b: Contender): number {
  return b.score - a.score || b.item.probeScore - a.item.probeScore || a.depth - b.depth
}

/** The first is so by more than the order of insertion. */
export function isDecided(inOrder: readonly Contender[]): boolean {
  const [first, second] = inOrder
  return !first || !second || compareRank(first, second) !== 0
}

/** Of one category, all contenders: who wins it, and why the others do not. */
export function decideCategory(
  inOrder: readonly Contender[],
  holder: Holder | null,
  provider: SnapshotProvider,
  circumstances: Circumstances,
): { readonly winner: CatalogueItem | null; readonly outcomes: readonly Outcome[] } {
  if (holder) {
    const running = inOrder.find(({ item }) => item === holder.item)
    const others = inOrder.filter(contender => contender !== running)
    return {
      winner: holder.item,
      outcomes: inOrder.map(contender =>
        againstHolder(contender, holder, { running, others }, circumstances),
      ),
    }
  }
  const halted = whyHalted(circumstances)
  if (halted) return { winner: null, outcomes: inOrder.map(() => halted) }
  const [best, second] = inOrder
  if (!best) return { winner: null, outcomes: [] }
  const isTie = !isDecided(inOrder)
  return {
    winner: isTie ? null : best.item,
    outcomes: inOrder.map(contender => {
      if (!isTie && contender === best) return firstOf(best, provider, circumstances)
      if (isTie && compareRank(contender, best) === 0) {
        const winner = (contender === best ? second! : best).item
        const reason = { kind: 'equal-score', winner, score: contender.score } as const
        return { standing: 'unknown', reason }
      }
      const reason = behind(contender, best.item, best.score)
      const isEqual = reason.kind === 'equal-score'
      return { standing: 'loses', reason: isEqual ? { ...reason, isDecided: true } : reason }
    }),
  }
}

/** Nothing is matched on a service that is not registered, or that has terminated. */
function whyHalted({ isActive, isRegistered }: Circumstances): Outcome | null {
  if (!isActive) return { standing: 'not-considered', reason: { kind: 'service-inactive' } }
  if (isRegistered === false) {
    return { standing: 'not-considered', reason: { kind: 'service-not-registered' } }
  }
  return null
}

function againstHolder(
  contender: Contender,
  { client, item, score }: Holder,
  { running, others }: { running: Contender | undefined; others: readonly Contender[] },
  circumstances: Circumstances,
): Outcome {
  if (contender.item === item) return { standing: 'running', reason: { kind: 'running', client } }
  const halted = whyHalted(circumstances)
  if (halted) return halted
  const winningScore = score ?? running?.score ?? null
  if (item === null || winningScore === null) {
    const reason = { kind: 'category-taken', category: contender.item.category, client } as const
    return { standing: 'loses', reason }
  }
  const isWhatIf = contender.item.origin.kind === 'what-if'
  // Of equal scores after probe() the one that was probed first is started first.
  const isFirstOfEqual = isWhatIf && running !== undefined && compareRank(contender, running) < 0
  if (contender.score < winningScore || (contender.score === winningScore && !isFirstOfEqual)) {
    return { standing: 'loses', reason: behind(contender, item, winningScore) }
  }
  // The guest does not know it: what counts is who would have won, had it been there.
  if (isWhatIf) {
    const [best = contender] = others
    const rival = others.find(other => other !== contender && compareRank(other, contender) === 0)
    if (compareRank(best, contender) !== 0) {
      return { standing: 'loses', reason: behind(contender, best.item, best.score) }
    }
    return rival
      ? { standing: 'unknown', reason: behind(contender, rival.item, rival.score) }
      : { standing: 'wins', reason: { kind: 'would-start', instead: client } }
  }
  const kextIsLoaded = circumstances.kexts.isLoaded(contender.item)
  return { standing: 'loses', reason: { kind: 'passed-over', client, kextIsLoaded } }
}

function behind(contender: Contender, winner: CatalogueItem, winningScore: number): Reason {
  const { score } = contender
  return score === winningScore
    ? { kind: 'equal-score', winner, score }
    : { kind: 'lower-score', winner, score, winningScore }
}

/** The best of a category that nobody has. */
function firstOf(
  { item }: Contender,
  provider: SnapshotProvider,
  { isMatched, kexts, resources }: Circumstances,
): Outcome {
  // Until user space has reported in, a deferred personality postpones the whole service.
  if (isTrue(valueAt(item.properties, 'IOMatchDefer')) && resources.has('IOKit') === false) {
    return { standing: 'not-considered', reason: { kind: 'deferred' } }
  }
  if (kexts.isLoaded(item) === false) {
    const { bundleIdentifier } = item
    return { standing: 'wins', reason: { kind: 'kext-not-loaded', bundleIdentifier } }
  }
  const missing = missingResources(item, provider, resources)
  if (missing.length > 0) {
    return { standing: 'wins', reason: { kind: 'waiting-for-resource', resources: missing } }
  }
  const wasTried = isMatched === true && item.origin.kind !== 'what-if'
  return { standing: 'wins', reason: wasTried ? { kind: 'would-start', wasTried } : wouldStart }
}

const wouldStart: Reason = { kind: 'would-start' }

/** start() is not called before they are there; on the resources themselves the family asks for them. */
function missingResources(
  { properties }: CatalogueItem,
  provider: SnapshotProvider,
  resources: Resources,
): readonly string[] {
  if (isResources(provider)) return []
  const wanted = [valueAt(properties, 'IOResourceMatch'), provider.property('IOResourceMatch')]
  return [...new Set(wanted.flatMap(namesOf))].filter(name => resources.has(name) === false)
}

export function isResources(provider: SnapshotProvider): boolean {
  return (
    provider.conformsTo('IOResources') === true || provider.conformsTo('IOUserResources') === true
  )
}

function namesOf(value: PropertyValue | undefined): readonly string[] {
  if (value?.kind === 'string') return [value.text]
  if (value?.kind !== 'array' && value?.kind !== 'set') return []
  return value.items.flatMap(item => (item.kind === 'string' ? [item.text] : []))
}

function isTrue(value: PropertyValue | undefined): boolean {
  return value?.kind === 'boolean' && value.value
}

/** A personality whose keys do not hold, or cannot be told to. */
export function unmatched(
  item: CatalogueItem,
  result: Exclude<MatchResult, { kind: 'matches' }>,
  family: string | null,
): Candidate {
  if (result.kind === 'unknown') {
    const reason = { kind: 'unknown', because: result.because } as const
    return { item, standing: 'unknown', reason, result }
  }
  return { item, standing: 'fails', reason: failure(item, result.failed, family), result }
}

const upwards = ['IOParentMatch', 'IOLocationMatch']

function failure(item: CatalogueItem, check: KeyCheck, family: string | null): Reason {
  if (check.key === 'IOProviderClass') {
    return { kind: 'class-does-not-conform', providerClass: item.providerClass ?? '' }
  }
  const isBase =
    baseKeyNames.includes(check.key) ||
    upwards.includes(check.key) ||
    check.key.startsWith('IOPropertyMatch.')
  return isBase || family === null
    ? { kind: 'key-failed', check }
    : { kind: 'family-failed', family, check }
}
