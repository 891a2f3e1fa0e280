import type { Boot } from '../kernel/boot.ts'
import { cString, le32, notSerializable, toDictionary, type Plain } from '../kernel/values.ts'
import { buildAcpi } from './acpi.ts'
import { MachineBuilder } from './builder.ts'
import { buildLoaderNodes, buildOtherPlanes } from './device-tree.ts'
import { darwinVersion, kernelClasses } from './kext-table.ts'
import { buildPci } from './pci-devices.ts'
import { processes, userOf, type ProcessName } from './processes.ts'
import { buildResources, buildStacks, buildUsbResources } from './resources.ts'
import { systemKexts } from './system-kexts.ts'

export const kernelVersion = `Darwin Kernel Version ${darwinVersion}: Thu Jun 21 22:53:14 PDT 2018; root:xnu-4570.71.2~1/RELEASE_X86_64`
export const buildVersion = '17G65'

export const modelName = 'iMac14,2'

const consoleUsers: readonly { readonly [key: string]: Plain }[] = [
  {
    kCGSSessionAuditIDKey: 100_006,
    kCGSSessionGroupIDKey: 20,
    kCGSSessionIDKey: 257,
    kCGSSessionLoginwindowSafeLogin: false,
    kCGSSessionOnConsoleKey: true,
    kCGSSessionSystemSafeBoot: false,
    kCGSSessionUserIDKey: 501,
    kCGSSessionUserNameKey: 'author',
    kCGSessionLoginDoneKey: true,
    kSCSecuritySessionID: 100_006,
  },
]

/** Instances of classes that never show in the registry: what a settled 10.13 machine has of them. */
const unseenInstances: Readonly<Record<string, number>> = {
  OSString: 9120,
  OSSymbol: 8345,
  OSNumber: 11_804,
  OSBoolean: 2,
  OSData: 3310,
  OSArray: 3987,
  OSDictionary: 7011,
  OSSet: 402,
  OSOrderedSet: 512,
  OSKext: 172,
  IOCatalogue: 1,
  IOWorkLoop: 88,
  IOCommandGate: 121,
  IOTimerEventSource: 143,
  IOInterruptEventSource: 9,
  IOFilterInterruptEventSource: 21,
  IOGeneralMemoryDescriptor: 388,
  IOBufferMemoryDescriptor: 402,
  IOMemoryMap: 611,
  IODMACommand: 377,
  IOCommandPool: 24,
  IORangeAllocator: 14,
  _IOServiceNotifier: 62,
  IOServiceMessageUserNotification: 131,
  SMCPolledInterface: 1,
  AppleACPIEventPoller: 1,
}

/** A boot of the machine: classes, kexts, catalogue, then every device in the state it settles in. */
export function bootMachine(boot: Boot): void {
  const { classes, registry, log } = boot
  for (const line of bootMessages) log.line(line)
  for (const [name, pid] of Object.entries(processes))
    boot.processes.add({ pid, name, user: userOf[name as ProcessName] ?? 'root' })
  classes.define('com.apple.kernel', kernelClasses)
  loadSystemKexts(boot)

  const m = new MachineBuilder(boot)
  m.set(registry.root, {
    IOConsoleLocked: false,
    IOConsoleUsers: consoleUsers,
    IOKitBuildVersion: kernelVersion,
    IONDRVFramebufferGeneration: le32(4, 4),
    'OS Build Version': buildVersion,
    OSKernelCPUSubtype: 3,
    OSKernelCPUType: 0x0100_0007,
    OSPrelinkKextCount: systemKexts.length,
  })
  registry.root.extraRetains = 12
  classes.created('IORegistryEntry')
  for (const [name, count] of Object.entries(unseenInstances)) classes.created(name, count)

  const expert = m.nub(registry.root, 'IOPlatformExpertDevice', {
    name: modelName,
    properties: {
      IOBusyInterest: notSerializable('IOCommand'),
      IOGeneralInterest: notSerializable('IOCommand'),
      IOInterruptControllers: ['io-apic-0'],
      IOInterruptSpecifiers: [le32(9, 5)],
      IOPlatformSerialNumber: 'QEMU00000001',
      IOPlatformUUID: '6E1D2A90-5C3B-5D7E-9F10-2B3C4D5E6F70',
      IOPolledInterface: notSerializable('SMCPolledInterface'),
      'board-id': cString('Mac-27ADBB7B4CEE8E61'),
      'clock-frequency': le32(1_000_000_000),
      compatible: cString(modelName),
      manufacturer: cString('QEMU'),
      model: cString(modelName),
      name: cString('/'),
      'product-name': cString(modelName),
      'system-type': Uint8Array.of(1),
      'target-type': cString('Mac'),
      version: cString('1.0'),
    },
  })
  buildLoaderNodes(m, expert)
  // What came and went while the machine booted differs from boot to boot, and with it the IDs.
  registry.skipIds(2 + Math.floor(Math.random() * 30))
  const acpi = buildAcpi(m, expert)
  const resources = buildResources(m, expert, consoleUsers)
  const legacyUsbRoot = buildUsbResources(m, resources)
  registry.skipIds(Math.floor(Math.random() * 20))
  const pci = buildPci(m, acpi.pci0, acpi.rootDomain, legacyUsbRoot)
  buildStacks(m, resources, pci.hidEventDrivers, pci.interface)
  buildOtherPlanes(m, expert, acpi, pci.nubs)
  registry.skipIds(20 + Math.floor(Math.random() * 60))

  registry.root.properties.set(
    'IORegistryPlanes',
    toDictionary(Object.fromEntries(registry.planes.map(plane => [plane, plane]))),
  )
  registry.root.liveProperties = () => [['IOKitDiagnostics', diagnostics(boot)]]
  m.settleBusyTimes()
}

/** All kexts of the boot, linked and loaded, with their personalities in the catalogue. */
function loadSystemKexts(boot: Boot): void {
  for (const kext of systemKexts) {
    const linkedAgainst = kext.libraries.map(id => {
      const library = boot.kexts.get(id)
      if (!library) throw new Error(`${kext.bundleIdentifier} is listed before its library ${id}`)
      return library
    })
    const clash = boot.classes.define(kext.bundleIdentifier, kext.classes)
    if (clash) throw new Error(`${kext.bundleIdentifier}: ${JSON.stringify(clash)}`)
    for (const [name, program] of Object.entries(kext.program.classes)) {
      boot.programs.set(name, program)
    }
    boot.kexts.add(
      {
        bundleIdentifier: kext.bundleIdentifier,
        version: kext.version,
        compatibleVersion: kext.compatibleVersion,
        uuid: kext.uuid,
        linkedAgainst,
        path: kext.path,
        allowsUserTerminate: !kext.bundleIdentifier.startsWith('com.apple.'),
        isFromBoot: true,
        stopReturns: 0,
        isSpared: false,
      },
      kext.size,
    )
  }
  for (const kext of systemKexts) boot.catalogue.add(kext.personalities)
}

/** `IOKitDiagnostics`: allocations and the instance count of every class, as they are now. */
function diagnostics(boot: Boot) {
  const names = [...boot.classes.names()].sort()
  return toDictionary({
    ...boot.allocations.counts(),
    Classes: Object.fromEntries(names.map(name => [name, boot.classes.instanceCount(name)])),
  })
}

const bootMessages = [
  kernelVersion,
  'vm_page_bootstrap: 2016311 free pages and 80777 wired pages',
  'kext submap [0xffffff7f80a00000 - 0xffffff8000000000], kernel text [0xffffff8000200000 - 0xffffff8000a00000]',
  'zone leak detection enabled',
  'standard timeslicing quantum is 10000 us',
  'mig_table_max_displ = 84',
  'TSC Deadline Timer supported and enabled',
  'AppleACPICPU: ProcessorId=0 LocalApicId=0 Enabled',
  'AppleACPICPU: ProcessorId=1 LocalApicId=1 Enabled',
  'AppleACPICPU: ProcessorId=2 LocalApicId=2 Enabled',
  'AppleACPICPU: ProcessorId=3 LocalApicId=3 Enabled',
  'calling mpo_policy_init for Sandbox',
  'Security policy loaded: Seatbelt sandbox policy (Sandbox)',
  'Security policy loaded: Quarantine policy (Quarantine)',
  'Copyright (c) 1982, 1986, 1989, 1991, 1993',
  '\tThe Regents of the University of California. All rights reserved.',
  '',
  'MAC Framework successfully initialized',
  'using 16384 buffer headers and 10240 cluster IO buffer headers',
  'AppleKeyStore starting (BUILT: Jun 18 2018 19:43:30)',
  'IOAPIC: Version 0x20 Vectors 64:87',
  'ACPI: sleep states S3 S4 S5',
  'pci (build 22:56:13 Jun 21 2018), flags 0xe3000, pfm64 (40 cpu) 0xf80000000, 0x80000000',
  '[ PCI configuration begin ]',
  '[ PCI configuration end, bridges 3, devices 12 ]',
  'AppleIntel8254XEthernet: Ethernet address 52:54:00:12:34:56',
  'USBMSC Identifier (non-unique): 1-0000:00:05.0-3.2 0x46f4 0x1 0x0, 2',
  'Got boot device = IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/SFA@1F,2/AppleIntelPchSeriesAHCI/PRT0@0/IOAHCIDevice@0/AppleAHCIDiskDriver/IOAHCIBlockStorageDevice/IOBlockStorageDriver/QEMU HARDDISK Media/IOGUIDPartitionScheme/Untitled 2@2/AppleAPFSContainerScheme/AppleAPFSMedia/AppleAPFSContainer/darwinOS@1',
  'BSD root: disk1s1, major 1, minor 4',
  'apfs_mountroot:468: apfs: mountroot called!',
  'IOGraphics flags 0x3',
  'Waiting for DSMOS...',
  'DSMOS has arrived',
  'en0: link up, 1-Gigabit, full-duplex',
]
