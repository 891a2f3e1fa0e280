import type { PropertyValue } from '../../core/registry/property-value.ts'
import { Random } from './random.ts'
import type { ModelEntry } from './registry-model.ts'

/** How many nodes are made at a time below the root, where there are so many left. */
export const nodesOfSubtree = 50

/**
 * A registry to measure with, made subtree by subtree so that 100 000 nodes need no memory. By the shape of
 * a big Mac's: drivers of a hundred kinds, each kind with its own keys in its own order; 12 properties a node
 * on average, a few nodes with hundreds; nested dictionaries; data from a few bytes to several kilobytes.
 * About 2.8 kB of XML and 38 references to keys and values for each node, and a fifth of these
 * references to a string that stands nowhere else.
 *
 * Each entry has one provider, so that nodes and entries are equally many.
 */
export class BenchRegistry {
  private readonly random: Random
  private readonly kinds: readonly Kind[]
  private readonly noise: Uint8Array
  private serial = 0
  private nextId = 0x1_0000_0200n

  constructor(seed: number) {
    this.random = new Random(seed)
    this.kinds = Array.from({ length: 100 }, (_, i) => this.kind(i))
    this.noise = Uint8Array.from({ length: 1 << 16 }, () => this.random.below(256))
  }

  /** `Root`, without its clients. */
  root(): ModelEntry {
    return {
      id: 0x1_0000_0100n,
      name: 'Root',
      location: null,
      classChain: ['IORegistryEntry'],
      service: null,
      retainCount: 12,
      properties: [
        ['IOKitBuildVersion', text('Darwin Kernel Version 21.6.0: root:xnu-8020/RELEASE_X86_64')],
        ['OS Build Version', text('21G115')],
      ],
      clients: [],
    }
  }

  /** A subtree of exactly `nodes` nodes, about a dozen levels deep. */
  subtree(nodes: number): ModelEntry {
    const top = this.entry()
    const path = [top]
    for (let made = 1; made < nodes; made++) {
      const entry = this.entry()
      path.at(-1)!.clients.push(entry)
      path.push(entry)
      while (path.length > 1 && (path.length > 14 || this.random.chance(0.445))) path.pop()
    }
    return top
  }

  private entry(): ModelEntry & { clients: ModelEntry[] } {
    const { random } = this
    const kind = random.pick(this.kinds)
    const id = this.nextId++
    const properties = kind.keys.map((key): [string, PropertyValue] => [key, this.value(key, 0)])
    // What a display or battery driver lists: hundreds of numbered parameters.
    if (random.chance(0.002)) {
      for (let i = 0; i < 400; i++) properties.push([`Parameter-${i}`, this.value('reg', 1)])
    }
    return {
      id,
      name: random.chance(0.5) ? kind.name : `${kind.name}-${(++this.serial).toString(16)}`,
      location: random.chance(0.4) ? random.below(1 << 20).toString(16) : null,
      classChain: ['IORegistryEntry', 'IOService', kind.className],
      service: random.chance(0.9)
        ? {
            state: 0x1e,
            busyCount: random.chance(0.02) ? 1 : 0,
            busyTimeNs: BigInt(random.below(90_000_000)),
          }
        : null,
      retainCount: 5 + random.below(40),
      properties,
      clients: [],
    }
  }

  private kind(i: number): Kind {
    const { random } = this
    const stem = `${random.pick(makers)}${random.pick(things)}${i}`
    const length = 9 + random.below(6)
    const keys = new Set(['IOClass', 'CFBundleIdentifier', 'IOProviderClass'])
    while (keys.size < length) {
      const own = random.chance(0.3) ? `${stem}-${random.pick(words)}` : random.pick(commonKeys)
      keys.add(own)
    }
    return { name: stem, className: `IO${stem}`, keys: [...keys] }
  }

  /** The key decides the type, as with real drivers. */
  private value(key: string, depth: number): PropertyValue {
    const { random } = this
    switch (typeOfKey(key)) {
      case 'dictionary':
        return {
          kind: 'dictionary',
          entries: nestedKeys
            .slice(0, depth === 0 ? 4 + random.below(5) : 2 + random.below(3))
            .map(nested => [
              nested,
              nested === 'Children' && depth === 0
                ? { kind: 'array', items: [this.value('IOPowerManagement', 1)] }
                : this.value(nested, 2),
            ]),
        }
      case 'data':
        return { kind: 'data', bytes: this.bytes() }
      case 'boolean':
        return { kind: 'boolean', value: random.chance(0.5) }
      case 'integer':
        return { kind: 'integer', value: BigInt(random.below(random.chance(0.75) ? 8 : 1 << 30)) }
      default:
        return text(
          random.chance(0.3)
            ? `${random.pick(words)}.${random.pick(things)}.${(++this.serial).toString(36)}`
            : `com.apple.${random.pick(words)}.${random.pick(things)}`,
        )
    }
  }

  private bytes(): Uint8Array {
    const { random } = this
    const length = random.chance(0.975)
      ? 4 + random.below(20)
      : random.chance(0.9)
        ? 64 + random.below(600)
        : 2000 + random.below(4000)
    const start = random.below(this.noise.length - length)
    return this.noise.subarray(start, start + length)
  }
}

interface Kind {
  readonly name: string
  readonly className: string
  readonly keys: readonly string[]
}

const makers = ['Apple', 'AppleUSB', 'Broadcom', 'Intel', 'AMD', 'PCI', 'ACPI', 'AGX', 'DCP', 'SMC']
const things = ['Controller', 'Port', 'Bridge', 'Nub', 'UserClient', 'Engine', 'Sensor', 'Stack']
const words = [
  'power',
  'thermal',
  'display',
  'audio',
  'storage',
  'timer',
  'clock',
  'fabric',
  'link',
]
const commonKeys = [
  'IOMatchCategory',
  'IOProbeScore',
  'IOPowerManagement',
  'IOReportLegendPublic',
  'IOPersonalityPublisher',
  'CFBundleIdentifierKernel',
  'IOUserClientClass',
  'IONameMatched',
  'IOInterruptSpecifiers',
  'IOInterruptControllers',
  'assigned-addresses',
  'built-in',
  'clock-gates',
  'compatible',
  'device-id',
  'device_type',
  'function-power',
  'interrupt-parent',
  'name',
  'reg',
  'vendor-id',
]
const nestedKeys = [
  'CurrentPowerState',
  'DevicePowerState',
  'DriverPowerState',
  'IOReportGroupName',
  'MaxPowerState',
  'CapabilityFlags',
  'ChildrenPowerState',
  'IOReportSubGroupName',
  'Children',
]

function typeOfKey(key: string): 'dictionary' | 'data' | 'boolean' | 'integer' | 'string' {
  if (key === 'IOPowerManagement' || key.startsWith('IOInterrupt')) return 'dictionary'
  if (/^[a-z]+([-_][a-z]+)*$/.test(key) && !key.startsWith('built')) return 'data'
  if (/Public$|^built/.test(key)) return 'boolean'
  if (/(State|Score|Flags|power|clock|link)$/.test(key)) return 'integer'
  return key.endsWith('display') ? 'dictionary' : 'string'
}

function text(value: string): PropertyValue {
  return { kind: 'string', text: value }
}
