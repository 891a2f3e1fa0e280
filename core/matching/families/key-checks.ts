import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import { isPropertyEqual } from '../equality.ts'
import type { FamilyResult } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { FamilyPoints, KeyCheck } from '../verdict.ts'

/** A key of a personality that a family looks at, with what it asks for. */
export type WantedKey = readonly [key: string, wanted: PropertyValue]

/** Stands for a value that is not there. */
export const nothing: PropertyValue = { kind: 'missing' }

/**
 * `parse` once for each personality: the same few thousand of them are held against every service.
 */
export function oncePerPersonality<Parsed>(
  parse: (personality: DictionaryValue) => Parsed,
): (personality: DictionaryValue) => Parsed {
  const known = new WeakMap<DictionaryValue, Parsed>()
  return personality => {
    let parsed = known.get(personality)
    if (parsed === undefined) known.set(personality, (parsed = parse(personality)))
    return parsed
  }
}

/** The keys that a personality has, in the order of `keys`. Of a key that stands twice the first counts. */
export function wantedKeys(personality: DictionaryValue, keys: readonly string[]): WantedKey[] {
  const values = new Map<string, PropertyValue>()
  for (const [key, value] of personality.entries) {
    if (keys.includes(key) && !values.has(key)) values.set(key, value)
  }
  return keys.flatMap(key => {
    const value = values.get(key)
    return value === undefined ? [] : [[key, value] as const]
  })
}

const notThere = 'The service has no such property, and a missing property equals nothing.'
const notShown = 'The dump does not show the properties of this service.'
const notTold = 'The dump does not show the value exactly.'

/**
 * One key by the rule most families have: the property of the same name must be there and be equal
 * (facts: matching, section 5).
 */
export function compareKey(key: string, wanted: PropertyValue, provider: ProviderView): KeyCheck {
  const property = provider.property(key)
  if (property === undefined) {
    return provider.hasProperties
      ? { key, outcome: 'fails', wanted, found: null, note: notThere }
      : { key, outcome: 'unknown', wanted, found: null, note: notShown }
  }
  const isEqual = isEqualTo(key, wanted, property)
  if (isEqual === null) return { key, outcome: 'unknown', wanted, found: property, note: notTold }
  return { key, outcome: isEqual ? 'holds' : 'fails', wanted, found: property, note: null }
}

/** `isPropertyEqual`, with a short way for small numbers, which most keys of families are. */
export function isEqualTo(
  key: string,
  wanted: PropertyValue,
  property: PropertyValue,
): boolean | null {
  if (wanted.kind === 'integer' && property.kind === 'integer') {
    if (wanted.value === property.value) return true
    if (isSmall(wanted.value) && isSmall(property.value)) return false
  }
  return isPropertyEqual(key, wanted, property)
}

/** No sign, and nothing that a tool could have taken for one. */
function isSmall(value: bigint): boolean {
  return value >= 0n && value < 0x8000_0000n
}

/** Whether one of these keys certainly fails by `compareKey`: seen at a glance, and nothing is made for it. */
export function someDiffers(wanted: readonly WantedKey[], provider: ProviderView): boolean {
  for (const [key, value] of wanted) {
    const property = provider.property(key)
    if (property === undefined) {
      if (provider.hasProperties) return true
    } else if (isPlainlyDifferent(value, property)) return true
  }
  return false
}

function isPlainlyDifferent(wanted: PropertyValue, property: PropertyValue): boolean {
  if (wanted.kind === 'integer') {
    return (
      property.kind === 'integer' &&
      wanted.value !== property.value &&
      isSmall(wanted.value) &&
      isSmall(property.value)
    )
  }
  if (wanted.kind !== 'string' || property.kind !== 'string') return false
  return wanted.text !== property.text && !wanted.bytes && !property.bytes
}

export function noPoints(family: string): FamilyPoints {
  return { family, points: 0, parts: [] }
}

/**
 * What checks make of a match that do not all hold; null where all do. One that certainly fails decides even
 * where an earlier one is not known.
 */
export function unlessAllHold(family: string, checks: readonly KeyCheck[]): FamilyResult | null {
  let unknown: KeyCheck | undefined
  for (const check of checks) {
    if (check.outcome === 'fails') return { kind: 'fails', family, checks, failed: check }
    if (check.outcome === 'unknown') unknown ??= check
  }
  return unknown ? { kind: 'unknown', family, checks, because: whyUnknown(unknown) } : null
}

/** @param points what the match is worth; asked only where it holds */
export function allMustHold(
  family: string,
  checks: readonly KeyCheck[],
  points: () => FamilyPoints,
): FamilyResult {
  return unlessAllHold(family, checks) ?? { kind: 'holds', points: points(), checks }
}

function whyUnknown(check: KeyCheck): string {
  return `${check.key} can't be compared. ${check.note ?? notTold}`
}

/** An integer's low 32 bits, as `unsigned32BitValue()` gives them; null for anything else. */
export function low32(value: PropertyValue | undefined): number | null {
  return value?.kind === 'integer' ? Number(BigInt.asUintN(32, value.value)) : null
}
