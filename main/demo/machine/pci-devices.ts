import type { Entry } from '../kernel/registry.ts'
import { cString, hex, int32, le32, notSerializable } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'
import { functions, pciNub } from './pci.ts'
import { processes } from './processes.ts'
import { buildNvme, buildSata, Disks } from './storage.ts'
import { buildUsb } from './usb.ts'

export interface PciDevices {
  /** `IOEthernetInterface`, to which the network stack attaches too. */
  readonly interface: Entry
  /** HID event drivers, to which the HID system attaches too. */
  readonly hidEventDrivers: readonly Entry[]
  readonly nubs: readonly Entry[]
}

/** Everything below the host bridge. */
export function buildPci(
  m: MachineBuilder,
  pci0: Entry,
  rootDomain: Entry,
  legacyUsbRoot: Entry,
): PciDevices {
  const bridge = m.driver(pci0, 'AppleACPIPCI', {
    properties: { IOPCIBridgeFlags: 0, 'pci-aspm-default': 0 },
  })
  m.power(bridge, rootDomain, 2)
  const disks = new Disks()
  const nub = (fn: (typeof functions)[keyof typeof functions]): Entry => pciNub(m, bridge, fn)

  // Nobody drives the host bridge: a nub may be registered and matched without a driver.
  nub(functions.hostBridge)
  const display = nub(functions.display)
  buildDisplay(m, display)
  const ethernet = nub(functions.ethernet)
  const netInterface = buildEthernet(m, ethernet)
  m.driver(nub(functions.entropy), 'VirtIOEntropy', { properties: { 'Queue Size': 8 } })
  const audio = nub(functions.audio)
  buildAudio(m, audio)
  const usb = nub(functions.usb)
  const nvme = nub(functions.nvme)
  for (const port of [functions.rootPort, functions.secondRootPort]) {
    const entry = nub(port)
    m.power(m.nub(entry, 'IOPCI2PCIBridge', { name: 'IOPP' }), entry, 2)
  }
  const lpc = nub(functions.lpc)
  m.driver(lpc, 'AppleLPC', { properties: { IOPCITunnelCompatible: false } })
  const sata = nub(functions.sata)
  buildSata(m, disks, sata)
  buildNvme(m, disks, nvme)
  buildUsb(m, disks, usb, legacyUsbRoot, rootDomain)
  buildSmbus(m, nub(functions.smbus))

  return {
    interface: netInterface,
    hidEventDrivers: [...m.boot.registry.entries()].filter(e => e.className === 'IOHIDEventDriver'),
    nubs: bridge.clients(),
  }
}

function buildDisplay(m: MachineBuilder, pci: Entry): void {
  const framebuffer = m.driver(pci, 'IONDRVFramebuffer', {
    name: 'IONDRVFramebuffer',
    location: '0',
    properties: {
      IOAccelIndex: 0,
      IOAccelRevision: 2,
      IOAccelTypes: 'IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/S08@1',
      IOFBConfig: {
        IOFBModes: [
          { ID: 1, W: 1920, H: 1080 },
          { ID: 2, W: 1280, H: 720 },
        ],
      },
      IOFBCursorInfo: [],
      IOFBDependentID: 0,
      IOFBDependentIndex: 0,
      IOFBGammaCount: 256,
      IOFBGammaWidth: 16,
      IOFBMemorySize: 268_435_456,
      IOFBScalerInfo: hex('00000000000000000000000000000000'),
      IOGeneralInterest: notSerializable('IOCommand'),
      startup_timing: new Uint8Array(16),
    },
  })
  m.power(framebuffer, pci, 2)
  m.nub(framebuffer, 'IOFramebufferI2CInterface', {
    properties: { IOI2CBusType: 1, IOI2CInterfaceID: 0, IOI2CTransactionTypes: 31 },
  })
  m.userClient(framebuffer, 'IOFramebufferUserClient', processes.WindowServer, 'WindowServer')
  m.userClient(framebuffer, 'IOFramebufferSharedUserClient', processes.WindowServer, 'WindowServer')
  m.userClient(framebuffer, 'IOFramebufferSharedUserClient', processes.loginwindow, 'loginwindow')
  const module = m.driver(framebuffer, 'AppleMCCSControlModule')
  m.driver(module, 'AppleMCCSParameterHandler')
  const connect = m.nub(framebuffer, 'IODisplayConnect', { name: 'display0' })
  const display = m.driver(connect, 'AppleDisplay', {
    properties: {
      AppleDisplayType: 2,
      DisplayProductID: 0x1234,
      DisplayVendorID: 0x49f7,
      IODisplayEDID: hex(
        '00ffffffffffff0049f734120000000006190104a51e13780000000000000000000000000000',
      ),
      IODisplayGUID: 0x49f7_1234_0000_0000n,
      IODisplayPrefsKey:
        'IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/S08@1/IONDRVFramebuffer@0/display0/AppleDisplay-49f7-1234',
      YearOfManufacture: 2015,
    },
  })
  m.power(display, framebuffer, 3)
}

function buildEthernet(m: MachineBuilder, pci: Entry): Entry {
  const controller = m.driver(pci, 'AppleIntel8254XEthernet', {
    registered: false,
    properties: {
      IOActiveMedium: '00100026',
      IOFeatures: 8,
      IOLinkSpeed: 1_000_000_000,
      IOLinkStatus: 3,
      IOMACAddress: hex('525400123456'),
      IOMaxPacketSize: 1518,
      IOMinPacketSize: 64,
      IOMediumDictionary: {
        '00000020': { Flags: 0, Index: 0, Speed: 0, Type: 32 },
        '00100026': { Flags: 0, Index: 1, Speed: 1_000_000_000, Type: 1_048_614 },
      },
      IOModel: '82545EM',
      IOSelectedMedium: '00000020',
      IOVendor: 'Intel',
    },
  })
  m.power(controller, pci, 1)
  m.userClient(controller, 'IOKernelDebugger', 0, 'kernel_task')
  return m.nub(controller, 'IOEthernetInterface', {
    name: 'en0',
    properties: {
      'BSD Name': 'en0',
      IOActiveMedium: '00100026',
      IOBuiltin: true,
      IOControllerEnabled: true,
      IOInterfaceExtraFlags: int32(0x8000_0000),
      IOInterfaceFlags: 34_915,
      IOInterfaceNamePrefix: 'en',
      IOInterfaceState: 3,
      IOInterfaceType: 6,
      IOInterfaceUnit: 0,
      IOLocation: '',
      IOMaxTransferUnit: 1500,
      IOMediaAddressLength: 6,
      IOMediaHeaderLength: 14,
      IOPrimaryInterface: true,
      IORequiredPacketFilters: {
        IONetworkFilterGroup: 259,
        IOEthernetWakeOnLANFilterGroup: 0,
      },
    },
  })
}

function buildAudio(m: MachineBuilder, pci: Entry): void {
  const controller = m.driver(pci, 'AppleHDAController', {
    location: '4',
    properties: { ClockSource: 0, 'Minimum Power Policy': 1 },
  })
  m.power(controller, pci, 2)
  const codec = m.nub(controller, 'IOHDACodecDevice', {
    location: '4,0',
    properties: {
      IOHDACodecAddress: 0,
      IOHDACodecRevisionID: 0x0010_0101,
      IOHDACodecVendorID: 0x1af4_0022,
    },
  })
  const codecDriver = m.driver(codec, 'IOHDACodecDriver', { registered: false })
  const fn = m.nub(codecDriver, 'IOHDACodecFunction', {
    location: '4,0,1',
    properties: { IOHDACodecFunctionGroupType: 1, IOHDACodecFunctionNodeID: 1 },
  })
  const generic = m.driver(fn, 'AppleHDACodecGeneric', {
    properties: { vendorcodecID: 0x1af4_0022 },
  })
  const driver = m.nub(generic, 'AppleHDADriver', {
    properties: {
      IOAudioDeviceManufacturerName: 'QEMU',
      IOAudioDeviceName: 'Built-in Audio',
      IOAudioDeviceTransportType: 1_651_274_862,
    },
  })
  m.power(driver, controller, 1)
  m.driver(driver, 'AppleUpstreamUserClientDriver')
  for (const direction of ['Output', 'Input'] as const) {
    const engine = m.nub(driver, `AppleHDAEngine${direction}`, {
      location: direction === 'Output' ? '4,0,1,0' : '4,0,1,1',
      properties: {
        IOAudioEngineClockIsStable: true,
        IOAudioEngineDescription: `Built-in ${direction}`,
        IOAudioEngineNumSampleFramesPerBuffer: 16_384,
        IOAudioEngineSampleOffset: 64,
        IOAudioEngineState: 0,
        IOAudioSampleRate: { IOAudioSampleRateFraction: 0, IOAudioSampleRateWholeNumber: 44_100 },
      },
    })
    m.nub(engine, 'AppleHDAStream', {
      properties: {
        IOAudioStreamAvailable: 1,
        IOAudioStreamDirection: direction === 'Input' ? 1 : 0,
      },
    })
    m.userClient(engine, 'IOAudioEngineUserClient', processes.coreaudiod, 'coreaudiod')
    for (const control of [
      'IOAudioLevelControl',
      'IOAudioToggleControl',
      'IOAudioSelectorControl',
    ]) {
      const entry = m.nub(engine, control, {
        registered: false,
        properties: { IOAudioControlChannelID: 0, IOAudioControlValue: 1 },
      })
      m.userClient(entry, 'IOAudioControlUserClient', processes.coreaudiod, 'coreaudiod')
    }
  }
}

function buildSmbus(m: MachineBuilder, pci: Entry): void {
  const driver = m.driver(pci, 'AppleSMBusPCI')
  const bus = m.nub(driver, 'IOACPIPlatformDevice', {
    name: 'BUS0',
    location: '0',
    properties: { name: cString('smbus'), _UID: 0 },
  })
  const controller = m.driver(bus, 'AppleSMBusControllerICH')
  m.nub(controller, 'AppleSMBusDevice', {
    name: 'DVL0',
    properties: { address: le32(0x57), name: cString('diagsvault') },
  })
}
