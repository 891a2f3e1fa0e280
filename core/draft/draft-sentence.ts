import { reasonSentence } from '../matching/sentences.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import type { DraftVerdict } from './draft-verdict.ts'

/**
 * What becomes of a draft on its service, and why: a sentence or two.
 *
 * @param titleOf how an entry is called: name and location
 */
export function draftSentence(
  { candidate, competition, isService, wins }: DraftVerdict,
  titleOf: (entry: EntryIndex) => string,
): string {
  if (!isService) {
    return 'It would not be started: the entry is no service, and the kernel matches drivers on services only.'
  }
  if (candidate === null) {
    return 'It would not be started: its provider class is none of the service’s classes, so the kernel does not look at it here.'
  }
  const { reason, item } = candidate
  if (!wins) return `It would not be started. ${reasonSentence(reason, { entry: titleOf })}`
  const category = `the match category ${item.category}`
  const instead = reason.kind === 'would-start' ? reason.instead : undefined
  if (instead !== undefined) {
    return `It is the best of ${category}, but “${titleOf(instead)}” runs in it: the draft gets its turn when that driver is gone, by unloading its kext or after a restart.`
  }
  const others = (competition?.contenders ?? []).filter(
    one => one.item !== item && one.result?.kind === 'matches',
  )
  const start =
    others.length === 0
      ? `It would be started: nothing else is in ${category}.`
      : `It would be started: it is the best of ${others.length + 1} in ${category}.`
  return reason.kind === 'waiting-for-resource'
    ? `${start} It waits for ${reason.resources.join(', ')} first.`
    : start
}
