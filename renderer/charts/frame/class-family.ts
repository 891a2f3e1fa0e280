/**
 * Families as kext authors speak of them, by the classes that the families' own headers define. The first class of
 * the chain that belongs to one decides: an `AppleUSBEHCI` descends from `IOUSBController`, whatever its name. What the
 * platform and power management are made of comes last: an `IOACPIPlatformDevice` is an `IOPlatformDevice`, and ACPI.
 */
const families: readonly (readonly [family: string, classes: RegExp])[] = [
  ['PCI', /^(IO|Apple)?PCI|^IOPCI/],
  ['USB', /^(IO|Apple)USB/],
  ['ACPI', /^(IO|Apple)ACPI/],
  ['HID', /^(IO|Apple)HID|^IOHI(D|Pointing|Keyboard)/],
  [
    'Storage',
    /^(IO|Apple)(Block|Storage|Media|SCSI|ATA|AHCI|NVMe|Partition|GUIDPartition|FDisk|APFS|HFS|CD|DVD|BD)/,
  ],
  ['Network', /^(IO|Apple)?(Network|Ethernet|80211|Output(Queue)|Skywalk|BSD)|^IO80211/],
  [
    'Graphics',
    /^(IO|Apple)(Framebuffer|Graphics|Accel|Display|GPU|Surface|NDRV|Backlight|DP|CoreDisplay)|^AGX/,
  ],
  ['Audio', /^(IO|Apple)(Audio|HDA)/],
  ['Thunderbolt', /^(IO|Apple)Thunderbolt/],
  ['FireWire', /^(IO|Apple)FireWire/],
  ['Bluetooth', /^(IO|Apple)?Bluetooth/],
  ['Serial', /^(IO|Apple)(Serial|RS232|Modem)/],
  ['Virtio', /^(IO|Apple)?Virt(io|IO)/],
]

const general: typeof families = [
  ['Power', /^(IO|Apple)(PM|Power|SmartBattery|RootDomain)|^IOPMrootDomain|^AppleSMC/],
  ['Platform', /^(IO|Apple)(Platform|CPU|Interrupt|DT|NVRAM|RTC|ARM|Resources|DAR|DMA)/],
]

/** @param chain superclass first; or the class alone, where the dump has no chains */
export function familyOfChain(chain: readonly string[]): string | null {
  for (const known of [families, general]) {
    for (const name of chain) {
      const found = known.find(([, classes]) => classes.test(name))
      if (found) return found[0]
    }
  }
  return null
}
