import { describe, expect, test } from 'vitest'
import { draftDriver, type DraftOptions } from '../../../core/draft/draft-driver.ts'
import { providerClassOf } from '../../../core/draft/match-keys.ts'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { draftContextOf } from '../../helpers/draft-context.ts'
import type { ModelEntry } from '../../helpers/registry-model.ts'
import {
  entryNamed,
  machine,
  nulTerminated,
  service,
  snapshotOf,
} from '../../helpers/service-model.ts'
import { kextWith } from '../matching/kext-with.ts'

const le32 = (number: number) =>
  Uint8Array.of(number & 255, (number >> 8) & 255, (number >> 16) & 255, (number >>> 24) & 255)

interface Family {
  readonly family: string
  /** Class chain below IOService. */
  readonly chain: string
  readonly target: object
  /** Others of the class: `same…` are matched by the first choice too. */
  readonly others?: Readonly<Record<string, object>>
  /** Every choice, by its id, as the keys that are written. */
  readonly choices: Readonly<Record<string, object>>
}

const pci = (device: number, classCode = 0x02_0000) => ({
  'vendor-id': le32(0x8086),
  'device-id': le32(device),
  'class-code': le32(classCode),
  'revision-id': le32(3),
  'subsystem-id': le32(0x1100),
  'subsystem-vendor-id': le32(0x1af4),
})
const usbDevice = {
  idVendor: 0x46f4,
  idProduct: 1,
  bcdDevice: 0x100,
  bDeviceClass: 0,
  bDeviceSubClass: 0,
  bDeviceProtocol: 0,
}
const usbInterface = {
  idVendor: 0x46f4,
  idProduct: 1,
  bcdDevice: 0x100,
  bConfigurationValue: 1,
  bInterfaceNumber: 0,
  bInterfaceClass: 8,
  bInterfaceSubClass: 6,
  bInterfaceProtocol: 80,
}
const usage = (page: number, one: number) => ({ DeviceUsagePage: page, DeviceUsage: one })
const disk = (more: object) => ({ 'Content Hint': '', Whole: false, UUID: '', ...more })

const families: readonly Family[] = [
  {
    family: 'PCI',
    chain: 'IOPCIDevice',
    target: pci(0x100f),
    others: { other: pci(0x1234), sameClass: pci(0x9999) },
    choices: {
      'pci-device': { IOPCIMatch: '0x100f8086' },
      'pci-board': { IOPCIPrimaryMatch: '0x100f8086', IOPCISecondaryMatch: '0x11001af4' },
      'pci-class': { IOPCIClassMatch: '0x02000000&0xffffff00' },
      class: {},
    },
  },
  {
    family: 'PCI through Thunderbolt',
    chain: 'IOPCIDevice',
    target: { ...pci(0x100f, 0x0c_0330), IOPCITunnelled: true },
    choices: {
      'pci-device': { IOPCIMatch: '0x100f8086', IOPCITunnelCompatible: true },
      'pci-class': { IOPCIClassMatch: '0x0c033000&0xffffff00', IOPCITunnelCompatible: true },
      class: {},
    },
  },
  {
    family: 'USB device',
    chain: 'IOUSBHostDevice',
    target: usbDevice,
    others: { other: { ...usbDevice, idProduct: 2 }, same: usbDevice },
    choices: {
      'usb-product': { idVendor: 0x46f4, idProduct: 1 },
      'usb-revision': { idVendor: 0x46f4, idProduct: 1, bcdDevice: 0x100 },
    },
  },
  {
    family: 'USB device of a class',
    chain: 'IOUSBHostDevice',
    target: { ...usbDevice, bDeviceClass: 9 },
    choices: {
      'usb-product': { idVendor: 0x46f4, idProduct: 1 },
      'usb-class': { bDeviceClass: 9, bDeviceSubClass: 0, bDeviceProtocol: 0 },
    },
  },
  {
    family: 'USB device of a vendor’s own class',
    chain: 'IOUSBHostDevice',
    target: { ...usbDevice, bDeviceClass: 255, bDeviceSubClass: 3, bDeviceProtocol: 4 },
    choices: {
      'usb-product': { idVendor: 0x46f4, idProduct: 1 },
      'usb-vendor-class': { idVendor: 0x46f4, bDeviceSubClass: 3, bDeviceProtocol: 4 },
    },
  },
  {
    family: 'USB device under its old name',
    chain: 'IOUSBDevice',
    target: usbDevice,
    choices: { 'usb-product': { idVendor: 0x46f4, idProduct: 1 } },
  },
  {
    family: 'USB device that a tool shows by its old name',
    chain: 'IOUSBDevice',
    target: { ...usbDevice, USBPortType: 0, IOClassNameOverride: 'IOUSBDevice' },
    choices: { 'usb-product': { idVendor: 0x46f4, idProduct: 1 } },
  },
  {
    family: 'USB interface',
    chain: 'IOUSBHostInterface',
    target: usbInterface,
    others: { other: { ...usbInterface, bInterfaceNumber: 1 } },
    choices: {
      'usb-product': {
        idVendor: 0x46f4,
        idProduct: 1,
        bConfigurationValue: 1,
        bInterfaceNumber: 0,
      },
      'usb-revision': {
        idVendor: 0x46f4,
        idProduct: 1,
        bcdDevice: 0x100,
        bConfigurationValue: 1,
        bInterfaceNumber: 0,
      },
      'usb-class': { bInterfaceClass: 8, bInterfaceSubClass: 6, bInterfaceProtocol: 80 },
    },
  },
  {
    family: 'ACPI',
    chain: 'IOPlatformDevice:IOACPIPlatformDevice',
    target: {
      name: nulTerminated('PNP0C09'),
      compatible: nulTerminated('smc-napa', 'wild*'),
      _UID: '0',
    },
    others: { other: { name: nulTerminated('PNP0303') } },
    choices: { name: { IONameMatch: 'smc-napa' }, 'name-2': { IONameMatch: 'PNP0C09' } },
  },
  {
    family: 'medium',
    chain: 'IOStorage:IOMedia',
    target: disk({ 'Content Hint': 'Apple_HFS', UUID: 'C48F' }),
    others: { sameHint: disk({ 'Content Hint': 'Apple_HFS', UUID: 'FFFF' }), other: disk({}) },
    choices: {
      'media-content': { IOPropertyMatch: { 'Content Hint': 'Apple_HFS' } },
      'media-uuid': { IOPropertyMatch: { UUID: 'C48F' } },
    },
  },
  {
    family: 'whole disk',
    chain: 'IOStorage:IOMedia',
    target: disk({ Whole: true }),
    others: { sameDisk: disk({ Whole: true }), other: disk({}) },
    choices: { 'media-whole': { IOPropertyMatch: { Whole: true } } },
  },
  {
    family: 'block storage',
    chain: 'IOBlockStorageDevice',
    target: { 'device-type': 'Generic' },
    others: { other: { 'device-type': 'DVD' } },
    choices: { 'block-storage-type': { IOPropertyMatch: { 'device-type': 'Generic' } } },
  },
  {
    family: 'HID',
    chain: 'IOHIDInterface',
    target: { VendorID: 1575, ProductID: 1, DeviceUsagePairs: [usage(1, 6), usage(12, 1)] },
    others: { other: { VendorID: 1575, ProductID: 2, DeviceUsagePairs: [usage(1, 2)] } },
    choices: {
      'hid-product': { VendorID: 1575, ProductID: 1 },
      'hid-usage': { DeviceUsagePairs: [usage(1, 6)] },
    },
  },
  {
    family: 'SCSI',
    chain: 'IOSCSIProtocolInterface:IOSCSIProtocolServices:IOSCSIPeripheralDeviceNub',
    target: {
      'Peripheral Device Type': 5,
      'Vendor Identification': 'QEMU',
      'Product Identification': 'QEMU DVD-ROM',
    },
    others: {
      other: {
        'Peripheral Device Type': 5,
        'Vendor Identification': 'QEMU',
        'Product Identification': 'QEMU CD-ROM',
      },
    },
    choices: {
      'scsi-product': {
        'Peripheral Device Type': 5,
        'Vendor Identification': 'QEMU',
        'Product Identification': 'QEMU DVD-ROM',
      },
      'scsi-type': { 'Peripheral Device Type': 5 },
    },
  },
  {
    family: 'serial',
    chain: 'IOSerialBSDClient',
    target: { IOTTYBaseName: 'modem' },
    others: { other: { IOTTYBaseName: 'serial' } },
    choices: { 'serial-name': { IOTTYBaseName: 'modem' } },
  },
  {
    family: 'FireWire',
    chain: 'IOFireWireNub:IOFireWireUnit',
    target: { Unit_Spec_ID: 0x609e, Unit_SW_Version: 0x010483, Vendor_ID: 0x3db },
    others: { other: { Unit_Spec_ID: 0xa02d, Unit_SW_Version: 0x010001, Vendor_ID: 0x3db } },
    choices: { firewire: { Unit_Spec_ID: 0x609e, Unit_SW_Version: 0x010483, Vendor_ID: 0x3db } },
  },
  {
    family: 'ATA',
    chain: 'IOATADevice',
    target: { 'ata device type': 'atapi' },
    others: { other: { 'ata device type': 'ata' } },
    choices: { 'ata-type': { 'ata device type': 'atapi' } },
  },
  {
    family: 'none with others of the class',
    chain: 'AcmePort',
    target: { port: 3, kind: 'fast', 'port-status': 7 },
    others: { other: { port: 4, kind: 'fast' }, slow: { port: 3, kind: 'slow' } },
    choices: { properties: { IOPropertyMatch: { kind: 'fast', port: 3 } }, class: {} },
  },
  {
    family: 'none with nothing else of the class',
    chain: 'AcmeRoot',
    target: { model: 'Acme 1', serial: 'X' },
    choices: { class: {}, properties: { IOPropertyMatch: { model: 'Acme 1' } } },
  },
]

function built({ chain, target, others = {} }: Family, ...clients: readonly ModelEntry[]) {
  return snapshotOf(
    machine(
      service('target', chain, target, clients),
      ...Object.entries(others).map(([name, properties]) => service(name, chain, properties)),
    ),
  )
}

const nameOf = (snapshot: Snapshot, entry: number) =>
  stringAt(snapshot.strings, snapshot.entries.name[entry]!)

function draftFor(
  snapshot: Snapshot,
  options: DraftOptions = {},
  installed: readonly InstalledKext[] = [],
) {
  return draftDriver(draftContextOf(snapshot, installed), entryNamed(snapshot, 'target'), options)
}

function plain(value: PropertyValue): unknown {
  switch (value.kind) {
    case 'string':
      return value.text
    case 'integer':
      return Number(value.value)
    case 'boolean':
      return value.value
    case 'data':
      return value.bytes
    case 'array':
      return value.items.map(plain)
    case 'dictionary':
      return Object.fromEntries(value.entries.map(([key, item]) => [key, plain(item)]))
    default:
      throw new Error(value.kind)
  }
}

describe.each(families)('$family', family => {
  const snapshot = built(family)

  test('the keys are those that the family is matched by, and each way wins', () => {
    const { choices, names } = draftFor(snapshot)
    const found = choices.map(({ choice: { id, keys } }) => [
      id,
      Object.fromEntries(
        keys
          .filter(([key]) => key !== 'IOProviderClass')
          .map(([key, value]) => [key, plain(value)]),
      ),
    ])
    expect(found).toEqual(expect.arrayContaining(Object.entries(family.choices)))
    expect(found[0]).toEqual(Object.entries(family.choices)[0])
    for (const { choice, verdict, category, probeScore } of choices) {
      expect([choice.id, verdict.candidate?.reason.kind]).toEqual([choice.id, 'would-start'])
      const own = choice.needsOwnCategory ? names.className : null
      expect([verdict.wins, category, probeScore]).toEqual([true, own, null])
      const isHidden = family.family.includes('a tool shows')
      expect(isHidden ? ['IOUSBHostDevice'] : family.chain.split(':')).toContain(
        providerClassOf(choice),
      )
    }
  })

  test('what the best way matches besides is what is the same by it', () => {
    const { chosen } = draftFor(snapshot)
    const matched = chosen.alsoMatches.map(({ entry }) => nameOf(snapshot, entry))
    const all = Object.keys(family.others ?? {})
    const expected = all.filter(name => /^same(?!Class)/.test(name))
    expect(matched).toEqual(expected)
    expect(chosen.undecidedCount).toBe(0)
    // The class alone matches them all, where the family accepts it.
    const isAccepted = draftFor(snapshot).choices.some(({ choice }) => choice.id === 'class')
    expect(isAccepted).toBe(!/USB/.test(family.family))
    const byClass = draftFor(snapshot, { keys: 'class' }).chosen.alsoMatches
    const everything = byClass.map(({ entry }) => nameOf(snapshot, entry)).sort()
    expect(everything).toEqual(isAccepted ? all.sort() : [])
  })

  test('a driver that waits with a higher score is outbid', () => {
    const { chosen: alone } = draftFor(snapshot)
    const rival = {
      ...Object.fromEntries(alone.choice.keys.map(([key, value]) => [key, plain(value)])),
      IOClass: 'Rival',
      IOProbeScore: 1500,
    }
    const kext = kextWith('com.example.rival', { Rival: rival })
    const { chosen } = draftFor(snapshot, { keys: alone.choice.id }, [kext])
    expect(chosen).toMatchObject({ category: null, probeScore: 2000, verdict: { wins: true } })
    // One that is as good leaves it to chance, so that one is outbid too.
    const equal = kextWith('com.example.rival', { Rival: { ...rival, IOProbeScore: 0 } })
    const above = draftFor(snapshot, { keys: alone.choice.id }, [equal]).chosen
    expect(above).toMatchObject({ category: null, probeScore: 1000, verdict: { wins: true } })
  })

  test('beside a driver that runs, it takes a category of its own, or the better score if told to', () => {
    const { chosen: alone } = draftFor(snapshot)
    const rival = {
      ...Object.fromEntries(alone.choice.keys.map(([key, value]) => [key, plain(value)])),
      CFBundleIdentifier: 'com.example.rival',
      IOClass: 'Rival',
      IOProbeScore: 700,
    }
    const score = alone.verdict.candidate!.result!
    if (score.kind !== 'matches') throw new Error('it does not match')
    const client = service('running', 'Rival', {
      ...rival,
      IOMatchCategory: 'IODefaultMatchCategory',
      IOProbeScore: score.score + 700,
    })
    const running = built(family, client)
    const kext = kextWith('com.example.rival', { Rival: rival })
    const { chosen, names } = draftFor(running, { keys: alone.choice.id }, [kext])
    expect(chosen).toMatchObject({ category: names.className, verdict: { wins: true } })
    const instead = draftFor(running, { keys: alone.choice.id, competition: 'default-category' }, [
      kext,
    ]).chosen
    expect(instead).toMatchObject({ category: null, probeScore: 1000 })
    expect(instead.verdict.candidate!.reason).toMatchObject({
      kind: 'would-start',
      instead: entryNamed(running, 'running'),
    })
  })
})

test('where nobody knows whether a class compares names by its properties, the entry’s own name is certain', () => {
  const names = { compatible: nulTerminated('aic,1'), name: nulTerminated('target') }
  const { choices, chosen } = draftFor(
    snapshotOf(machine(service('target', 'AppleARMIODevice', names))),
  )
  expect(choices[0]).toMatchObject({
    choice: { id: 'name' },
    verdict: { wins: false, candidate: { standing: 'unknown' } },
  })
  expect(chosen.choice.keys.at(-1)).toEqual(['IONameMatch', { kind: 'string', text: 'target' }])
  expect(chosen.verdict.wins).toBe(true)
})
