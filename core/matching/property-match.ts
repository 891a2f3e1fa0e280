import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { openNote, type BaseKey } from './base-key.ts'
import { allOf, oneOf, outcomeOf, type Decided } from './decided.ts'
import { isEqualTo } from './equality.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'
import type { KeyCheck } from './verdict.ts'

/** The properties that `IOPropertyMatch` compares with. */
interface Compared {
  readonly key: string
  readonly wanted: PropertyValue
  readonly found: PropertyValue | null
  readonly answer: Decided
}

/** `IOUserServiceProperties` are merged into the properties: which of two wins is not known. */
function compareOne(
  provider: SnapshotProvider,
  isCompatibility: boolean,
  key: string,
  wanted: PropertyValue,
): Compared {
  const own = isCompatibility
    ? memberOf(provider.property('IOCompatibilityProperties'), key)
    : provider.property(key)
  const merged = memberOf(provider.property('IOUserServiceProperties'), key)
  const answers = [own, merged].flatMap(value =>
    value === undefined ? [] : [isEqualTo(wanted, value)],
  )
  const found = own ?? merged ?? null
  if (answers.length === 0) {
    return { key, wanted, found, answer: provider.hasProperties ? false : null }
  }
  const answer = answers.every(each => each === answers[0]) ? answers[0]! : null
  return { key, wanted, found, answer }
}

function memberOf(value: PropertyValue | undefined, key: string): PropertyValue | undefined {
  if (value?.kind !== 'dictionary') return undefined
  return value.entries.find(([name]) => name === key)?.[1]
}

/**
 * `IOPropertyMatch`: a dictionary whose keys must all be equal to the service's own properties, or several of which one is
 * enough (facts: matching, section 4, row 7). One check for each key of a dictionary.
 */
export function propertyMatch(wanted: PropertyValue, table: DictionaryValue): BaseKey | null {
  const isCompatibility = table.entries.some(([key]) => key === 'IOCompatibilityMatch')
  const ask =
    (provider: SnapshotProvider) =>
    ([key, value]: readonly [string, PropertyValue]): Decided =>
      compareOne(provider, isCompatibility, key, value).answer
  const checksOf = (provider: SnapshotProvider, dictionary: DictionaryValue): KeyCheck[] =>
    dictionary.entries.map(([key, value]) => {
      const { found, answer } = compareOne(provider, isCompatibility, key, value)
      return {
        key: `IOPropertyMatch.${key}`,
        outcome: outcomeOf(answer),
        wanted: value,
        found,
        note: answer === null ? openNote(provider, found) : null,
      }
    })
  if (wanted.kind === 'dictionary') {
    return {
      key: 'IOPropertyMatch',
      test: provider => allOf(wanted.entries, ask(provider)),
      explain: provider => checksOf(provider, wanted),
    }
  }
  if (wanted.kind !== 'array' && wanted.kind !== 'set') return null
  const dictionaries = wanted.items.filter(item => item.kind === 'dictionary')
  const test: BaseKey['test'] = provider =>
    oneOf(dictionaries, dictionary => allOf(dictionary.entries, ask(provider)))
  return {
    key: 'IOPropertyMatch',
    test,
    explain: provider => {
      const sets = dictionaries.map(dictionary => checksOf(provider, dictionary))
      const hit = sets.findIndex(checks => checks.every(({ outcome }) => outcome === 'holds'))
      if (hit >= 0 && sets[hit]!.length > 0) return sets[hit]!
      const answer = test(provider)
      return [
        {
          key: 'IOPropertyMatch',
          outcome: outcomeOf(answer),
          wanted,
          found: null,
          note: alternativesNote(sets, answer),
        },
      ]
    },
  }
}

function alternativesNote(sets: readonly (readonly KeyCheck[])[], answer: Decided): string {
  if (answer) return 'One of its dictionaries is empty, and holds for everything.'
  const wrong = (checks: readonly KeyCheck[]): readonly KeyCheck[] =>
    checks.filter(({ outcome }) => outcome !== 'holds')
  const [nearest] = [...sets].sort((a, b) => wrong(a).length - wrong(b).length)
  const keys = wrong(nearest ?? []).map(({ key }) => `“${key.replace('IOPropertyMatch.', '')}”`)
  const rest = keys.length > 0 ? `; the nearest lacks ${keys.join(' and ')}` : ''
  const verb = answer === null ? 'is known to hold' : 'holds'
  return `One of its ${sets.length} dictionaries would be enough, and none ${verb}${rest}.`
}
