import { describe, expect, test } from 'vitest'
import { familyIsKnown, familyOf } from '../../../../core/matching/families.ts'
import { dictionaryOf, drawnProvider, type Plain } from '../../../helpers/provider-views.ts'

type Keys = Readonly<Record<string, Plain>>

/** The points with the own score, `fails at KEY`, or `unknown`: of the family that the class has. */
function scoreOn(className: string, properties: Keys | null, keys: Keys, own = 0): number | string {
  const provider = drawnProvider([className, 'IOService'], properties)
  const result = familyOf(provider)!.match(dictionaryOf(keys), provider, own)
  if (result.kind === 'holds') return own + result.points.points
  return result.kind === 'fails' ? `fails at ${result.failed.key}` : 'unknown'
}

describe.each(['IOResources', 'IOUserResources'])('%s, section 6.1', className => {
  const published = { IOBSD: 'IOService', IOKit: 'IOService', IOResourceMatched: ['IOBSD', 'boot'] }
  test.each<[string, number | string, Keys]>([
    ['no key', 0, {}],
    ['IOResourceMatch, published', 0, { IOResourceMatch: 'IOBSD' }],
    ['IOResourceMatch, not published', 'fails at IOResourceMatch', { IOResourceMatch: 'IONVRAM' }],
    ['IOResourceMatch, a list that is all published', 0, { IOResourceMatch: ['IOBSD', 'IOKit'] }],
    [
      'IOResourceMatch, a list of which one is missing',
      'fails at IOResourceMatch',
      { IOResourceMatch: ['IOBSD', 'IONVRAM'] },
    ],
    ['IOResourceMatch, names that are no strings', 'unknown', { IOResourceMatch: [1] }],
    ['IOResourceMatched, in the list', 0, { IOResourceMatched: 'IOBSD' }],
    [
      'IOResourceMatched, not in the list',
      'fails at IOResourceMatched',
      { IOResourceMatched: 'IOKit' },
    ],
    [
      'IOResourceMatched does not count beside IOResourceMatch',
      0,
      { IOResourceMatch: 'IOKit', IOResourceMatched: 'IOKit' },
    ],
    ['other keys are ignored', 0, { idVendor: 1, Whole: true }],
  ])('%s: %s', (_, score, keys) => {
    expect(scoreOn(className, published, keys)).toBe(score)
  })

  test('without properties, or without the list, nothing is claimed', () => {
    expect(scoreOn(className, null, { IOResourceMatch: 'IOBSD' })).toBe('unknown')
    expect(scoreOn(className, {}, { IOResourceMatched: 'IOBSD' })).toBe('unknown')
  })

  test('the note names what is missing', () => {
    const provider = drawnProvider([className], published)
    const keys = dictionaryOf({ IOResourceMatch: ['IOBSD', 'ACPI', 'IONVRAM'] })
    expect(familyOf(provider)!.match(keys, provider, 0)).toMatchObject({
      failed: { note: 'Not published: ACPI, IONVRAM.' },
    })
  })
})

describe('IOMedia, section 6.5', () => {
  const media = {
    Content: 'GUID_partition_scheme',
    'Content Hint': '',
    Ejectable: false,
    Leaf: false,
    Open: true,
    'Preferred Block Size': 512,
    Removable: false,
    Size: 500_000_000,
    UUID: 'A-B',
    Whole: true,
    Writable: true,
  }
  test.each(Object.entries(media))('%s must be equal, and adds nothing', (key, value) => {
    expect(scoreOn('IOMedia', media, { [key]: value }, 4000)).toBe(4000)
    const other =
      typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : 'other'
    expect(scoreOn('IOMedia', media, { [key]: other })).toBe(`fails at ${key}`)
    expect(scoreOn('IOMedia', {}, { [key]: value })).toBe(`fails at ${key}`)
    expect(scoreOn('IOMedia', null, { [key]: value })).toBe('unknown')
  })

  test('a boolean is no number', () => {
    expect(scoreOn('IOMedia', media, { Whole: 1 })).toBe('fails at Whole')
  })

  test('the first key that fails is the first in the order of the kernel', () => {
    expect(scoreOn('IOMedia', media, { Whole: false, Leaf: true })).toBe('fails at Leaf')
  })
})

describe('SCSI, section 6.6', () => {
  const disk = {
    'Peripheral Device Type': 0,
    'Vendor Identification': 'SanDisk',
    'Product Identification': 'Cruzer',
    'Product Revision Level': '1.26',
  }
  const type = { 'Peripheral Device Type': 0 }
  const vendor = { ...type, 'Vendor Identification': 'SanDisk' }
  const product = { ...vendor, 'Product Identification': 'Cruzer' }
  const whole = { ...product, 'Product Revision Level': '1.26' }
  const without = { IOMatchCategory: 'SCSITaskUserClientIniter' }

  test.each<[string, number | string, Keys, number]>([
    ['the type', 5000, type, 0],
    ['with the vendor', 10_000, vendor, 0],
    ['with the product', 15_000, product, 0],
    ['with the revision', 20_000, whole, 0],
    [
      'a product without a vendor is not looked at',
      5000,
      { ...type, 'Product Identification': 'x' },
      0,
    ],
    [
      'a revision without a product is not looked at',
      10_000,
      { ...vendor, 'Product Revision Level': 'x' },
      0,
    ],
    ['an own score is added', 5100, type, 100],
    ['an own 4999 counts whole', 9999, type, 4999],
    ['an own 5000 counts as 4000', 9000, type, 5000],
    ['an own 90000 counts as 4000', 9000, type, 90_000],
    ['another type', 'fails at Peripheral Device Type', { 'Peripheral Device Type': 5 }, 0],
    [
      'another vendor',
      'fails at Vendor Identification',
      { ...type, 'Vendor Identification': 'x' },
      0,
    ],
    [
      'another product',
      'fails at Product Identification',
      { ...vendor, 'Product Identification': 'x' },
      0,
    ],
    [
      'another revision',
      'fails at Product Revision Level',
      { ...product, 'Product Revision Level': 'x' },
      0,
    ],
    ['no type, and a category of its own', 4900, without, 0],
    ['no type and no category', 'fails at Peripheral Device Type', {}, 0],
    [
      'no type, and the category of user clients',
      'fails at Peripheral Device Type',
      { IOMatchCategory: 'SCSITaskUserClientDevice' },
      0,
    ],
  ])('%s: %s', (_, score, keys, own) => {
    expect(scoreOn('IOSCSIPeripheralDeviceNub', disk, keys, own)).toBe(score)
  })

  test('what the device lacks ends the chain', () => {
    expect(scoreOn('IOSCSIPeripheralDeviceNub', type, whole)).toBe(5000)
    expect(scoreOn('IOSCSIPeripheralDeviceNub', {}, { ...whole, ...without })).toBe(4900)
    expect(scoreOn('IOSCSIPeripheralDeviceNub', {}, whole)).toBe('fails at Peripheral Device Type')
  })

  test('a dump without properties decides only what asks for nothing', () => {
    expect(scoreOn('IOSCSIPeripheralDeviceNub', null, type)).toBe('unknown')
    expect(scoreOn('IOSCSIPeripheralDeviceNub', null, without)).toBe(4900)
  })
})

describe('IOSerialBSDClient, section 6.7', () => {
  const client = {
    IOTTYDevice: 'usbmodem1',
    IOTTYBaseName: 'usbmodem',
    IOTTYSuffix: '1',
    IOCalloutDevice: '/dev/cu.usbmodem1',
    IODialinDevice: '/dev/tty.usbmodem1',
    IOSerialBSDClientType: 'IOModemSerialStream',
  }
  test.each(Object.entries(client))('%s may be equal', (key, value) => {
    expect(scoreOn('IOSerialBSDClient', client, { [key]: value })).toBe(0)
  })
  test.each(Object.keys(client).slice(0, -1))('%s that differs fails', key => {
    expect(scoreOn('IOSerialBSDClient', client, { [key]: 'x' })).toBe(`fails at ${key}`)
  })
  test.each<[string, number | string, Plain]>([
    ['all types', 0, 'IOSerialStream'],
    ['perhaps a class of the stream', 'unknown', 'IORS232SerialStream'],
    ['no string', 'fails at IOSerialBSDClientType', 1],
  ])('a type that is %s: %s', (_, score, type) => {
    expect(scoreOn('IOSerialBSDClient', client, { IOSerialBSDClientType: type })).toBe(score)
  })
})

describe('FireWire and ATA, section 6.7', () => {
  const unit = { Unit_Spec_ID: 0xa02d, Unit_SW_Version: 0x10001, Vendor_ID: 0xa27, GUID: 77 }
  test.each(Object.entries(unit))('%s of a unit must be equal', (key, value) => {
    expect(scoreOn('IOFireWireUnit', unit, { [key]: value })).toBe(0)
    expect(scoreOn('IOFireWireUnit', unit, { [key]: value + 1 })).toBe(`fails at ${key}`)
  })
  test('a device is asked for its vendor and GUID, and not for a specification', () => {
    expect(scoreOn('IOFireWireDevice', unit, { Vendor_ID: 1 })).toBe('fails at Vendor_ID')
    expect(scoreOn('IOFireWireDevice', unit, { GUID: 1 })).toBe('fails at GUID')
    expect(scoreOn('IOFireWireDevice', unit, { Unit_Spec_ID: 1 })).toBe(0)
  })
  test('an ATA device is asked for its type', () => {
    const device = { 'ata device type': 'atapi' }
    expect(scoreOn('IOATADevice', device, { 'ata device type': 'atapi' }, 7)).toBe(7)
    expect(scoreOn('IOATADevice', device, { 'ata device type': 'ata' })).toBe(
      'fails at ata device type',
    )
  })
})

describe('which family a provider has', () => {
  const familyFor = (...classes: string[]): string | null =>
    familyOf(drawnProvider(classes, {}))?.family ?? null

  test.each<[string | null, string]>([
    ['PCI', 'IOPCIDevice'],
    ['USB device', 'IOUSBDevice'],
    ['USB device', 'IOUSBHostDevice'],
    ['USB interface', 'IOUSBInterface'],
    ['USB interface', 'IOUSBHostInterface'],
    ['HID', 'IOHIDDevice'],
    ['HID', 'IOHIDEventService'],
    ['HID', 'IOHIDInterface'],
    ['Resources', 'IOUserResources'],
    [null, 'IOBlockStorageDevice'],
    [null, 'IONetworkInterface'],
    [null, 'IONetworkController'],
    [null, 'IODisplayConnect'],
  ])('%s: %s', (family, className) => {
    expect(familyFor(className, 'IOService')).toBe(family)
    expect(familyIsKnown(drawnProvider([className], {}))).toBe(true)
  })

  test('a subclass has the family of the class it comes from', () => {
    expect(familyFor('IOUSBRootHubDevice', 'IOUSBHubDevice', 'IOUSBDevice')).toBe('USB device')
    expect(familyFor('AppleUSBKeyboard', 'IOHIDDevice')).toBe('HID')
  })

  test('a class of which nothing is known has the base keys alone, and that is said', () => {
    expect(familyFor('MyNub', 'IOService')).toBe(null)
    expect(familyIsKnown(drawnProvider(['MyNub', 'IOService'], {}))).toBe(false)
  })

  test('each family says which keys it looks at', () => {
    for (const name of ['IOPCIDevice', 'IOUSBDevice', 'IOUSBInterface', 'IOHIDDevice', 'IOMedia']) {
      const { keys } = familyOf(drawnProvider([name], {}))!
      expect(keys.length).toBeGreaterThan(0)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })
})
