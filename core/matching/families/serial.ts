import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { KeyCheck } from '../verdict.ts'
import { allMustHold, compareKey, noPoints, oncePerPersonality, wantedKeys } from './key-checks.ts'

const family = 'Serial'
const typeKey = 'IOSerialBSDClientType'
const keys = [
  'IOTTYDevice',
  'IOTTYBaseName',
  'IOTTYSuffix',
  'IOCalloutDevice',
  'IODialinDevice',
  typeKey,
]

/** `kIOSerialBSDAllTypes`. */
const allTypes = 'IOSerialStream'

const wantedOf = oncePerPersonality(personality => wantedKeys(personality, keys))
const points = noPoints(family)

/** `IOSerialBSDClient` (facts: matching, section 6.7). No points. */
export const serialFamily: FamilyTable = {
  family,
  keys,
  match(personality: DictionaryValue, provider: ProviderView): FamilyResult {
    const checks = wantedOf(personality).map(([key, wanted]) =>
      key === typeKey ? checkType(wanted, provider) : compareKey(key, wanted, provider),
    )
    return allMustHold(family, checks, () => points)
  },
}

/**
 * The type is a string: that of all types, or one that the stream below the client is of. Of that stream the
 * client's own property tells; another type may still be a class of the stream, which is not known here.
 */
function checkType(wanted: PropertyValue, provider: ProviderView): KeyCheck {
  const found = provider.property(typeKey) ?? null
  const check = (outcome: KeyCheck['outcome'], note: string): KeyCheck => ({
    key: typeKey,
    outcome,
    wanted,
    found,
    note,
  })
  if (wanted.kind !== 'string') return check('fails', 'The type must be a string.')
  if (wanted.text === allTypes) return check('holds', `${allTypes} stands for all types.`)
  if (found?.kind === 'string' && found.text === wanted.text) {
    return check('holds', 'It is the type of this client.')
  }
  return check('unknown', 'Whether the stream below is of that class is not known.')
}
