import type { DictionaryValue, PropertyValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { FamilyPoints, KeyCheck } from '../verdict.ts'
import {
  checkPairs,
  checkSingle,
  pageKey,
  pairsKey,
  usageKey,
  usagesIn,
  type Scored,
  type Usage,
} from './hid-usages.ts'
import {
  allMustHold,
  compareKey,
  isEqualTo,
  low32,
  noPoints,
  nothing,
  oncePerPersonality,
  someDiffers,
  wantedKeys,
  type WantedKey,
} from './key-checks.ts'

const family = 'HID'

const productKey = 'ProductID'
const productArrayKey = 'ProductIDArray'
const productMaskKey = 'ProductIDMask'
const defaultBehaviorKey = 'HIDDefaultBehavior'
/** `kIOHIDCompatibilityInterface`; its text is not in the public headers, this is what its name suggests. */
const compatibilityKey = 'HIDCompatibilityInterface'

/** Keys that are equality alone, in the kernel's order. Usages come between, and the product. */
const primary = ['PrimaryUsagePage', 'PrimaryUsage']
const equalBefore = ['Transport', 'LocationID', 'VendorID']
const equalAfter = [
  'ModelNumber',
  'VersionNumber',
  'Manufacturer',
  'SerialNumber',
  'PhysicalDeviceUniqueID',
  'BootProtocol',
]
const flags = [defaultBehaviorKey, compatibilityKey]

const keys = [
  ...primary,
  pairsKey,
  pageKey,
  usageKey,
  ...equalBefore,
  productKey,
  productArrayKey,
  productMaskKey,
  ...equalAfter,
  ...flags,
]

/** What a key is worth beside a `VendorID` that is equal (facts: matching, section 6.4). */
const besideVendor: readonly (readonly [key: string, points: number])[] = [
  ['ModelNumber', 1000],
  ['VersionNumber', 100],
  ['Manufacturer', 100],
  ['SerialNumber', 100],
  ['PhysicalDeviceUniqueID', 100],
]

/** Once, for usages of either kind. */
const anyUsage = 1100
const primaryUsage = 100

interface Wanted {
  readonly values: ReadonlyMap<string, PropertyValue>
  /** Those that are equality alone, in the kernel's order: before the usages, before the product, after it. */
  readonly equal: readonly (readonly WantedKey[])[]
  /** Of `DeviceUsagePairs`, where it is an array. */
  readonly pairs: readonly Usage[] | null
  readonly single: Usage | null
  readonly flags: readonly WantedKey[]
  /** It asks for vendor-defined usages, and for no vendor. */
  readonly isVendorMissing: boolean
}

const wantedOf = oncePerPersonality((personality): Wanted => {
  const values = new Map(wantedKeys(personality, keys))
  const pairs = values.get(pairsKey)
  const [page, usage] = [values.get(pageKey), values.get(usageKey)]
  const ofPairs = pairs?.kind === 'array' ? usagesIn(pairs) : null
  return {
    values,
    equal: [primary, equalBefore, equalAfter].map(some => wantedKeys(personality, some)),
    pairs: ofPairs,
    single: page || usage ? { page, usage } : null,
    flags: wantedKeys(personality, flags),
    isVendorMissing: isVendorMissing(values, ofPairs ?? []),
  }
})

const firstVendorPage = 0xff00

function isVendorMissing(
  values: ReadonlyMap<string, PropertyValue>,
  pairs: readonly Usage[],
): boolean {
  if (values.has('VendorID')) return false
  const pages = [values.get('PrimaryUsagePage'), ...pairs.map(pair => pair.page)]
  return pages.some(page => (low32(page) ?? 0) >= firstVendorPage)
}

const nothingGained = noPoints(family)
const holds: FamilyResult = { kind: 'holds', points: nothingGained, checks: [] }

/**
 * `IOHIDDevice`, `IOHIDInterface` and `IOHIDEventService` (facts: matching, section 6.4). An interface asks its
 * device, and has copies of the device's properties.
 */
export const hidFamily: FamilyTable = {
  family,
  keys,
  match(personality: DictionaryValue, provider: ProviderView): FamilyResult {
    const wanted = wantedOf(personality)
    const { values, equal } = wanted
    if (values.size === 0) return holds
    const checks: KeyCheck[] = []
    compareAll(equal[0]!, provider, checks)
    const ofPairs = wanted.pairs && checkPairs(values.get(pairsKey)!, wanted.pairs, provider)
    const ofSingle = wanted.single && checkSingle(wanted.single, provider)
    if (ofPairs !== null) checks.push(ofPairs.check)
    if (ofSingle !== null) checks.push(ofSingle.check)
    compareAll(equal[1]!, provider, checks)
    const product = checkProduct(values, provider)
    if (product !== null) checks.push(product.check)
    compareAll(equal[2]!, provider, checks)
    for (const flag of wanted.flags) checks.push(checkFlag(flag, provider))
    if (wanted.isVendorMissing) checks.push(...checkVendor(values, provider))
    return allMustHold(family, checks, () => pointsOf(values, [ofPairs, ofSingle], product))
  },
  isMiss: (personality, provider) =>
    wantedOf(personality).equal.some(wanted => someDiffers(wanted, provider)),
}

function compareAll(
  wanted: readonly WantedKey[],
  provider: ProviderView,
  checks: KeyCheck[],
): void {
  for (const [key, value] of wanted) checks.push(compareKey(key, value, provider))
}

/** The product, in the order of what a hit is worth. Null where the personality asks for none. */
function checkProduct(
  values: ReadonlyMap<string, PropertyValue>,
  provider: ProviderView,
): Scored | null {
  const [one, many, masked] = [productKey, productArrayKey, productMaskKey].map(key =>
    values.get(key),
  )
  const list = many?.kind === 'array' ? many.items : null
  if (one === undefined && list === null) return null
  const key = one === undefined ? productArrayKey : productKey
  const found = provider.property(productKey) ?? null
  const scored = (outcome: KeyCheck['outcome'], note: string | null, points = 0): Scored => ({
    check: { key, outcome, wanted: (one ?? many)!, found, note },
    points,
  })
  if (one?.kind === 'string' && one.text === '*') return scored('holds', 'Any product.', 1000)
  if (found === null) {
    return provider.hasProperties
      ? scored('fails', 'The device shows no product.')
      : scored('unknown', 'The dump does not show the product of the device.')
  }
  if (one !== undefined && isEqualTo(productKey, one, found) === true)
    return scored('holds', null, 1000)
  if (list?.some(item => isEqualTo(productKey, item, found) === true)) {
    return scored('holds', 'It is in the list.', 975)
  }
  const [mask, device] = [low32(masked), low32(found)]
  if (mask !== null && device !== null) {
    const isHit = (item: PropertyValue): boolean => {
      const product = low32(item)
      return product !== null && ((product ^ device) & mask) === 0
    }
    if (one !== undefined && isHit(one)) return scored('holds', 'Equal under the mask.', 950)
    if (list?.some(isHit)) return scored('holds', 'In the list, under the mask.', 925)
  }
  return scored('fails', null)
}

function checkFlag([key, wanted]: WantedKey, provider: ProviderView): KeyCheck {
  const found = provider.property(key) ?? null
  const isOpen = found === null && !provider.hasProperties
  const outcome = found !== null ? 'holds' : isOpen ? 'unknown' : 'fails'
  return { key, outcome, wanted, found, note: mustBeThere }
}

const mustBeThere = 'The device must have this property, with whatever value.'

/**
 * Vendor-defined usages on USB and Bluetooth are for drivers that name the vendor (facts: matching, section 6.4).
 * IOHIDDevice.cpp takes the transport that the personality names, and only logs where it names none; the facts
 * speak of the device. Where the two differ nothing is claimed.
 */
function checkVendor(
  values: ReadonlyMap<string, PropertyValue>,
  provider: ProviderView,
): KeyCheck[] {
  const transport = values.get('Transport')
  const named = transport?.kind === 'string' ? transport.text : null
  const ofDevice = provider.property('Transport')
  const shown = ofDevice?.kind === 'string' ? ofDevice.text : null
  if (!/USB|Bluetooth/.test(named ?? shown ?? '')) return []
  const check = { key: 'VendorID', wanted: nothing, found: provider.property('VendorID') ?? null }
  if (named === null) return [{ ...check, outcome: 'unknown', note: vendorPerhapsMissing }]
  return [{ ...check, outcome: 'fails', note: vendorMissing }]
}

const vendorMissing =
  'A personality for a usage page from 0xff00 on must name the vendor, on USB and Bluetooth.'
const vendorPerhapsMissing =
  'A personality for a usage page from 0xff00 on should name the vendor and the transport; newer kernels complain, and may refuse it on USB and Bluetooth.'

/** @param values those that the personality asks for: all of them hold */
function pointsOf(
  values: ReadonlyMap<string, PropertyValue>,
  usages: readonly (Scored | null)[],
  product: Scored | null,
): FamilyPoints {
  const parts: [what: string, points: number][] = []
  if (values.has('Transport')) {
    parts.push(['Transport', 1000])
    if (values.has('LocationID')) parts.push(['LocationID', 2000])
  }
  if (values.has('VendorID')) {
    parts.push(['VendorID', 5000])
    if (product !== null) parts.push([product.check.key, product.points])
    for (const [key, points] of besideVendor) if (values.has(key)) parts.push([key, points])
  }
  const hits = usages.flatMap(usage => (usage !== null && usage.points > 0 ? [usage] : []))
  for (const { check, points } of hits) parts.push([check.key, points])
  if (hits.length > 0) parts.push(['a usage of the device', anyUsage])
  else if (values.has('PrimaryUsagePage')) {
    parts.push(['PrimaryUsagePage', anyUsage])
    if (values.has('PrimaryUsage')) parts.push(['PrimaryUsage', primaryUsage])
  }
  if (parts.length === 0) return nothingGained
  return { family, points: parts.reduce((sum, [, points]) => sum + points, 0), parts }
}
