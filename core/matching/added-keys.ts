import type { DictionaryValue } from '../registry/property-value.ts'
import type { MatchResult } from './verdict.ts'

/** A driver's properties without some that were not its personality's. */
export interface WithoutAdded {
  readonly keys: readonly string[]
  readonly properties: DictionaryValue
  readonly result: Extract<MatchResult, { kind: 'matches' }>
}

/** More than any family's keys that one driver shows; their subsets are all tried. */
const mostKeys = 12
/**
 * Own scores that personalities have. USB takes them up to 9000, its rows being 10000 apart; some are a little below
 * nothing, which is taken where nothing else fits.
 */
const highestOwnScore = 9_999
const lowestOwnScore = -1_000

/** Parts that may be tried for all drivers of a snapshot; a machine full of HID devices takes some 20 000. */
export interface PartsBudget {
  parts: number
}

export function partsBudget(): PartsBudget {
  return { parts: 100_000 }
}

/**
 * A driver may set keys that families look at after it was made: event drivers of HID show the device's `VendorID`, a
 * partition scheme shows its own `UUID` (facts: matching, section 8). What the kernel has seen is then only a part of
 * what the driver shows. `IOProbeScore` tells which: the family's points for that part are in it.
 *
 * @param keys of the provider's family
 * @param score `IOProbeScore` of the driver
 * @param match the part against the provider
 * @param budget shared by all drivers of a snapshot; what is beyond is not found
 * @returns the part that holds, leaves a score that personalities have, and lacks fewest keys; null where none does
 */
export function withoutAddedKeys(
  properties: DictionaryValue,
  keys: readonly string[],
  score: number,
  match: (part: DictionaryValue) => MatchResult,
  budget: PartsBudget = partsBudget(),
): WithoutAdded | null {
  const shown = properties.entries
    .map(([key]) => key)
    .filter(key => keys.includes(key) && describesDevice(key))
  if (shown.length === 0 || shown.length > mostKeys) return null
  let below: WithoutAdded | null = null
  for (const left of subsetsBySize(shown.length)) {
    if (--budget.parts < 0) return null
    const added = shown.filter((_, i) => (left & (1 << i)) !== 0)
    const part: DictionaryValue = {
      kind: 'dictionary',
      entries: properties.entries.filter(([key]) => !added.includes(key)),
    }
    const result = match(part)
    if (result.kind !== 'matches') continue
    const own = score - result.family.points
    const found = { keys: added, properties: part, result }
    if (own >= 0 && own <= highestOwnScore) return found
    if (own < 0 && own >= lowestOwnScore) below ??= found
  }
  return below
}

/** Those of IOKit itself (`IOPCIMatch`) only ask; a service shows none by the name. */
function describesDevice(key: string): boolean {
  return !key.startsWith('IO')
}

/** As bits; all but the empty one, those with few members first. */
function subsetsBySize(length: number): readonly number[] {
  const sizeOf = (bits: number): number => bits.toString(2).replaceAll('0', '').length
  return Array.from({ length: (1 << length) - 1 }, (_, i) => i + 1).sort(
    (a, b) => sizeOf(a) - sizeOf(b) || a - b,
  )
}
