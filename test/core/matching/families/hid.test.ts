import { describe, expect, test } from 'vitest'
import { hidFamily } from '../../../../core/matching/families/hid.ts'
import { dictionaryOf, drawnProvider, type Plain } from '../../../helpers/provider-views.ts'

type Keys = Readonly<Record<string, Plain>>

const usage = (page: number, usage?: number): Keys =>
  usage === undefined ? { DeviceUsagePage: page } : { DeviceUsagePage: page, DeviceUsage: usage }

const keyboard = {
  PrimaryUsagePage: 1,
  PrimaryUsage: 6,
  DeviceUsagePairs: [usage(1, 6), usage(12, 1)],
  Transport: 'USB',
  LocationID: 0x1410_0000,
  VendorID: 0x05ac,
  ProductID: 0x0267,
  ModelNumber: 'A1644',
  VersionNumber: 0x110,
  Manufacturer: 'Apple Inc.',
  SerialNumber: 'F0T',
  PhysicalDeviceUniqueID: 'id',
  BootProtocol: 1,
  HIDDefaultBehavior: 'Keyboard',
}

const matchOf = (keys: Keys, properties: Keys | null = keyboard) =>
  hidFamily.match(dictionaryOf(keys), drawnProvider(['IOHIDInterface'], properties), 0)

function pointsOf(keys: Keys, properties: Keys | null = keyboard): number | string {
  const result = matchOf(keys, properties)
  if (result.kind === 'holds') return result.points.points
  return result.kind === 'fails' ? `fails at ${result.failed.key}` : 'unknown'
}

describe('points, section 6.4', () => {
  const vendor = { VendorID: 0x05ac }
  test.each<[string, number, Keys]>([
    ['no key', 0, {}],
    ['DeviceUsagePairs, page and usage', 1200, { DeviceUsagePairs: [usage(1, 6)] }],
    ['DeviceUsagePairs, the page alone', 1150, { DeviceUsagePairs: [usage(1)] }],
    ['DeviceUsagePairs, the second of the device', 1200, { DeviceUsagePairs: [usage(12, 1)] }],
    [
      'DeviceUsagePairs, the second of the personality',
      1200,
      { DeviceUsagePairs: [usage(13, 4), usage(12, 1)] },
    ],
    [
      'DeviceUsagePairs, only the first that hits',
      1200,
      { DeviceUsagePairs: [usage(1, 6), usage(12, 1)] },
    ],
    ['DeviceUsagePage + DeviceUsage', 1200, usage(1, 6)],
    ['DeviceUsagePage', 1150, usage(1)],
    ['both: the base counts once', 1300, { ...usage(12, 1), DeviceUsagePairs: [usage(1, 6)] }],
    ['PrimaryUsagePage', 1100, { PrimaryUsagePage: 1 }],
    ['PrimaryUsagePage + PrimaryUsage', 1200, { PrimaryUsagePage: 1, PrimaryUsage: 6 }],
    ['PrimaryUsage alone', 0, { PrimaryUsage: 6 }],
    [
      'a device usage makes the primary ones count nothing',
      1200,
      { PrimaryUsagePage: 1, ...usage(1, 6) },
    ],
    ['Transport', 1000, { Transport: 'USB' }],
    ['Transport + LocationID', 3000, { Transport: 'USB', LocationID: 0x1410_0000 }],
    ['LocationID without Transport', 0, { LocationID: 0x1410_0000 }],
    ['VendorID', 5000, vendor],
    ['VendorID + ProductID', 6000, { ...vendor, ProductID: 0x0267 }],
    ['VendorID + ProductID *', 6000, { ...vendor, ProductID: '*' }],
    ['VendorID + ProductIDArray', 5975, { ...vendor, ProductIDArray: [1, 0x0267] }],
    ['VendorID + ProductIDMask', 5950, { ...vendor, ProductID: 0x02ff, ProductIDMask: 0xff00 }],
    [
      'VendorID + array + mask',
      5925,
      { ...vendor, ProductIDArray: [1, 0x02ff], ProductIDMask: 0xff00 },
    ],
    ['VendorID + ModelNumber', 6000, { ...vendor, ModelNumber: 'A1644' }],
    ['VendorID + VersionNumber', 5100, { ...vendor, VersionNumber: 0x110 }],
    ['VendorID + Manufacturer', 5100, { ...vendor, Manufacturer: 'Apple Inc.' }],
    ['VendorID + SerialNumber', 5100, { ...vendor, SerialNumber: 'F0T' }],
    ['VendorID + PhysicalDeviceUniqueID', 5100, { ...vendor, PhysicalDeviceUniqueID: 'id' }],
    ['ProductID without VendorID', 0, { ProductID: 0x0267 }],
    ['Manufacturer without VendorID', 0, { Manufacturer: 'Apple Inc.' }],
    ['BootProtocol', 0, { BootProtocol: 1 }],
    ['HIDDefaultBehavior, with whatever value', 0, { HIDDefaultBehavior: '' }],
  ])('%s: %i', (_, points, keys) => {
    expect(pointsOf(keys)).toBe(points)
  })

  test('1201 is an own 1 and 1200 for a usage', () => {
    const keys = dictionaryOf({ DeviceUsagePairs: [usage(1, 6)] })
    const result = hidFamily.match(keys, drawnProvider(['IOHIDInterface'], keyboard), 1)
    expect(result).toMatchObject({
      points: {
        points: 1200,
        parts: [
          ['DeviceUsagePairs', 100],
          ['a usage of the device', 1100],
        ],
      },
    })
  })

  test('7200 is 5000 for the vendor, 1000 for the product and 1200 for a usage', () => {
    expect(pointsOf({ ...vendor, ProductID: 0x0267, PrimaryUsagePage: 1, PrimaryUsage: 6 })).toBe(
      7200,
    )
  })
})

describe('all keys must match, section 6.4', () => {
  test.each<[string, Keys]>([
    ['PrimaryUsagePage', { PrimaryUsagePage: 12 }],
    ['PrimaryUsage', { PrimaryUsage: 2 }],
    ['DeviceUsagePairs', { DeviceUsagePairs: [usage(1, 2), usage(13)] }],
    ['DeviceUsagePage', usage(1, 2)],
    ['Transport', { Transport: 'Bluetooth' }],
    ['LocationID', { LocationID: 0 }],
    ['VendorID', { VendorID: 1 }],
    ['ProductID', { VendorID: 0x05ac, ProductID: 1 }],
    ['ProductIDArray', { VendorID: 0x05ac, ProductIDArray: [1, 2] }],
    ['ProductID', { VendorID: 0x05ac, ProductID: 0x03ff, ProductIDMask: 0xff00 }],
    ['ModelNumber', { ModelNumber: 'A1' }],
    ['VersionNumber', { VersionNumber: 1 }],
    ['Manufacturer', { Manufacturer: 'Apple' }],
    ['SerialNumber', { SerialNumber: '' }],
    ['PhysicalDeviceUniqueID', { PhysicalDeviceUniqueID: 'other' }],
    ['BootProtocol', { BootProtocol: 2 }],
    ['HIDCompatibilityInterface', { HIDCompatibilityInterface: true }],
  ])('%s that differs fails', (key, keys) => {
    expect(pointsOf(keys)).toBe(`fails at ${key}`)
  })

  test('a device without the property fails', () => {
    expect(pointsOf({ ProductID: 1 }, {})).toBe('fails at ProductID')
    expect(pointsOf({ DeviceUsagePairs: [usage(1, 6)] }, {})).toBe('fails at DeviceUsagePairs')
  })

  test('a dump without properties decides nothing', () => {
    expect(pointsOf({ VendorID: 1 }, null)).toBe('unknown')
    expect(pointsOf({ DeviceUsagePairs: [usage(1, 6)] }, null)).toBe('unknown')
    expect(pointsOf({ ProductID: 1 }, null)).toBe('unknown')
    expect(pointsOf({ HIDDefaultBehavior: true }, null)).toBe('unknown')
  })

  test('the checks are in the order of the kernel', () => {
    const keys = {
      BootProtocol: 1,
      VendorID: 0x05ac,
      Transport: 'USB',
      PrimaryUsagePage: 1,
      ProductID: 0x0267,
    }
    expect(matchOf(keys).checks.map(({ key }) => key)).toEqual([
      'PrimaryUsagePage',
      'Transport',
      'VendorID',
      'ProductID',
      'BootProtocol',
    ])
  })
})

describe('vendor-defined usages without a vendor, section 6.4', () => {
  const vendorDevice = {
    ...keyboard,
    PrimaryUsagePage: 0xff00,
    DeviceUsagePairs: [usage(0xff00, 1)],
  }

  test('are refused on the transport that the personality names', () => {
    const keys = { DeviceUsagePairs: [usage(0xff00, 1)], Transport: 'USB' }
    expect(pointsOf(keys, vendorDevice)).toBe('fails at VendorID')
    expect(pointsOf({ PrimaryUsagePage: 0xff00, Transport: 'USB' }, vendorDevice)).toBe(
      'fails at VendorID',
    )
  })

  test('are taken with a vendor, and on other transports', () => {
    const keys = { DeviceUsagePairs: [usage(0xff00, 1)] }
    expect(pointsOf({ ...keys, VendorID: 0x05ac, Transport: 'USB' }, vendorDevice)).toBe(7200)
    expect(pointsOf({ ...keys, Transport: 'SPI' }, { ...vendorDevice, Transport: 'SPI' })).toBe(
      2200,
    )
  })

  test('are open where only the device names the transport', () => {
    expect(pointsOf({ PrimaryUsagePage: 0xff00 }, vendorDevice)).toBe('unknown')
  })
})
