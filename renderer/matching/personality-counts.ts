import type {
  Candidate,
  PersonalityVerdict,
  ServiceCandidate,
  Standing,
} from '../../core/matching/verdict.ts'
import type { PersonalityCounts } from './messages.ts'
import { refOf } from './personality-ref.ts'

/** What a personality is to the services it matches, and how near it comes to others. */
export function countsOf({
  item,
  matches,
  misses,
  considered,
}: PersonalityVerdict): PersonalityCounts {
  const counts = { running: 0, wins: 0, ties: 0, loses: 0, unknown: 0, notConsidered: 0 }
  for (const { candidate } of matches) {
    switch (candidate.standing) {
      case 'running':
        counts.running++
        break
      case 'wins':
        counts.wins++
        break
      case 'unknown':
        if (isTie(candidate)) counts.ties++
        else counts.unknown++
        break
      case 'loses':
        counts.loses++
        break
      case 'not-considered':
        counts.notConsidered++
        break
      case 'fails':
        break
    }
  }
  const near = misses.filter(({ failing }) => failing.length === 1).length
  return { ref: refOf(item), ...counts, near, considered }
}

/** What loses with an equal score does so by more than the order of insertion; nobody can tell who wins a tie. */
function isTie({ standing, reason }: Candidate): boolean {
  return standing === 'unknown' && reason.kind === 'equal-score'
}

const order: Readonly<Record<Standing, number>> = {
  running: 0,
  wins: 1,
  loses: 2,
  'not-considered': 3,
  fails: 4,
  unknown: 5,
}

/** Services that match, those it runs on and wins first; and those of which it cannot be told. */
export function sortedMatches({ matches }: PersonalityVerdict): {
  readonly told: readonly ServiceCandidate[]
  readonly untold: readonly ServiceCandidate[]
} {
  const isUntold = ({ candidate }: ServiceCandidate) =>
    candidate.standing === 'unknown' && !isTie(candidate)
  return {
    told: matches
      .filter(one => !isUntold(one))
      .toSorted((a, b) => order[a.candidate.standing] - order[b.candidate.standing]),
    untold: matches.filter(isUntold),
  }
}
