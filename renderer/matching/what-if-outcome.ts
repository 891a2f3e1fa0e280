import type { CatalogueItem } from '../../core/matching/catalogue-item.ts'
import type { Candidate, CategoryCompetition, ServiceVerdict } from '../../core/matching/verdict.ts'
import type { EntryIndex } from '../../core/registry/snapshot.ts'
import { keysOf } from './personality-ref.ts'

/**
 * How a personality would fare on one service, were matching to run from the beginning. `not-considered`: its keys
 * hold, and the kernel does not look, since the service is not registered or has ended.
 */
export interface WhatIfOutcome {
  readonly kind: 'wins' | 'ties' | 'loses' | 'unknown' | 'not-considered'
  readonly score: number
  readonly category: string
  /** Best of the others of its category, or null where it is alone. */
  readonly rival: { readonly item: CatalogueItem; readonly score: number } | null
  /** The client that has the category now. */
  readonly client: EntryIndex | null
  /** Why it cannot be told. */
  readonly because: string | null
}

export function scoreOf({ result }: Candidate): number | null {
  return result?.kind === 'matches' ? result.score : null
}

/**
 * The contenders in the kernel's order, as they come. One that runs although its keys do not hold any more has no
 * score to compare, and is left out.
 * @param without personalities that are taken to be gone, by their keys
 */
export function rankedContenders(
  { contenders }: Pick<CategoryCompetition, 'contenders'>,
  without: ReadonlySet<string> = new Set(),
): readonly Candidate[] {
  return contenders.filter(
    one => scoreOf(one) !== null && !keysOf(one.item).some(key => without.has(key)),
  )
}

/**
 * Null where the personality does not match the service. What is running plays no part: drivers of one category are
 * compared by their scores alone, as at the next boot.
 * @param without personalities that are taken to be gone, by their keys
 */
export function whatIfOutcome(
  verdict: ServiceVerdict,
  item: CatalogueItem,
  without: ReadonlySet<string> = new Set(),
): WhatIfOutcome | null {
  const own = verdict.candidates.find(candidate => candidate.item.index === item.index)
  const category = verdict.categories.find(({ category: name }) => name === item.category)
  if (!own?.result || own.result.kind === 'fails') return null
  if (own.result.kind === 'unknown') return undecidedOutcome(own)
  const about = { category: item.category, client: category?.client ?? null }
  const { score } = own.result
  if (own.standing === 'not-considered') {
    return { ...about, kind: 'not-considered', score, rival: null, because: null }
  }
  const best = rankedContenders(category ?? { contenders: [] }, without).find(
    candidate => candidate.item.index !== item.index,
  )
  const rival = best ? { item: best.item, score: scoreOf(best)! } : null
  const kind =
    !rival || rival.score < score ? 'wins' : rival.score === score ? 'ties' : ('loses' as const)
  return { ...about, kind, score, rival, because: null }
}

/** Of a personality whose keys cannot all be told: nobody need be compared with it. */
export function undecidedOutcome({ item, result }: Candidate): WhatIfOutcome | null {
  if (result?.kind !== 'unknown') return null
  const { category, probeScore: score } = item
  return { kind: 'unknown', score, category, rival: null, client: null, because: result.because }
}
