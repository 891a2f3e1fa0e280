import type { BrokenBundle } from './broken-bundle.ts'
import { info, onProvider, personality, withPersonality } from './small-bundle.ts'

/** Personalities, by themselves and beside others. */
export const brokenPersonalities: readonly BrokenBundle[] = [
  [
    'personalities',
    'error',
    { info: { ...info, IOKitPersonalities: [] } },
    'Contents/Info.plist: IOKitPersonalities',
    'must be a dictionary of personalities',
  ],
  [
    'personality-class',
    'error',
    { info: withPersonality({ IOClass: '' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOClass',
    'IOClass is empty',
  ],
  [
    'personality-provider',
    'error',
    { info: withPersonality({ IOProviderClass: undefined }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProviderClass',
    'has no IOProviderClass',
  ],
  [
    'personality-debug',
    'error',
    { info: withPersonality({ IOKitDebug: 'yes' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOKitDebug',
    'must be a number',
  ],
  [
    'debug-left-on',
    'note',
    { info: withPersonality({ IOKitDebug: 65535 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOKitDebug',
    'has IOKitDebug 65535',
  ],
  [
    'personality-score',
    'warning',
    { info: withPersonality({ IOProbeScore: '1000' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProbeScore',
    'the kernel takes 0',
  ],
  [
    'personality-owner',
    'warning',
    { info: withPersonality({ CFBundleIdentifier: 'com.example.Other' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/CFBundleIdentifier',
    'belongs to com.example.Other',
  ],
  [
    'resources-category',
    'warning',
    { info: onProvider('IOResources', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOMatchCategory',
    'of all such drivers in the system only one starts',
  ],
  [
    'dext-kernel-identifier',
    'error',
    {
      info: {
        ...info,
        CFBundlePackageType: 'DEXT',
        CFBundleExecutable: undefined,
        OSBundleLibraries: undefined,
      },
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/CFBundleIdentifierKernel',
    'which a driver extension needs',
  ],
  [
    'provider-never-matches',
    'warning',
    { info: onProvider('IORegistryEntry', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProviderClass',
    'so it never matches',
  ],
  [
    'match-key-type',
    'warning',
    { info: withPersonality({ IONameMatch: ['pci8086,1234', 3] }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IONameMatch',
    'where matching compares a string or an array of strings',
  ],
  [
    'match-key-of-another-family',
    'warning',
    { info: withPersonality({ idVendor: 1452 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/idVendor',
    'which USB device and USB interface services compare and PCI services do not: it is no condition here',
  ],
  [
    'usb-combination',
    'warning',
    { info: onProvider('IOUSBHostInterface', { idVendor: 1452, idProduct: 5 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/idVendor',
    'only idVendor and idProduct of the USB keys|Add bConfigurationValue and bInterfaceNumber',
  ],
  [
    'pci-value',
    'warning',
    { info: withPersonality({ IOPCIMatch: '0x12348086, 0x56788086' }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOPCIMatch',
    'nothing is read from “, 0x56788086” on',
  ],
  [
    'hid-lone-key',
    'note',
    { info: onProvider('IOHIDInterface', { ProductID: 3 }) },
    'Contents/Info.plist: IOKitPersonalities/Foo/ProductID',
    'has ProductID without VendorID',
  ],
  [
    'scsi-type-missing',
    'warning',
    { info: onProvider('IOSCSIPeripheralDeviceNub', {}) },
    'Contents/Info.plist: IOKitPersonalities/Foo/Peripheral Device Type',
    'so it never matches',
  ],
  [
    'score-clamped',
    'note',
    {
      info: onProvider('IOUSBHostDevice', { idVendor: 1, idProduct: 2, IOProbeScore: 10_000 }),
    },
    'Contents/Info.plist: IOKitPersonalities/Foo/IOProbeScore',
    'lets 9000 through at most',
  ],
  [
    'resources-shared-category',
    'warning',
    {
      info: {
        ...info,
        IOKitPersonalities: Object.fromEntries(
          ['Foo', 'Bar'].map(IOClass => [
            IOClass,
            {
              CFBundleIdentifier: 'com.example.Foo',
              IOClass,
              IOProviderClass: 'IOResources',
              IOMatchCategory: 'Both',
            },
          ]),
        ),
      },
    },
    'Contents/Info.plist: IOKitPersonalities/Bar/IOMatchCategory',
    'in the same category Both: only one of their drivers starts',
  ],
  [
    'personality-twice',
    'note',
    { info: { ...info, IOKitPersonalities: { Foo: personality, Again: personality } } },
    'Contents/Info.plist: IOKitPersonalities/Again',
    'is the same as “Foo”',
  ],
  [
    'no-personality',
    'note',
    { info: { ...info, IOKitPersonalities: undefined } },
    'Contents/MacOS/Foo',
    'defines the service Foo, and the kext has no personality',
  ],
]
