import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { KeyCheck } from '../verdict.ts'
import { allMustHold, noPoints, oncePerPersonality, wantedKeys } from './key-checks.ts'

const family = 'Resources'
const matchKey = 'IOResourceMatch'
const matchedKey = 'IOResourceMatched'
const keys = [matchKey, matchedKey]

const wantedOf = oncePerPersonality(personality => wantedKeys(personality, keys)[0] ?? null)
const points = noPoints(family)
const holds: FamilyResult = { kind: 'holds', points, checks: [] }

/**
 * `IOResources` and `IOUserResources` (facts: matching, section 6.1). All resources that the personality names
 * must be published, which makes each a property. `IOResourceMatched` counts only without `IOResourceMatch`.
 */
export const resourcesFamily: FamilyTable = {
  family,
  keys,
  match(personality: DictionaryValue, provider: ProviderView): FamilyResult {
    const wanted = wantedOf(personality)
    if (wanted === null) return holds
    const check =
      wanted[0] === matchKey
        ? checkPublished(wanted[1], provider)
        : checkMatched(wanted[1], provider)
    return allMustHold(family, [check], () => points)
  },
}

function checkPublished(wanted: PropertyValue, provider: ProviderView): KeyCheck {
  const names = namesIn(wanted)
  if (names === null) {
    const note = 'It names resources: a string, or an array of strings.'
    return { key: matchKey, outcome: 'unknown', wanted, found: null, note }
  }
  const missing = names.filter(name => provider.property(name) === undefined)
  if (missing.length === 0) {
    const found = names.length === 1 ? provider.property(names[0]!)! : null
    return { key: matchKey, outcome: 'holds', wanted, found, note: 'All of it is published.' }
  }
  if (!provider.hasProperties) {
    const note = 'The dump does not show what is published.'
    return { key: matchKey, outcome: 'unknown', wanted, found: null, note }
  }
  const note = `Not published: ${missing.join(', ')}.`
  return { key: matchKey, outcome: 'fails', wanted, found: null, note }
}

/** Null where a name is no string. */
function namesIn(wanted: PropertyValue): readonly string[] | null {
  if (wanted.kind === 'string') return [wanted.text]
  if (wanted.kind !== 'array' && wanted.kind !== 'set') return null
  const names = wanted.items.flatMap(item => (item.kind === 'string' ? [item.text] : []))
  return names.length === wanted.items.length ? names : null
}

/** The list is there since 10.14; an older kernel does not know the key. */
function checkMatched(wanted: PropertyValue, provider: ProviderView): KeyCheck {
  const found = provider.property(matchedKey) ?? null
  const check = (outcome: KeyCheck['outcome'], note: string): KeyCheck => ({
    key: matchedKey,
    outcome,
    wanted,
    found,
    note,
  })
  if (found?.kind !== 'array' && found?.kind !== 'set') {
    return check('unknown', 'The service has no list of resources that are matched.')
  }
  if (wanted.kind !== 'string') return check('unknown', 'It must be a string.')
  const isListed = found.items.some(item => item.kind === 'string' && item.text === wanted.text)
  return isListed
    ? check('holds', 'It is in the list of resources that are matched.')
    : check('fails', 'It is not in the list of resources that are matched.')
}
