import type { Entry } from '../kernel/registry.ts'
import { hex, le32, notSerializable, type Plain } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'
import { processes } from './processes.ts'
import { buildDisk, contentType, type Disks } from './storage.ts'

const libraryTypes = {
  '9dc7b780-9ec0-11d4-a54f-000a27052861': 'IOUSBFamily.kext/Contents/PlugIns/IOUSBLib.bundle',
}

/** A USB device as its descriptors say it. */
interface Device {
  readonly name: string
  readonly vendor: string
  readonly idVendor: number
  readonly idProduct: number
  readonly deviceClass: number
  readonly speed: number
  readonly interfaces: readonly (readonly [cls: number, subclass: number, protocol: number])[]
}

const keyboard: Device = {
  name: 'QEMU USB Keyboard',
  vendor: 'QEMU',
  idVendor: 0x0627,
  idProduct: 0x0001,
  deviceClass: 0,
  speed: 2,
  interfaces: [[3, 1, 1]],
}
const tablet: Device = { ...keyboard, name: 'QEMU USB Tablet', interfaces: [[3, 0, 0]] }
const hub: Device = {
  name: 'QEMU USB Hub',
  vendor: 'QEMU',
  idVendor: 0x0409,
  idProduct: 0x55aa,
  deviceClass: 9,
  speed: 2,
  interfaces: [[9, 0, 0]],
}
const stick: Device = {
  name: 'QEMU USB HARDDRIVE',
  vendor: 'QEMU',
  idVendor: 0x46f4,
  idProduct: 0x0001,
  deviceClass: 0,
  speed: 2,
  interfaces: [[8, 6, 80]],
}

/** Where the old names of the USB families are kept: copies of nubs for drivers from before 10.11. */
interface Legacy {
  readonly controller: Entry
  readonly rootHub: Entry
}

/** The XHCI controller, its ports and what is plugged in. */
export function buildUsb(
  m: MachineBuilder,
  disks: Disks,
  pci: Entry,
  legacyRoot: Entry,
  rootDomain: Entry,
): void {
  const controller = m.driver(pci, 'AppleUSBXHCIPCI', {
    name: 'S28',
    location: '05000000',
    properties: {
      IOUserClientClass: 'AppleUSBHostControllerUserClient',
      Revision: Uint8Array.of(0, 1),
      UsbPortCount: 8,
      locationID: 0x0500_0000,
      kUSBSleepSupported: true,
    },
  })
  m.power(controller, pci, 3)
  const legacy = buildLegacy(m, legacyRoot, rootDomain)
  const ports = Array.from({ length: 8 }, (_, i) => {
    const isFast = i >= 4
    const port = m.nub(controller, isFast ? 'AppleUSB30XHCIPort' : 'AppleUSB20XHCIPort', {
      name: `${isFast ? 'SSP' : 'HSP'}${(i % 4) + 1}`,
      location: `05${(i + 1).toString(16)}00000`,
      properties: portProperties(i + 1, 0x0500_0000 + (i + 1) * 0x10_0000),
    })
    return m.power(port, controller, 3)
  })
  buildHidDevice(m, attachDevice(m, ports[0]!, keyboard, '05100000', legacy), keyboard, 6)
  buildHidDevice(m, attachDevice(m, ports[1]!, tablet, '05200000', legacy), tablet, 2)

  const hubDevice = attachDevice(m, ports[2]!, hub, '05300000', legacy)
  const hubDriver = m.driver(hubDevice, 'AppleUSB20Hub', {
    location: '05300000',
    properties: { locationID: 0x0530_0000, UsbBusCurrentPoolID: 4_294_967_973 },
  })
  for (let i = 1; i <= 4; i++) {
    const port = m.nub(hubDriver, 'AppleUSB20HubPort', {
      location: `053${i}0000`,
      properties: portProperties(i, 0x0530_0000 + i * 0x1_0000),
    })
    m.power(port, hubDevice, 3)
    if (i === 2) buildMassStorage(m, disks, attachDevice(m, port, stick, '05320000', legacy))
  }
}

function portProperties(port: number, locationId: number): { readonly [key: string]: Plain } {
  return {
    IOGeneralInterest: notSerializable('IOCommand'),
    UsbConnector: 255,
    kUSBSleepPortCurrentLimit: 2100,
    kUSBWakePortCurrentLimit: 2100,
    locationID: locationId,
    port: le32(port),
    'port-status': 0,
    'port-statistics': {
      kPortStatAddressFailureCount: 0,
      kPortStatConnectCount: port === 1 ? 1 : 0,
      kPortStatEnumerationFailureCount: 0,
      kPortStatOverCurrentCount: 0,
      kPortStatResumeCount: 0,
    },
  }
}

/** The device nub, its interfaces, and the copies under the old names. */
function attachDevice(
  m: MachineBuilder,
  port: Entry,
  device: Device,
  location: string,
  legacy: Legacy,
): Entry {
  const locationId = Number.parseInt(location, 16)
  const descriptors = {
    'Device Speed': device.speed,
    'USB Product Name': device.name,
    'USB Vendor Name': device.vendor,
    bDeviceClass: device.deviceClass,
    bDeviceProtocol: 0,
    bDeviceSubClass: 0,
    bMaxPacketSize0: 64,
    bNumConfigurations: 1,
    bcdDevice: 0,
    bcdUSB: 512,
    iManufacturer: 1,
    iProduct: 2,
    iSerialNumber: 3,
    idProduct: device.idProduct,
    idVendor: device.idVendor,
    locationID: locationId,
    sessionID: 0x8000_0000_0000_0000n + BigInt(locationId),
  }
  const nub = m.nub(port, 'IOUSBHostDevice', {
    name: device.name,
    location,
    properties: {
      ...descriptors,
      'Bus Power Available': 250,
      IOCFPlugInTypes: libraryTypes,
      IOClassNameOverride: 'IOUSBDevice',
      IOGeneralInterest: notSerializable('IOCommand'),
      IOUserClientClass: 'AppleUSBHostDeviceUserClient',
      PortNum: 1,
      'USB Address': (locationId >> 20) & 0xf,
      kUSBCurrentConfiguration: 1,
      'non-removable': 'no',
    },
  })
  m.power(nub, port, 3)
  m.nub(nub, 'AppleUSBHostLegacyClient', { registered: false })
  if (device.deviceClass === 0) m.driver(nub, 'AppleUSBHostCompositeDevice', { registered: false })
  const copy = m.nub(legacy.controller, 'AppleUSBDevice', {
    name: device.name,
    location,
    properties: { ...descriptors, IOClassNameOverride: 'IOUSBDevice' },
  })
  m.alsoIn('IOUSB', copy, legacy.rootHub)
  for (const [number, [cls, subclass, protocol]] of device.interfaces.entries()) {
    const properties = {
      bAlternateSetting: 0,
      bConfigurationValue: 1,
      bInterfaceClass: cls,
      bInterfaceNumber: number,
      bInterfaceProtocol: protocol,
      bInterfaceSubClass: subclass,
      bNumEndpoints: cls === 8 ? 2 : 1,
      bcdDevice: 0,
      iInterface: 0,
      idProduct: device.idProduct,
      idVendor: device.idVendor,
      locationID: locationId,
      IOClassNameOverride: 'IOUSBInterface',
    }
    m.nub(nub, 'IOUSBHostInterface', {
      location: String(number),
      registered: cls !== 9,
      properties: { ...properties, IOUserClientClass: 'AppleUSBHostInterfaceUserClient' },
    })
    m.nub(copy, 'AppleUSBInterface', { location: String(number), registered: false, properties })
  }
  return nub
}

function buildHidDevice(m: MachineBuilder, device: Entry, row: Device, usage: number): void {
  const nub = device.clients().find(c => c.className === 'IOUSBHostInterface')!
  const properties = {
    CountryCode: 0,
    DeviceUsagePairs: [{ DeviceUsage: usage, DeviceUsagePage: 1 }],
    LocationID: Number.parseInt(device.location!, 16),
    Manufacturer: row.vendor,
    MaxFeatureReportSize: 0,
    MaxInputReportSize: 8,
    MaxOutputReportSize: 1,
    PrimaryUsage: usage,
    PrimaryUsagePage: 1,
    Product: row.name,
    ProductID: row.idProduct,
    ReportDescriptor: hex(
      '05010906a101050719e029e71500250175019508810295017508810195057501050819012905',
    ),
    ReportInterval: 8000,
    Transport: 'USB',
    VendorID: row.idVendor,
    VendorIDSource: 0,
    VersionNumber: 0,
  }
  const driver = m.driver(nub, 'IOUSBHostHIDDevice', {
    location: `${device.location},0`,
    properties,
  })
  m.power(driver, device, 1)
  const hid = m.nub(driver, 'IOHIDInterface', { properties })
  const events = m.driver(hid, 'IOHIDEventDriver', {
    properties: { HIDServiceSupport: true, IOGeneralInterest: notSerializable('IOCommand') },
  })
  m.userClient(events, 'IOHIDEventServiceUserClient', processes.WindowServer, 'WindowServer')
  m.userClient(driver, 'IOHIDLibUserClient', processes.hidd, 'hidd')
}

function buildMassStorage(m: MachineBuilder, disks: Disks, device: Entry): void {
  const nub = device.clients().find(c => c.className === 'IOUSBHostInterface')!
  const interfaceNub = m.driver(nub, 'IOUSBMassStorageInterfaceNub', {
    properties: { 'Preferred Protocol': 80, bInterfaceNumber: 0 },
  })
  const driverNub = m.nub(interfaceNub, 'IOUSBMassStorageDriverNub', {
    properties: { 'Preferred Protocol': 80, 'Preferred Subclass': 6 },
  })
  const driver = m.driver(driverNub, 'IOUSBMassStorageDriver', { registered: false })
  m.power(driver, device, 1)
  const unit = m.nub(driver, 'IOSCSILogicalUnitNub', {
    location: '0',
    properties: {
      'Peripheral Device Type': 0,
      'Product Identification': 'QEMU HARDDISK',
      'Product Revision Level': '2.5+',
      SCSILogicalUnitNumber: 0,
      'Vendor Identification': 'QEMU',
    },
  })
  const peripheral = m.driver(unit, 'IOSCSIPeripheralDeviceType00', { registered: false })
  m.power(peripheral, driver, 4)
  const services = m.nub(peripheral, 'IOBlockStorageServices', {
    properties: {
      'device-type': 'Generic',
      'Device Characteristics': { 'Product Name': 'QEMU HARDDISK', 'Vendor Name': 'QEMU' },
    },
  })
  buildDisk(m, disks, services, 'QEMU QEMU HARDDISK', 1024 ** 3, [
    {
      name: 'KEXTS',
      content: contentType.fat,
      bytes: 1024 ** 3 - 2_097_152,
      uuid: '8E3F2D1C-0B9A-4887-9665-544332211000',
    },
  ])
}

function buildLegacy(m: MachineBuilder, legacyRoot: Entry, rootDomain: Entry): Legacy {
  const controller = m.nub(legacyRoot, 'AppleUSBController', {
    name: 'AppleUSBXHCI',
    location: '05000000',
    properties: { locationID: 0x0500_0000 },
  })
  const rootHub = m.nub(controller, 'AppleUSBRootHubDevice', {
    name: 'AppleUSBXHCI Root Hub Simulation',
    location: '05000000',
    properties: {
      'Built-In': true,
      'Device Speed': 3,
      IOCFPlugInTypes: libraryTypes,
      IOClassNameOverride: 'IOUSBRootHubDevice',
      IOUserClientClass: 'IOUSBDeviceUserClientV2',
      'USB Product Name': 'AppleUSBXHCI Root Hub Simulation',
      'USB Vendor Name': 'Apple Inc.',
      bDeviceClass: 9,
      bDeviceProtocol: 1,
      bDeviceSubClass: 255,
      idProduct: 0x8007,
      idVendor: 0x05ac,
      locationID: 0x0500_0000,
      'non-removable': 'yes',
    },
  })
  m.power(rootHub, rootDomain, 4)
  m.alsoIn('IOUSB', rootHub, m.boot.registry.root)
  return { controller, rootHub }
}
