import type { PropertyValue } from '../../core/registry/property-value.ts'
import { Random } from './random.ts'

/** A registry as plain objects: what the writers write and the readers must find again. */
export interface ModelEntry {
  readonly id: bigint | null
  readonly name: string
  readonly location: string | null
  /** Superclass first, without OSObject. */
  readonly classChain: readonly string[]
  /** Null for a pure IORegistryEntry. */
  readonly service: ModelService | null
  readonly retainCount: number
  readonly properties: readonly (readonly [string, PropertyValue])[]
  /** The same object may be the client of several. */
  readonly clients: readonly ModelEntry[]
}

export interface ModelService {
  readonly state: number
  readonly busyCount: number
  readonly busyTimeNs: bigint
}

export interface ModelOptions {
  readonly seed: number
  readonly nodes: number
  readonly firstId?: bigint
  /** Values and names that only careful readers survive. Off for dumps that measure speed. */
  readonly isNasty?: boolean
}

const classNames = ['IOPCIDevice', 'IOUSBHostDevice', 'IONetworkStack', 'AppleSMC', 'IOUserClient']
const plainNames = ['PCI0', 'XHC1', 'IOResources', 'AppleSMC', 'disk0', 'HS01', 'en0']
const nastyNames = ['a  <class b', 'x@y@z', 'ä € 😀', 'A & B <c>', '+-o', 'IORegistryEntryChildren']
const keys = [
  'IOClass',
  'IOProviderClass',
  'CFBundleIdentifier',
  'IOMatchCategory',
  'IOProbeScore',
  'IOPowerManagement',
  'assigned-addresses',
  'compatible',
  'name',
  'reg',
  'built-in',
  'IOReportLegend',
  'IOPCIResourced',
  'acpi-path',
]

/** A random registry below a root: depths and fan-out like a real one. */
export function randomRegistry(options: ModelOptions): ModelEntry {
  return new ModelMaker(options).root(options.nodes)
}

export class ModelMaker {
  private readonly random: Random
  private readonly isNasty: boolean
  private nextId: bigint

  constructor(options: ModelOptions) {
    this.random = new Random(options.seed)
    this.isNasty = options.isNasty ?? false
    this.nextId = options.firstId ?? 0x1_0000_0100n
  }

  root(nodes: number): ModelEntry {
    const id = this.newId()
    return {
      id,
      name: 'Root',
      location: null,
      classChain: ['IORegistryEntry'],
      service: null,
      retainCount: 26,
      properties: this.properties(8),
      clients: this.clients(nodes - 1, 0),
    }
  }

  /** One entry with about `nodes - 1` below it. */
  entry(nodes: number, depth: number): ModelEntry {
    const { random } = this
    const id = this.newId()
    const className = random.pick(classNames)
    const name =
      this.isNasty && random.chance(0.3) ? random.pick(nastyNames) : random.pick(plainNames)
    return {
      id,
      name,
      location: random.chance(0.4) ? random.pick(['0', '1F,3', 'fa120000', 'e8000000']) : null,
      classChain: random.chance(0.1)
        ? ['IORegistryEntry', className]
        : ['IORegistryEntry', 'IOService', className],
      service: random.chance(0.9)
        ? {
            state: random.pick([0x1e, 0x1e, 0x1e, 0, 0xa, 1, 0x8000_001e]),
            busyCount: random.pick([0, 0, 0, 1, 3]),
            busyTimeNs: BigInt(random.below(9_000_000)) * 1_000n,
          }
        : null,
      retainCount: 4 + random.below(60),
      properties: this.properties(random.below(14)),
      clients: this.clients(nodes - 1, depth),
    }
  }

  private newId(): bigint {
    this.nextId += BigInt(1 + this.random.below(3))
    return this.nextId
  }

  private clients(nodes: number, depth: number): ModelEntry[] {
    const { random } = this
    const clients: ModelEntry[] = []
    for (let left = nodes; left > 0;) {
      const size = depth > 20 ? 1 : 1 + random.below(left)
      left -= size
      clients.push(this.entry(size, depth + 1))
      // An entry with several providers: its whole subtree comes again below another.
      if (this.isNasty && random.chance(0.1)) clients.push(random.pick(clients))
    }
    return clients
  }

  private properties(count: number): [string, PropertyValue][] {
    const first = this.random.below(keys.length)
    const chosen = [...keys.slice(first), ...keys.slice(0, first)].slice(0, count)
    const extra = this.isNasty && this.random.chance(0.3) ? ['a "b" & <c>', ''] : []
    return [...chosen, ...extra].map(key => [key, this.value(0)])
  }

  private value(depth: number): PropertyValue {
    const { random } = this
    switch (random.below(depth > 2 ? 5 : 8)) {
      case 0:
        return { kind: 'string', text: this.text() }
      case 1:
        return { kind: 'integer', value: this.integer() }
      case 2:
        return { kind: 'boolean', value: random.chance(0.5) }
      case 3:
      case 4:
        return { kind: 'data', bytes: this.bytes() }
      case 5:
        return { kind: 'array', items: this.items(depth, () => this.value(depth + 1)) }
      case 6:
        return {
          kind: 'dictionary',
          entries: this.items(depth, i => [`${random.pick(keys)}${i}`, this.value(depth + 1)]),
        }
      default:
        return { kind: 'string', text: `${random.pick(classNames)} is not serializable` }
    }
  }

  private items<T>(depth: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.random.below(depth > 0 ? 4 : 7) }, (_, i) => make(i))
  }

  private text(): string {
    const nasty = ['', ' ', 'a\nb\n\nc', 'tab\there', 'x > y & z <', '"', 'say "hi"', 'ä€😀', '$']
    const plain = ['com.apple.driver.AppleSMC', 'IOService', 'pci8086,a2af', 'Yes']
    return this.random.pick(this.isNasty ? [...nasty, ...plain] : plain)
  }

  private integer(): bigint {
    const { random } = this
    return random.pick([0n, 1n, 4096n, BigInt(random.below(1 << 30)), 1n << 53n, (1n << 62n) + 1n])
  }

  private bytes(): Uint8Array {
    return Uint8Array.from({ length: this.random.below(40) }, () => this.random.below(256))
  }
}
