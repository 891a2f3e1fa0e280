import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { FamilyPoints, KeyCheck } from '../verdict.ts'
import { allMustHold, compareKey, nothing, oncePerPersonality, wantedKeys } from './key-checks.ts'

const family = 'SCSI'
const typeKey = 'Peripheral Device Type'
const categoryKey = 'IOMatchCategory'

/** Each is looked at only where those before it hold. What the match is worth then; not a sum. */
const chain = [
  [typeKey, 5000],
  ['Vendor Identification', 10_000],
  ['Product Identification', 15_000],
  ['Product Revision Level', 20_000],
] as const

const chainKeys = chain.map(([key]) => key)
const withoutType = 4900
/** Own scores from 5000 on count as 4000, so that they do not reach the next step of the chain. */
const clampFrom = 5000
const clampTo = 4000

interface Wanted {
  readonly values: ReadonlyMap<string, PropertyValue>
  readonly category: string | null
}

const wantedOf = oncePerPersonality((personality): Wanted => {
  const values = new Map(wantedKeys(personality, [...chainKeys, categoryKey]))
  const category = values.get(categoryKey)
  return { values, category: category?.kind === 'string' ? category.text : null }
})

/** `IOSCSIPeripheralDeviceNub` (facts: matching, section 6.6). */
export const scsiFamily: FamilyTable = {
  family,
  keys: chainKeys,
  match(personality: DictionaryValue, provider: ProviderView, ownScore: number): FamilyResult {
    const { values, category } = wantedOf(personality)
    const checks: KeyCheck[] = []
    let worth: readonly [what: string, points: number] | null = null
    for (const [key, points] of chain) {
      const wanted = values.get(key)
      // Absent where the personality or the device lacks it; then the chain ends here.
      if (wanted === undefined) break
      if (provider.hasProperties && provider.property(key) === undefined) break
      const check = compareKey(key, wanted, provider)
      checks.push(check)
      if (check.outcome !== 'holds') break
      worth = [key, points]
    }
    if (checks.length === 0) return withoutDeviceType(values.get(typeKey), category, ownScore)
    return allMustHold(family, checks, () => pointsOf(worth!, ownScore))
  },
  isMiss(personality: DictionaryValue, provider: ProviderView): boolean {
    if (!provider.hasProperties || provider.property(typeKey) !== undefined) return false
    return !competesApart(wantedOf(personality).category)
  },
}

/** In a category in which devices without a driver are served. */
function competesApart(category: string | null): boolean {
  return category !== null && category !== 'SCSITaskUserClientDevice'
}

/** So that something matches a device that no driver is for: the initiator of user clients. */
function withoutDeviceType(
  wanted: PropertyValue | undefined,
  category: string | null,
  ownScore: number,
): FamilyResult {
  if (competesApart(category)) {
    const worth = [`${categoryKey} without ${typeKey}`, withoutType] as const
    return { kind: 'holds', points: pointsOf(worth, ownScore), checks: [] }
  }
  const failed: KeyCheck = {
    key: typeKey,
    outcome: 'fails',
    wanted: wanted ?? nothing,
    found: null,
    note:
      wanted === undefined
        ? 'A personality on a SCSI device needs this key, or an IOMatchCategory of its own.'
        : 'The service has no such property.',
  }
  return { kind: 'fails', family, checks: [failed], failed }
}

function pointsOf(worth: readonly [what: string, points: number], ownScore: number): FamilyPoints {
  if (ownScore < clampFrom) return { family, points: worth[1], parts: [worth] }
  const cut = clampTo - ownScore
  const parts = [worth, [`own score counts as ${clampTo}`, cut] as const]
  return { family, points: worth[1] + cut, parts }
}
