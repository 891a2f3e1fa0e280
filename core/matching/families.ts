import {
  ataFamily,
  fireWireDeviceFamily,
  fireWireUnitFamily,
  storageFamily,
} from './families/equal-properties.ts'
import { hidFamily } from './families/hid.ts'
import { pciFamily } from './families/pci.ts'
import { resourcesFamily } from './families/resources.ts'
import { scsiFamily } from './families/scsi.ts'
import { serialFamily } from './families/serial.ts'
import { usbDeviceFamily, usbInterfaceFamily } from './families/usb.ts'
import type { FamilyTable } from './family.ts'
import type { Platform } from './platform.ts'
import type { ProviderView } from './provider-view.ts'

/**
 * The matching table of a provider's family, by the most derived of its classes that has one (facts: matching,
 * section 6). Null: none is known, so the base keys decide alone and other keys are ignored. `familyIsKnown` says
 * whether that is certain.
 *
 * @param platform of the guest, `platformOf`; null where it is not known
 */
export function familyOf(
  provider: Pick<ProviderView, 'chain'>,
  platform: Platform | null = null,
): FamilyTable | null {
  for (const className of provider.chain.classes) {
    const table = tables.get(className)
    if (table !== undefined) return table
    if (className === 'IOPCIDevice') return pciTables.get(platform)!
  }
  return null
}

/** Whether a provider has a table here, or is of a class whose family has none in the open sources. */
export function familyIsKnown(provider: ProviderView): boolean {
  return provider.chain.classes.some(
    name => tables.has(name) || name === 'IOPCIDevice' || withoutTable.has(name),
  )
}

const tables: ReadonlyMap<string, FamilyTable> = new Map([
  ['IOResources', resourcesFamily],
  ['IOUserResources', resourcesFamily],
  ['IOUSBDevice', usbDeviceFamily],
  ['IOUSBHostDevice', usbDeviceFamily],
  ['IOUSBInterface', usbInterfaceFamily],
  ['IOUSBHostInterface', usbInterfaceFamily],
  ['IOHIDDevice', hidFamily],
  ['IOHIDInterface', hidFamily],
  ['IOHIDEventService', hidFamily],
  ['IOMedia', storageFamily],
  ['IOSCSIPeripheralDeviceNub', scsiFamily],
  ['IOSerialBSDClient', serialFamily],
  ['IOFireWireUnit', fireWireUnitFamily],
  ['IOFireWireDevice', fireWireDeviceFamily],
  ['IOATADevice', ataFamily],
])

const pciTables: ReadonlyMap<Platform | null, FamilyTable> = new Map(
  ([null, 'arm64', 'x86', 'ppc'] as const).map(platform => [platform, pciFamily(platform)]),
)

/** Facts: matching, sections 6.5 and 6.7; and what xnu itself makes, whose base class has no table. */
const withoutTable: ReadonlySet<string> = new Set([
  'IOBlockStorageDevice',
  'IONetworkInterface',
  'IONetworkController',
  'IODisplayConnect',
  'IOFramebuffer',
  'IOAudioDevice',
  'IOAudioEngine',
  'IOPlatformDevice',
  'IOPlatformExpert',
  'IOPlatformExpertDevice',
  'IOPMrootDomain',
])
