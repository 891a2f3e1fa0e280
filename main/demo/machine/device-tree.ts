import type { Entry } from '../kernel/registry.ts'
import { cString, le32 } from '../kernel/values.ts'
import type { AcpiDevices } from './acpi.ts'
import type { MachineBuilder } from './builder.ts'

const deviceTree = 'IODeviceTree'
const acpiPlane = 'IOACPIPlane'

const efiTables = [
  '05AD34BA-6F02-4214-952E-4DA0398E2BB9',
  '4C19049F-4137-4DD3-9C10-8B97A83FFDFA',
  '7739F24C-93D7-11D4-9A3A-0090273FC14D',
  '8868E871-E4F1-11D3-BC22-0080C73C8881',
  'EB9D2D31-2D88-11D3-9A16-0090273FC14D',
  'F2FD1544-9794-4A2C-992E-E5BBCF20E394',
]

/** What the boot loader hands over, before any device: nodes of the device tree alone. */
export function buildLoaderNodes(m: MachineBuilder, expert: Entry): void {
  const { root } = m.boot.registry
  m.alsoIn(deviceTree, expert, root, { name: '/' })
  const chosen = node(m, expert, 'chosen', {
    'boot-args': cString('keepsyms=1 debug=0x144'),
    'boot-file': cString('System\\Library\\PrelinkedKernels\\prelinkedkernel'),
    'boot-uuid': cString('7C1E5A64-70B2-4F31-9F69-3C2F2B6D9A10'),
    'booter-name': cString('boot.efi'),
    'booter-version': cString('version:361.71.1'),
    'machine-signature': le32(0),
    'random-seed': new Uint8Array(64),
  })
  node(m, chosen, 'memory-map', {
    BootCLUT: le32(0x1018_d000, 0x300),
    'Kernel-__TEXT': le32(0x1020_0000, 0x80_0000),
    RAMDisk: le32(0, 0),
  })
  const efi = node(m, expert, 'efi', {
    'firmware-abi': cString('EFI64'),
    'firmware-revision': le32(0x0001_0000),
    'firmware-vendor': new TextEncoder().encode('E\0D\0K\0 \0I\0I\0\0\0'),
  })
  const table = node(m, efi, 'configuration-table', {})
  for (const [i, guid] of efiTables.entries()) {
    node(m, table, guid, { guid: le32(i, 0, 0, 0), table: le32(0xbf00_0000 + i * 0x1000, 0) })
  }
  node(m, efi, 'platform', { FSBFrequency: le32(1_000_000_000, 0), Model: cString('iMac14,2') })
  node(m, efi, 'runtime-services', { table: le32(0xbfb5_e398, 0) })
  node(m, efi, 'kernel-compatibility', { x86_64: le32(1) })
  node(m, expert, 'memory', { device_type: cString('memory'), reg: le32(0, 0, 0x8000_0000, 0) })
}

/** The device tree and the ACPI name space show the same devices under their own parents. */
export function buildOtherPlanes(
  m: MachineBuilder,
  expert: Entry,
  acpi: AcpiDevices,
  pciNubs: readonly Entry[],
): void {
  const { root } = m.boot.registry
  m.alsoIn(acpiPlane, expert, root, { name: 'acpi' })
  const scope = m.node(expert, acpiPlane, 'IOACPIPlatformDevice', { name: '_SB' })
  m.alsoIn(acpiPlane, acpi.pci0, scope)
  const cpuNode = acpi.platform.clients().find(c => c.name === 'cpus')!
  m.alsoIn(deviceTree, cpuNode, expert)
  const processorScope = m.node(expert, acpiPlane, 'IOACPIPlatformDevice', { name: '_PR' })
  for (const cpu of acpi.cpus) {
    m.alsoIn(deviceTree, cpu, cpuNode)
    m.alsoIn(acpiPlane, cpu, processorScope)
  }
  m.alsoIn(deviceTree, acpi.pci0, expert)
  const nvram = [...m.boot.registry.entries()].find(e => e.className === 'AppleEFINVRAM')!
  m.alsoIn(deviceTree, nvram, expert, { name: 'options' })

  for (const device of acpi.platform.clients()) {
    if (device.className !== 'IOACPIPlatformDevice' || device === acpi.pci0) continue
    if (acpi.cpus.includes(device)) continue
    const isLink = device.name.startsWith('LNK') || device.name.startsWith('GSI')
    m.alsoIn(acpiPlane, device, isLink ? scope : acpi.pci0)
    m.alsoIn(deviceTree, device, isLink ? expert : acpi.pci0)
  }
  for (const nub of pciNubs) {
    m.alsoIn(deviceTree, nub, acpi.pci0)
    // The ACPI name space has an object of its own for each function.
    const [device = '0', fn = '0'] = (nub.location ?? '').split(',')
    const address = (Number.parseInt(device, 16) << 16) | Number.parseInt(fn, 16)
    m.node(acpi.pci0, acpiPlane, 'IOACPIPlatformDevice', {
      name: nub.name,
      location: address.toString(16),
    })
  }
}

function node(
  m: MachineBuilder,
  parent: Entry,
  name: string,
  properties: { readonly [key: string]: Uint8Array },
): Entry {
  m.boot.registry.addPlane(deviceTree)
  return m.node(parent, deviceTree, 'IOService', {
    name,
    properties: { name: cString(name), ...properties },
  })
}
