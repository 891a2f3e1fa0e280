import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { stringAt, valueAt } from '../registry/property-value.ts'

/**
 * An Info.plist with one personality replaced or added. Everything else stays as it is and where it is; a
 * personality that is new comes last.
 *
 * @param architecture the one whose personalities replace the generic ones, where the bundle has such a key
 *   (facts: kexts, section 2)
 */
export function withPersonality(
  info: DictionaryValue,
  name: string,
  personality: DictionaryValue,
  architecture = 'x86_64',
): DictionaryValue {
  const own = `IOKitPersonalities_${architecture}`
  const key = valueAt(info, own) === undefined ? 'IOKitPersonalities' : own
  const all = valueAt(info, key)
  const written = asWritten(personality, stringAt(info, 'CFBundleIdentifier') ?? null)
  const personalities = all?.kind === 'dictionary' ? all : emptyDictionary
  return withEntry(info, key, withEntry(personalities, name, written))
}

/**
 * A personality as its author writes it: without the `IOPersonalityPublisher` that the kext library adds
 * (facts: matching, section 1).
 *
 * @param publisher the bundle that will hold it; null where that is not known
 */
export function asWritten(personality: DictionaryValue, publisher: string | null): DictionaryValue {
  const added = valueAt(personality, 'IOPersonalityPublisher')
  if (added?.kind !== 'string' || added.text !== publisher) return personality
  const entries = personality.entries.filter(([key]) => key !== 'IOPersonalityPublisher')
  return { kind: 'dictionary', entries }
}

/** A dictionary with a key set: in its place where it is there, else at the end. */
export function withEntry(
  dictionary: DictionaryValue,
  key: string,
  value: PropertyValue,
): DictionaryValue {
  const at = dictionary.entries.findIndex(([name]) => name === key)
  const entry = [key, value] as const
  return {
    kind: 'dictionary',
    entries: at < 0 ? [...dictionary.entries, entry] : dictionary.entries.with(at, entry),
  }
}

const emptyDictionary: DictionaryValue = { kind: 'dictionary', entries: [] }
