import { int32 } from '../kernel/values.ts'
import { hidEventUsages, onAcpi, onResources, type Personality } from './personality-forms.ts'

/** `IOKitPersonalities` of the machine's kexts; the ids lack their `com.apple.`. */
export const personalities: Readonly<Record<string, Readonly<Record<string, Personality>>>> = {
  'driver.AppleACPIPlatform': {
    'ACPI Platform Expert': {
      IOClass: 'AppleACPIPlatformExpert',
      IONameMatch: 'ACPI',
      IOProbeScore: 10_000,
      IOProviderClass: 'IOPlatformExpertDevice',
      IOUserClientClass: 'AppleACPIPlatformUserClient',
    },
    'ACPI PCI Root Bridge': {
      IOClass: 'AppleACPIPCI',
      IONameMatch: ['PNP0A03', 'PNP0A08'],
      IOProviderClass: 'IOACPIPlatformDevice',
    },
    'ACPI Processor': {
      IOClass: 'AppleACPICPU',
      IONameMatch: 'processor',
      IOProviderClass: 'IOACPIPlatformDevice',
    },
    ...onAcpi('AppleACPIInterruptLink', ['PNP0C0F']),
  },
  'driver.AppleIntelCPUPowerManagement': onResources(
    'AppleIntelCPUPowerManagement',
    'intel_cpupm_matching',
    { IOProbeScore: 0 },
  ),
  'driver.AppleFDEKeyStore': onResources('AppleFDEKeyStore'),
  'driver.AppleCredentialManager': onResources('AppleCredentialManager', undefined, {
    IOUserClientClass: 'AppleCredentialManagerUserClient',
  }),
  'driver.AppleKeyStore': onResources('AppleKeyStore', undefined, {
    IOUserClientClass: 'AppleKeyStoreUserClient',
  }),
  'driver.AppleMobileFileIntegrity': onResources('AppleMobileFileIntegrity', 'IOKit', {
    IOUserClientClass: 'AppleMobileFileIntegrityUserClient',
  }),
  'driver.AppleSSE': onResources('AppleSSE'),
  'iokit.IOReportFamily': onResources('IOReportHub', 'IOKit', {
    IOUserClientClass: 'IOReportUserClient',
  }),
  'iokit.IOStorageFamily': {
    IOBlockStorageDriver: {
      IOClass: 'IOBlockStorageDriver',
      IOPropertyMatch: { 'device-type': 'Generic' },
      IOProviderClass: 'IOBlockStorageDevice',
    },
    IOGUIDPartitionScheme: {
      'Content Mask': 'GUID_partition_scheme',
      IOClass: 'IOGUIDPartitionScheme',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 4000,
      IOPropertyMatch: { Whole: true },
      IOProviderClass: 'IOMedia',
    },
    IOFDiskPartitionScheme: {
      IOClass: 'IOFDiskPartitionScheme',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 3000,
      IOPropertyMatch: { Whole: true },
      IOProviderClass: 'IOMedia',
    },
    IOApplePartitionScheme: {
      IOClass: 'IOApplePartitionScheme',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 2000,
      IOPropertyMatch: { Whole: true },
      IOProviderClass: 'IOMedia',
    },
    IOMediaBSDClient: {
      IOClass: 'IOMediaBSDClient',
      IOMatchCategory: 'IOMediaBSDClient',
      IOProbeScore: 30_000,
      IOProviderClass: 'IOMedia',
      IOResourceMatch: 'IOBSD',
    },
  },
  'iokit.IODVDStorageFamily': {
    IODVDBlockStorageDriver: {
      IOClass: 'IODVDBlockStorageDriver',
      IOPropertyMatch: { 'device-type': 'DVD' },
      IOProviderClass: 'IODVDBlockStorageDevice',
    },
  },
  'iokit.IOSCSIArchitectureModelFamily': onResources('AppleSCSISubsystemGlobals', 'IOBSD'),
  'iokit.IOSCSIBlockCommandsDevice': {
    IOSCSIPeripheralDeviceType00: {
      IOClass: 'IOSCSIPeripheralDeviceType00',
      IOProviderClass: 'IOSCSIPeripheralDeviceNub',
      'Peripheral Device Type': 0,
    },
  },
  'iokit.IOSCSIMultimediaCommandsDevice': {
    IOSCSIPeripheralDeviceType05: {
      IOClass: 'IOSCSIPeripheralDeviceType05',
      IOProviderClass: 'IOSCSIPeripheralDeviceNub',
      'Peripheral Device Type': 5,
    },
  },
  'iokit.SCSITaskUserClient': {
    SCSITaskUserClientIniter: {
      IOClass: 'SCSITaskUserClientIniter',
      IOMatchCategory: 'SCSITaskUserClientIniter',
      IOProviderClass: 'IODVDServices',
      IOProviderMergeProperties: {
        IOCFPlugInTypes: {
          '97ABCF2C-23CC-11D5-A0E8-003065704866':
            'IOSCSIArchitectureModelFamily.kext/Contents/PlugIns/SCSITaskUserClient.kext/Contents/PlugIns/SCSITaskLib.plugin',
        },
        IOUserClientClass: 'SCSITaskUserClient',
      },
    },
  },
  'driver.DiskImages': onResources('IOHDIXController', 'IOKit', {
    IOUserClientClass: 'IOHDIXControllerUserClient',
    'Vendor Name': 'Apple',
    'Product Name': 'Disk Image Driver for MacOS X',
    'Product Revision Level': '10.13v480.60.3',
  }),
  'filesystems.hfs.kext': onResources('com_apple_filesystems_hfs', 'IOBSD'),
  'filesystems.hfs.encodings.kext': onResources('com_apple_filesystems_hfs_encodings', 'IOBSD'),
  'filesystems.apfs': {
    AppleAPFSContainerScheme: {
      IOClass: 'AppleAPFSContainerScheme',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 2000,
      IOPropertyMatch: [{ 'Content Hint': '7C3457EF-0000-11AA-AA11-00306543ECAC' }],
      IOProviderClass: 'IOMedia',
    },
    AppleAPFSContainer: {
      IOClass: 'AppleAPFSContainer',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 1000,
      IOPropertyMatch: [{ 'Content Hint': 'EF57347C-0000-11AA-AA11-00306543ECAC' }],
      IOProviderClass: 'IOMedia',
      IOUserClientClass: 'AppleAPFSUserClient',
    },
    AppleAPFSVolumeBSDClient: {
      IOClass: 'AppleAPFSVolumeBSDClient',
      IOMatchCategory: 'IOMediaBSDClient',
      IOProbeScore: 31_000,
      IOProviderClass: 'AppleAPFSVolume',
      IOResourceMatch: 'IOBSD',
    },
  },
  BootCache: onResources('com_apple_BootCache', 'IOBSD'),
  'AppleFSCompression.AppleFSCompressionTypeZlib': onResources(
    'com_apple_AppleFSCompression_AppleFSCompressionTypeZlib',
    'IOBSD',
    { 'com.apple.AppleFSCompression.providesType3': true },
  ),
  'AppleFSCompression.AppleFSCompressionTypeDataless': onResources(
    'com_apple_AppleFSCompression_AppleFSCompressionTypeDataless',
    'IOBSD',
    { 'com.apple.AppleFSCompression.providesType5': true },
  ),
  AppleSystemPolicy: onResources('AppleSystemPolicy', 'IOBSD', {
    IOUserClientClass: 'AppleSystemPolicyUserClient',
  }),
  'driver.AppleEFIRuntime': {
    AppleEFIRuntime: {
      IOClass: 'AppleEFIRuntime',
      IOMatchCategory: 'AppleEFIRuntime',
      IOProviderClass: 'AppleACPIPlatformExpert',
      IOResourceMatch: 'ACPI',
    },
  },
  'driver.AppleEFINVRAM': {
    AppleEFINVRAM: {
      IOClass: 'AppleEFINVRAM',
      IOMatchCategory: 'AppleEFINVRAM',
      IOProviderClass: 'AppleEFIRuntime',
    },
  },
  'driver.AppleSMBIOS': {
    AppleSMBIOS: {
      IOClass: 'AppleSMBIOS',
      IONameMatch: 'bios',
      IOProviderClass: 'IOPlatformDevice',
    },
  },
  'driver.AppleRTC': onAcpi('AppleRTC', ['PNP0B00']),
  'driver.AppleHPET': onAcpi('AppleHPET', ['PNP0103']),
  'driver.AppleAPIC': {
    IOAPIC: {
      IOClass: 'AppleAPICInterruptController',
      IONameMatch: ['io-apic'],
      IOProviderClass: 'IOACPIPlatformDevice',
    },
  },
  'driver.AppleACPIButtons': onAcpi('AppleACPIButton', ['PNP0C0C', 'PNP0C0E']),
  'driver.AppleACPIEC': onAcpi('AppleACPIEC', ['PNP0C09']),
  'driver.AppleSMC': onAcpi('AppleSMC', ['APP0001', 'smc-napa'], {
    IOUserClientClass: 'AppleSMCClient',
  }),
  'driver.watchdog': {
    AppleOSXWatchdog: {
      IOClass: 'AppleOSXWatchdog',
      IOMatchCategory: 'AppleOSXWatchdog',
      IOProviderClass: 'SMCWatchDogTimer',
      IOUserClientClass: 'AppleOSXWatchdogClient',
    },
  },
  'driver.AppleIntelSlowAdaptiveClocking': onResources(
    'AppleIntelSlowAdaptiveClockingManager',
    'IOPlatformMonitor',
  ),
  'driver.ACPI_SMC_PlatformPlugin': {
    ACPI_SMC_PlatformPlugin: {
      IOClass: 'ACPI_SMC_PlatformPlugin',
      IOPropertyMatch: { 'cpu-index': 0 },
      IOProviderClass: 'AppleACPICPU',
    },
  },
  'driver.AppleLPC': {
    AppleLPC: {
      IOClass: 'AppleLPC',
      IOPCIMatch: '0x29188086 0x1c428086 0x1e448086',
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'driver.AppleSMBusPCI': {
    AppleSMBusPCI: {
      IOClass: 'AppleSMBusPCI',
      IOPCIClassMatch: '0x0c050000&0xffff0000',
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'driver.AppleSMBusController': onAcpi('AppleSMBusControllerICH', ['smbus']),
  'driver.AppleAHCIPort': {
    GenericAHCI: {
      'Chipset Name': 'AHCI Standard Chipset',
      IOClass: 'AppleIntelPchSeriesAHCI',
      IOPCIClassMatch: '0x01060100&0xffffff00',
      IOProviderClass: 'IOPCIDevice',
      'Vendor Name': 'Unknown',
    },
  },
  'iokit.IOAHCIBlockStorage': {
    AppleAHCIDiskDriver: {
      IOClass: 'AppleAHCIDiskDriver',
      IOPropertyMatch: { 'Device Type': 'ATA' },
      IOProviderClass: 'IOAHCIDevice',
    },
  },
  'iokit.IOAHCISerialATAPI': {
    IOAHCISerialATAPI: {
      IOClass: 'IOAHCISerialATAPI',
      IOPropertyMatch: { 'Device Type': 'ATAPI' },
      IOProviderClass: 'IOAHCIDevice',
    },
  },
  'iokit.IONVMeFamily': {
    GenericNVMeSSD: {
      IOClass: 'IONVMeController',
      IOPCIClassMatch: '0x01080200&0xffffff00',
      IOProbeScore: 100,
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'iokit.IOUSBHostFamily': onResources('AppleUSBHostResources', undefined),
  'iokit.IOUSBFamily': {
    AppleUSBLegacyRoot: {
      IOClass: 'AppleUSBLegacyRoot',
      IOMatchCategory: 'AppleUSBLegacyRoot',
      IOProviderClass: 'AppleUSBHostResources',
    },
  },
  'driver.usb.AppleUSBHostPacketFilter': {
    AppleUSBHostPacketFilterService: {
      IOClass: 'AppleUSBHostPacketFilterService',
      IOMatchCategory: 'AppleUSBHostPacketFilterService',
      IOProviderClass: 'AppleUSBHostResources',
    },
  },
  'driver.usb.AppleUSBXHCIPCI': {
    AppleUSBXHCIPCI: {
      IOClass: 'AppleUSBXHCIPCI',
      IOPCIClassMatch: '0x0c033000&0xffffff00',
      IOProbeScore: 1000,
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'driver.usb.AppleUSBHub': {
    AppleUSB20Hub: {
      IOClass: 'AppleUSB20Hub',
      IOProviderClass: 'IOUSBHostDevice',
      bDeviceClass: 9,
      bDeviceSubClass: 0,
    },
  },
  'driver.usb.AppleUSBHostCompositeDevice': {
    AppleUSBHostCompositeDevice: {
      IOClass: 'AppleUSBHostCompositeDevice',
      IOProviderClass: 'IOUSBHostDevice',
      bDeviceClass: 0,
      bDeviceSubClass: 0,
      kUSBPreferredConfiguration: 1,
    },
  },
  'iokit.IOHIDFamily': {
    ...onResources('IOHIDSystem', ['IOBSD', 'IOKit'], { IOUserClientClass: 'IOHIDUserClient' }),
    ...onResources('IOHIDResource', 'IOKit'),
    IOHIDEventDriver: {
      DeviceUsagePairs: hidEventUsages,
      HIDServiceSupport: true,
      IOClass: 'IOHIDEventDriver',
      IOProviderClass: 'IOHIDInterface',
      IOUserClientClass: 'IOHIDEventServiceUserClient',
    },
  },
  'driver.usb.IOUSBHostHIDDevice': {
    IOUSBHostHIDDevice: {
      IOClass: 'IOUSBHostHIDDevice',
      IOProviderClass: 'IOUSBHostInterface',
      IOUserClientClass: 'IOHIDLibUserClient',
      bInterfaceClass: 3,
      bInterfaceSubClass: 1,
    },
    IOUSBHostHIDDeviceGeneric: {
      IOClass: 'IOUSBHostHIDDevice',
      IOProviderClass: 'IOUSBHostInterface',
      IOUserClientClass: 'IOHIDLibUserClient',
      bInterfaceClass: 3,
      bInterfaceSubClass: 0,
    },
  },
  'driver.AppleHIDKeyboard': {
    AppleHIDKeyboardEventDriverV2: {
      DeviceUsagePairs: [{ DeviceUsagePage: 1, DeviceUsage: 6 }],
      IOClass: 'AppleHIDKeyboardEventDriverV2',
      IOProbeScore: 100,
      IOProviderClass: 'IOHIDInterface',
      VendorID: 0x5ac,
    },
  },
  'iokit.IOUSBMassStorageDriver': {
    'USB Mass Storage Interface': {
      IOClass: 'IOUSBMassStorageInterfaceNub',
      IOProviderClass: 'IOUSBHostInterface',
      bInterfaceClass: 8,
      bInterfaceSubClass: 6,
    },
    'Bulk Only Transport': {
      IOClass: 'IOUSBMassStorageDriver',
      IOPropertyMatch: { 'Preferred Protocol': 80 },
      IOProviderClass: 'IOUSBMassStorageDriverNub',
    },
    ...onResources('IOUSBMassStorageResource'),
  },
  'iokit.IONetworkingFamily': onResources('IONetworkStack', 'IOBSD', {
    IOUserClientClass: 'IONetworkStackUserClient',
  }),
  'driver.AppleIntel8254XEthernet': {
    AppleIntel8254XEthernet: {
      IOClass: 'AppleIntel8254XEthernet',
      IOPCIPrimaryMatch: '0x100f8086 0x10108086 0x100e8086',
      IOProbeScore: 1000,
      IOProviderClass: 'IOPCIDevice',
    },
    Intel82574L: {
      IOClass: 'Intel82574L',
      IOPCIPrimaryMatch: '0x10d38086 0x10f68086',
      IOProbeScore: 1200,
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'iokit.IOUserEthernet': onResources('IOUserEthernetResource', 'IOBSD', {
    IOUserClientClass: 'IOUserEthernetResourceUserClient',
  }),
  'iokit.IOGraphicsFamily': {
    ...onResources('IODisplayWrangler', 'IOKit'),
    AppleDisplay: {
      IOClass: 'AppleDisplay',
      IOProbeScore: 2000,
      IOProviderClass: 'IODisplayConnect',
    },
  },
  'iokit.IONDRVSupport': {
    IONDRVFramebuffer: {
      IOClass: 'IONDRVFramebuffer',
      IOPCIClassMatch: '0x03000000&0xff000000',
      IOProbeScore: 0,
      IOProviderClass: 'IOPCIDevice',
      IOUserClientClass: 'IOFramebufferUserClient',
    },
  },
  'driver.AppleMCCSControl': {
    AppleMCCSControlModule: {
      IOClass: 'AppleMCCSControlModule',
      IOMatchCategory: 'AppleMCCSControlModule',
      IOProviderClass: 'IOFramebuffer',
    },
    AppleMCCSParameterHandler: {
      IOClass: 'AppleMCCSParameterHandler',
      IOProviderClass: 'AppleMCCSControlModule',
    },
  },
  AppleGPUWrangler: onResources('AppleGPUWrangler', 'IOBSD', {
    IOUserClientClass: 'AppleGPUWranglerClient',
  }),
  AppleGraphicsDeviceControl: {
    AppleGraphicsDeviceControlPlugin: {
      IOClass: 'AppleGraphicsDeviceControlPlugin',
      IOMatchCategory: 'AppleGraphicsDeviceControlPlugin',
      IOProviderClass: 'AppleGPUWrangler',
    },
  },
  AGDCPluginDisplayMetrics: {
    AGDCPluginDisplayMetrics: {
      IOClass: 'AGDCPluginDisplayMetrics',
      IOMatchCategory: 'AGDCPluginDisplayMetrics',
      IOProviderClass: 'AppleGraphicsDeviceControlPlugin',
    },
  },
  'iokit.IOSurface': onResources('IOSurfaceRoot', 'IOBSD', {
    IOUserClientClass: 'IOSurfaceRootUserClient',
  }),
  'driver.AppleHDAController': {
    HDAController: {
      IOClass: 'AppleHDAController',
      IOPCIClassMatch: '0x04030000&0xffff0000',
      IOProviderClass: 'IOPCIDevice',
    },
  },
  'iokit.IOHDAFamily': {
    IOHDACodecDriver: {
      IOClass: 'IOHDACodecDriver',
      IOProviderClass: 'IOHDACodecDevice',
    },
  },
  'driver.AppleHDA': {
    AppleHDACodecGeneric: {
      IOClass: 'AppleHDACodecGeneric',
      IOHDACodecFunctionGroupType: 1,
      IOProbeScore: 1,
      IOProviderClass: 'IOHDACodecFunction',
    },
  },
  'iokit.IOSerialFamily': {
    IOSerialBSDClient: {
      IOClass: 'IOSerialBSDClient',
      IOMatchCategory: 'IOSerialBSDClient',
      IOProbeScore: 1000,
      IOProviderClass: 'IOSerialStreamSync',
      IOResourceMatch: 'IOBSD',
    },
  },
  'driver.Apple16X50ACPI': onAcpi('com_apple_driver_16X50ACPI', ['PNP0501', 'PNP0500']),
  'driver.ApplePS2Controller': onAcpi('ApplePS2Controller', ['PNP0303', 'PNP0F13'], {
    IOMatchCategory: 'ps2controller',
  }),
  'iokit.IOBluetoothFamily': onResources('IOBluetoothHCIController', 'IOKit', {
    IOUserClientClass: 'IOBluetoothHCIUserClient',
  }),
  'iokit.IOBluetoothSerialManager': onResources(
    'IOBluetoothSerialManager',
    'IOSerialManagerMustLoad',
  ),
  'iokit.IOTimeSyncFamily': onResources('IOTimeSyncClockManager', undefined, {
    IOUserClientClass: 'IOTimeSyncClockManagerUserClient',
  }),
  'iokit.IOAVBFamily': onResources('IOAVBNub', 'IOTimeSyncClockManager', {
    IOUserClientClass: 'IOAVBNubUserClient',
  }),
  'driver.AppleHV': onResources('AppleHV', 'IOPlatformPlugin'),
  'driver.pmtelemetry': onResources('com_apple_driver_pmtelemetry', 'IOPlatformPlugin'),
  'driver.AppleUpstreamUserClient': {
    AppleUpstreamUserClient: {
      IOClass: 'AppleUpstreamUserClientDriver',
      IOMatchCategory: 'AppleUpstreamUserClientDriver',
      IOProviderClass: 'AppleHDADriver',
    },
  },
  'driver.CoreStorage': {
    CoreStorageGroup: {
      IOClass: 'CoreStorageGroup',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: 1500,
      IOPropertyMatch: { 'Content Hint': '53746F72-6167-11AA-AA11-00306543ECAC' },
      IOProviderClass: 'IOMedia',
    },
  },
  'driver.AppleXsanScheme': {
    AppleXsanScheme: {
      IOClass: 'AppleXsanScheme',
      IOMatchCategory: 'IOStorage',
      IOProbeScore: int32(-1000),
      IOPropertyMatch: { 'Content Hint': 'Apple_Xsan' },
      IOProviderClass: 'IOMedia',
    },
  },
  Dont_Steal_Mac_OS_X: onResources('Dont_Steal_Mac_OS_X'),
}
