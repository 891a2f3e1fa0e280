import type { Candidate, CategoryCompetition, ServiceVerdict } from '../../core/matching/verdict.ts'
import type { EntryIndex } from '../../core/registry/snapshot.ts'
import { keysOf } from './personality-ref.ts'
import { rankedContenders, scoreOf } from './what-if-outcome.ts'

export type CandidateFilter = 'matched' | 'near' | 'unknown' | 'all'
export const candidateFilters: readonly CandidateFilter[] = ['matched', 'near', 'unknown', 'all']

export interface CandidateRow {
  readonly candidate: Candidate
  /** Adjusted, as the kernel compares it; null where the keys do not all hold. */
  readonly score: number | null
  /** Runs, or would be started. */
  readonly isWinner: boolean
  /** With the what-if personalities, were matching to run from the beginning. */
  readonly winsAnew: boolean
  /** A what-if personality takes its place. */
  readonly isReplaced: boolean
}

/** Personalities of one match category: one of them starts. */
export interface CandidateGroup {
  readonly category: string
  readonly client: EntryIndex | null
  readonly rows: readonly CandidateRow[]
  /** The best score of the group, for drawing; at least 1. */
  readonly topScore: number
  /** How many of its personalities match, whatever the filter shows. */
  readonly matchCount: number
}

/** What a candidate is listed as; `null`: more than one key keeps it from matching. */
function kindOf(
  candidate: Candidate,
  failingCount: number,
): Exclude<CandidateFilter, 'all'> | null {
  if (isMatched(candidate)) return 'matched'
  const { result, standing } = candidate
  if (standing === 'unknown' || result?.kind === 'unknown') return 'unknown'
  return result?.kind === 'fails' && failingCount === 1 ? 'near' : null
}

/** One that runs counts, also where its keys do not hold any more. */
function isMatched({ result, standing }: Candidate): boolean {
  return result?.kind === 'matches' || standing === 'running'
}

export interface GroupOptions {
  readonly filter: CandidateFilter
  /** How many keys of a candidate fail, by the item's index; without it the first failing one counts. */
  readonly failing?: ReadonlyMap<number, number> | undefined
  /** Keys of personalities that what-if takes to be gone. */
  readonly replaced?: ReadonlySet<string> | undefined
}

/**
 * The candidates of a service, by match category. In each the kernel's order; those that match come first. Groups in
 * which somebody matches come before the others, and keep the order of their best.
 */
export function candidateGroups(
  verdict: ServiceVerdict,
  { filter, failing, replaced = new Set() }: GroupOptions,
): readonly CandidateGroup[] {
  const competitions = new Map(verdict.categories.map(one => [one.category, one]))
  const groups = new Map<string, Candidate[]>()
  for (const candidate of verdict.candidates) {
    const members = groups.get(candidate.item.category)
    if (members) members.push(candidate)
    else groups.set(candidate.item.category, [candidate])
  }
  return [...groups]
    .map(([category, members]) => {
      const competition = competitions.get(category)
      const anew =
        competition && verdict.isRegistered !== false
          ? rankedContenders(competition, replaced)[0]
          : undefined
      const isShown = (one: Candidate) => filter === 'all' || kindOf(one, countOf(one)) === filter
      const order = new Map(competition?.contenders.map((one, place) => [one.item.index, place]))
      const placeOf = ({ item }: Candidate) => order.get(item.index) ?? order.size
      const matched = members.filter(isMatched).toSorted((a, b) => placeOf(a) - placeOf(b))
      const ordered = [...matched, ...members.filter(one => !isMatched(one))].filter(isShown)
      return {
        category,
        client: competition?.client ?? null,
        rows: ordered.map(candidate => rowOf(candidate, competition, anew, replaced)),
        topScore: Math.max(1, ...matched.map(one => scoreOf(one) ?? 0)),
        matchCount: matched.length,
      }
    })
    .filter(({ rows }) => rows.length > 0)
    .toSorted((a, b) => Number(b.matchCount > 0) - Number(a.matchCount > 0))

  function countOf({ item }: Candidate): number {
    return failing?.get(item.index) ?? 1
  }
}

function rowOf(
  candidate: Candidate,
  competition: CategoryCompetition | undefined,
  anew: Candidate | undefined,
  replaced: ReadonlySet<string>,
): CandidateRow {
  const { item, standing } = candidate
  const isWinner =
    standing === 'running' || standing === 'wins' || competition?.winner?.index === item.index
  return {
    candidate,
    score: scoreOf(candidate),
    isWinner,
    // One that runs without a score to compare stays.
    winsAnew: anew ? anew.item.index === item.index : isWinner,
    isReplaced: keysOf(item).some(key => replaced.has(key)),
  }
}

/** How many candidates each filter shows. */
export function filterCounts(
  verdict: ServiceVerdict,
  failing?: ReadonlyMap<number, number>,
): Readonly<Record<CandidateFilter, number>> {
  const counts = { matched: 0, near: 0, unknown: 0, all: verdict.candidates.length }
  for (const candidate of verdict.candidates) {
    const kind = kindOf(candidate, failing?.get(candidate.item.index) ?? 1)
    if (kind) counts[kind]++
  }
  return counts
}
