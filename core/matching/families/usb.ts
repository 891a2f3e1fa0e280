import type { DictionaryValue } from '../../registry/property-value.ts'
import type { FamilyResult, FamilyTable } from '../family.ts'
import type { ProviderView } from '../provider-view.ts'
import type { FamilyPoints, KeyCheck } from '../verdict.ts'
import { low32, nothing, oncePerPersonality, someDiffers, unlessAllHold } from './key-checks.ts'
import {
  checkUsbKeys,
  extraUsbKeys,
  productHelpers,
  wantedUsbKeys,
  type UsbKeys,
  type WantedUsbKeys,
} from './usb-keys.ts'

/** A combination of keys that matches. */
interface Combination {
  readonly points: number
  /** Keys that must be there, and match as all do that are there. */
  readonly needed: readonly string[]
  /** Keys that must not be there. */
  readonly absent: readonly string[]
  /** Whether the class of the nub must be the vendor's own, must not be, or does not matter. */
  readonly isVendorClass: boolean | null
}

interface Scheme {
  readonly family: string
  readonly plainKeys: readonly string[]
  /** The property that tells whether the class is the vendor's own. */
  readonly classKey: string
  /** In the kernel's order: the first that applies counts. */
  readonly combinations: readonly Combination[]
}

const vendorClass = 0xff

const identity = ['idVendor', 'idProduct']

const deviceKeys = [
  ...identity,
  'bcdDevice',
  'bDeviceClass',
  'bDeviceSubClass',
  'bDeviceProtocol',
] as const

const deviceScheme: Scheme = {
  family: 'USB device',
  plainKeys: deviceKeys,
  classKey: 'bDeviceClass',
  combinations: [
    { points: 100_000, needed: [...identity, 'bcdDevice'], absent: [], isVendorClass: null },
    { points: 90_000, needed: identity, absent: [], isVendorClass: null },
    {
      points: 80_000,
      needed: ['idVendor', 'bDeviceSubClass', 'bDeviceProtocol'],
      absent: ['idProduct', 'bcdDevice'],
      isVendorClass: true,
    },
    {
      points: 70_000,
      needed: ['idVendor', 'bDeviceSubClass'],
      absent: ['bDeviceProtocol', 'idProduct', 'bcdDevice'],
      isVendorClass: true,
    },
    {
      points: 60_000,
      needed: ['bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'],
      absent: [...identity, 'bcdDevice'],
      isVendorClass: false,
    },
    {
      points: 50_000,
      needed: ['bDeviceClass', 'bDeviceSubClass'],
      absent: ['bDeviceProtocol', ...identity, 'bcdDevice'],
      isVendorClass: false,
    },
  ],
}

const place = ['bConfigurationValue', 'bInterfaceNumber']

const interfaceScheme: Scheme = {
  family: 'USB interface',
  plainKeys: [
    ...identity,
    'bInterfaceNumber',
    'bConfigurationValue',
    'bcdDevice',
    'bInterfaceClass',
    'bInterfaceSubClass',
    'bInterfaceProtocol',
  ],
  classKey: 'bInterfaceClass',
  combinations: [
    {
      points: 100_000,
      needed: [...identity, 'bcdDevice', ...place],
      absent: [],
      isVendorClass: null,
    },
    { points: 90_000, needed: [...identity, ...place], absent: [], isVendorClass: null },
    {
      points: 80_000,
      needed: ['idVendor', 'bInterfaceSubClass', 'bInterfaceProtocol'],
      absent: ['idProduct', 'bcdDevice', ...place],
      isVendorClass: true,
    },
    {
      points: 70_000,
      needed: ['idVendor', 'bInterfaceSubClass'],
      absent: ['bInterfaceProtocol', 'idProduct', 'bcdDevice', ...place],
      isVendorClass: true,
    },
    {
      points: 60_000,
      needed: ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'],
      absent: [...identity, 'bcdDevice', ...place],
      isVendorClass: false,
    },
    {
      points: 50_000,
      needed: ['bInterfaceClass', 'bInterfaceSubClass'],
      absent: ['bInterfaceProtocol', ...identity, 'bcdDevice', ...place],
      isVendorClass: false,
    },
  ],
}

/** Own scores from 10000 on count as 9000, so that they do not reach the next combination. */
const clampFrom = 10_000
const clampTo = 9000
const perWildcard = -1000
const forMask = -500

/** An early IOUSBInterface.cpp lets it in for its category, with 9000 points; facts: matching tells of the later one. */
const userClients =
  'Early kernels (seen on 10.2) let IOUSBUserClientInit in without any keys, later ones do not.'

/** `IOUSBDevice` and `IOUSBHostDevice`. */
export const usbDeviceFamily = usbFamily(deviceScheme)
/** `IOUSBInterface` and `IOUSBHostInterface`. */
export const usbInterfaceFamily = usbFamily(interfaceScheme)

/**
 * Both tables of facts: matching, section 6.3. A personality matches by one of the combinations of its keys; every
 * key that is there must match.
 */
function usbFamily(scheme: Scheme): FamilyTable {
  const { family, plainKeys } = scheme
  const wantedOf = oncePerPersonality(personality => wantedUsbKeys(personality, plainKeys))
  const notes = combinationNotes(scheme)
  return {
    family,
    keys: [...plainKeys, ...productHelpers, ...extraUsbKeys],
    match(personality: DictionaryValue, provider: ProviderView, ownScore: number): FamilyResult {
      const wanted = wantedOf(personality)
      const keys = checkUsbKeys(wanted, provider)
      const { checks } = keys
      const notHolding = unlessAllHold(family, checks)
      if (notHolding?.kind === 'fails') return notHolding
      const isVendorClass = hasVendorClass(provider, scheme.classKey)
      const present = keys.isListed ? new Set([...wanted.present, 'idProduct']) : wanted.present
      const combination = scheme.combinations.find(one => mayApply(one, present, isVendorClass))
      if (combination === undefined) {
        if (!wanted.isForUserClients || checks.length > 0) {
          return noCombination(family, wanted, keys, notes.get(isVendorClass)!)
        }
        return { kind: 'unknown', family, checks, because: userClients }
      }
      if (notHolding !== null) return notHolding
      if (isVendorClass === null && combination.isVendorClass !== null) {
        const because = `The dump does not show ${scheme.classKey}, which decides what counts.`
        return { kind: 'unknown', family, checks, because }
      }
      const points = pointsOf(scheme, keys, wanted, combination, ownScore)
      return { kind: 'holds', points, checks }
    },
    isMiss: (personality, provider) => someDiffers(wantedOf(personality).strict, provider),
  }
}

/** The class of a nub that shows none is not the vendor's own: the kernel asks its number. */
function hasVendorClass(provider: ProviderView, classKey: string): boolean | null {
  const property = provider.property(classKey)
  if (property === undefined && !provider.hasProperties) return null
  return low32(property) === vendorClass
}

/** @param isVendorClass null: either is possible */
function mayApply(
  one: Combination,
  present: ReadonlySet<string>,
  isVendorClass: boolean | null,
): boolean {
  const isOfClass =
    isVendorClass === null || one.isVendorClass === null || one.isVendorClass === isVendorClass
  if (!isOfClass) return false
  return one.needed.every(key => present.has(key)) && !one.absent.some(key => present.has(key))
}

function pointsOf(
  { family }: Scheme,
  { isListed, usedMask }: UsbKeys,
  { wildcards, extra }: WantedUsbKeys,
  combination: Combination,
  ownScore: number,
): FamilyPoints {
  const parts: [what: string, points: number][] = [
    [combination.needed.join(' + '), combination.points],
  ]
  if (ownScore >= clampFrom) parts.push([`own score counts as ${clampTo}`, clampTo - ownScore])
  const counted = combination.needed.filter(
    key => wildcards.has(key) && !(isListed && key === 'idProduct'),
  ).length
  if (counted > 0) parts.push(['* for a value', counted * perWildcard])
  if (usedMask) parts.push(['idProductMask', forMask])
  const points = parts.reduce((sum, [, part]) => sum + part, 0)
  if (extra.length === 0) return { family, points, parts }
  const uncertainty = `What ${extra.map(([key]) => key).join(' and ')} adds is not known.`
  return { family, points, parts, uncertainty }
}

function noCombination(
  family: string,
  { presentText }: WantedUsbKeys,
  { isListed, checks }: UsbKeys,
  wouldMatch: string,
): FamilyResult {
  const failed: KeyCheck = {
    key: presentText || (isListed ? 'idProductArray' : 'idVendor'),
    outcome: 'fails',
    wanted: nothing,
    found: null,
    note: wouldMatch,
  }
  return { kind: 'fails', family, checks: [...checks, failed], failed }
}

/** What to say of keys that form no combination, by whether the class is the vendor's own. Made once: most miss. */
function combinationNotes({ family, combinations }: Scheme): ReadonlyMap<boolean | null, string> {
  const note = (isVendorClass: boolean | null): string => {
    const possible = combinations.filter(
      one =>
        isVendorClass === null || one.isVendorClass === null || one.isVendorClass === isVendorClass,
    )
    const all = possible.map(one => one.needed.join(' + ')).join(', or ')
    return `These keys alone match no ${family} of this class; it takes ${all}.`
  }
  return new Map([true, false, null].map(isVendorClass => [isVendorClass, note(isVendorClass)]))
}
