import type { InstalledKext } from '../kext/kext.ts'
import type { CatalogueItem } from '../matching/catalogue-item.ts'
import type {
  Candidate,
  CategoryCompetition,
  ClassChain,
  MatchResult,
  ServiceVerdict,
} from '../matching/verdict.ts'
import { EntryFlag, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'

/** What drafting asks of a matcher: the engine's own verdicts, on a catalogue that has the draft in it. */
export interface DraftMatcher {
  readonly catalogue: { readonly items: readonly CatalogueItem[] }
  match(item: CatalogueItem, entry: EntryIndex): MatchResult
  candidate(item: CatalogueItem, entry: EntryIndex): Candidate
  service(entry: EntryIndex): ServiceVerdict
}

/** Where matchers come from. */
export interface DraftEngine {
  chainOf(entry: EntryIndex): ClassChain
  /** A matcher of the guest's personalities and those of these bundles. */
  matcherWith(whatIf: readonly InstalledKext[]): DraftMatcher
}

/** What the engine says of a drafted personality on its service. */
export interface DraftVerdict {
  readonly item: CatalogueItem | null
  /** Its candidate on the service; null where the service does not even collect it. */
  readonly candidate: Candidate | null
  /** False: the entry is known to be no IOService, and nothing is matched on it. */
  readonly isService: boolean
  readonly wins: boolean
  readonly competition: CategoryCompetition | null
  readonly service: ServiceVerdict
}

/** @param draft the bundle that holds the drafted personality, and nothing else */
export function verdictOn(
  matcher: DraftMatcher,
  draft: InstalledKext,
  entry: EntryIndex,
): DraftVerdict {
  const service = matcher.service(entry)
  const item = matcher.catalogue.items.find(one => isFrom(one, draft)) ?? null
  const candidate = service.candidates.find(one => one.item === item) ?? null
  const { classes, isComplete } = service.chain
  const isService = classes.includes('IOService') || !isComplete
  const wins = isService && candidate?.standing === 'wins'
  const competition =
    service.categories.find(({ contenders }) => contenders.some(one => one.item === item)) ?? null
  return { item, candidate, isService, wins, competition, service }
}

function isFrom(item: CatalogueItem, draft: InstalledKext): boolean {
  return [item.origin, ...item.alsoFrom].some(
    origin => origin.kind === 'what-if' && origin.kextPath === draft.path,
  )
}

/** What a draft matches besides its own service. */
export interface OtherMatches {
  /** Services whose keys hold too. */
  readonly sure: readonly EntryIndex[]
  /** Services of which the snapshot does not tell. */
  readonly undecided: readonly EntryIndex[]
}

/** All services of the snapshot; who wins on them is asked of few. */
export function otherMatches(
  matcher: DraftMatcher,
  { item, service }: DraftVerdict,
  { entries }: Snapshot,
): OtherMatches {
  const sure: EntryIndex[] = []
  const undecided: EntryIndex[] = []
  if (item === null) return { sure, undecided }
  for (let entry = 0; entry < entries.length; entry++) {
    if (entry === service.entry || (entries.flags[entry]! & EntryFlag.isService) === 0) continue
    const { kind } = matcher.match(item, entry)
    if (kind === 'matches') sure.push(entry)
    // Where its class is open, the keys of the family that it would have may still say no.
    else if (kind === 'unknown' && matcher.candidate(item, entry).standing === 'unknown') {
      undecided.push(entry)
    }
  }
  return { sure, undecided }
}

/** An active client of the service has the category: whatever its score, a draft does not start beside it. */
export function isHeld({ competition }: DraftVerdict): boolean {
  return competition !== null && competition.client !== null
}

/**
 * The score that a personality needs to be above all others of its category: of the personality itself, without
 * what its family gives. Null where it has no others, or is above them already.
 */
export function scoreToWin({ candidate, competition }: DraftVerdict): number | null {
  if (candidate?.result?.kind !== 'matches' || competition === null) return null
  const others = competition.contenders.flatMap(({ item, result }) =>
    item !== candidate.item && result?.kind === 'matches' ? [result.score] : [],
  )
  // probe() of who runs may have raised its score.
  const { reason } = candidate
  if (reason.kind === 'lower-score') others.push(reason.winningScore)
  const best = Math.max(...others, Number.NEGATIVE_INFINITY)
  if (best < candidate.result.score) return null
  const needed = best - (candidate.result.score - candidate.item.probeScore) + 1
  // Round numbers, as authors write them, with room below the next.
  return Math.ceil(Math.max(needed, 1) / 1000) * 1000
}
