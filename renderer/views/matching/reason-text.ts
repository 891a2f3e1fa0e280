import { reasonSentence } from '../../../core/matching/sentences.ts'
import type { Reason } from '../../../core/matching/verdict.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { entryLabel } from '../../registry/entry-facts.ts'

/** The reason as a sentence, with entries called as in the tree. */
export function reasonText(reason: Reason, snapshot: Snapshot): string {
  return reasonSentence(reason, { entry: entry => entryLabel(snapshot, entry) })
}
