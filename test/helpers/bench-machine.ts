import type { InstalledKext } from '../../core/kext/kext.ts'
import { installedKextFrom } from '../../core/kext/read-info-plist.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { Random } from './random.ts'
import type { ModelEntry } from './registry-model.ts'
import { writeText } from './write-text.ts'

type Properties = readonly (readonly [string, PropertyValue])[]

/**
 * A machine to measure matching with: services of the families that have tables of their own and of one that has
 * none, a driver on most of them, and personalities in the proportions of a system of 2018 (of 1,142: 226 for
 * USB interfaces and 233 for USB devices, 132 HID, 79 PCI, 62 SCSI, the rest for vendors' own nubs), each for a
 * device of its own, with some for a whole class of devices.
 */
export class BenchMachine {
  private readonly random: Random
  private readonly personalities: readonly Properties[]
  /** Those for each provider class. */
  private readonly drivers = new Map<string, Properties[]>()
  private nextId = 0x1_0000_0100n

  constructor(seed: number, personalities: number) {
    this.random = new Random(seed)
    this.personalities = Array.from({ length: personalities }, (_, i) => this.personality(i))
    for (const personality of this.personalities) {
      const provider = personality.find(([key]) => key === 'IOProviderClass')![1]
      const name = provider.kind === 'string' ? provider.text : ''
      this.drivers.set(name, [...(this.drivers.get(name) ?? []), personality])
    }
  }

  /** A dump as `ioreg -l -w0` prints it, of `services` services and no other entry but the root. */
  *dump(services: number): Generator<string> {
    const root = this.entry('Root', null, ['IORegistryEntry'], [], [])
    yield belowNothing(writeText({ ...root, service: null }))
    for (let left = services; left > 0;) {
      const made = Math.min(left, 10)
      yield belowRoot(writeText(this.branch(made)))
      left -= made
    }
  }

  /** A kext for each dozen personalities. */
  kexts(): readonly InstalledKext[] {
    const kexts: InstalledKext[] = []
    for (let first = 0; first < this.personalities.length; first += perKext) {
      const named = this.personalities
        .slice(first, first + perKext)
        .map((all, i) => [`Personality ${first + i}`, dictionary(all)] as const)
      kexts.push(
        installedKextFrom(
          `/System/Library/Extensions/K${first}.kext`,
          dictionary([
            ['CFBundleIdentifier', text(kextOf(first))],
            ['CFBundleVersion', text('1.0')],
            ['CFBundlePackageType', text('KEXT')],
            ['IOKitPersonalities', dictionary(named)],
          ]),
        ),
      )
    }
    return kexts
  }

  /** A nub with what stands on it: a chain, for subtrees of a machine are deep rather than wide. */
  private branch(services: number): ModelEntry {
    const { random } = this
    const kind = random.pick(nubs)
    const properties = kind.properties(random)
    const below = services - 1
    if (below === 0) return this.entry(kind.name, null, kind.chain, properties, [])
    const driver = random.chance(0.8) ? this.driver(kind.chain.at(-1)!, below) : this.branch(below)
    return this.entry(kind.name, random.below(4096).toString(16), kind.chain, properties, [driver])
  }

  /** By a personality for the class, which the driver's properties begin with. */
  private driver(providerClass: string, services: number): ModelEntry {
    const { random } = this
    const below = services > 1 ? [this.branch(services - 1)] : []
    const own = random.pick(this.drivers.get(providerClass) ?? this.personalities)
    const ioClass = own[0]![1]
    const name = ioClass.kind === 'string' ? ioClass.text : ''
    const chain = ['IORegistryEntry', 'IOService', name]
    return this.entry(name, null, chain, [...own, ['IOMatchCategory', text(usualCategory)]], below)
  }

  private entry(
    name: string,
    location: string | null,
    classChain: readonly string[],
    properties: Properties,
    clients: readonly ModelEntry[],
  ): ModelEntry {
    const service = { state: 0x1e, busyCount: 0, busyTimeNs: 0n }
    const id = this.nextId++
    return { id, name, location, classChain, service, retainCount: 7, properties, clients }
  }

  private personality(number: number): Properties {
    const { random } = this
    const base: [string, PropertyValue][] = [
      ['IOClass', text(`ExampleDriver${number}`)],
      ['CFBundleIdentifier', text(kextOf(number - (number % perKext)))],
    ]
    if (random.chance(0.15)) base.push(['IOProbeScore', integer(random.below(5000))])
    let share = random.below(1000)
    const form = forms.find(({ of }) => (share -= of) < 0) ?? forms.at(-1)!
    return [...base, ['IOProviderClass', text(form.provider)], ...form.keys(random)]
  }
}

const perKext = 12
const usualCategory = 'IODefaultMatchCategory'

function kextOf(first: number): string {
  return `com.example.driver.K${first}`
}

interface Nub {
  readonly name: string
  readonly chain: readonly string[]
  readonly properties: (random: Random) => Properties
}

interface Form {
  /** Of a thousand personalities. */
  readonly of: number
  readonly provider: string
  readonly keys: (random: Random) => Properties
}

const vendors = [0x8086, 0x10de, 0x14e4, 0x1002, 0x05ac, 0x04b4, 0x0bda, 0x1b21]
const onService = ['IORegistryEntry', 'IOService']

const nubs: readonly Nub[] = [
  {
    name: 'pci',
    chain: [...onService, 'IOPCIDevice'],
    properties: random => [
      ['vendor-id', little(random.pick(vendors))],
      ['device-id', little(random.below(0x10000))],
      ['subsystem-vendor-id', little(random.pick(vendors))],
      ['subsystem-id', little(random.below(0x10000))],
      ['class-code', little(random.pick([0x060400, 0x020000, 0x030000, 0x0c0330]))],
      ['revision-id', little(random.below(16))],
      ['compatible', data(`pci${random.below(65_536).toString(16)},1\0pciclass,060400\0`)],
      ['name', data(random.pick(['display\0', 'ethernet\0', 'pci-bridge\0']))],
    ],
  },
  {
    name: 'device',
    chain: [...onService, 'IOUSBNub', 'IOUSBDevice', 'IOUSBHostDevice'],
    properties: random => [
      ['idVendor', integer(random.pick(vendors))],
      ['idProduct', integer(random.below(0x10000))],
      ['bcdDevice', integer(random.below(512))],
      ['bDeviceClass', integer(random.pick([0, 9, 255]))],
      ['bDeviceSubClass', integer(random.below(3))],
      ['bDeviceProtocol', integer(random.below(3))],
    ],
  },
  {
    name: 'interface',
    chain: [...onService, 'IOUSBNub', 'IOUSBInterface', 'IOUSBHostInterface'],
    properties: random => [
      ['idVendor', integer(random.pick(vendors))],
      ['idProduct', integer(random.below(0x10000))],
      ['bcdDevice', integer(random.below(512))],
      ['bConfigurationValue', integer(1)],
      ['bInterfaceNumber', integer(random.below(4))],
      ['bInterfaceClass', integer(random.pick([3, 8, 255]))],
      ['bInterfaceSubClass', integer(random.below(3))],
      ['bInterfaceProtocol', integer(random.below(3))],
    ],
  },
  {
    name: 'hid',
    chain: [...onService, 'IOHIDInterface'],
    properties: random => [
      ['VendorID', integer(random.pick(vendors))],
      ['ProductID', integer(random.below(0x10000))],
      ['Transport', text(random.pick(['USB', 'Bluetooth']))],
      ['PrimaryUsagePage', integer(1)],
      ['PrimaryUsage', integer(1 + random.below(8))],
      ['DeviceUsagePairs', array([usages(1, 1 + random.below(8)), usages(12, 1)])],
    ],
  },
  {
    name: 'media',
    chain: [...onService, 'IOStorage', 'IOMedia'],
    properties: random => [
      ['Content Hint', text(random.pick(['Apple_HFS', 'EFI', '']))],
      ['Whole', { kind: 'boolean', value: random.chance(0.5) }],
      ['Size', integer(random.below(1 << 30))],
    ],
  },
  {
    name: 'lun',
    chain: [...onService, 'IOSCSIProtocolInterface', 'IOSCSIPeripheralDeviceNub'],
    properties: random => [
      ['Peripheral Device Type', integer(random.pick([0, 5]))],
      ['Vendor Identification', text(random.pick(['ACME', 'WD', 'LG']))],
      ['Product Identification', text(`Disk ${random.below(40)}`)],
    ],
  },
  {
    name: 'acpi',
    chain: [...onService, 'IOPlatformDevice', 'IOACPIPlatformDevice'],
    properties: random => [
      ['name', data(`PNP0${random.below(4096).toString(16)}\0`)],
      ['compatible', data(`PNP0A0${random.below(10)}\0`)],
    ],
  },
  ...Array.from({ length: 6 }, (_, i) => ({
    name: `nub${i}`,
    chain: [...onService, `ExampleNub${i}`],
    properties: (random: Random): Properties => [
      ['unit', integer(random.below(32))],
      ['model', text(`Model ${random.below(32)}`)],
    ],
  })),
]

const forms: readonly Form[] = [
  {
    of: 200,
    provider: 'IOUSBHostDevice',
    keys: random => [
      ['idVendor', integer(random.pick(vendors))],
      ['idProduct', integer(random.below(0x10000))],
      ...(random.chance(0.1) ? [['bcdDevice', integer(random.below(512))] as const] : []),
    ],
  },
  {
    of: 190,
    provider: 'IOUSBHostInterface',
    keys: random => [
      ['idVendor', integer(random.pick(vendors))],
      ['idProduct', integer(random.below(0x10000))],
      ['bConfigurationValue', integer(1)],
      ['bInterfaceNumber', integer(random.below(4))],
    ],
  },
  {
    of: 10,
    provider: 'IOUSBHostInterface',
    keys: random => [
      ['bInterfaceClass', integer(random.pick([3, 8]))],
      ['bInterfaceSubClass', integer(random.below(3))],
    ],
  },
  {
    of: 120,
    provider: 'IOHIDInterface',
    keys: random => [
      ['VendorID', integer(random.pick(vendors))],
      ['ProductID', integer(random.below(0x10000))],
      ['DeviceUsagePairs', array([usages(1, 1 + random.below(8))])],
    ],
  },
  {
    of: 70,
    provider: 'IOPCIDevice',
    keys: random => [
      [
        'IOPCIPrimaryMatch',
        text(
          Array.from({ length: 6 }, () => {
            const device = random.below(0x10000).toString(16).padStart(4, '0')
            return `0x${device}${random.pick(vendors).toString(16).padStart(4, '0')}`
          }).join(' '),
        ),
      ],
    ],
  },
  {
    of: 8,
    provider: 'IOPCIDevice',
    keys: () => [['IOPCIClassMatch', text('0x06040000&0xffff0000')]],
  },
  {
    of: 55,
    provider: 'IOSCSIPeripheralDeviceNub',
    keys: random => [
      ['Peripheral Device Type', integer(random.pick([0, 5]))],
      ['Vendor Identification', text(random.pick(['ACME', 'WD', 'LG']))],
      ['Product Identification', text(`Disk ${random.below(40)}`)],
    ],
  },
  {
    of: 12,
    provider: 'IOACPIPlatformDevice',
    keys: random => [['IONameMatch', array([text(`PNP0A0${random.below(10)}`)])]],
  },
  {
    of: 10,
    provider: 'IOMedia',
    keys: random => [
      [
        'IOPropertyMatch',
        dictionary([['Content Hint', text(random.pick(['Apple_HFS', 'EFI', 'Apple_APFS']))]]),
      ],
    ],
  },
  { of: 20, provider: 'IOResources', keys: () => [['IOResourceMatch', text('IOBSD')]] },
  ...Array.from({ length: 6 }, (_, i) => ({
    of: 51,
    provider: `ExampleNub${i}`,
    keys: (random: Random): Properties => [
      [
        'IOPropertyMatch',
        dictionary([
          ['unit', integer(random.below(32))],
          ['model', text(`Model ${random.below(32)}`)],
        ]),
      ],
    ],
  })),
]

function text(value: string): PropertyValue {
  return { kind: 'string', text: value }
}

function integer(value: number): PropertyValue {
  return { kind: 'integer', value: BigInt(value) }
}

function data(value: string): PropertyValue {
  return { kind: 'data', bytes: new TextEncoder().encode(value) }
}

/** Four bytes, as PCI properties are. */
function little(value: number): PropertyValue {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return { kind: 'data', bytes }
}

function array(items: readonly PropertyValue[]): PropertyValue {
  return { kind: 'array', items }
}

function dictionary(entries: Properties): Extract<PropertyValue, { kind: 'dictionary' }> {
  return { kind: 'dictionary', entries }
}

function usages(page: number, usage: number): PropertyValue {
  return dictionary([
    ['DeviceUsagePage', integer(page)],
    ['DeviceUsage', integer(usage)],
  ])
}

/** The block of the root, as it is with clients. */
function belowNothing(root: string): string {
  return root.replaceAll(/^ {4}/gm, '  | ')
}

/** What was written alone, as a client of the root's that has siblings. */
function belowRoot(written: string): string {
  return written.replaceAll(/^ {2}/gm, '| ').replaceAll(/^(?=.)/gm, '  ')
}
