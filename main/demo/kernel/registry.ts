import type { PropertyValue } from '../../../core/registry/property-value.ts'
import type { Properties } from './values.ts'

/** `IOService`: every matched or attached service; an edge leads from provider to client. */
export const servicePlane = 'IOService'

/** Root's ID (facts: service-state, section 8). */
const firstId = 0x1_0000_0100n

/** What only an IOService has: the public state word and the busy account. */
export interface ServicePart {
  /** `ServiceState` bits (facts: service-state, section 1). */
  state: number
  busyCount: number
  /** Nanoseconds of finished busy periods. */
  busyTimeNs: bigint
  /** Monotonic nanoseconds when the count last left zero; null while it is zero. */
  busySinceNs: bigint | null
  /** A matching job runs, or waits to run. */
  isConfiguring: boolean
  /** Somebody asked for matching while the job ran: it goes round once more. */
  configureAgain: boolean
  /** `start()` has been called and has not returned. */
  isStarting: boolean
}

/** One object of the registry. It gets its ID when it is first attached. */
export class Entry {
  readonly className: string
  readonly properties: Properties
  readonly service: ServicePart | null
  id = 0n
  name: string
  location: string | null
  readonly nameInPlane = new Map<string, string>()
  readonly locationInPlane = new Map<string, string>()
  readonly clientsIn = new Map<string, Entry[]>()
  readonly providersIn = new Map<string, Entry[]>()
  /** Retains beyond those that attachments account for. */
  extraRetains = 3
  /** Somebody keeps a retain for good: detaching does not free the object. */
  isLeaked = false
  /** Of a user client: the process whose connection it is, and that keeps its provider open. */
  openedBy: number | null = null
  /** Computed on every look, for the few properties that are live (Root's diagnostics). */
  liveProperties: (() => Iterable<readonly [string, PropertyValue]>) | null = null

  constructor(className: string, name: string, properties: Properties, isService: boolean) {
    this.className = className
    this.name = name
    this.location = null
    this.properties = properties
    this.service = isService
      ? {
          state: 0,
          busyCount: 0,
          busyTimeNs: 0n,
          busySinceNs: null,
          isConfiguring: false,
          configureAgain: false,
          isStarting: false,
        }
      : null
  }

  /** Name in a plane, or the global one (facts: ioreg, section 9). */
  nameIn(plane: string): string {
    return this.nameInPlane.get(plane) ?? this.name
  }

  locationIn(plane: string): string | null {
    return this.locationInPlane.get(plane) ?? this.location
  }

  clients(plane: string = servicePlane): readonly Entry[] {
    return this.clientsIn.get(plane) ?? []
  }

  providers(plane: string = servicePlane): readonly Entry[] {
    return this.providersIn.get(plane) ?? []
  }

  /** The provider that `getProvider()` answers: the first it was attached to. */
  get provider(): Entry | null {
    return this.providers()[0] ?? null
  }

  /** Every property, the live ones included. */
  allProperties(): Properties {
    if (!this.liveProperties) return this.properties
    return new Map([...this.properties, ...this.liveProperties()])
  }

  get retainCount(): number {
    let count = this.extraRetains
    for (const clients of this.clientsIn.values()) count += clients.length
    for (const providers of this.providersIn.values()) count += providers.length
    return count
  }
}

/** All entries and their attachments in every plane. */
export class Registry {
  readonly root: Entry
  readonly #planes = new Set<string>()
  readonly #byId = new Map<bigint, Entry>()
  #nextId = firstId

  constructor() {
    this.root = new Entry('IORegistryEntry', 'Root', new Map(), false)
    this.#identify(this.root)
    this.addPlane(servicePlane)
    this.addPlane('IOPower')
  }

  get planes(): readonly string[] {
    return [...this.#planes]
  }

  addPlane(plane: string): void {
    this.#planes.add(plane)
  }

  entries(): IterableIterator<Entry> {
    return this.#byId.values()
  }

  byId(id: bigint): Entry | undefined {
    return this.#byId.get(id)
  }

  /** IDs that objects took which never show: losing candidates, objects of the boot that are gone. */
  skipIds(count: number): void {
    this.#nextId += BigInt(count)
  }

  attach(client: Entry, provider: Entry, plane: string = servicePlane): void {
    this.#identify(client)
    const clients = listIn(provider.clientsIn, plane)
    if (clients.includes(client)) return
    clients.push(client)
    listIn(client.providersIn, plane).push(provider)
  }

  detach(client: Entry, provider: Entry, plane: string = servicePlane): void {
    removeFrom(provider.clientsIn, plane, client)
    removeFrom(client.providersIn, plane, provider)
    const isAttached = [...client.providersIn.values()].some(list => list.length > 0)
    if (!isAttached) this.#byId.delete(client.id)
  }

  /** Takes an entry out of every plane, with the connections that hang only on it. */
  detachFromAll(entry: Entry): void {
    for (const [plane, clients] of [...entry.clientsIn]) {
      for (const client of [...clients]) {
        this.detach(client, entry, plane)
        if (client.className === 'IOPowerConnection') this.detachFromAll(client)
      }
    }
    for (const [plane, providers] of [...entry.providersIn]) {
      for (const provider of [...providers]) {
        this.detach(entry, provider, plane)
        if (provider.className === 'IOPowerConnection') this.detachFromAll(provider)
      }
    }
    this.#byId.delete(entry.id)
  }

  /** Whether the entry reaches the root through a plane. */
  isMember(entry: Entry, plane: string = servicePlane): boolean {
    for (let at: Entry | undefined = entry; at; at = at.providers(plane)[0]) {
      if (at === this.root) return true
    }
    return false
  }

  /** `IOService:/iMac13,1/IOResources`, by the first provider of each step. */
  path(entry: Entry, plane: string = servicePlane): string {
    const parts: string[] = []
    for (let at: Entry | undefined = entry; at && at !== this.root; at = at.providers(plane)[0]) {
      const location = at.locationIn(plane)
      parts.unshift(location === null ? at.nameIn(plane) : `${at.nameIn(plane)}@${location}`)
    }
    return `${plane}:/${parts.join('/')}`
  }

  #identify(entry: Entry): void {
    if (entry.id === 0n) entry.id = this.#nextId++
    this.#byId.set(entry.id, entry)
  }
}

function listIn(map: Map<string, Entry[]>, plane: string): Entry[] {
  let list = map.get(plane)
  if (!list) map.set(plane, (list = []))
  return list
}

function removeFrom(map: Map<string, Entry[]>, plane: string, entry: Entry): void {
  const list = map.get(plane)
  const index = list?.indexOf(entry) ?? -1
  if (!list || index < 0) return
  list.splice(index, 1)
  if (list.length === 0) map.delete(plane)
}
