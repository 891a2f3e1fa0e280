import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import { valueAt } from '../../../core/registry/property-value.ts'
import type { ClassRegistry } from './class-registry.ts'
import type { Entry } from './registry.ts'
import type { FamilyResult } from './family-result.ts'
import { matchUsbTable } from './usb-match.ts'
import { dictionaryOf, isEqual, stringOf, stringsOf } from './values.ts'

/**
 * `matchPropertyTable` of the provider's family (facts: matching, section 6). A family that is not here
 * compares nothing of its own.
 */
export function matchFamilyTable(
  classes: ClassRegistry,
  provider: Entry,
  table: DictionaryValue,
  score: number,
): FamilyResult {
  const is = (className: string): boolean => classes.conforms(provider.className, className)
  if (is('IOResources')) return matchResources(provider, table, score)
  if (is('IOPCIDevice')) return matchPci(provider, table, score)
  if (is('IOUSBHostDevice') || is('IOUSBDevice')) {
    return matchUsbTable('device', provider, table, score)
  }
  if (is('IOUSBHostInterface') || is('IOUSBInterface')) {
    return matchUsbTable('interface', provider, table, score)
  }
  if (is('IOHIDInterface') || is('IOHIDDevice') || is('IOHIDEventService')) {
    return matchHid(provider, table, score)
  }
  if (is('IOMedia')) return matchEquality(mediaKeys, provider, table, score)
  if (is('IOSCSIPeripheralDeviceNub')) return matchScsi(provider, table, score)
  return { isMatch: true, score }
}

const fail = (failedKey: string): FamilyResult => ({ isMatch: false, failedKey })

/** All named resources must be published (section 6.1). */
function matchResources(provider: Entry, table: DictionaryValue, score: number): FamilyResult {
  const wanted = stringsOf(valueAt(table, 'IOResourceMatch'))
  const isThere = wanted.every(name => provider.properties.has(name))
  return isThere ? { isMatch: true, score } : fail('IOResourceMatch')
}

const pciKeys = [
  { key: 'IOPCIMatch', registers: ['id', 'subsystem'], mask: 0xffff_ffff },
  { key: 'IOPCIPrimaryMatch', registers: ['id'], mask: 0xffff_ffff },
  { key: 'IOPCISecondaryMatch', registers: ['subsystem'], mask: 0xffff_ffff },
  { key: 'IOPCIClassMatch', registers: ['class'], mask: 0xffff_ff00 },
] as const

/** Section 6.2. The score stays as it is on x86. */
function matchPci(provider: Entry, table: DictionaryValue, score: number): FamilyResult {
  const word = (key: string): number => {
    const value = provider.properties.get(key)
    if (value?.kind !== 'data' || value.bytes.length < 4) return 0
    return new DataView(value.bytes.buffer, value.bytes.byteOffset).getUint32(0, true)
  }
  const registers = {
    id: ((word('device-id') << 16) | word('vendor-id')) >>> 0,
    subsystem: ((word('subsystem-id') << 16) | word('subsystem-vendor-id')) >>> 0,
    class: ((word('class-code') << 8) | word('revision-id')) >>> 0,
  }
  for (const { key, registers: names, mask } of pciKeys) {
    const wanted = stringOf(valueAt(table, key))
    if (wanted === undefined) continue
    if (!names.some(name => pciItemsMatch(wanted, registers[name], mask))) return fail(key)
  }
  return { isMatch: true, score }
}

/** `value[&mask] value[&mask] …`, hexadecimal; reading stops at the first text that is not. */
export function pciItemsMatch(items: string, register: number, defaultMask: number): boolean {
  const item = /\s*(?:0x)?([0-9a-f]+)(?:\s*&\s*(?:0x)?([0-9a-f]+))?/iy
  for (let match = item.exec(items); match; match = item.exec(items)) {
    const value = Number.parseInt(match[1]!, 16) >>> 0
    const mask = match[2] === undefined ? defaultMask : Number.parseInt(match[2], 16) >>> 0
    if ((value & mask) >>> 0 === (register & mask) >>> 0) return true
  }
  return false
}

const mediaKeys = [
  'Content',
  'Content Hint',
  'Ejectable',
  'Leaf',
  'Open',
  'Preferred Block Size',
  'Removable',
  'Size',
  'UUID',
  'Whole',
  'Writable',
]

/** Keys that must be equal when the table has them (section 6.5). */
function matchEquality(
  keys: readonly string[],
  provider: Entry,
  table: DictionaryValue,
  score: number,
): FamilyResult {
  for (const key of keys) {
    const wanted = valueAt(table, key)
    if (wanted !== undefined && !same(wanted, provider.properties.get(key))) return fail(key)
  }
  return { isMatch: true, score }
}

/** Section 6.4. */
function matchHid(provider: Entry, table: DictionaryValue, score: number): FamilyResult {
  const own = provider.properties
  let points = 0
  const pairs = valueAt(table, 'DeviceUsagePairs')
  const single = valueAt(table, 'DeviceUsagePage')
  if (pairs !== undefined || single !== undefined) {
    const wanted = pairs?.kind === 'array' ? pairs.items.map(dictionaryOf) : [table]
    const has = own.get('DeviceUsagePairs')
    const actual = has?.kind === 'array' ? has.items.map(dictionaryOf) : []
    const best = Math.max(0, ...wanted.flatMap(w => actual.map(a => usagePoints(w, a))))
    if (best === 0) return fail(pairs === undefined ? 'DeviceUsagePage' : 'DeviceUsagePairs')
    points += 1100 + best
  } else {
    const page = valueAt(table, 'PrimaryUsagePage')
    if (page !== undefined) {
      if (!same(page, own.get('PrimaryUsagePage'))) return fail('PrimaryUsagePage')
      points += 1100
      const usage = valueAt(table, 'PrimaryUsage')
      if (usage !== undefined) {
        if (!same(usage, own.get('PrimaryUsage'))) return fail('PrimaryUsage')
        points += 100
      }
    }
  }
  for (const [key, worth] of hidPoints) {
    const wanted = valueAt(table, key)
    if (wanted === undefined) continue
    if (!same(wanted, own.get(key))) return fail(key)
    points += worth
  }
  return { isMatch: true, score: score + points }
}

const hidPoints: readonly (readonly [string, number])[] = [
  ['Transport', 1000],
  ['LocationID', 2000],
  ['VendorID', 5000],
  ['ProductID', 1000],
  ['ModelNumber', 1000],
  ['VersionNumber', 100],
  ['Manufacturer', 100],
  ['SerialNumber', 100],
  ['PhysicalDeviceUniqueID', 100],
  ['BootProtocol', 0],
]

function usagePoints(
  wanted: DictionaryValue | undefined,
  actual: DictionaryValue | undefined,
): number {
  if (!wanted || !actual) return 0
  const page = valueAt(wanted, 'DeviceUsagePage')
  if (page === undefined || !same(page, valueAt(actual, 'DeviceUsagePage'))) return 0
  const usage = valueAt(wanted, 'DeviceUsage')
  if (usage === undefined) return 50
  return same(usage, valueAt(actual, 'DeviceUsage')) ? 100 : 0
}

const scsiChain: readonly (readonly [string, number])[] = [
  ['Peripheral Device Type', 5000],
  ['Vendor Identification', 10_000],
  ['Product Identification', 15_000],
  ['Product Revision Level', 20_000],
]

/** Section 6.6: absolute values, not cumulative. */
function matchScsi(provider: Entry, table: DictionaryValue, score: number): FamilyResult {
  let reached = 0
  for (const [key, worth] of scsiChain) {
    const wanted = valueAt(table, key)
    const actual = provider.properties.get(key)
    if (wanted === undefined || actual === undefined) break
    if (!same(wanted, actual)) return fail(key)
    reached = worth
  }
  if (reached === 0) {
    const category = stringOf(valueAt(table, 'IOMatchCategory'))
    if (category === undefined || category === 'SCSITaskUserClientDevice') {
      return fail('Peripheral Device Type')
    }
    reached = 4900
  }
  return { isMatch: true, score: reached + (score >= 5000 ? 4000 : score) }
}

function same(wanted: PropertyValue, actual: PropertyValue | undefined): boolean {
  return actual !== undefined && isEqual(wanted, actual)
}
