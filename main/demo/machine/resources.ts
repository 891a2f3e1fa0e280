import type { Entry } from '../kernel/registry.ts'
import { notSerializable, type Plain } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'
import { processes, type ProcessName } from './processes.ts'

/** Drivers of IOResources that publish nothing: file systems, compression types, hooks. */
const silent = [
  'com_apple_filesystems_hfs',
  'com_apple_filesystems_hfs_encodings',
  'com_apple_BootCache',
  'com_apple_AppleFSCompression_AppleFSCompressionTypeZlib',
  'com_apple_AppleFSCompression_AppleFSCompressionTypeDataless',
  'Dont_Steal_Mac_OS_X',
  'AppleIntelCPUPowerManagement',
  'IOBluetoothHCIController',
]

const published = [
  'AppleCredentialManager',
  'AppleFDEKeyStore',
  'AppleKeyStore',
  'AppleSSE',
  'AppleMobileFileIntegrity',
  'AppleSystemPolicy',
  'AppleSCSISubsystemGlobals',
  'AppleIntelSlowAdaptiveClockingManager',
  'AppleHV',
  'AppleGPUWrangler',
  'com_apple_driver_pmtelemetry',
  'IOAVBNub',
  'IOBluetoothSerialManager',
  'IODisplayWrangler',
  'IOHDIXController',
  'IOHIDResource',
  'IOReportHub',
  'IOSurfaceRoot',
  'IOTimeSyncClockManager',
  'IOUSBMassStorageResource',
  'IOUserEthernetResource',
]

/** Who has which of them open. */
const connections: readonly (readonly [driver: string, client: string, ProcessName])[] = [
  ['AppleCredentialManager', 'AppleCredentialManagerUserClient', 'securityd'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'launchd'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'securityd'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'loginwindow'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'opendirectoryd'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'configd'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'UserEventAgent'],
  ['AppleKeyStore', 'AppleKeyStoreUserClient', 'backupd'],
  ['AppleMobileFileIntegrity', 'AppleMobileFileIntegrityUserClient', 'launchd'],
  ['AppleSystemPolicy', 'AppleSystemPolicyUserClient', 'kextd'],
  ['AppleGPUWrangler', 'AppleGPUWranglerClient', 'WindowServer'],
  ['AppleGPUWrangler', 'AppleGPUWranglerClient', 'loginwindow'],
  ['AppleGPUWrangler', 'AppleGPUWranglerClient', 'Dock'],
  ['IODisplayWrangler', 'IOAccelerationUserClient', 'WindowServer'],
  ['IOSurfaceRoot', 'IOSurfaceRootUserClient', 'WindowServer'],
  ['IOSurfaceRoot', 'IOSurfaceRootUserClient', 'loginwindow'],
  ['IOSurfaceRoot', 'IOSurfaceRootUserClient', 'Dock'],
  ['IOSurfaceRoot', 'IOSurfaceRootUserClient', 'Finder'],
  ['IOSurfaceRoot', 'IOSurfaceRootUserClient', 'SystemUIServer'],
  ['IOReportHub', 'IOReportUserClient', 'powerd'],
  ['IOReportHub', 'IOReportUserClient', 'thermald'],
  ['IOTimeSyncClockManager', 'IOTimeSyncClockManagerUserClient', 'coreaudiod'],
  ['IOHDIXController', 'IOHDIXControllerUserClient', 'diskarbitrationd'],
  ['IOAVBNub', 'IOAVBNubUserClient', 'coreaudiod'],
]

/** `IOResources` and the resources that are there when the boot has settled. */
export function buildResources(m: MachineBuilder, expert: Entry, consoleUsers: Plain): Entry {
  const resources = m.nub(expert, 'IOResources', {
    properties: {
      ACPI: notSerializable('AppleACPIPlatformExpert'),
      AKSFileSystemKeyServices: notSerializable('AppleKeyStore'),
      AKSKernelServices: notSerializable('AppleKeyStore'),
      IOAVBNub: 'IOService',
      IOBSD: 'IOService',
      IOConsoleUsers: consoleUsers,
      IOKit: 'IOService',
      IONVRAM: 'IOService',
      IOPlatformMonitor: notSerializable('ACPI_SMC_PlatformPlugin'),
      IOPlatformPlugin: notSerializable('ACPI_SMC_PlatformPlugin'),
      IOPlatformUUID: '6E1D2A90-5C3B-5D7E-9F10-2B3C4D5E6F70',
      IORTC: notSerializable('AppleRTC'),
      IOResourceMatched: ['IOKit', 'IOBSD', 'IOTimeSyncClockManager', 'IOPlatformPlugin'],
      IOSerialManagerMustLoad: true,
      IOTimeSyncClockManager: 'IOService',
      SMBIOS: 'IOService',
      WindowServer: 'IOService',
      'boot-uuid-media': notSerializable('IOMedia'),
      'com.apple.AppleFSCompression.Type3': true,
      'com.apple.AppleFSCompression.Type4': true,
      'com.apple.AppleFSCompression.Type5': true,
      'com.apple.iokit.SCSISubsystemGlobals': true,
      'efi-runtime': notSerializable('AppleEFIRuntime'),
      intel_cpupm_matching: 0,
    },
  })
  const drivers = new Map<string, Entry>()
  for (const className of published) drivers.set(className, m.driver(resources, className))
  for (const className of silent) m.driver(resources, className, { registered: false })
  for (const [driver, client, process] of connections) {
    m.userClient(drivers.get(driver)!, client, processes[process], process)
  }
  const plugin = m.driver(drivers.get('AppleGPUWrangler')!, 'AppleGraphicsDeviceControlPlugin')
  m.driver(plugin, 'AGDCPluginDisplayMetrics', { registered: false })
  m.set(drivers.get('IOTimeSyncClockManager')!, {
    MachAbsoluteClockID: 0xd4be_d9ff_fe4e_0000n,
    MachAbsoluteCoreAudioClockDomain: 1_667_825_664,
  })
  m.set(drivers.get('IOHDIXController')!, {
    model: 'Disk Image Driver for MacOS X',
    vendor: 'Apple',
  })
  const serial = m.nub(drivers.get('IOBluetoothSerialManager')!, 'IOBluetoothSerialClient', {
    registered: false,
    properties: { IOTTYBaseName: 'Bluetooth-Incoming-Port' },
  })
  const stream = m.nub(serial, 'IOBluetoothSerialClientSerialStreamSync', {
    properties: { IOTTYBaseName: 'Bluetooth-Incoming-Port', IOTTYSuffix: '' },
  })
  m.driver(stream, 'IOSerialBSDClient', {
    properties: {
      IOCalloutDevice: '/dev/cu.Bluetooth-Incoming-Port',
      IODialinDevice: '/dev/tty.Bluetooth-Incoming-Port',
      IOTTYBaseName: 'Bluetooth-Incoming-Port',
    },
  })
  return resources
}

/** The old names of the USB families live below IOResources. @returns where the copies go. */
export function buildUsbResources(m: MachineBuilder, resources: Entry): Entry {
  const host = m.driver(resources, 'AppleUSBHostResources')
  m.driver(host, 'AppleUSBHostPacketFilterService', { registered: false })
  return m.driver(host, 'AppleUSBLegacyRoot')
}

/**
 * The HID system and the network stack are drivers of IOResources that attach to every event driver and
 * interface as well: entries with several providers (facts: ioreg, section 4).
 */
export function buildStacks(
  m: MachineBuilder,
  resources: Entry,
  hidEventDrivers: readonly Entry[],
  netInterface: Entry,
): void {
  const hid = m.driver(resources, 'IOHIDSystem', {
    properties: {
      HIDClickTime: 500_000_000,
      HIDDefaultParameters: true,
      HIDIdleTime: 71_203_000_000,
      HIDParameters: {
        HIDClickTime: 500_000_000,
        HIDKeyRepeat: 83_333_333,
        HIDMouseAcceleration: 45_056,
      },
    },
  })
  for (const driver of hidEventDrivers) m.boot.registry.attach(hid, driver)
  m.userClient(hid, 'IOHIDUserClient', processes.WindowServer, 'WindowServer')
  m.userClient(hid, 'IOHIDEventSystemUserClient', processes.hidd, 'hidd')
  for (const process of ['WindowServer', 'loginwindow', 'Dock', 'SystemUIServer'] as const) {
    m.userClient(hid, 'IOHIDParamUserClient', processes[process], process)
  }
  const stack = m.driver(resources, 'IONetworkStack')
  m.boot.registry.attach(stack, netInterface)
  m.userClient(stack, 'IONetworkStackUserClient', processes.configd, 'configd')
}
