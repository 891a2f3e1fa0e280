import { assertNever } from '../../core/failure.ts'
import type { CatalogueItem } from '../../core/matching/catalogue-item.ts'
import type { Candidate, Reason, Standing } from '../../core/matching/verdict.ts'
import type { EntryIndex } from '../../core/registry/snapshot.ts'
import type { Tone } from '../widgets/state-mark.tsx'

/** A few words for a row; the row's details say the rest. */
export interface CandidateWords {
  readonly tone: Tone
  readonly words: string
  /** Named right behind the words, as a link. */
  readonly entry: EntryIndex | null
}

export const scoreText = (score: number) => score.toLocaleString('en-US')

const nameOf = ({ name, ioClass }: CatalogueItem) => name || ioClass || 'without a name'

/** What a personality is to the service, in a few words and with the mark of its tone. */
export function candidateWords({
  reason,
  standing,
}: Pick<Candidate, 'reason' | 'standing'>): CandidateWords {
  const [tone, words, entry = null] = wordsOf(reason, standing)
  if (standing === 'wins' && reason.kind !== 'would-start') {
    return { tone: 'accent', words: `would start; ${words}`, entry }
  }
  return { tone, words, entry }
}

function wordsOf(reason: Reason, standing: Standing): readonly [Tone, string, EntryIndex?] {
  switch (reason.kind) {
    case 'running':
      return ['good', 'runs as', reason.client]
    case 'would-start':
      if (reason.instead !== undefined) return ['accent', 'would start in place of', reason.instead]
      return [
        'accent',
        reason.wasTried ? 'would start; a pass has ended without it' : 'would start',
      ]
    case 'no-provider-class':
      return ['off', 'not considered: it has no IOProviderClass']
    case 'service-not-registered':
      return ['idle', 'not considered: the service is not registered']
    case 'service-inactive':
      return ['off', 'not considered: the service is inactive']
    case 'class-does-not-conform':
      return ['off', `not a ${reason.providerClass}`]
    case 'key-failed':
      return ['bad', `${reason.check.key} does not hold`]
    case 'family-failed':
      return ['bad', `${reason.family}: ${reason.check.key} does not hold`]
    case 'category-taken':
      return ['idle', 'its category is taken by', reason.client]
    case 'lower-score':
      return [
        'idle',
        `loses: ${scoreText(reason.score)} against ${scoreText(reason.winningScore)} of ${nameOf(reason.winner)}`,
      ]
    case 'equal-score':
      return standing === 'loses'
        ? [
            'idle',
            `loses: ${nameOf(reason.winner)} has ${scoreText(reason.score)}, too, and comes first`,
          ]
        : ['warn', `ties at ${scoreText(reason.score)} with ${nameOf(reason.winner)}`]
    case 'passed-over':
      return ['warn', 'has the best score, yet there runs', reason.client]
    case 'kext-not-loaded':
      return ['idle', 'its kext is not loaded']
    case 'waiting-for-resource':
      return ['warn', `waits for ${reason.resources.join(', ')}`]
    case 'deferred':
      return ['idle', 'deferred (IOMatchDefer)']
    case 'unknown':
      return ['warn', `cannot be told: ${reason.because}`]
    default:
      return assertNever(reason)
  }
}
