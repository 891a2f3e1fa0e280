import type { Matcher } from '../../../core/matching/matcher.ts'
import { reasonSentence } from '../../../core/matching/sentences.ts'
import type { Reason } from '../../../core/matching/verdict.ts'
import { labelOf } from './match-words.ts'

/** Why a personality is what it is for a service, as a sentence. */
export function reasonText({ snapshot }: Matcher, reason: Reason): string {
  return reasonSentence(reason, { entry: entry => labelOf(snapshot, entry) })
}
