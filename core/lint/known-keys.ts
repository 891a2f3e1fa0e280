import {
  ataFamily,
  fireWireDeviceFamily,
  fireWireUnitFamily,
  storageFamily,
} from '../matching/families/equal-properties.ts'

/** What matching compares the value of a key with; `any` where it takes what it finds. */
export type ValueShape =
  | 'any'
  | 'string'
  | 'number'
  | 'dictionary'
  /** One string, or several of which one has to hold. */
  | 'strings'
  /** One dictionary, or several of which one has to hold. */
  | 'dictionaries'
  /** A location, or a table that the location has to match. */
  | 'string-or-dictionary'
  /** A number, or the string `*` that stands for every one. */
  | 'number-or-star'
  | 'array'

/** Keys that each service compares, whatever its class (facts: matching, section 4). */
export const baseKeys: ReadonlyMap<string, ValueShape> = new Map([
  ['IOServiceNotificationUser', 'any'],
  ['IOExclaveProxy', 'any'],
  ['IOCompatibilityMatch', 'any'],
  ['IOProviderClass', 'string'],
  ['IONameMatch', 'strings'],
  ['IOLocationMatch', 'string-or-dictionary'],
  ['IOPropertyMatch', 'dictionaries'],
  ['IOPropertyExistsMatch', 'strings'],
  ['IOPathMatch', 'string'],
  ['IORegistryEntryID', 'number'],
  ['IOMatchedServiceCountMatch', 'number'],
  ['BSD Name', 'any'],
  ['BSD Major', 'any'],
  ['BSD Minor', 'any'],
  ['BSD Unit', 'any'],
  ['IOParentMatch', 'dictionary'],
])

/** Keys that mean something in a personality and are no condition (facts: matching, sections 1, 4, 7). */
export const otherKeys: readonly string[] = [
  'IOClass',
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOProbeScore',
  'IOMatchCategory',
  'IOMatchDefer',
  'IOKitDebug',
  'IOUserClientClass',
  'IOProviderMergeProperties',
  'IOProviderParentMergeProperties',
  'IOPersonalityPublisher',
  'IOUserClass',
  'IOUserServerName',
  'IOUserServerOneProcess',
  'IOUserServerCDHash',
  'IOServiceDEXTEntitlements',
  'IOPCITunnelCompatible',
  'IOPrimaryDriverTerminateOptions',
  // What the kernel writes beside them: not misspelt either.
  'IONameMatched',
  'KernelConfigTable',
]

/** The keys that one family of providers looks at (facts: matching, section 6). */
export interface KeyFamily {
  /** For people: `PCI`, `USB device`. */
  readonly name: string
  /** Provider classes that are surely of the family. A subclass of them can't be told by its name. */
  readonly providers: readonly string[]
  readonly keys: ReadonlyMap<string, ValueShape>
  /** Nothing matches where certain keys are not there together; elsewhere each key narrows by itself. */
  readonly wantsCombinations?: true
}

const usbDescriptor = (letter: 'Device' | 'Interface'): readonly [string, ValueShape][] => [
  [`b${letter}Class`, 'number-or-star'],
  [`b${letter}SubClass`, 'number-or-star'],
  [`b${letter}Protocol`, 'number-or-star'],
]
const usbProduct: readonly [string, ValueShape][] = [
  ['idVendor', 'number-or-star'],
  ['idProduct', 'number-or-star'],
  ['bcdDevice', 'number-or-star'],
  ['idProductArray', 'array'],
  ['idProductMask', 'number'],
  // Of the family of 10.11 and later, which compares them too.
  ['USBSpeed', 'any'],
  ['USBPortType', 'any'],
]
const any = (...keys: readonly string[]): ReadonlyMap<string, ValueShape> =>
  new Map(keys.map(key => [key, 'any']))

export const keyFamilies: readonly KeyFamily[] = [
  {
    name: 'IOResources',
    providers: ['IOResources', 'IOUserResources'],
    keys: new Map([
      ['IOResourceMatch', 'strings'],
      ['IOResourceMatched', 'strings'],
    ]),
  },
  {
    name: 'PCI',
    providers: ['IOPCIDevice'],
    keys: new Map([
      ['IOPCIMatch', 'string'],
      ['IOPCIPrimaryMatch', 'string'],
      ['IOPCISecondaryMatch', 'string'],
      ['IOPCIClassMatch', 'string'],
    ]),
  },
  {
    name: 'USB device',
    wantsCombinations: true,
    providers: ['IOUSBDevice', 'IOUSBHostDevice'],
    keys: new Map([...usbProduct, ...usbDescriptor('Device')]),
  },
  {
    name: 'USB interface',
    wantsCombinations: true,
    providers: ['IOUSBInterface', 'IOUSBHostInterface'],
    keys: new Map([
      ...usbProduct,
      ['bConfigurationValue', 'number-or-star'],
      ['bInterfaceNumber', 'number-or-star'],
      ...usbDescriptor('Interface'),
    ]),
  },
  {
    name: 'HID',
    // The table was observed on IOHIDInterface too: that is where event drivers match from 10.11 on.
    providers: ['IOHIDDevice', 'IOHIDInterface', 'IOHIDEventService'],
    keys: any(
      'DeviceUsagePairs',
      'DeviceUsagePage',
      'DeviceUsage',
      'PrimaryUsagePage',
      'PrimaryUsage',
      'Transport',
      'LocationID',
      'VendorID',
      'ProductID',
      'ProductIDArray',
      'ProductIDMask',
      'ModelNumber',
      'VersionNumber',
      'Manufacturer',
      'SerialNumber',
      'PhysicalDeviceUniqueID',
      'BootProtocol',
      'HIDDefaultBehavior',
    ),
  },
  {
    name: 'storage',
    providers: ['IOMedia'],
    keys: any(...storageFamily.keys),
  },
  {
    name: 'SCSI',
    wantsCombinations: true,
    providers: ['IOSCSIPeripheralDeviceNub'],
    keys: any(
      'Peripheral Device Type',
      'Vendor Identification',
      'Product Identification',
      'Product Revision Level',
    ),
  },
  {
    name: 'serial',
    providers: ['IOSerialBSDClient'],
    keys: any(
      'IOTTYDevice',
      'IOTTYBaseName',
      'IOTTYSuffix',
      'IOCalloutDevice',
      'IODialinDevice',
      'IOSerialBSDClientType',
    ),
  },
  {
    name: 'FireWire unit',
    providers: ['IOFireWireUnit'],
    keys: any(...fireWireUnitFamily.keys),
  },
  { name: 'FireWire', providers: ['IOFireWireDevice'], keys: any(...fireWireDeviceFamily.keys) },
  { name: 'ATA', providers: ['IOATADevice'], keys: any(...ataFamily.keys) },
]

/** The family of a provider class; null where its name does not tell it. */
export function keyFamilyOf(providerClass: string | undefined): KeyFamily | null {
  return keyFamilies.find(({ providers }) => providers.includes(providerClass ?? '')) ?? null
}

/** Keys at the top of an Info.plist (facts: kexts, section 2), and those that every bundle has. */
export const infoPlistKeys: readonly string[] = [
  'CFBundlePackageType',
  'CFBundleIdentifier',
  'CFBundleVersion',
  'CFBundleExecutable',
  'CFBundleName',
  'CFBundleDisplayName',
  'CFBundleShortVersionString',
  'CFBundleInfoDictionaryVersion',
  'CFBundleDevelopmentRegion',
  'CFBundleGetInfoString',
  'CFBundleSignature',
  'CFBundleSupportedPlatforms',
  'CFBundleUEXTExecutable',
  'CFBundleDriverKitUUID',
  'OSBundleCompatibleVersion',
  'OSBundleLibraries',
  'OSBundleRequired',
  'OSBundleAllowUserLoad',
  'OSBundleAllowUserTerminate',
  'OSBundleRequireExplicitLoad',
  'OSKernelResource',
  'OSBundleIsInterface',
  'OSBundleEnableKextLogging',
  'OSKextVariantOverride',
  'IOKitPersonalities',
]
