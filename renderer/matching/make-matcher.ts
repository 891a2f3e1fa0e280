import { buildCatalogue } from '../../core/matching/catalogue.ts'
import { createMatcher, familiesOf } from '../../core/matching/matcher.ts'
import { createPassiveMatch } from '../../core/matching/passive-match.ts'
import type { MakeMatcher } from './matcher-port.ts'

/** The matcher of `core/matching` over a catalogue of all that is at hand. */
export const makeMatcher: MakeMatcher = ({ snapshot, loadedKexts, ...sources }) => {
  const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, ...sources }), { loadedKexts })
  const passive = createPassiveMatch(familiesOf(snapshot))
  return {
    ...matcher,
    checks: (item, entry) => passive.checks(item.properties, matcher.views.of(entry)),
  }
}
