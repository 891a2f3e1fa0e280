import type { ClassDeclaration } from '../kernel/class-registry.ts'

/** Darwin's own version, and that of every KPI. */
export const darwinVersion = '17.7.0'

/** A kext of the machine, as the table below says it. */
export interface KextRow {
  readonly bundleIdentifier: string
  readonly version: string
  readonly libraries: readonly string[]
  readonly classes: readonly ClassDeclaration[]
}

/** The kernel's interfaces, as kexts, with the compatible versions of facts: kexts, section 4. */
export const kpis: readonly { readonly name: string; readonly compatible: string }[] = [
  { name: 'bsd', compatible: '8.0.0b1' },
  { name: 'dsep', compatible: '8.0.0b1' },
  { name: 'iokit', compatible: '7.0' },
  { name: 'libkern', compatible: '8.0.0d0' },
  { name: 'mach', compatible: '8.0.0d0' },
  { name: 'private', compatible: '8.0.0b1' },
  { name: 'unsupported', compatible: '8.0.0b1' },
]

/** `Class<Superclass`, of the kernel itself. */
const kernelClassTable = `
OSCollection<OSObject OSArray<OSCollection OSDictionary<OSCollection OSSet<OSCollection OSOrderedSet<OSCollection
OSString<OSObject OSSymbol<OSString OSNumber<OSObject OSBoolean<OSObject OSData<OSObject OSSerialize<OSObject
OSSerializer<OSObject OSIterator<OSObject OSCollectionIterator<OSIterator OSKext<OSObject IOCatalogue<OSObject
IOWorkLoop<OSObject IOEventSource<OSObject IOCommandGate<IOEventSource IOTimerEventSource<IOEventSource
IOInterruptEventSource<IOEventSource IOFilterInterruptEventSource<IOInterruptEventSource
IOMemoryDescriptor<OSObject IOGeneralMemoryDescriptor<IOMemoryDescriptor
IOBufferMemoryDescriptor<IOGeneralMemoryDescriptor IOMemoryMap<OSObject IOCommand<OSObject IODMACommand<IOCommand
IOCommandPool<OSObject IORangeAllocator<OSObject IOStatistics<OSObject
IORegistryEntry<OSObject IOService<IORegistryEntry IOPlatformExpertDevice<IOService IOPlatformExpert<IOService
IODTPlatformExpert<IOPlatformExpert IOPlatformDevice<IOService IOResources<IOService IOPMrootDomain<IOService
IORootParent<IOService IOPowerConnection<IOService IOUserClient<IOService RootDomainUserClient<IOUserClient
IOInterruptController<IOService IOSharedInterruptController<IOInterruptController IOCPU<IOService
IOCPUInterruptController<IOInterruptController IODTNVRAM<IOService IORTC<IOService IOWatchDogTimer<IOService
IOPMPowerSource<IOService IOSubMemoryDescriptor<IOMemoryDescriptor IOConditionLock<OSObject IOUserNotification<OSIterator
IOServiceMessageUserNotification<IOUserNotification _IOServiceNotifier<OSObject IOPanicPlatform<IOPlatformExpert
`

/**
 * `id version kpis other-libraries… : classes`. Ids lack their `com.apple.`; the KPIs are letters: b bsd,
 * d dsep, i iokit, l libkern, m mach, p private, u unsupported. Order is load order.
 */
const kextTable = `
kec.corecrypto 1.0 bilmpu :
kec.pthread 1 blmpu :
kec.Libm 1 l :
iokit.IOACPIFamily 1.4 ilpu : IOACPIPlatformDevice<IOPlatformDevice IOACPIPlatformExpert<IODTPlatformExpert
iokit.IOPCIFamily 2.9 ilmpu : IOPCIDevice<IOService IOPCIBridge<IOService IOPCI2PCIBridge<IOPCIBridge IOPCIMessagedInterruptController<IOInterruptController IOPCIDiagnosticsClient<IOUserClient
driver.AppleACPIPlatform 6.1 bilmpu iokit.IOACPIFamily iokit.IOPCIFamily : AppleACPIPlatformExpert<IOACPIPlatformExpert AppleACPIPCI<IOPCIBridge AppleACPICPU<IOCPU AppleACPICPUInterruptController<IOCPUInterruptController AppleACPIEventController<IOInterruptController AppleACPIInterruptLink<IOService AppleACPIEventPoller<OSObject AppleACPIPlatformUserClient<IOUserClient
driver.AppleIntelCPUPowerManagement 220.0.0 ilmpu : AppleIntelCPUPowerManagement<IOService
driver.AppleFDEKeyStore 28.30 bilmpu kec.corecrypto : AppleFDEKeyStore<IOService
driver.AppleCredentialManager 1.0 bilmpu kec.corecrypto : AppleCredentialManager<IOService AppleCredentialManagerUserClient<IOUserClient
driver.AppleKeyStore 2 bilmpu kec.corecrypto driver.AppleCredentialManager : AppleKeyStore<IOService AppleKeyStoreUserClient<IOUserClient
driver.AppleMobileFileIntegrity 1.0.5 bdilmpu kec.corecrypto : AppleMobileFileIntegrity<IOService AppleMobileFileIntegrityUserClient<IOUserClient
driver.AppleSSE 1.0 bilmpu kec.corecrypto : AppleSSEInterface<IOService AppleSSE<AppleSSEInterface
iokit.IOReportFamily 46 ilm : IOReportHub<IOService IOReportUserClient<IOUserClient
iokit.IOStorageFamily 2.1 bilmpu : IOStorage<IOService IOMedia<IOStorage IOMediaBSDClient<IOService IOBlockStorageDevice<IOService IOBlockStorageDriver<IOStorage IOPartitionScheme<IOStorage IOGUIDPartitionScheme<IOPartitionScheme IOFDiskPartitionScheme<IOPartitionScheme IOApplePartitionScheme<IOPartitionScheme IOFilterScheme<IOStorage
iokit.IOCDStorageFamily 1.8 bilmu iokit.IOStorageFamily : IOCDBlockStorageDevice<IOBlockStorageDevice IOCDBlockStorageDriver<IOBlockStorageDriver IOCDMedia<IOMedia
iokit.IODVDStorageFamily 1.8 bilmu iokit.IOStorageFamily iokit.IOCDStorageFamily : IODVDBlockStorageDevice<IOCDBlockStorageDevice IODVDBlockStorageDriver<IOCDBlockStorageDriver IODVDMedia<IOMedia
iokit.IOBDStorageFamily 1.8 bilmu iokit.IOStorageFamily iokit.IOCDStorageFamily iokit.IODVDStorageFamily : IOBDBlockStorageDevice<IODVDBlockStorageDevice IOBDBlockStorageDriver<IODVDBlockStorageDriver IOBDMedia<IOMedia
iokit.IOSCSIArchitectureModelFamily 404.30.2 bilmpu : IOSCSIProtocolInterface<IOService IOSCSIProtocolServices<IOSCSIProtocolInterface IOSCSIPeripheralDeviceNub<IOSCSIProtocolServices IOSCSILogicalUnitNub<IOSCSIPeripheralDeviceNub IOSCSIPrimaryCommandsDevice<IOSCSIProtocolInterface AppleSCSISubsystemGlobals<IOService
iokit.IOSCSIBlockCommandsDevice 404.30.2 bilmpu iokit.IOSCSIArchitectureModelFamily iokit.IOStorageFamily : IOSCSIBlockCommandsDevice<IOSCSIPrimaryCommandsDevice IOSCSIPeripheralDeviceType00<IOSCSIBlockCommandsDevice IOBlockStorageServices<IOBlockStorageDevice
iokit.IOSCSIMultimediaCommandsDevice 404.30.2 bilmpu iokit.IOSCSIArchitectureModelFamily iokit.IOStorageFamily iokit.IOCDStorageFamily iokit.IODVDStorageFamily iokit.IOBDStorageFamily : IOSCSIMultimediaCommandsDevice<IOSCSIPrimaryCommandsDevice IOSCSIPeripheralDeviceType05<IOSCSIMultimediaCommandsDevice IODVDServices<IODVDBlockStorageDevice
iokit.SCSITaskUserClient 404.30.2 bilmpu iokit.IOSCSIArchitectureModelFamily iokit.IOCDStorageFamily iokit.IODVDStorageFamily iokit.IOBDStorageFamily iokit.IOSCSIMultimediaCommandsDevice : SCSITaskUserClientIniter<IOService SCSITaskUserClient<IOUserClient
driver.DiskImages 480.60.3 bilmpu iokit.IOStorageFamily : IOHDIXController<IOService IOHDIXControllerUserClient<IOUserClient IOHDIXHDDrive<IOService IOHDIXHDDriveNub<IOBlockStorageDevice IOHDIXHDDriveOutKernel<IOHDIXHDDrive IOHDIXHDDriveOutKernelUserClient<IOUserClient IODiskImageBlockStorageDeviceOutKernel<IOHDIXHDDriveNub
filesystems.hfs.encodings.kext 1 bilm : com_apple_filesystems_hfs_encodings<IOService
filesystems.hfs.kext 407.50.6 bilmpu kec.corecrypto driver.AppleKeyStore filesystems.hfs.encodings.kext : com_apple_filesystems_hfs<IOService
filesystems.apfs 748.51.0 bilmpu kec.corecrypto driver.AppleKeyStore iokit.IOStorageFamily : AppleAPFSContainerScheme<IOStorage AppleAPFSMedia<IOMedia AppleAPFSContainer<IOPartitionScheme AppleAPFSVolume<IOMedia AppleAPFSVolumeBSDClient<IOMediaBSDClient AppleAPFSUserClient<IOUserClient
filesystems.autofs 3.0 bilmpu kec.corecrypto :
filesystems.smbfs 3.0.4 bilmpu kec.corecrypto :
filesystems.msdosfs 1.10 blm :
filesystems.webdav 1.8.2 blm :
BootCache 40 bilmpu : com_apple_BootCache<IOService
AppleFSCompression.AppleFSCompressionTypeZlib 1.0.0 bilmpu : com_apple_AppleFSCompression_AppleFSCompressionTypeZlib<IOService
AppleFSCompression.AppleFSCompressionTypeDataless 1.0.0d1 bilmpu : com_apple_AppleFSCompression_AppleFSCompressionTypeDataless<IOService
AppleSystemPolicy 1.0 bdilmpu driver.AppleMobileFileIntegrity : AppleSystemPolicy<IOService AppleSystemPolicyUserClient<IOUserClient
security.TMSafetyNet 8 bdlmu :
security.sandbox 300.0 bdilmpu driver.AppleMobileFileIntegrity kec.corecrypto :
security.quarantine 3 bdlmpu kec.corecrypto :
driver.AppleEFIRuntime 2.1 bilmpu : AppleEFIRuntime<IOService
driver.AppleEFINVRAM 2.1 bilmpu driver.AppleEFIRuntime : AppleEFINVRAM<IODTNVRAM
driver.AppleSMBIOS 2.1 ilu : AppleSMBIOS<IOService
driver.AppleRTC 2.0 ilpu iokit.IOACPIFamily : AppleRTC<IORTC
driver.AppleHPET 1.8 ilmu iokit.IOACPIFamily : AppleHPET<IOService
driver.AppleAPIC 1.7 ilmpu : AppleAPICInterruptController<IOInterruptController
driver.AppleACPIEC 6.1 ilu iokit.IOACPIFamily : AppleACPIEC<IOService
driver.AppleSMC 3.1.9 bilmpu iokit.IOACPIFamily : AppleSMCFamily<IOService AppleSMC<AppleSMCFamily AppleSMCClient<IOUserClient SMCWatchDogTimer<IOWatchDogTimer SMCPolledInterface<OSObject
driver.watchdog 1 bilmpu driver.AppleSMC : AppleOSXWatchdog<IOWatchDogTimer AppleOSXWatchdogClient<IOUserClient
iokit.IOSlowAdaptiveClockingFamily 1.0.0 il : IOSlowAdaptiveClockingManager<IOService
driver.AppleIntelSlowAdaptiveClocking 4.0.0 ilu iokit.IOSlowAdaptiveClockingFamily : AppleIntelSlowAdaptiveClockingManager<IOSlowAdaptiveClockingManager
driver.IOPlatformPluginFamily 6.0.0d8 ilmpu : IOPlatformPluginFamily<IOService IOPlatformPluginFamilyPriv<IOPlatformPluginFamily IOPlatformPluginDevice<IOService
driver.IOPlatformPluginLegacy 1.0.0 ilmpu driver.IOPlatformPluginFamily : IOPlatformPluginLegacy<IOPlatformPluginFamilyPriv
driver.ACPI_SMC_PlatformPlugin 1.0.0 ilmpu iokit.IOACPIFamily iokit.IOPCIFamily driver.AppleSMC driver.IOPlatformPluginFamily driver.IOPlatformPluginLegacy : ACPI_SMC_PlatformPlugin<IOPlatformPluginLegacy
driver.AppleLPC 3.1 ilmpu iokit.IOPCIFamily : AppleLPC<IOService
iokit.IOSMBusFamily 1.1 il : IOSMBusController<IOService
driver.AppleSMBusPCI 1.0.14d1 ilu iokit.IOPCIFamily iokit.IOACPIFamily : AppleSMBusPCI<IOService
driver.AppleSMBusController 1.0.18d1 ilmpu iokit.IOPCIFamily iokit.IOACPIFamily iokit.IOSMBusFamily : AppleSMBusController<IOSMBusController AppleSMBusControllerICH<AppleSMBusController AppleSMBusDevice<IOService
iokit.IOAHCIFamily 2.8.5 ilmpu : IOAHCIDevice<IOService IOAHCIPortInterface<IOService IOAHCIPort<IOAHCIPortInterface IOAHCIDiskQueueManager<IOService
driver.AppleAHCIPort 329.50.2 bilmpu iokit.IOPCIFamily iokit.IOAHCIFamily : AppleAHCI<IOService AppleAHCIPort<IOAHCIPort AppleIntelPchSeriesAHCI<AppleAHCI AppleIntelPchSeriesAHCIPort<AppleAHCIPort
iokit.IOAHCIBlockStorage 301.40.2 bilmpu iokit.IOAHCIFamily iokit.IOStorageFamily : IOAHCIBlockStorageDriver<IOService AppleAHCIDiskDriver<IOAHCIBlockStorageDriver IOAHCIBlockStorageDevice<IOBlockStorageDevice AppleAHCIDiskQueueManager<IOAHCIDiskQueueManager
iokit.IOAHCISerialATAPI 267.50.1 bilmpu iokit.IOAHCIFamily iokit.IOSCSIArchitectureModelFamily : IOAHCISerialATAPI<IOSCSIProtocolServices
iokit.IONVMeFamily 2.1.0 bilmpu iokit.IOPCIFamily iokit.IOStorageFamily : IONVMeController<IOService IONVMeBlockStorageDevice<IOBlockStorageDevice IONVMeUserClient<IOUserClient
iokit.IOUSBHostFamily 1.2 bilmpu iokit.IOPCIFamily iokit.IOACPIFamily : AppleUSBHostController<IOService AppleUSBHostPort<IOService IOUSBHostDevice<IOService IOUSBHostInterface<IOService AppleUSBHostResources<IOService AppleUSBHostResourcesClient<IOService AppleUSBHostLegacyClient<IOService AppleUSBHostDeviceUserClient<IOUserClient AppleUSBHostInterfaceUserClient<IOUserClient
iokit.IOUSBFamily 900.4.2 bilmpu iokit.IOPCIFamily iokit.IOUSBHostFamily : IOUSBBus<IOService IOUSBController<IOUSBBus IOUSBControllerV2<IOUSBController IOUSBControllerV3<IOUSBControllerV2 AppleUSBController<IOUSBControllerV3 IOUSBNub<IOService IOUSBDevice<IOUSBNub IOUSBHubDevice<IOUSBDevice IOUSBRootHubDevice<IOUSBHubDevice IOUSBInterface<IOUSBNub AppleUSBRootHubDevice<IOUSBRootHubDevice AppleUSBDevice<IOUSBDevice AppleUSBInterface<IOUSBInterface AppleUSBLegacyRoot<AppleUSBHostResourcesClient IOUSBDeviceUserClientV2<IOUserClient IOUSBInterfaceUserClientV3<IOUserClient
driver.usb.AppleUSBHostPacketFilter 1.0 bilmu iokit.IOUSBHostFamily : AppleUSBHostPacketFilterService<IOService
driver.usb.AppleUSBXHCI 1.2 bilmpu iokit.IOUSBHostFamily : AppleUSBXHCI<AppleUSBHostController AppleUSBXHCIPort<AppleUSBHostPort AppleUSB20XHCIPort<AppleUSBXHCIPort AppleUSB30XHCIPort<AppleUSBXHCIPort
driver.usb.AppleUSBXHCIPCI 1.2 bilmpu iokit.IOPCIFamily iokit.IOUSBHostFamily driver.usb.AppleUSBXHCI : AppleUSBXHCIPCI<AppleUSBXHCI
driver.usb.AppleUSBCommon 1.0 bilm :
driver.usb.AppleUSBHub 1.2 bilmpu iokit.IOUSBHostFamily driver.usb.AppleUSBCommon : AppleUSBHub<IOService AppleUSBHubPort<AppleUSBHostPort AppleUSB20Hub<AppleUSBHub AppleUSB20HubPort<AppleUSBHubPort
driver.usb.AppleUSBHostCompositeDevice 1.2 bilmu iokit.IOUSBHostFamily driver.usb.AppleUSBCommon : AppleUSBHostCompositeDevice<IOService
iokit.IOHIDFamily 2.0.0 bilmpu driver.AppleFDEKeyStore : IOHIDDevice<IOService IOHIDInterface<IOService IOHIDEventService<IOService IOHIDEventDriver<IOHIDEventService IOHIDSystem<IOService IOHIDResource<IOService IOHIDUserClient<IOUserClient IOHIDParamUserClient<IOUserClient IOHIDEventSystemUserClient<IOUserClient IOHIDEventServiceUserClient<IOUserClient IOHIDLibUserClient<IOUserClient IOHIKeyboard<IOService IOHIPointing<IOService
driver.AppleACPIButtons 6.1 ilu iokit.IOACPIFamily iokit.IOHIDFamily : AppleACPIButton<IOHIDEventService
driver.usb.IOUSBHostHIDDevice 1.2 bilmu iokit.IOUSBHostFamily iokit.IOHIDFamily driver.usb.AppleUSBCommon : IOUSBHostHIDDevice<IOHIDDevice
driver.AppleHIDKeyboard 197.20.4 il iokit.IOHIDFamily : AppleHIDKeyboardEventDriverV2<IOHIDEventDriver
iokit.IOUSBMassStorageDriver 140.70.2 bilmpu iokit.IOUSBHostFamily iokit.IOSCSIArchitectureModelFamily iokit.IOStorageFamily driver.usb.AppleUSBCommon : IOUSBMassStorageInterfaceNub<IOService IOUSBMassStorageDriverNub<IOService IOUSBMassStorageDriver<IOSCSIProtocolServices IOUSBMassStorageResource<IOService
iokit.IONetworkingFamily 3.4 bilmpu : IONetworkController<IOService IONetworkInterface<IOService IOEthernetController<IONetworkController IOEthernetInterface<IONetworkInterface IONetworkStack<IOService IONetworkStackUserClient<IOUserClient IOKernelDebugger<IOService
driver.AppleIntel8254XEthernet 3.1.5 bilmpu iokit.IOPCIFamily iokit.IONetworkingFamily : Intel82574L<IOEthernetController AppleIntel8254XEthernet<IOEthernetController
iokit.IOUserEthernet 1.0.1 bilm iokit.IONetworkingFamily : IOUserEthernetResource<IOService IOUserEthernetResourceUserClient<IOUserClient
iokit.IOGraphicsFamily 519.20 bilmpu iokit.IOPCIFamily : IOGraphicsDevice<IOService IOFramebuffer<IOGraphicsDevice IODisplay<IOService IODisplayConnect<IOService AppleDisplay<IODisplay IODisplayWrangler<IOService IOFramebufferUserClient<IOUserClient IOFramebufferSharedUserClient<IOUserClient IOI2CInterface<IOService IOFramebufferI2CInterface<IOI2CInterface IOAccelerator<IOService IOAccelerationUserClient<IOUserClient IODisplayParameterHandler<IOService
iokit.IONDRVSupport 519.20 ilmpu iokit.IOPCIFamily iokit.IOGraphicsFamily : IONDRVFramebuffer<IOFramebuffer IONDRVDevice<IOPlatformDevice
driver.AppleBacklightExpert 1.1.0 il iokit.IOGraphicsFamily iokit.IOPCIFamily : AppleBacklightExpert<IOService
driver.AppleMCCSControl 1.5.4 bil iokit.IOGraphicsFamily iokit.IOSMBusFamily : AppleMCCSControlFamily<IOService AppleMCCSControlModule<AppleMCCSControlFamily AppleMCCSParameterHandler<IODisplayParameterHandler
AppleGraphicsDeviceControl 3.20.18 bilmpu iokit.IOPCIFamily iokit.IOACPIFamily : AppleGraphicsDeviceControl<IOService AppleGraphicsDeviceControlClient<IOUserClient AppleGraphicsDeviceControlPlugin<IOService AGDCPlugin<IOService
AGDCPluginDisplayMetrics 3.20.18 bilmpu AppleGraphicsDeviceControl iokit.IOGraphicsFamily : AGDCPluginDisplayMetrics<AGDCPlugin
AppleGPUWrangler 3.20.18 bilmpu AppleGraphicsDeviceControl iokit.IOGraphicsFamily iokit.IOPCIFamily : AppleGPUWrangler<AppleGraphicsDeviceControl AppleGPUWranglerClient<AppleGraphicsDeviceControlClient
iokit.IOSurface 211.15 bilmpu : IOSurfaceRoot<IOService IOSurfaceRootUserClient<IOUserClient
iokit.IOAudioFamily 206.5 bilmu kec.Libm : IOAudioDevice<IOService IOAudioEngine<IOService IOAudioStream<IOService IOAudioControl<IOService IOAudioLevelControl<IOAudioControl IOAudioToggleControl<IOAudioControl IOAudioSelectorControl<IOAudioControl IOAudioEngineUserClient<IOUserClient IOAudioControlUserClient<IOUserClient
vecLib.kext 1.2.0 l :
iokit.IOHDAFamily 281.52 il iokit.IOPCIFamily : IOHDAController<IOService IOHDACodecDevice<IOService IOHDACodecDriver<IOService IOHDACodecFunction<IOService
driver.AppleHDAController 281.52 ilmu iokit.IOPCIFamily iokit.IOACPIFamily iokit.IOAudioFamily iokit.IOHDAFamily : AppleHDAController<IOHDAController
driver.DspFuncLib 281.52 bilmu kec.Libm iokit.IOAudioFamily vecLib.kext :
driver.AppleHDA 281.52 bilmu iokit.IOPCIFamily iokit.IOAudioFamily iokit.IOHDAFamily driver.AppleHDAController driver.DspFuncLib : AppleHDACodec<IOHDACodecDriver AppleHDACodecGeneric<AppleHDACodec AppleHDADriver<IOAudioDevice AppleHDAEngine<IOAudioEngine AppleHDAEngineInput<AppleHDAEngine AppleHDAEngineOutput<AppleHDAEngine AppleHDAStream<IOAudioStream
iokit.IOSerialFamily 11 bilmu : IOSerialStreamSync<IOService IORS232SerialStreamSync<IOSerialStreamSync IOSerialDriverSync<IOService IOSerialBSDClient<IOService
driver.Apple16X50Serial 3.2 ilmu iokit.IOSerialFamily : com_apple_driver_16X50BusInterface<IOService com_apple_driver_16X50UARTSync<IORS232SerialStreamSync
driver.Apple16X50ACPI 3.2 ilmu iokit.IOACPIFamily iokit.IOSerialFamily driver.Apple16X50Serial : com_apple_driver_16X50ACPI<com_apple_driver_16X50BusInterface
driver.ApplePS2Controller 1.1.2 ilmpu iokit.IOACPIFamily : ApplePS2Controller<IOService ApplePS2KeyboardDevice<IOService ApplePS2MouseDevice<IOService
iokit.IOBluetoothFamily 6.0.7f10 bilmpu iokit.IOUSBHostFamily : IOBluetoothHCIController<IOService IOBluetoothHCIUserClient<IOUserClient IOBluetoothObject<OSObject
iokit.IOBluetoothSerialManager 6.0.7f10 bilm iokit.IOBluetoothFamily iokit.IOSerialFamily : IOBluetoothSerialManager<IOService IOBluetoothSerialClient<IOSerialDriverSync IOBluetoothSerialClientSerialStreamSync<IORS232SerialStreamSync
iokit.IOTimeSyncFamily 675.6 bilmpu iokit.IONetworkingFamily : IOTimeSyncClockManager<IOService IOTimeSyncClockManagerUserClient<IOUserClient
iokit.IOAVBFamily 675.6 bilmpu iokit.IONetworkingFamily iokit.IOTimeSyncFamily : IOAVBNub<IOService IOAVBNubUserClient<IOUserClient
plugin.IOgPTPPlugin 675.6 bilmpu iokit.IONetworkingFamily iokit.IOTimeSyncFamily :
driver.AppleHV 1 bilmpu : AppleHV<IOService
driver.pmtelemetry 1 bilmpu iokit.IOReportFamily : com_apple_driver_pmtelemetry<IOService
driver.AppleBusPowerController 1.0 ilmu iokit.IOACPIFamily iokit.IOUSBHostFamily : AppleBusPowerController<IOService
driver.CoreStorage 546.50.1 bilmpu kec.corecrypto iokit.IOStorageFamily : CoreStorageGroup<IOPartitionScheme
driver.AppleXsanScheme 3 il iokit.IOStorageFamily : AppleXsanScheme<IOPartitionScheme
nke.applicationfirewall 183 blmpu :
nke.ppp 1.9 blmp :
nke.l2tp 1.9 blmp nke.ppp :
driver.AppleUpstreamUserClient 3.6.5 bilmu : AppleUpstreamUserClientDriver<IOService
driver.AudioAUUC 1.70 bil iokit.IOAudioFamily iokit.IOGraphicsFamily : AudioAUUCDriver<IOService
driver.AppleMuxControl 3.20.18 ilmu iokit.IOPCIFamily AppleGraphicsDeviceControl iokit.IOGraphicsFamily : AppleMuxControl<IOService
Dont_Steal_Mac_OS_X 7.0.0 ilmpu driver.AppleSMC : Dont_Steal_Mac_OS_X<IOService
`

const kpiLetters: Readonly<Record<string, string>> = Object.fromEntries(
  kpis.map(({ name }) => [name.slice(0, 1), `com.apple.kpi.${name}`]),
)

export const kernelClasses: readonly ClassDeclaration[] = readClasses(kernelClassTable)

export const kexts: readonly KextRow[] = kextTable
  .trim()
  .split('\n')
  .map(line => {
    const [head = '', classes = ''] = line.split(' :')
    const [id = '', version = '', kpiWord = '', ...libraries] = head.split(' ')
    return {
      bundleIdentifier: `com.apple.${id}`,
      version,
      libraries: [
        ...[...kpiWord].map(letter => kpiLetters[letter]!),
        ...libraries.map(library => `com.apple.${library}`),
      ],
      classes: readClasses(classes),
    }
  })

function readClasses(table: string): readonly ClassDeclaration[] {
  return table
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => {
      const [name = '', superclass = ''] = word.split('<')
      return { name, superclass }
    })
}
