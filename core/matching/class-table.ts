import type { Platform } from './platform.ts'

/**
 * Superclasses of public IOKit classes, after their headers and sources: xnu and the families that Apple has
 * published; of closed families the classes that drivers match on, as the registries of their machines show them.
 *
 * A line is a superclass and the classes right below it. Some moved: a line with `(to 20)` or `(from 22)` holds for
 * kernels of those Darwin versions, one with `(arm64)` on that platform, and each such class has several lines.
 */
const lines = `
// xnu
OSObject: IORegistryEntry
IORegistryEntry: IOService
IOService: IOResources IOUserResources IOPlatformExpert IOPlatformExpertDevice IOPlatformDevice IOPMrootDomain
IOService: IORootParent IOCPU IOInterruptController IODMAController IOMapper IONVRAMController IODTNVRAM
IOService: IODTNVRAMDiags IODTNVRAMPlatformNotifier IODTNVRAMVariables IOPMPowerSource IOUserClient IORTC
IOService: IOWatchDogTimer IOWatchdog IOPowerConnection IOSystemStateNotification
IOService: IOKitRegistryCompatibility IOServiceCompatibility IOUserService IOPlatformIO
IOPlatformExpert: IODTPlatformExpert IOPanicPlatform
IOInterruptController: IOCPUInterruptController IOSharedInterruptController
IOUserClient: IOUserClient2022 IOUserUserClient
IOUserClient (to 20): RootDomainUserClient IOUserServer
IOUserClient2022 (from 22): RootDomainUserClient IOUserServer

// Platforms
IODTPlatformExpert: IOACPIPlatformExpert ApplePlatformExpert AppleARMPE
IOACPIPlatformExpert: AppleACPIPlatformExpert
IOPlatformDevice: IOACPIPlatformDevice IONDRVDevice
IOCPU: AppleACPICPU AppleARMCPU
IOService: AppleMacIO AppleMacIODevice AppleARMIODevice
AppleMacIO: Heathrow KeyLargo
AppleMacIODevice: AppleK2Device
ApplePlatformExpert: MacRISC2PE MacRISC4PE

// IOPCIFamily, IOCardBusFamily
IOService: IOPCIDevice IOPCIBridge
IOPCIBridge: IOPCI2PCIBridge IOPCIHostBridge AppleACPIPCI AppleMacRiscPCI
IOPCIDevice: IOAGPDevice IOCardBusDevice
IOInterruptController: IOPCIMessagedInterruptController

// IOUSBFamily, and what of its successors is public
IOService: IOUSBNub IOUSBBus IOUSBHubPolicyMaker IOUSBCompositeDriver IOUSBUserClientInit
IOUSBNub (x86): IOUSBDevice IOUSBInterface
IOUSBNub (ppc): IOUSBDevice IOUSBInterface
IOService (arm64): IOUSBDevice IOUSBInterface
IOService: IOUSBHostDevice IOUSBHostInterface
IOUSBDevice (arm64): IOUSBHostDevice
IOUSBInterface (arm64): IOUSBHostInterface
IOUSBDevice: IOUSBHubDevice
IOUSBHubDevice: IOUSBRootHubDevice
IOUSBBus: IOUSBController
IOUSBController: IOUSBControllerV2
IOUSBControllerV2: IOUSBControllerV3
IOHIDDevice: IOUSBHIDDriver IOUSBHostHIDDevice
IOService: AppleUSBHostController AppleUSBHostPort AppleUSBHostCompositeDevice AppleUSBHostResources
IOService: IOUSBMassStorageInterfaceNub IOUSBMassStorageDriverNub IOUSBMassStorageResource
IOService: IOUSBDeviceController IOUSBDeviceConfigurator IOUSBDeviceInterface

// IOHIDFamily
IOService: IOHIDDevice IOHIDInterface IOHIDEventService IOHIDSystem IOHIDevice IOHIDResource
IOService: IOHIDPowerSource IOHIDPowerSourceController
IOHIDEventService: IOHIDEventDriver
IOHIDDevice: IOHIDUserDevice IOHIDDeviceShim
IOHIDDeviceShim: IOHIDKeyboardEventDevice IOHIDPointingEventDevice IOHIDPointingDevice
IOHIDevice: IOHIKeyboard IOHIPointing IOHITabletPointer
IOHIKeyboard: IOHIDKeyboard IOHIDConsumer
IOHIPointing: IOHITablet
IOHITablet: IOHIDPointing
IOUserClient (to 20): IOHIDLibUserClient IOHIDParamUserClient IOHIDUserClient IOHIDEventServiceUserClient
IOUserClient (to 20): IOHIDEventSystemUserClient
IOUserClient2022 (from 22): IOHIDLibUserClient IOHIDParamUserClient IOHIDUserClient IOHIDEventServiceUserClient
IOUserClient2022 (from 22): IOHIDEventSystemUserClient

// IOStorageFamily, IOCDStorageFamily, IODVDStorageFamily, IOBDStorageFamily
IOService: IOStorage IOBlockStorageDevice IOMediaBSDClient
IOStorage: IOMedia IOBlockStorageDriver IOPartitionScheme IOFilterScheme
IOPartitionScheme: IOApplePartitionScheme IOFDiskPartitionScheme IOGUIDPartitionScheme IOCDPartitionScheme
IOPartitionScheme: AppleAPFSContainer
IOStorage: AppleAPFSContainerScheme
IOFilterScheme: IOAppleLabelScheme
IOMedia: IOCDMedia IODVDMedia IOBDMedia AppleAPFSMedia AppleAPFSVolume AppleAPFSSnapshot
IOMediaBSDClient: IOCDMediaBSDClient IODVDMediaBSDClient IOBDMediaBSDClient AppleAPFSMediaBSDClient
IOMediaBSDClient: AppleAPFSVolumeBSDClient
IOBlockStorageDriver: IOCDBlockStorageDriver
IOCDBlockStorageDriver: IODVDBlockStorageDriver
IODVDBlockStorageDriver: IOBDBlockStorageDriver
IOBlockStorageDevice: IOCDBlockStorageDevice IOBlockStorageServices IOReducedBlockServices
IOCDBlockStorageDevice: IODVDBlockStorageDevice IOCompactDiscServices
IODVDBlockStorageDevice: IOBDBlockStorageDevice IODVDServices
IOBDBlockStorageDevice: IOBDServices

// IOSCSIArchitectureModelFamily, and what speaks SCSI through it
IOService: IOSCSIProtocolInterface IOSCSIParallelInterfaceController SCSITaskUserClientIniter
IOSCSIProtocolInterface: IOSCSIProtocolServices IOSCSIPrimaryCommandsDevice
IOSCSIProtocolServices: IOSCSIPeripheralDeviceNub IOSCSIParallelInterfaceDevice IOUSBMassStorageClass
IOSCSIProtocolServices: IOUSBMassStorageDriver IOUSBMassStorageUASDriver IOATAPIProtocolTransport
IOSCSIProtocolServices: IOFireWireSerialBusProtocolTransport IOAHCISerialATAPI
IOSCSIPeripheralDeviceNub: IOSCSILogicalUnitNub IOSCSIHierarchicalLogicalUnit
IOSCSIPrimaryCommandsDevice: IOSCSIBlockCommandsDevice IOSCSIReducedBlockCommandsDevice
IOSCSIPrimaryCommandsDevice: IOSCSIMultimediaCommandsDevice IOSCSITargetDevice
IOSCSIBlockCommandsDevice: IOSCSIPeripheralDeviceType00 IOSCSIPeripheralDeviceType07
IOSCSIMultimediaCommandsDevice: IOSCSIPeripheralDeviceType05
IOSCSIReducedBlockCommandsDevice: IOSCSIPeripheralDeviceType0E

// IOATAFamily, AHCI, NVMe
IOService: IOATADevice IOATAController IOATABlockStorageDriver IOAHCIDevice IOAHCIPortInterface
IOService: IOAHCIBlockStorageDriver IOAHCIDiskQueueManager IONVMeController
IOATADevice: ATADeviceNub
IOATAController: MacIOATA IOPCIATA
IOBlockStorageDevice: IOATABlockStorageDevice IOAHCIBlockStorageDevice IONVMeBlockStorageDevice
IONVMeBlockStorageDevice: IOEmbeddedNVMeBlockDevice

// IOSerialFamily
IOService: IOSerialDriverSync IOSerialStreamSync IOSerialBSDClient
IOSerialStreamSync: IORS232SerialStreamSync IOModemSerialStreamSync IOSerialSessionSync IOUserSerial

// IOFireWireFamily, IOFireWireSBP2, IOFireWireAVC, IOFireWireIP
IOService: IOFireWireBus IOFireWireLink IOFireWireNub IOFireWireUserClientIniter
IOService: IOFireWireSBP2Target IOFireWireSBP2LUN IOFireWireAVCNub
IOFireWireBus: IOFireWireController
IOFireWireNub: IOFireWireDevice IOFireWireUnit IOFireWireLocalNode
IOFireWireAVCNub: IOFireWireAVCUnit IOFireWireAVCSubUnit
IOFireWireLink: AppleFWOHCI
IONetworkController: IOFWController
IONetworkInterface: IOFWInterface
IOFWController: IOFireWireIP

// IONetworkingFamily, IOSkywalkFamily, IO80211Family
IOService: IONetworkController IONetworkInterface IONetworkStack IOKernelDebugger IOKDP
IOService: IOUserEthernetResource IOSkywalkInterface IOSkywalkController IOSkywalkBSDClient
IONetworkController: IOEthernetController
IONetworkInterface: IOEthernetInterface
IOEthernetController: IO80211Controller IOEthernetAVBController
IOEthernetInterface: IO80211Interface IOEthernetAVBInterface IOSkywalkLegacyEthernetInterface
IOSkywalkInterface: IOSkywalkNetworkInterface
IOSkywalkNetworkInterface: IOSkywalkEthernetInterface
IOSkywalkBSDClient: IOSkywalkNetworkBSDClient IOSkywalkKernelPipeBSDClient
IOUserClient: IONetworkUserClient IONetworkStackUserClient

// IOGraphics
IOService: IOGraphicsDevice IODisplay IODisplayConnect IODisplayWrangler IODisplayParameterHandler
IOService: IOI2CInterface IOAccelerator
IOGraphicsDevice: IOFramebuffer
IOFramebuffer: IONDRVFramebuffer
IODisplay: AppleDisplay IOBacklightDisplay
IOBacklightDisplay: AppleBacklightDisplay
IOI2CInterface: IOFramebufferI2CInterface
IOUserClient: IOFramebufferUserClient IOFramebufferSharedUserClient

// IOAudioFamily, HDA
IOService: IOAudioDevice IOAudioEngine IOAudioStream IOAudioPort IOAudioControl
IOAudioControl: IOAudioLevelControl IOAudioToggleControl IOAudioSelectorControl
IOUserClient: IOAudioEngineUserClient IOAudioControlUserClient
IOService: IOHDAController IOHDACodecDevice IOHDACodecDriver IOHDACodecFunction

// ADB, SMBus, Thunderbolt, Bluetooth, SMC and others
IOService: IOADBDevice IOSMBusController
IOService: IOThunderboltController IOThunderboltNub IOThunderboltLocalNode IOThunderboltNHI
IOThunderboltNub: IOThunderboltPort IOThunderboltSwitch
IOService: IOBluetoothHCIController IOBluetoothObject IOBluetoothSerialManager
IOBluetoothObject: IOBluetoothDevice IOBluetoothL2CAPChannel
IOHIDDevice: IOBluetoothHIDDriver
IOService: AppleSMCFamily IOPlatformPluginFamily IOPlatformPluginDevice IOSurfaceRoot IOImageLoader IOReportHub
AppleSMCFamily: AppleSMC
IOService: IOHDIXController IOHDIXHDDrive IOAVBNub IOSlaveProcessor IODARTMapperNub
IOBlockStorageDevice: IOHDIXHDDriveNub
IOSlaveProcessor: RTBuddy
IOService: RTBuddyEndpointService RTBuddyService
`

/** What a line says of one class. */
export interface TableLink {
  readonly superclass: string
  /** Darwin versions, both included. */
  readonly from: number
  readonly to: number
  /** Null: all. */
  readonly platform: Platform | null
}

let parsed: ReadonlyMap<string, readonly TableLink[]> | undefined

/** Class → its superclass; more than one where it moved. */
export function classTable(): ReadonlyMap<string, readonly TableLink[]> {
  return (parsed ??= parseTable(lines))
}

function parseTable(text: string): ReadonlyMap<string, readonly TableLink[]> {
  const table = new Map<string, TableLink[]>()
  for (const line of text.split('\n')) {
    const row = /^(\w+)(?: \(([^)]*)\))?: (.*)$/.exec(line)
    if (row === null) continue
    const link = linkFrom(row[1]!, row[2] ?? '')
    for (const name of row[3]!.split(' ')) {
      const links = table.get(name)
      if (links === undefined) table.set(name, [link])
      else links.push(link)
    }
  }
  return table
}

function linkFrom(superclass: string, condition: string): TableLink {
  const [word = '', version = ''] = condition.split(' ')
  return {
    superclass,
    from: word === 'from' ? Number(version) : 0,
    to: word === 'to' ? Number(version) : Infinity,
    platform: word === 'arm64' || word === 'x86' || word === 'ppc' ? word : null,
  }
}
