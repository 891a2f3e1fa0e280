import { namesIn, nubProperties } from './nub-names.ts'
import type { SnapshotProvider } from './snapshot-provider.ts'

/** What `IONameMatch` makes of one provider. */
export type NameMatch =
  | {
      readonly kind: 'hit'
      /** Becomes `IONameMatched`: the device's own string, or the pattern where the entry's name hit. */
      readonly matched: string
      /** `name`, `compatible` …, or null where it was the entry's own name. */
      readonly property: string | null
    }
  | { readonly kind: 'miss' }
  | { readonly kind: 'unknown'; readonly because: string }

/**
 * `compareName` of the provider's class for each of the names, in their order: the first that hits is reported
 * (facts: matching, section 4.1).
 *
 * A class that is not in the table there compares the entry's own name, unless it has a rule of its own that
 * nobody has published. One that a driver of the snapshot was matched on by a property has; where none was, and the
 * properties would hit as those of a device-tree nub, that is left open.
 */
export function compareNames(provider: SnapshotProvider, wanted: readonly string[]): NameMatch {
  const rule = ruleOf(provider)
  switch (rule) {
    case 'properties':
    case 'properties, then name': {
      const names = rule === 'properties' ? null : provider.name
      return firstOf(wanted, name => compareOne(provider, name, true, names))
    }
    case 'name, perhaps':
    case 'any': {
      const byName = firstOf(wanted, name => compareOne(provider, name, false, provider.name))
      if (rule === 'name, perhaps' && byName.kind === 'hit') return byName
      const byProperty = firstOf(wanted, name => compareOne(provider, name, true, null))
      if (byProperty.kind === 'unknown' || byName.kind === byProperty.kind) return byProperty
      return { kind: 'unknown', because: whyOpen(provider, byProperty, byName) }
    }
  }
}

/** The first name that hits; a name before it that cannot be told does not matter then. */
function firstOf(wanted: readonly string[], ask: (name: string) => NameMatch): NameMatch {
  let open: NameMatch | null = null
  for (const name of wanted) {
    const answer = ask(name)
    if (answer.kind === 'hit') return answer
    if (answer.kind === 'unknown') open ??= answer
  }
  return open ?? { kind: 'miss' }
}

/** Which names a provider of this class compares. */
type NameRule =
  /** Its properties alone. */
  | 'properties'
  /** Its properties, then the name of the entry. */
  | 'properties, then name'
  /** The name of the entry, as far as is known. */
  | 'name, perhaps'
  /** Its superclasses are not known: it may be any of them. */
  | 'any'

/** One name, by what the class compares. @param name of the entry, where that is compared */
function compareOne(
  provider: SnapshotProvider,
  wanted: string,
  comparesProperties: boolean,
  name: string | null,
): NameMatch {
  const madeUp = isMadeUp(provider, wanted)
  if (madeUp === true) return { kind: 'hit', matched: wanted, property: null }
  const byProperty: NameMatch = comparesProperties
    ? compareProperties(provider, wanted)
    : { kind: 'miss' }
  if (byProperty.kind === 'hit') return byProperty
  if (name === wanted) return { kind: 'hit', matched: wanted, property: null }
  if (byProperty.kind === 'unknown' || madeUp === false) return byProperty
  return { kind: 'unknown', because: 'Whether this is the root of the platform is not known.' }
}

function whyOpen(
  { className }: SnapshotProvider,
  byProperty: NameMatch,
  byName: NameMatch,
): string {
  const hit = byProperty.kind === 'hit' ? byProperty : byName
  if (hit.kind !== 'hit') throw new Error('one of the two hits')
  const what = hit.property === null ? 'name' : `“${hit.property}”`
  const how = hit.property === null ? 'name' : 'properties'
  return `Its ${what} is “${hit.matched}”, but whether ${className || 'its class'} compares names by its ${how} is not known.`
}

function ruleOf(provider: SnapshotProvider): NameRule {
  const is = (className: string): boolean | null => provider.conformsTo(className)
  const [isPci, isExpert] = [is('IOPCIDevice'), is('IOPlatformExpertDevice')]
  if (isPci === true || isExpert === true) return 'properties'
  // The ACPI nubs are closed; that they compare both was observed.
  if (is('IOACPIPlatformDevice') === true) return 'properties, then name'
  if (is('IOPlatformDevice') === true) {
    const hasTree = provider
      .ancestors()
      .some(ancestor => ancestor.conformsTo('IODTPlatformExpert') === true)
    if (hasTree) return 'properties, then name'
  }
  switch (provider.comparesNamesBy) {
    case 'properties':
      return 'properties, then name'
    case 'name':
      return 'name, perhaps'
    case null:
      return isPci === null || isExpert === null ? 'any' : 'name, perhaps'
  }
}

/** The root of an ACPI machine answers to a name that it does not have: observed on each such dump. */
function isMadeUp(provider: SnapshotProvider, wanted: string): boolean | null {
  if (wanted !== 'ACPI' || !provider.hasAcpi) return false
  return provider.conformsTo('IOPlatformExpertDevice')
}

function compareProperties(provider: SnapshotProvider, wanted: string): NameMatch {
  if (!provider.hasProperties) {
    return { kind: 'unknown', because: 'The dump does not show the properties that are compared.' }
  }
  for (const key of nubProperties) {
    for (const name of namesIn(provider.property(key))) {
      if (fits(name, wanted)) return { kind: 'hit', matched: name, property: key }
    }
  }
  return { kind: 'miss' }
}

/** The whole name, letter by letter; a `*` at the end of the personality's is a prefix wildcard. */
function fits(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted
}
