import type { PropertyValue } from '../../core/registry/property-value.ts'
import { edidBytes } from './edid-bytes.ts'
import type { ModelEntry, ModelService } from './registry-model.ts'

// A small registry whose properties are those that have a decoder, as dumps of real machines show them.

export const hex = (digits: string): PropertyValue => ({
  kind: 'data',
  bytes: Uint8Array.from(digits.replaceAll(/\s/g, '').match(/../g) ?? [], pair =>
    parseInt(pair, 16),
  ),
})
export const text = (value: string): PropertyValue => ({ kind: 'string', text: value })
export const integer = (value: number | bigint): PropertyValue => ({
  kind: 'integer',
  value: BigInt(value),
})
export const array = (...items: readonly PropertyValue[]): PropertyValue => ({
  kind: 'array',
  items,
})
export const dictionary = (entries: Readonly<Record<string, PropertyValue>>): PropertyValue => ({
  kind: 'dictionary',
  entries: Object.entries(entries),
})
const yes: PropertyValue = { kind: 'boolean', value: true }

const settled: ModelService = { state: 0x1e, busyCount: 0, busyTimeNs: 61_417_052n }
const unregistered: ModelService = { state: 0, busyCount: 0, busyTimeNs: 0n }

interface More {
  readonly location?: string
  readonly chain?: string
  readonly service?: ModelService | null
  readonly retain?: number
  readonly properties?: Readonly<Record<string, PropertyValue>>
  readonly clients?: readonly ModelEntry[]
}

/** IDs are given in the order in which entries are made, from the leaves up. */
class Maker {
  private next = 0x1_0000_0100n

  entry(name: string, className: string, more: More = {}): ModelEntry {
    const chain = more.chain ?? `IORegistryEntry:IOService:${className}`
    return {
      id: this.next++,
      name,
      location: more.location ?? null,
      classChain: chain.split(':'),
      service: more.service === undefined ? settled : more.service,
      retainCount: more.retain ?? 7,
      properties: Object.entries(more.properties ?? {}),
      clients: more.clients ?? [],
    }
  }
}

export interface DecoderRegistryOptions {
  /** Bytes of a property `ROM` of the display's device; none where absent. */
  readonly romBytes?: number
  /** As it is a moment later: some properties differ. */
  readonly isLater?: boolean
}

export function decoderRegistry({ romBytes = 0, isLater = false }: DecoderRegistryOptions = {}) {
  const make = new Maker()
  const client = make.entry('IOHIDLibUserClient', 'IOHIDLibUserClient', {
    chain: 'IORegistryEntry:IOService:IOUserClient:IOHIDLibUserClient',
    service: unregistered,
    properties: {
      IOUserClientCreator: text('pid 68, logd'),
      IOUserClientCrossEndianCompatible: yes,
    },
  })
  const keyboard = make.entry('Keyboard', 'IOUSBHostDevice', {
    location: '14100000',
    properties: {
      idVendor: integer(0x05ac),
      idProduct: integer(0x0221),
      bcdDevice: integer(0x0210),
      bDeviceClass: integer(0),
      locationID: integer(0x14100000),
      'Device Descriptor': hex('12 01 00 02 00 00 00 08 ac 05 21 02 10 02 01 02 00 01'),
      'Configuration Descriptor': hex(
        '09 02 22 00 01 01 00 a0 32  09 04 00 00 01 03 01 01 00  09 21 11 01 00 01 22 3f 00  07 05 81 03 08 00 0a',
      ),
      IOServiceLegacyMatchingRegistryID: integer(client.id!),
    },
    clients: [client],
  })
  const ethernet = make.entry('en0', 'IOEthernetInterface', {
    properties: { IOMACAddress: hex('52 54 00 12 34 56'), IOBuiltin: yes },
  })
  const display = make.entry('display0', 'IODisplayConnect', {
    service: unregistered,
    properties: { IODisplayEDID: { kind: 'data', bytes: edidBytes() } },
  })
  const graphics = make.entry('GFX0', 'IOPCIDevice', {
    location: '2',
    retain: 24,
    properties: {
      'vendor-id': hex('86 80 00 00'),
      'device-id': hex('12 04 00 00'),
      'subsystem-vendor-id': hex('6b 10 00 00'),
      'subsystem-id': hex('02 01 00 00'),
      'revision-id': hex(isLater ? '07 00 00 00' : '06 00 00 00'),
      'class-code': hex('00 00 03 00'),
      compatible: {
        kind: 'data',
        bytes: new TextEncoder().encode('pci8086,412\0pciclass,030000\0'),
      },
      name: { kind: 'data', bytes: new TextEncoder().encode('display\0') },
      reg: hex(
        '00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  10 10 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 40 00',
      ),
      'assigned-addresses': hex(
        '10 10 00 82 00 00 00 00 00 00 00 b0 00 00 00 00 00 00 40 00  18 10 00 c2 00 00 00 00 00 00 00 90 00 00 00 00 00 00 00 10',
      ),
      IOInterruptSpecifiers: array(hex('10 00 00 00 07 00 00 00'), hex('01 00 00 00 00 00 01 00')),
      IOInterruptControllers: array(text('io-apic-0'), text('IOPCIMessagedInterruptController')),
      IOPowerManagement: dictionary({
        CapabilityFlags: integer(0x8000),
        CurrentPowerState: integer(isLater ? 1 : 2),
        MaxPowerState: integer(2),
        IdleTimerPeriod: integer(30_000),
      }),
      IOPCIExpressLinkStatus: integer(12_305),
      ...(isLater ? { 'built-in': hex('00') } : { 'AAPL,slot-name': text('Slot-1') }),
      ...(romBytes > 0
        ? {
            ROM: {
              kind: 'data',
              bytes: Uint8Array.from({ length: romBytes }, (_, i) => i % 251),
            } as const,
          }
        : {}),
    },
    clients: [display],
  })
  const bridge = make.entry('PCI0', 'IOACPIPlatformDevice', {
    properties: {
      '#address-cells': hex('03 00 00 00'),
      '#size-cells': hex('02 00 00 00'),
      ranges: hex('00 00 00 02 00 00 00 00 00 00 00 80 00 00 00 80 00 00 00 00 00 00 00 40'),
      device_type: { kind: 'data', bytes: new TextEncoder().encode('pci\0') },
    },
    clients: [graphics, ethernet, keyboard],
  })
  const machine = make.entry('QEMU', 'IOPlatformExpertDevice', {
    retain: 47,
    properties: { model: { kind: 'data', bytes: new TextEncoder().encode('QEMU\0') } },
    clients: [bridge],
  })
  return make.entry('Root', 'IORegistryEntry', {
    chain: 'IORegistryEntry',
    service: null,
    properties: { IOKitBuildVersion: text('Darwin Kernel Version 17.7.0') },
    clients: [machine],
  })
}
