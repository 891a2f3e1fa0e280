import type { Entry } from '../kernel/registry.ts'
import { notSerializable, type Plain } from '../kernel/values.ts'
import type { MachineBuilder } from './builder.ts'

const sector = 512
const GiB = 1024 ** 3

export const contentType = {
  efi: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  apfs: '7C3457EF-0000-11AA-AA11-00306543ECAC',
  hfs: '48465300-0000-11AA-AA11-00306543ECAC',
  apfsMedia: 'EF57347C-0000-11AA-AA11-00306543ECAC',
  apfsVolume: '41504653-0000-11AA-AA11-00306543ECAC',
  fat: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
} as const

/** A partition to be: name, type, size, and what its container holds. */
export interface Partition {
  readonly name: string
  readonly content: string
  readonly bytes: number
  readonly uuid: string
  readonly volumes?: readonly { readonly name: string; readonly uuid: string }[]
}

/** Disks get their BSD numbers in the order they appear. */
export class Disks {
  #next = 0
  #minor = 0

  unit(): number {
    return this.#next++
  }

  minor(): number {
    return this.#minor++
  }
}

const statistics = (read: number, written: number): Plain => ({
  'Bytes (Read)': read,
  'Bytes (Write)': written,
  'Errors (Read)': 0,
  'Errors (Write)': 0,
  'Latency Time (Read)': 0,
  'Latency Time (Write)': 0,
  'Operations (Read)': Math.floor(read / 14_336),
  'Operations (Write)': Math.floor(written / 9216),
  'Retries (Read)': 0,
  'Retries (Write)': 0,
  'Total Time (Read)': read * 11,
  'Total Time (Write)': written * 9,
})

/** The block storage driver, the whole disk, its partition map and its partitions. */
export function buildDisk(
  m: MachineBuilder,
  disks: Disks,
  device: Entry,
  product: string,
  bytes: number,
  partitions: readonly Partition[],
): void {
  const driver = m.driver(device, 'IOBlockStorageDriver', {
    properties: { Statistics: statistics(2_913_320_960, 811_204_608) },
  })
  const unit = disks.unit()
  const whole = media(m, disks, driver, `${product} Media`, {
    unit,
    bytes,
    content: 'GUID_partition_scheme',
    hint: '',
    isWhole: true,
    uuid: null,
  })
  m.driver(whole, 'IOMediaBSDClient')
  const scheme = m.driver(whole, 'IOGUIDPartitionScheme', {
    registered: false,
    properties: { UUID: 'A9E1D3C4-5B60-4B7A-9C1F-2E7D40B61C55' },
  })
  for (const [i, partition] of partitions.entries()) {
    const entry = media(m, disks, scheme, partition.name, {
      unit,
      bytes: partition.bytes,
      content: partition.content,
      hint: partition.content,
      isWhole: false,
      uuid: partition.uuid,
      slice: i + 1,
    })
    m.driver(entry, 'IOMediaBSDClient')
    if (partition.volumes) buildContainer(m, disks, entry, partition, partition.volumes)
  }
}

function buildContainer(
  m: MachineBuilder,
  disks: Disks,
  partition: Entry,
  row: Partition,
  volumes: readonly { readonly name: string; readonly uuid: string }[],
): void {
  const scheme = m.driver(partition, 'AppleAPFSContainerScheme', {
    registered: false,
    properties: {
      APFSComposited: false,
      IOGeneralInterest: notSerializable('IOCommand'),
      Statistics: statistics(1_843_200_000, 402_653_184),
    },
  })
  const unit = disks.unit()
  const synthesized = media(m, disks, scheme, 'AppleAPFSMedia', {
    className: 'AppleAPFSMedia',
    unit,
    bytes: row.bytes,
    content: contentType.apfsMedia,
    hint: contentType.apfsMedia,
    isWhole: true,
    uuid: row.uuid,
  })
  m.driver(synthesized, 'IOMediaBSDClient')
  const container = m.driver(synthesized, 'AppleAPFSContainer', {
    properties: { 'Logical Block Size': 4096, Status: 'Online', UUID: row.uuid },
  })
  for (const [i, volume] of volumes.entries()) {
    const entry = media(m, disks, container, volume.name, {
      className: 'AppleAPFSVolume',
      unit,
      bytes: row.bytes,
      content: contentType.apfsVolume,
      hint: contentType.apfsVolume,
      isWhole: false,
      uuid: volume.uuid,
      slice: i + 1,
    })
    m.set(entry, {
      CaseSensitive: false,
      FormattedBy: 'newfs_apfs (748.51.0)',
      Status: 'Online',
    })
    m.driver(entry, 'AppleAPFSVolumeBSDClient')
  }
}

interface MediaRow {
  readonly className?: string
  readonly unit: number
  readonly slice?: number
  readonly bytes: number
  readonly content: string
  readonly hint: string
  readonly isWhole: boolean
  readonly uuid: string | null
}

function media(
  m: MachineBuilder,
  disks: Disks,
  provider: Entry,
  name: string,
  row: MediaRow,
): Entry {
  const size = Math.floor(row.bytes / sector) * sector
  const isLeaf = !row.isWhole && row.content !== contentType.apfs
  return m.nub(provider, row.className ?? 'IOMedia', {
    name,
    ...(row.slice === undefined ? {} : { location: String(row.slice) }),
    properties: {
      'BSD Major': 1,
      'BSD Minor': disks.minor(),
      'BSD Name': row.slice === undefined ? `disk${row.unit}` : `disk${row.unit}s${row.slice}`,
      'BSD Unit': row.unit,
      Content: row.content,
      'Content Hint': row.hint,
      Ejectable: false,
      IOBusyInterest: notSerializable('IOCommand'),
      IOGeneralInterest: notSerializable('IOCommand'),
      Leaf: isLeaf,
      'Logical Block Size': row.className ? 4096 : sector,
      Open: true,
      'Physical Block Size': row.className ? 4096 : sector,
      'Preferred Block Size': row.className ? 4096 : sector,
      Removable: false,
      Size: size,
      ...(row.slice === undefined ? {} : { 'Partition ID': row.slice }),
      ...(row.uuid === null ? {} : { UUID: row.uuid }),
      Whole: row.isWhole,
      Writable: true,
    },
  })
}

/** Six SATA ports: the system disk on the first, the installer's optical drive on the third. */
export function buildSata(m: MachineBuilder, disks: Disks, pci: Entry): Entry {
  const controller = m.driver(pci, 'AppleIntelPchSeriesAHCI', {
    properties: {
      'Chipset Name': 'AHCI Standard Chipset',
      'Physical Interconnect': 'SATA',
      'Physical Interconnect Location': 'Internal',
    },
  })
  m.power(controller, pci, 1)
  for (let port = 0; port < 6; port++) {
    const entry = m.nub(controller, 'AppleIntelPchSeriesAHCIPort', {
      name: `PRT${port}`,
      location: String(port),
      properties: { 'Port Number': port, 'Maximum Port Speed': '1.5 Gigabit' },
    })
    m.power(entry, controller, 1)
    if (port === 0) buildSystemDisk(m, disks, entry)
    if (port === 2) buildOpticalDrive(m, entry)
  }
  return controller
}

function buildSystemDisk(m: MachineBuilder, disks: Disks, port: Entry): void {
  const device = m.nub(port, 'IOAHCIDevice', {
    location: '0',
    properties: {
      'AHCI Port Number': 0,
      'Device Type': 'ATA',
      IOUnit: 0,
      Model: 'QEMU HARDDISK                           ',
      'Serial Number': 'QM00001             ',
      Revision: '2.5+    ',
    },
  })
  const driver = m.driver(device, 'AppleAHCIDiskDriver', {
    properties: { IOMaximumBlockCountRead: 65_536, IOMaximumBlockCountWrite: 65_536 },
  })
  m.power(driver, port, 4)
  m.nub(driver, 'AppleAHCIDiskQueueManager', { registered: false })
  const storage = m.nub(driver, 'IOAHCIBlockStorageDevice', {
    properties: {
      'Device Characteristics': {
        'Medium Type': 'Rotational',
        'Product Name': 'QEMU HARDDISK',
        'Product Revision Level': '2.5+',
        'Serial Number': 'QM00001',
      },
      'Protocol Characteristics': {
        'AHCI Port Number': 0,
        'Physical Interconnect': 'SATA',
        'Physical Interconnect Location': 'Internal',
      },
      'device-type': 'Generic',
      IOMinimumSegmentAlignmentByteCount: 4,
    },
  })
  const rest = 64 * GiB - 209_735_680
  buildDisk(m, disks, storage, 'QEMU HARDDISK', 64 * GiB, [
    {
      name: 'EFI System Partition',
      content: contentType.efi,
      bytes: 209_715_200,
      uuid: '5D0C1E7A-93B4-4F2E-8D8B-0C1C9AD1F0E2',
    },
    {
      name: 'Untitled 2',
      content: contentType.apfs,
      bytes: rest,
      uuid: '2F9BB0A1-6E1D-4A0B-B0BE-77F7C4A9E3D1',
      volumes: [
        { name: 'darwinOS', uuid: '7C1E5A64-70B2-4F31-9F69-3C2F2B6D9A10' },
        { name: 'Preboot', uuid: '0B0F3A9E-2A7E-4B77-A4D4-5E1B6F0E8C21' },
        { name: 'Recovery', uuid: '91D2C6E7-0F5A-4E8D-8C3B-6A7D1C2E4F32' },
        { name: 'VM', uuid: 'E6A8B9C0-1D2E-4F30-9142-53647586978A' },
      ],
    },
  ])
}

function buildOpticalDrive(m: MachineBuilder, port: Entry): void {
  const device = m.nub(port, 'IOAHCIDevice', {
    location: '0',
    properties: {
      'AHCI Port Number': 2,
      'Device Type': 'ATAPI',
      IOUnit: 0,
      Model: 'QEMU DVD-ROM                            ',
      'Serial Number': 'QM00005             ',
    },
  })
  const transport = m.driver(device, 'IOAHCISerialATAPI', {
    properties: { IOMaximumBlockCountRead: 65_535, IOMaximumBlockCountWrite: 65_535 },
  })
  m.power(transport, port, 4)
  const nub = m.nub(transport, 'IOSCSIPeripheralDeviceNub', {
    properties: {
      'Peripheral Device Type': 5,
      'Product Identification': 'QEMU DVD-ROM',
      'Product Revision Level': '2.5+',
      'Vendor Identification': 'QEMU',
    },
  })
  const drive = m.driver(nub, 'IOSCSIPeripheralDeviceType05', {
    registered: false,
    properties: { 'BD Features': 0, 'CD Features': 2047, 'DVD Features': 7 },
  })
  m.power(drive, transport, 3, { ActivityTickles: 0, IdleTimerPeriod: 200_000 })
  const services = m.nub(drive, 'IODVDServices', {
    properties: { 'device-type': 'DVD', SCSITaskDeviceCategory: 'SCSITaskAuthoringDevice' },
  })
  m.driver(services, 'SCSITaskUserClientIniter', { registered: false })
  m.driver(services, 'IODVDBlockStorageDriver', { properties: { Statistics: statistics(0, 0) } })
}

/** A second disk on NVMe, with one HFS volume. */
export function buildNvme(m: MachineBuilder, disks: Disks, pci: Entry): void {
  const controller = m.driver(pci, 'IONVMeController', {
    properties: {
      'Firmware Revision': '2.11',
      'Model Number': 'QEMU NVMe Ctrl',
      'Physical Interconnect': 'PCI-Express',
      'Serial Number': 'demo-nvme-0',
    },
  })
  m.power(controller, pci, 1)
  const device = m.nub(controller, 'IONVMeBlockStorageDevice', {
    location: '1',
    properties: {
      'Device Characteristics': { 'Medium Type': 'Solid State', 'Product Name': 'QEMU NVMe Ctrl' },
      'NVMe Revision Supported': '1.2',
      'device-type': 'Generic',
    },
  })
  buildDisk(m, disks, device, 'QEMU NVMe Ctrl', 8 * GiB, [
    {
      name: 'EFI System Partition',
      content: contentType.efi,
      bytes: 209_715_200,
      uuid: '3B64E0D2-8C5F-47F5-9E62-44D0A5F8C1B7',
    },
    {
      name: 'Drivers',
      content: contentType.hfs,
      bytes: 8 * GiB - 343_932_928,
      uuid: 'C48F1B2A-7D90-4C0E-A5B3-1E9F6D7A8B44',
    },
  ])
}
