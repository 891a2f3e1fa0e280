import type { DictionaryValue } from '../registry/property-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { instancePersonality } from './instance-personality.ts'
import { isInstance, scoreOf } from './instance-origin.ts'
import type { Judging } from './service-verdict.ts'
import type { InstanceVerdict, MatchResult } from './verdict.ts'

/**
 * Which personality made a driver, and what its score is made of (facts: matching, section 8).
 * @returns null for an entry that matching did not make
 */
export function judgeInstance(
  judging: Judging,
  snapshot: Snapshot,
  entry: EntryIndex,
): InstanceVerdict | null {
  const { views, origins, passive } = judging
  const view = views.of(entry)
  if (!isInstance(view)) return null
  const notes: string[] = []
  const provider = views.matchedOn(entry)
  const further = views.providers(entry).filter(each => each !== provider)
  const origin = origins.of(entry)
  const item = origin?.item ?? null
  const score = scoreOf(view)
  const properties = item?.properties ?? instancePersonality(snapshot, entry)?.properties ?? null

  if (provider === null) notes.push('The dump does not show its provider.')
  if (further.length > 0) {
    notes.push(
      `It is attached to ${further.length === 1 ? 'a further provider' : `${further.length} further providers`}; it was matched on “${provider === null ? '' : views.of(provider).name}”.`,
    )
  }
  if (item === null) {
    notes.push(
      'No personality in the catalogue fits it. What is said here is taken from its own properties, which may hold more than its personality did.',
    )
  } else if (item.origin.kind === 'instance') {
    notes.push(
      'Its kext’s Info.plist is not known: the personality is put together from what running drivers show.',
    )
  }
  if (origin && origin.changed.length > 0) {
    const keys = origin.changed.map(key => `“${key}”`).join(', ')
    notes.push(`Since it was made, it has changed what it inherited: ${keys}.`)
  }
  if (origin && origin.alike.length > 0) {
    const names = origin.alike.map(({ name }) => `“${name}”`).join(', ')
    notes.push(`Other personalities would have left the same traces: ${names}.`)
  }

  const result =
    provider === null || properties === null ? null : passive.match(properties, views.of(provider))
  const family = result?.kind === 'matches' ? result.family : null
  const ownPoints = ownPointsOf(item?.properties ?? null, item?.origin.kind, result, score)
  notes.push(...scoreNotes(result, score, ownPoints))
  return { entry, provider, item, score, ownPoints, family, result, notes }
}

/** The personality's own; where it is put together from the driver, what the family's points leave. */
function ownPointsOf(
  properties: DictionaryValue | null,
  origin: string | undefined,
  result: MatchResult | null,
  score: number | null,
): number | null {
  const own = properties?.entries.find(([key]) => key === 'IOProbeScore')?.[1]
  if (own?.kind === 'integer') return Number(BigInt.asIntN(32, own.value))
  if (properties !== null && origin !== 'instance') return 0
  if (result?.kind !== 'matches' || score === null) return null
  return (score - result.family.points) | 0
}

function scoreNotes(
  result: MatchResult | null,
  score: number | null,
  ownPoints: number | null,
): readonly string[] {
  switch (result?.kind) {
    case undefined:
      return []
    case 'fails':
      return [
        `As the provider is now, “${result.failed.key}” does not hold: the property has changed since the driver was matched.`,
      ]
    case 'unknown':
      return [`Whether it would match again cannot be told. ${result.because}`]
    case 'matches': {
      if (score === null || ownPoints === null) return []
      const expected = (ownPoints + result.family.points) | 0
      if (expected === score) return []
      return [
        `Its own ${ownPoints} and ${result.family.points} of the family (${result.family.family}) make ${expected}; its IOProbeScore is ${score}. probe() changed the score, or the provider’s properties have changed since.`,
      ]
    }
  }
}
