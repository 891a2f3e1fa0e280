import { createTextReader } from '../../core/dump/text-reader.ts'
import { SnapshotBuilder } from '../../core/registry/snapshot-builder.ts'
import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import type { Snapshot } from '../../core/registry/snapshot.ts'

// A small believable registry, written as ioreg would print it (facts: ioreg, sections 3 to 5) and read
// by the product's own reader.

interface Drawn {
  readonly name: string
  /** Superclass first; the last is the class. */
  readonly chain: string
  readonly id: number
  /** Null for an entry that is no service. */
  readonly state: string | null
  readonly properties: readonly (readonly [key: string, value: string])[]
  readonly clients: readonly Drawn[]
}

const service = 'IORegistryEntry:IOService'
const settled = 'registered, matched, active, busy 0 (3 ms)'
const attached = '!registered, !matched, active, busy 0'

interface More {
  readonly state?: string | null
  readonly properties?: Drawn['properties']
  readonly clients?: readonly Drawn[]
}

function entry(name: string, chain: string, id: number, more: More = {}): Drawn {
  const { state = settled, properties = [], clients = [] } = more
  return { name, chain, id, state, properties, clients }
}

const driver = (kext: string, ioClass: string, provider: string): Drawn['properties'] => [
  ['CFBundleIdentifier', `"${kext}"`],
  ['IOClass', `"${ioClass}"`],
  ['IOProviderClass', `"${provider}"`],
  ['IOMatchCategory', '"IODefaultMatchCategory"'],
  ['IOProbeScore', '1000'],
]

const hidSystem = entry('IOHIDSystem', `${service}:IOHIDSystem`, 0x10000_01d0, {
  properties: driver('com.apple.iokit.IOHIDSystem', 'IOHIDSystem', 'IOResources'),
  clients: [
    entry('IOHIDUserClient', `${service}:IOUserClient:IOHIDUserClient`, 0x10000_02a1, {
      state: attached,
      properties: [['IOUserClientCreator', '"pid 142, WindowServer"']],
    }),
  ],
})

function pciDevice(index: number): Drawn {
  const at = `${(index + 2).toString(16).toUpperCase()}`
  const id = 0x10000_0200 + index * 4
  return entry(`pci8086,1c${(index + 16).toString(16)}@${at}`, `${service}:IOPCIDevice`, id, {
    properties: [
      ['vendor-id', '<86800000>'],
      ['device-id', `<${(index + 16).toString(16)}1c0000>`],
      ['class-code', '<00000c00>'],
      ['compatible', `<"pci8086,1c${(index + 16).toString(16)}","pciclass,0c0330">`],
      ['IOPCIResourced', 'Yes'],
      ['IODeviceMemory', `(({"address"=3489660928,"length"=65536}))`],
      ['IOPowerManagement', '{"ChildrenPowerState"=3,"CurrentPowerState"=3,"MaxPowerState"=3}'],
    ],
    clients:
      index % 2 === 0
        ? [
            entry(`AppleUSBXHCI${index}`, `${service}:IOUSBController:AppleUSBXHCI`, id + 1, {
              properties: driver(
                'com.apple.driver.usb.AppleUSBXHCI',
                'AppleUSBXHCI',
                'IOPCIDevice',
              ),
            }),
          ]
        : [],
  })
}

const rom = Array.from({ length: 600 }, (_, i) =>
  ((i * 37 + 11) % 256).toString(16).padStart(2, '0'),
)

function servicePlane(withDriver: boolean, pciCount: number): Drawn {
  const resources = entry('IOResources', `${service}:IOResources`, 0x10000_0118, {
    properties: [['IOKit', '"IOService"']],
    clients: [
      hidSystem,
      entry('IODisplayWrangler', `${service}:IODisplayWrangler`, 0x10000_01d4, {
        properties: driver('com.apple.iokit.IOGraphicsFamily', 'IODisplayWrangler', 'IOResources'),
      }),
      entry('AppleHPET', `${service}:AppleHPET`, 0x10000_01d6, { state: attached }),
      entry('IOSurfaceRoot', `${service}:IOSurfaceRoot`, 0x10000_01d8, {
        state: 'registered, !matched, active, busy 1 (412 ms)',
      }),
      entry('OldClient', `${service}:IOUserClient`, 0x10000_01d9, {
        state: '!registered, !matched, inactive, busy 1',
      }),
      ...(withDriver
        ? [
            entry('org_kextant_HelloNub', `${service}:org_kextant_HelloNub`, 0x10000_0402, {
              properties: [
                ...driver('org.kextant.sample.HelloNub', 'org_kextant_HelloNub', 'IOResources'),
                ['Greeting', '"hello from start()"'],
                ['Level', '42'],
                ['Signed', '18446744073709551615'],
              ],
            }),
          ]
        : []),
    ],
  })
  const acpi = entry(
    'AppleACPIPlatformExpert',
    `${service}:AppleACPIPlatformExpert`,
    0x10000_0117,
    {
      clients: [
        entry('PCI0@0', `${service}:IOACPIPlatformDevice`, 0x10000_0150, {
          properties: [['name', '<"PNP0A03">']],
          clients: [
            entry('AppleACPIPCI', `${service}:IOPCIBridge:AppleACPIPCI`, 0x10000_0151, {
              properties: driver(
                'com.apple.driver.AppleACPIPlatform',
                'AppleACPIPCI',
                'IOACPIPlatformDevice',
              ),
              clients: Array.from({ length: pciCount }, (_, index) => pciDevice(index)),
            }),
          ],
        }),
        entry('PS2K', `${service}:IOACPIPlatformDevice`, 0x10000_0160, {
          clients: [
            entry('IOHIDEventDriver', `${service}:IOHIDEventDriver`, 0x10000_0161, {
              clients: [hidSystem],
            }),
          ],
        }),
        entry('IOPMrootDomain', `${service}:IOPMrootDomain`, 0x10000_0119, {
          properties: [
            ['Sleep Disabled', 'No'],
            ['Supported Features', '{"DisplayDims"=458752,"WakeOnLAN"=131072}'],
          ],
        }),
      ],
    },
  )
  const expert = entry('iMac19,1', `${service}:IOPlatformExpertDevice`, 0x10000_0116, {
    state: 'registered, matched, active, busy 0 (6180 ms)',
    properties: [
      ['IOPlatformSerialNumber', '"C02XK0AAJV3N"'],
      ['compatible', '<"iMac19,1">'],
      ['model', '<"iMac19,1">'],
      ['clock-frequency', '<00e1f505>'],
      ['platform-rom', `<${rom.join('')}>`],
      ['IOBusyInterest', '"IOCommand is not serializable"'],
      [
        'boot-args',
        '"-v keepsyms=1 debug=0x144 io=0xff serial=3 kext-dev-mode=1 amfi_get_out_of_my_way=1"',
      ],
    ],
    clients: [acpi, resources],
  })
  return entry('Root', 'IORegistryEntry', 0x10000_0100, {
    state: null,
    properties: [['IOKitBuildVersion', '"Darwin Kernel Version 17.7.0"']],
    clients: [expert],
  })
}

function devicePlane(): Drawn {
  const node = (name: string, id: number, clients: readonly Drawn[] = []) =>
    entry(name, 'IORegistryEntry', id, { state: null, clients })
  const cpus = Array.from({ length: 6 }, (_, i) => node(`CPU${i}@${i}`, 0x10000_010a + i))
  return node('Root', 0x10000_0100, [
    entry('/', `${service}:IOPlatformExpertDevice`, 0x10000_0116, {
      clients: [
        node('chosen', 0x10000_0103, [node('memory-map', 0x10000_0104)]),
        node('efi', 0x10000_0105),
        node('cpus', 0x10000_0109, cpus),
      ],
    }),
  ])
}

function write(drawn: Drawn, bars: readonly boolean[], hasMore: boolean, lines: string[]): void {
  const prefix = bars.map(bar => (bar ? '| ' : '  ')).join('')
  const state = drawn.state === null ? '' : `, ${drawn.state}`
  const id = `0x${drawn.id.toString(16)}`
  lines.push(`${prefix}+-o ${drawn.name}  <class ${drawn.chain}, id ${id}${state}, retain 8>`)
  const inner = `${prefix}${hasMore ? '| ' : '  '}${drawn.clients.length > 0 ? '| ' : '  '}`
  lines.push(`${inner}{`)
  for (const [key, value] of drawn.properties) lines.push(`${inner}  "${key}" = ${value}`)
  lines.push(`${inner}}`, inner)
  drawn.clients.forEach((client, index) => {
    write(client, [...bars, hasMore], index < drawn.clients.length - 1, lines)
  })
}

/** With the sample driver loaded or without; `pciCount` makes it as large as a test wants. */
export function demoSnapshot(withDriver: boolean, pciCount = 14): Snapshot {
  const builder = new SnapshotBuilder()
  const planes = { IOService: servicePlane(withDriver, pciCount), IODeviceTree: devicePlane() }
  for (const [plane, root] of Object.entries(planes)) {
    const lines: string[] = []
    write(root, [], false, lines)
    const reader = createTextReader(builder, { plane, label: plane })
    reader.push(new TextEncoder().encode(`${lines.join('\n')}\n`))
    reader.finish()
  }
  return builder.seal()
}

export function encoded(snapshot: Snapshot): Uint8Array {
  const parts = encodeSnapshot(snapshot)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
