import { bySeverity, type Severity } from '../../core/lint/finding.ts'
import { baseKeys, keyFamilies, keyFamilyOf, otherKeys } from '../../core/lint/known-keys.ts'
import { matchFindings } from '../../core/lint/match-rules.ts'
import { personalityFindings } from '../../core/lint/personality-rules.ts'
import {
  stringAt,
  type DictionaryValue,
  type PropertyValue,
} from '../../core/registry/property-value.ts'

/** What is wrong or odd with a personality as it is being typed. */
export interface PersonalityRemark {
  readonly severity: Severity
  /** The key it is about: of the personality itself, also where it lies deeper. */
  readonly key: string
  readonly sentence: string
  /** What to do about it; empty where there is nothing to do. */
  readonly advice: string
}

const text = (value: string): PropertyValue => ({ kind: 'string', text: value })

/**
 * The rules of lint for one personality, errors first.
 * @param bundleIdentifier of the bundle that will hold it
 */
export function checkPersonality(
  properties: DictionaryValue,
  bundleIdentifier: string,
): readonly PersonalityRemark[] {
  // The name is in every sentence; here everybody knows which personality is meant.
  const name = 'edited'
  const way = ['IOKitPersonalities', name]
  const info: DictionaryValue = {
    kind: 'dictionary',
    entries: [
      ['CFBundleIdentifier', text(bundleIdentifier)],
      ['IOKitPersonalities', { kind: 'dictionary', entries: [[name, properties]] }],
    ],
  }
  const findings = [
    ...personalityFindings(info, { isSource: false }),
    ...matchFindings('It', properties, way),
  ]
  return bySeverity(
    findings.map(({ severity, keyPath, sentence, advice }) => ({
      severity,
      key: keyPath[way.length] ?? '',
      sentence: sentence
        .replace(`Personality “${name}”: `, '')
        .replace(`Personality “${name}”`, 'It'),
      advice,
    })),
  )
}

/** Keys to offer for a personality: those of every service, and of its provider's family or of all where it has none. */
export function keysToOffer(properties: DictionaryValue): readonly string[] {
  const family = keyFamilyOf(stringAt(properties, 'IOProviderClass'))
  const families = family ? [family] : keyFamilies
  const keys = families.flatMap(one => [...one.keys.keys()])
  return [...new Set([...baseKeys.keys(), ...otherKeys, ...keys])].sort()
}
