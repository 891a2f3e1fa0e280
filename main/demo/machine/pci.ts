import type { Entry } from '../kernel/registry.ts'
import { cString, le32, type Plain } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'

/** A PCI function: where it is, what it says of itself in its configuration space. */
export interface PciFunction {
  readonly name: string
  readonly device: number
  readonly fn?: number
  /** 0xDDDDVVVV: device over vendor. */
  readonly id: number
  /** 24 bits. */
  readonly classCode: number
  readonly ioName: string
  readonly subsystem?: number
  readonly revision?: number
  readonly more?: { readonly [key: string]: Plain }
}

/** QEMU's own subsystem id. */
const qemuSubsystem = 0x1100_1af4

/** The functions of a q35 board, in the order of the bus. */
export const functions = {
  hostBridge: {
    name: 'S00',
    device: 0,
    id: 0x29c0_8086,
    classCode: 0x060000,
    ioName: 'pci8086,29c0',
  },
  display: { name: 'S08', device: 1, id: 0x1111_1234, classCode: 0x030000, ioName: 'display' },
  ethernet: { name: 'S10', device: 2, id: 0x100f_8086, classCode: 0x020000, ioName: 'ethernet' },
  entropy: { name: 'S18', device: 3, id: 0x1005_1af4, classCode: 0x00ff00, ioName: 'pci1af4,1005' },
  audio: { name: 'S20', device: 4, id: 0x293e_8086, classCode: 0x040300, ioName: 'pci8086,293e' },
  usb: { name: 'S28', device: 5, id: 0x000d_1b36, classCode: 0x0c0330, ioName: 'pci1b36,d' },
  nvme: { name: 'S30', device: 6, id: 0x5845_8086, classCode: 0x010802, ioName: 'pci8086,5845' },
  rootPort: {
    name: 'RP01',
    device: 0x1c,
    id: 0x000c_1b36,
    classCode: 0x060400,
    ioName: 'pci-bridge',
  },
  secondRootPort: {
    name: 'RP02',
    device: 0x1c,
    fn: 1,
    id: 0x000c_1b36,
    classCode: 0x060400,
    ioName: 'pci-bridge',
  },
  lpc: {
    name: 'SF8',
    device: 0x1f,
    id: 0x2918_8086,
    classCode: 0x060100,
    ioName: 'pci8086,2918',
    revision: 2,
  },
  sata: {
    name: 'SFA',
    device: 0x1f,
    fn: 2,
    id: 0x2922_8086,
    classCode: 0x010601,
    ioName: 'pci8086,2922',
    revision: 2,
  },
  smbus: {
    name: 'SFB',
    device: 0x1f,
    fn: 3,
    id: 0x2930_8086,
    classCode: 0x0c0500,
    ioName: 'pci8086,2930',
    revision: 2,
  },
} satisfies Record<string, PciFunction>

/** The nub of a PCI function, with the properties of facts: matching, section 6.2. */
export function pciNub(m: MachineBuilder, bridge: Entry, fn: PciFunction, bus = 0): Entry {
  const vendor = fn.id & 0xffff
  const device = fn.id >>> 16
  const subsystem = fn.subsystem ?? qemuSubsystem
  const short = (id: number): string => id.toString(16)
  const code = fn.classCode.toString(16).padStart(6, '0')
  const bar = 0x8000_0000 + fn.device * 0x10_0000
  const location = fn.device.toString(16).toUpperCase()
  const entry = m.nub(bridge, 'IOPCIDevice', {
    name: fn.name,
    location: fn.fn ? `${location},${fn.fn}` : location,
    properties: {
      IODeviceMemory: [[{ address: bar, length: 0x4000 }]],
      IOInterruptControllers: ['IOPCIMessagedInterruptController'],
      IOInterruptSpecifiers: [le32(fn.device + 0x10, 0x10000)],
      IOName: fn.ioName,
      IOPCIResourced: true,
      'acpi-device': 'IOACPIPlatformDevice is not serializable',
      'acpi-path': `IOACPIPlane:/_SB/PCI0@0/${fn.name}@${short((fn.device << 16) | (fn.fn ?? 0))}`,
      'assigned-addresses': le32(0x1000_0082 | (fn.device << 11), 0, bar, 0, 0x4000),
      'class-code': le32(fn.classCode),
      compatible: cString(
        `pci${short(subsystem & 0xffff)},${short(subsystem >>> 16)}`,
        `pci${short(vendor)},${short(device)}`,
        `pciclass,${code}`,
        fn.name,
      ),
      'device-id': le32(device),
      'interrupt-parent': le32(0x10),
      name: cString(fn.ioName),
      pcidebug: `${bus}:${fn.device}:${fn.fn ?? 0}`,
      reg: le32(fn.device << 11, 0, 0, 0, 0),
      'revision-id': le32(fn.revision ?? 0),
      'subsystem-id': le32(subsystem >>> 16),
      'subsystem-vendor-id': le32(subsystem & 0xffff),
      'vendor-id': le32(vendor),
      ...(fn.more ?? {}),
    },
  })
  return m.power(entry, bridge, 3)
}
