import type { Entry } from '../kernel/registry.ts'
import { cString, int32, le32, notSerializable } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'
import { processes, type ProcessName } from './processes.ts'

export interface AcpiDevices {
  readonly platform: Entry
  readonly rootDomain: Entry
  readonly pci0: Entry
  readonly cpus: readonly Entry[]
  readonly smbus: { readonly properties: Record<string, Uint8Array> }
}

const cpuCount = 4

/** One ACPI device: name, PNP id, and the driver it gets, if any. */
interface DeviceRow {
  readonly name: string
  readonly id: string
  readonly driver?: string
  /** Drivers that publish nothing. */
  readonly silent?: boolean
}

const devices: readonly DeviceRow[] = [
  { name: 'HPET', id: 'PNP0103', driver: 'AppleHPET', silent: true },
  { name: 'RTC', id: 'PNP0B00', driver: 'AppleRTC' },
  { name: 'PIC', id: 'PNP0000' },
  { name: 'TIMR', id: 'PNP0100' },
  { name: 'DMAC', id: 'PNP0200' },
  { name: 'MATH', id: 'PNP0C04' },
  { name: 'SPKR', id: 'PNP0800' },
  { name: 'FWCF', id: 'QEMU0002' },
  { name: 'GPE0', id: 'PNP0A06' },
  { name: 'PRES', id: 'PNP0A06' },
  { name: 'DRAC', id: 'PNP0C01' },
  { name: 'VGEN', id: 'QEMU0004' },
  { name: 'LPT1', id: 'PNP0400' },
  { name: 'FDC0', id: 'PNP0700' },
  { name: 'PWRB', id: 'PNP0C0C', driver: 'AppleACPIButton' },
  { name: 'SLPB', id: 'PNP0C0E', driver: 'AppleACPIButton' },
]

const interruptLinks = ['LNKA', 'LNKB', 'LNKC', 'LNKD', 'LNKE', 'LNKF', 'LNKG', 'LNKH']
const globalInterrupts = ['GSIA', 'GSIB', 'GSIC', 'GSID', 'GSIE', 'GSIF', 'GSIG', 'GSIH']

/** Who watches the power of the system. */
const powerClients: readonly ProcessName[] = [
  'powerd',
  'powerd',
  'configd',
  'loginwindow',
  'WindowServer',
  'WindowServer',
  'hidd',
  'coreaudiod',
  'UserEventAgent',
  'apsd',
  'mds',
  'diskarbitrationd',
  'bluetoothd',
  'locationd',
  'coreduetd',
  'thermald',
  'opendirectoryd',
  'Dock',
  'SystemUIServer',
  'Finder',
  'dasd',
  'symptomsd',
  'airportd',
  'backupd',
  'cfprefsd',
  'sshd',
]

/** The ACPI platform and what hangs on it beside PCI. */
export function buildAcpi(m: MachineBuilder, expert: Entry): AcpiDevices {
  const platform = m.driver(expert, 'AppleACPIPlatformExpert', {
    properties: {
      'ACPI Statistics': { FixedEventCount: 0, GpeCount: 3, MethodCount: 212, SciCount: 3 },
      IOPlatformMaxBusDelay: [int32(-1), 0],
      IOPlatformMaxInterruptDelay: [int32(-1), 0],
      IOPolledInterface: notSerializable('AppleACPIEventPoller'),
      'Platform Memory Ranges': [0, 4_294_967_295],
      'acpi-mmcfg-seg0': 2_952_790_016,
    },
  })
  const acpi = (name: string, id: string, more: Parameters<MachineBuilder['nub']>[2] = {}): Entry =>
    m.nub(platform, 'IOACPIPlatformDevice', {
      ...more,
      name,
      properties: { name: cString(id), ...(more.properties ?? {}) },
    })

  const rootDomain = buildRootDomain(m, platform)
  m.nub(platform, 'IOPCIMessagedInterruptController', {
    properties: {
      'Base Vector Number': 112,
      InterruptControllerName: 'IOPCIMessagedInterruptController',
      MSIFree: 129,
      'Vector Count': 143,
    },
  })
  m.nub(platform, 'IOPlatformDevice', { name: 'cpus', properties: { name: cString('cpus') } })
  const cpus = Array.from({ length: cpuCount }, (_, i) => {
    const cpu = acpi(`C00${i}`, `C00${i}`, {
      location: i.toString(16),
      properties: {
        'bus-frequency': le32(1_000_000_000),
        'clock-frequency': le32(3_000_000_000),
        'cpu-type': le32(0x0406),
        device_type: cString('processor'),
        'processor-id': i + 1,
        'processor-index': i,
        'processor-lapic': i,
        'processor-number': i,
        'timebase-frequency': le32(1_000_000_000),
      },
    })
    const driver = m.driver(cpu, 'AppleACPICPU', {
      properties: { 'cpu-index': i, IOCPUID: i, IOCPUState: i === 0 ? 'Running' : 'Waiting' },
    })
    if (i > 0) return cpu
    m.nub(driver, 'AppleACPICPUInterruptController', {
      registered: true,
      properties: { InterruptControllerName: 'IOCPUInterruptController' },
    })
    const plugin = m.driver(driver, 'ACPI_SMC_PlatformPlugin', {
      properties: { IOPlatformThermalProfileNames: ['StrictCool', 'Default'] },
    })
    m.nub(plugin, 'IOPlatformPluginDevice', { name: 'IOPlatformEnabler' })
    m.nub(plugin, 'IOPlatformPluginDevice', { name: 'AGPMEnabler' })
    return cpu
  })
  const ioApic = acpi('io-apic', 'io-apic', {
    location: 'fec00000',
    properties: { device_type: cString('interrupt-controller'), 'io-apic-id': 0 },
  })
  m.driver(ioApic, 'AppleAPICInterruptController', {
    properties: {
      'Base Vector Number': 0,
      'Destination APIC ID': 0,
      InterruptControllerName: 'io-apic-0',
      'Physical Address': 4_273_995_776,
      'Vector Count': 24,
    },
  })
  m.nub(platform, 'AppleACPIEventController', {
    registered: false,
    properties: { InterruptControllerName: 'ACPIEventController' },
  })
  const bios = m.nub(platform, 'IOPlatformDevice', {
    name: 'bios',
    properties: { name: cString('bios') },
  })
  m.driver(bios, 'AppleSMBIOS', {
    properties: { 'SMBIOS-EPS': 0xbffb_d000, SMBIOS: le32(0x5f4d_535f, 0x02080d1f) },
  })

  const efi = m.driver(platform, 'AppleEFIRuntime')
  m.driver(efi, 'AppleEFINVRAM', {
    properties: {
      'csr-active-config': le32(0x67),
      'efi-boot-device-data': le32(0x0c010102, 0x0a0341d0, 0, 0x02011f06),
      'boot-args': 'keepsyms=1 debug=0x144',
      SystemAudioVolume: Uint8Array.of(0x40),
      'security-mode': 'none',
      flagstate: new Uint8Array(32),
    },
  })

  for (const row of devices) {
    const device = acpi(row.name, row.id)
    if (!row.driver) continue
    const driver = m.driver(device, row.driver, { registered: !row.silent })
    if (row.driver === 'AppleACPIButton') {
      m.userClient(driver, 'IOHIDEventServiceUserClient', processes.hidd, 'hidd')
    }
    if (row.driver === 'AppleRTC') m.set(driver, { IORTC: notSerializable('AppleRTC') })
  }
  buildSerialPort(m, acpi('COM1', 'PNP0501'))
  buildPs2(m, acpi('PS2K', 'PNP0303'), acpi('PS2M', 'PNP0F13'))
  buildSmc(m, acpi('SMC', 'APP0001', { properties: { compatible: 'smc-napa', _STA: 11 } }))
  for (const [i, name] of interruptLinks.entries()) {
    const link = acpi(name, 'PNP0C0F', { registered: false, properties: { _UID: i } })
    m.nub(link, 'AppleACPIInterruptLink', { registered: false })
  }
  for (const [i, name] of globalInterrupts.entries()) {
    const link = acpi(name, 'PNP0C0F', { registered: false, properties: { _UID: 16 + i } })
    m.nub(link, 'AppleACPIInterruptLink', { registered: false })
  }

  const pci0 = acpi('PCI0', 'PNP0A08', {
    location: '0',
    properties: { compatible: cString('PNP0A03'), device_type: cString('pci'), _UID: 0 },
  })
  return { platform, rootDomain, pci0, cpus, smbus: { properties: { name: cString('smbus') } } }
}

function buildRootDomain(m: MachineBuilder, platform: Entry): Entry {
  const rootDomain = m.nub(platform, 'IOPMrootDomain', {
    properties: {
      BootSessionUUID: m.boot.identity.sessionUuid,
      DestroyFVKeyOnStandby: false,
      DriverPMAssertions: 0,
      'Hibernate Mode': 0,
      IOAppPowerStateInterest: notSerializable('IOCommand'),
      IOGeneralInterest: notSerializable('IOCommand'),
      IOHibernateState: le32(0),
      IOPMUserIsActive: true,
      IOPriorityPowerStateInterest: notSerializable('IOCommand'),
      IOSleepSupported: true,
      IOUserClientClass: 'RootDomainUserClient',
      PCITopLevel: ['S00', 'S08', 'S10', 'S20', 'S28', 'SF8', 'SFA', 'SFB'],
      PMStatusCode: 0,
      SleepDisabled: false,
      'Supported Features': { AdaptiveDimming: 33_357_831, Hibernation: 32_833_543 },
      'System Capabilities': 15,
      'Wake Type': 'UserActivity Assertion',
    },
  })
  const rootParent = m.nub(rootDomain, 'IORootParent', { registered: false })
  m.alsoIn('IOPower', rootParent, m.boot.registry.root)
  m.power(rootDomain, rootParent, 3)
  for (const process of powerClients) {
    m.userClient(rootDomain, 'RootDomainUserClient', processes[process], process)
  }
  return rootDomain
}

function buildSerialPort(m: MachineBuilder, port: Entry): void {
  const driver = m.driver(port, 'com_apple_driver_16X50ACPI', {
    name: 'Apple16X50ACPI0',
    registered: false,
    properties: { Location: 'Built-In', IOTTYBaseName: 'serial' },
  })
  const uart = m.nub(driver, 'com_apple_driver_16X50UARTSync', {
    name: 'Apple16X50UARTSync0',
    properties: {
      IOTTYBaseName: 'serial',
      IOTTYSuffix: '1',
      'UART Type': '16550A',
      Clock: 1_843_200,
    },
  })
  m.driver(uart, 'IOSerialBSDClient', {
    properties: {
      IOCalloutDevice: '/dev/cu.serial1',
      IODialinDevice: '/dev/tty.serial1',
      IOSerialBSDClientType: 'IORS232SerialStream',
      IOTTYBaseName: 'serial',
      IOTTYDevice: 'serial1',
      IOTTYSuffix: '1',
    },
  })
}

/** One controller on two nubs: an entry with two providers (facts: ioreg, section 4). */
function buildPs2(m: MachineBuilder, keyboardPort: Entry, mousePort: Entry): void {
  const controller = m.driver(keyboardPort, 'ApplePS2Controller', { name: 'ps2controller' })
  m.boot.registry.attach(controller, mousePort)
  m.nub(controller, 'ApplePS2KeyboardDevice', { properties: { 'Interrupt Number': 1 } })
  m.nub(controller, 'ApplePS2MouseDevice', { properties: { 'Interrupt Number': 12 } })
}

function buildSmc(m: MachineBuilder, device: Entry): void {
  const smc = m.driver(device, 'AppleSMC', {
    properties: {
      IOPolledInterface: notSerializable('SMCPolledInterface'),
      'smc-version': '2.15f7',
      ShutdownCause: 5,
    },
  })
  m.userClient(smc, 'AppleSMCClient', processes.thermald, 'thermald')
  m.userClient(smc, 'AppleSMCClient', processes.powerd, 'powerd')
  const timer = m.nub(smc, 'SMCWatchDogTimer')
  const watchdog = m.driver(timer, 'AppleOSXWatchdog')
  m.userClient(watchdog, 'AppleOSXWatchdogClient', processes.launchd, 'launchd')
}
