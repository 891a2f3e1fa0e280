import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { valueAt } from '../../../core/registry/property-value.ts'
import { probeScoreOf } from './catalogue.ts'
import type { ClassRegistry } from './class-registry.ts'
import { matchFamilyTable } from './family-tables.ts'
import { compareName } from './name-match.ts'
import type { Entry, Registry } from './registry.ts'
import { dictionaryOf, isEqual, stringOf, stringsOf } from './values.ts'

export interface MatchContext {
  readonly registry: Registry
  readonly classes: ClassRegistry
}

export type MatchResult =
  | { readonly isMatch: true; readonly score: number; readonly nameMatched: string | null }
  | { readonly isMatch: false; readonly failedKey: string }

const bsdKeys = ['BSD Name', 'BSD Major', 'BSD Minor', 'BSD Unit'] as const

/**
 * Does a provider pass a matching table? The base keys in the kernel's order, then the provider's family
 * (facts: matching, section 4). A key that is not a match condition is ignored, so a typo widens.
 */
export function passiveMatch(
  context: MatchContext,
  provider: Entry,
  table: DictionaryValue,
): MatchResult {
  const own = provider.allProperties()
  const fail = (failedKey: string): MatchResult => ({ isMatch: false, failedKey })
  let nameMatched: string | null = null

  const providerClass = stringOf(valueAt(table, 'IOProviderClass'))
  if (providerClass !== undefined && !context.classes.conforms(provider.className, providerClass)) {
    return fail('IOProviderClass')
  }

  const nameMatch = valueAt(table, 'IONameMatch')
  if (nameMatch !== undefined) {
    for (const wanted of stringsOf(nameMatch)) {
      nameMatched ??= compareName(context.classes, provider, wanted)
    }
    if (nameMatched === null) return fail('IONameMatch')
  }

  const location = valueAt(table, 'IOLocationMatch')
  if (location?.kind === 'string' && location.text !== provider.location) {
    return fail('IOLocationMatch')
  }

  const wantedProperties = valueAt(table, 'IOPropertyMatch')
  if (wantedProperties !== undefined && !matchesProperties(wantedProperties, own)) {
    return fail('IOPropertyMatch')
  }

  const existing = valueAt(table, 'IOPropertyExistsMatch')
  if (existing !== undefined && !stringsOf(existing).some(key => own.has(key))) {
    return fail('IOPropertyExistsMatch')
  }

  const path = stringOf(valueAt(table, 'IOPathMatch'))
  if (path !== undefined && context.registry.path(provider, planeOf(path)) !== path) {
    return fail('IOPathMatch')
  }

  const id = valueAt(table, 'IORegistryEntryID')
  if (id !== undefined && !(id.kind === 'integer' && id.value === provider.id)) {
    return fail('IORegistryEntryID')
  }

  const clientCount = valueAt(table, 'IOMatchedServiceCountMatch')
  if (clientCount !== undefined) {
    const matched = provider.clients().filter(c => c.properties.has('IOMatchCategory')).length
    if (!(clientCount.kind === 'integer' && clientCount.value === BigInt(matched))) {
      return fail('IOMatchedServiceCountMatch')
    }
  }

  for (const key of bsdKeys) {
    const wanted = valueAt(table, key)
    if (wanted !== undefined && !holds(own.get(key), wanted)) return fail(key)
  }

  const family = matchFamilyTable(context.classes, provider, table, probeScoreOf(table))
  if (!family.isMatch) return family

  const parentMatch = dictionaryOf(valueAt(table, 'IOParentMatch'))
  if (parentMatch && !someAncestorMatches(context, provider, parentMatch)) {
    return fail('IOParentMatch')
  }
  return { isMatch: true, score: family.score, nameMatched }
}

/** One dictionary, or an array of them of which one must hold. */
function matchesProperties(
  wanted: PropertyValue,
  own: ReadonlyMap<string, PropertyValue>,
): boolean {
  if (wanted.kind === 'dictionary') {
    return wanted.entries.every(([key, value]) => holds(own.get(key), value))
  }
  if (wanted.kind === 'array') return wanted.items.some(item => matchesProperties(item, own))
  return false
}

function holds(actual: PropertyValue | undefined, wanted: PropertyValue): boolean {
  return actual !== undefined && isEqual(wanted, actual)
}

function someAncestorMatches(
  context: MatchContext,
  provider: Entry,
  table: DictionaryValue,
): boolean {
  for (let at = provider.provider; at?.service; at = at.provider) {
    if (passiveMatch(context, at, table).isMatch) return true
  }
  return false
}

function planeOf(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf(':')))
}
