import type { PropertyValue } from '../../registry/property-value.ts'
import { valueAt } from '../../registry/property-value.ts'
import type { ProviderView } from '../provider-view.ts'
import type { KeyCheck } from '../verdict.ts'
import { isEqualTo } from './key-checks.ts'

export const pageKey = 'DeviceUsagePage'
export const usageKey = 'DeviceUsage'
export const pairsKey = 'DeviceUsagePairs'

const usageAndPage = 100
const pageOnly = 50

/** A usage of a device, or one that a personality asks for. */
export interface Usage {
  readonly page: PropertyValue | undefined
  readonly usage: PropertyValue | undefined
}

/** What a check is worth goes along with it. */
export interface Scored {
  readonly check: KeyCheck
  readonly points: number
}

/** @param wanted the array of pairs, and `usages` what it holds */
export function checkPairs(
  wanted: PropertyValue,
  usages: readonly Usage[],
  provider: ProviderView,
): Scored {
  return checkUsages(pairsKey, wanted, usages, provider)
}

export function checkSingle(single: Usage, provider: ProviderView): Scored {
  const key = single.page ? pageKey : usageKey
  return checkUsages(key, (single.page ?? single.usage)!, [single], provider)
}

/** The first of the personality's usages that is one of the device's. Without a page a usage asks for nothing. */
function checkUsages(
  key: string,
  wanted: PropertyValue,
  usages: readonly Usage[],
  provider: ProviderView,
): Scored {
  const found = provider.property(pairsKey) ?? null
  const scored = (outcome: KeyCheck['outcome'], note: string | null, points = 0): Scored => ({
    check: { key, outcome, wanted, found, note },
    points,
  })
  if (usages.every(({ page }) => page === undefined)) {
    return scored('holds', 'It names no page, so it asks for nothing.')
  }
  if (found?.kind !== 'array') {
    return provider.hasProperties
      ? scored('fails', 'The device shows no usages.')
      : scored('unknown', 'The dump does not show the usages of the device.')
  }
  for (const usage of usages) {
    if (usage.page === undefined) continue
    for (const device of usagesIn(found)) {
      if (!isSame(pageKey, usage.page, device.page)) continue
      if (usage.usage === undefined) return scored('holds', 'The page is equal.', pageOnly)
      if (!isSame(usageKey, usage.usage, device.usage)) continue
      return scored('holds', 'Page and usage are equal.', usageAndPage)
    }
  }
  if (isCut(wanted) || isCut(found)) return scored('unknown', 'These are too many to compare.')
  return scored('fails', 'The device has none of these usages.')
}

/** Real devices and personalities have a few; those made to take long are cut. */
const mostUsages = 200
const usagesKnown = new WeakMap<PropertyValue, readonly Usage[]>()

/** The pairs in an array; read once for each value. */
export function usagesIn(pairs: Extract<PropertyValue, { kind: 'array' }>): readonly Usage[] {
  let usages = usagesKnown.get(pairs)
  if (usages === undefined) {
    usages = pairs.items.slice(0, mostUsages).flatMap(item => usageOf(item) ?? [])
    usagesKnown.set(pairs, usages)
  }
  return usages
}

function isCut(pairs: PropertyValue): boolean {
  return pairs.kind === 'array' && pairs.items.length > mostUsages
}

function isSame(key: string, wanted: PropertyValue, found: PropertyValue | undefined): boolean {
  return found !== undefined && isEqualTo(key, wanted, found) === true
}

function usageOf(item: PropertyValue): Usage | null {
  if (item.kind !== 'dictionary') return null
  return { page: valueAt(item, pageKey), usage: valueAt(item, usageKey) }
}
