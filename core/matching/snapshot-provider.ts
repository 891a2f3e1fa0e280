import { clientsOf, entryById, nodesOf, planeNamed, propertyOf } from '../registry/lookup.ts'
import { nodesAtPath } from '../registry/paths.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import { findString, stringAt } from '../registry/strings.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type EntryIndex,
  type PlaneTable,
  type Snapshot,
} from '../registry/snapshot.ts'
import { MatchedOn } from './matched-on.ts'
import { namesIn, nubProperties } from './nub-names.ts'
import type { ProviderView } from './provider-view.ts'
import { ClassesOfServices, type KnownClasses, type ServiceClasses } from './service-classes.ts'
import type { ClassChain } from './verdict.ts'

/** A service of a snapshot, as matching asks it: the view of a provider and what the base keys need besides. */
export interface SnapshotProvider extends ProviderView {
  /** The kernel's registry entry ID; null where the dump has none. */
  readonly id: bigint | null
  /** Hidden from user space; null where the dump does not show the whole state word. */
  readonly isInvisible: boolean | null
  /**
   * Its provider, the provider's provider and so on, nearest first; services alone, so not the root. Then those that
   * these were before there were the classes of today, as their `IOServiceLegacyMatchingRegistryID` names them, and
   * their providers: the kernel goes on there (facts: matching, section 4).
   */
  ancestors(): readonly SnapshotProvider[]
  /** The snapshot shows all of them, up to the registry's root. */
  hasAllAncestors(): boolean
  /** Active clients that matching has made: those with `IOMatchCategory`. Null where a client is not shown whole. */
  matchedClientCount(): number | null
  /** Does a registry path lead to this very entry? Null where the snapshot does not show it. */
  isAtPath(path: string): boolean | null
  /** Does the guest have an ACPI platform? False: nothing in the snapshot says so. */
  readonly hasAcpi: boolean
  /** By what a driver of the snapshot was matched on a service of this class; null where none tells. */
  readonly comparesNamesBy: 'properties' | 'name' | null
}

/** The services of one snapshot. Made once per matcher: what was decoded is kept. */
export interface ProviderViews {
  /** The same object each time. */
  of(entry: EntryIndex): SnapshotProvider
  /** One that nobody keeps: for a walk over the whole registry. */
  fresh(entry: EntryIndex): SnapshotProvider
  /** `conformsTo` of the view, without making one. */
  conforms(entry: EntryIndex, className: string): boolean | null
  /** Those above in the IOService plane: `getProvider()` first, then further ones. */
  providers(entry: EntryIndex): readonly EntryIndex[]
  /**
   * The one that matching made this driver for: of several, the first that is of its provider class. It need not be one
   * of `providers`, where a driver is printed several times or has left the resources for another provider.
   */
  matchedOn(entry: EntryIndex): EntryIndex | null
  /**
   * All that it may have been matched on, `matchedOn` first: its providers, and those at its other places in a dump
   * without IDs, which prints a driver anew under each provider.
   */
  possibleProviders(entry: EntryIndex): readonly EntryIndex[]
  /** Those below in the IOService plane. */
  clients(entry: EntryIndex): readonly EntryIndex[]
  /** False for what has terminated; true where the dump shows no state. */
  isActive(entry: EntryIndex): boolean
  /** Null where the dump shows no state, or the two bits in an order that is not known. */
  isRegistered(entry: EntryIndex): boolean | null
  isMatched(entry: EntryIndex): boolean | null
}

/** Deeper than any registry: real ones have some thirty levels. */
const mostAncestors = 512

export function createProviderViews(snapshot: Snapshot, classes: KnownClasses): ProviderViews {
  return new Views(snapshot, classes)
}

class Views implements ProviderViews {
  readonly snapshot: Snapshot
  readonly classes: ClassesOfServices
  readonly plane: PlaneTable | undefined
  readonly hasAcpi: boolean
  readonly #views = new Map<EntryIndex, View>()
  readonly #matchedOn: MatchedOn
  #namesCompared: ReadonlyMap<string, 'properties' | 'name'> | undefined

  constructor(snapshot: Snapshot, classes: KnownClasses) {
    this.snapshot = snapshot
    this.classes = new ClassesOfServices(snapshot, classes)
    this.plane = planeNamed(snapshot, 'IOService')
    this.#matchedOn = new MatchedOn(snapshot, this.plane, entry => this.fresh(entry))
    this.hasAcpi =
      planeNamed(snapshot, 'IOACPIPlane') !== undefined ||
      findString(snapshot.strings, 'AppleACPIPlatformExpert') !== noString
  }

  of(entry: EntryIndex): SnapshotProvider {
    let view = this.#views.get(entry)
    if (!view) this.#views.set(entry, (view = new View(this, entry)))
    return view
  }

  fresh(entry: EntryIndex): SnapshotProvider {
    return this.#views.get(entry) ?? new View(this, entry)
  }

  conforms(entry: EntryIndex, className: string): boolean | null {
    return this.classes.of(entry).conformsTo(className)
  }

  providers(entry: EntryIndex): readonly EntryIndex[] {
    return this.#matchedOn.providers(entry)
  }

  matchedOn(entry: EntryIndex): EntryIndex | null {
    return this.#matchedOn.matchedOn(entry)
  }

  possibleProviders(entry: EntryIndex): readonly EntryIndex[] {
    return this.#matchedOn.possibleProviders(entry)
  }

  /** Of classes whose services were matched by a name: by which. */
  namesCompared(): ReadonlyMap<string, 'properties' | 'name'> {
    this.#namesCompared ??= namesComparedIn(this)
    return this.#namesCompared
  }

  clients(entry: EntryIndex): readonly EntryIndex[] {
    return this.plane ? clientsOf(this.snapshot, this.plane, entry) : []
  }

  isActive(entry: EntryIndex): boolean {
    const { flags, state } = this.snapshot.entries
    const isTerminated = (flags[entry]! & EntryFlag.isTerminated) !== 0
    return !isTerminated && (state[entry]! & ServiceState.inactive) === 0
  }

  isRegistered(entry: EntryIndex): boolean | null {
    return this.#stateBit(entry, ServiceState.registered)
  }

  isMatched(entry: EntryIndex): boolean | null {
    return this.#stateBit(entry, ServiceState.matched)
  }

  #stateBit(entry: EntryIndex, bit: number): boolean | null {
    const flags = this.snapshot.entries.flags[entry]!
    if ((flags & EntryFlag.isService) === 0) return null
    const state = this.snapshot.entries.state[entry]!
    const { registered, matched } = ServiceState
    const isMixed = ((state & registered) === 0) !== ((state & matched) === 0)
    if (isMixed && (flags & EntryFlag.stateBitsUnordered) !== 0) return null
    return (state & bit) !== 0
  }
}

class View implements SnapshotProvider {
  readonly entry: EntryIndex
  readonly className: string
  readonly chain: ClassChain
  readonly #classes: ServiceClasses
  readonly hasProperties: boolean
  readonly name: string
  readonly location: string | null
  readonly id: bigint | null
  readonly isInvisible: boolean | null
  readonly hasAcpi: boolean
  readonly #views: Views
  readonly #properties = new Map<string, PropertyValue | undefined>()
  #above: Above | undefined

  constructor(views: Views, entry: EntryIndex) {
    const { entries, strings } = views.snapshot
    const flags = entries.flags[entry]!
    this.#views = views
    this.entry = entry
    this.#classes = views.classes.of(entry)
    this.className = this.#classes.className
    this.chain = this.#classes.chain
    this.hasProperties = (flags & EntryFlag.hasProperties) !== 0
    this.name = stringAt(strings, entries.name[entry]!)
    this.location = locationOf(views, entry)
    this.id = (flags & EntryFlag.hasId) !== 0 ? entries.id[entry]! : null
    this.isInvisible = isInvisible(flags, entries.state[entry]!)
    this.hasAcpi = views.hasAcpi
  }

  conformsTo(className: string): boolean | null {
    return this.#classes.conformsTo(className)
  }

  get comparesNamesBy(): 'properties' | 'name' | null {
    return this.#views.namesCompared().get(this.className) ?? null
  }

  property(key: string): PropertyValue | undefined {
    const known = this.#properties.get(key)
    if (known !== undefined || this.#properties.has(key)) return known
    const property = propertyOf(this.#views.snapshot, this.entry, key)
    const value = property < 0 ? undefined : readValue(this.#views.snapshot, property)
    this.#properties.set(key, value)
    return value
  }

  ancestors(): readonly SnapshotProvider[] {
    this.#above ??= above(this.#views, this.entry)
    return this.#above.services
  }

  hasAllAncestors(): boolean {
    this.#above ??= above(this.#views, this.entry)
    return this.#above.isWhole
  }

  matchedClientCount(): number | null {
    let count = 0
    for (const client of this.#views.clients(this.entry)) {
      if (!this.#views.isActive(client)) continue
      const view = this.#views.of(client)
      if (!view.hasProperties) return null
      if (view.property('IOMatchCategory') !== undefined) count++
    }
    return count
  }

  isAtPath(path: string): boolean | null {
    const { snapshot } = this.#views
    const plane = planeNamed(snapshot, path.slice(0, Math.max(0, path.indexOf(':'))))
    // An alias of the device tree, or a plane that was not dumped.
    if (!plane) return null
    for (const node of nodesAtPath(snapshot, plane, path)) {
      // Of siblings with one name and location the kernel takes the first.
      return plane.entry[node] === this.entry
    }
    return mayBeLooseFor(path, snapshot, plane, this.entry) ? null : false
  }
}

function locationOf({ snapshot, plane }: Views, entry: EntryIndex): string | null {
  if (!plane) return null
  const node = nodesOf(snapshot, plane, entry)[0]
  if (node === undefined || plane.location[node] === noString) return null
  return stringAt(snapshot.strings, plane.location[node]!)
}

/** Text dumps show three bits of the state word; a bit above tells that the whole word is there. */
function isInvisible(flags: number, state: number): boolean | null {
  if ((flags & EntryFlag.isService) === 0) return null
  if ((state & ServiceState.invisible) !== 0) return true
  return (state & ServiceState.firstPublish) !== 0 ? false : null
}

/**
 * `IONameMatched` holds what hit (facts: matching, section 4.1). Where that is not the name of the provider and one of
 * its properties has it, the provider's class compares properties; where it is the name and no property has it, names.
 */
function namesComparedIn(views: Views): ReadonlyMap<string, 'properties' | 'name'> {
  const found = new Map<string, 'properties' | 'name'>()
  const { length } = views.snapshot.entries
  for (let entry = 0; entry < length; entry++) {
    const matched = views.fresh(entry).property('IONameMatched')
    if (matched?.kind !== 'string') continue
    const on = views.matchedOn(entry)
    if (on === null) continue
    const provider = views.fresh(on)
    const isName = provider.name === matched.text
    const isProperty = nubProperties.some(key =>
      namesIn(provider.property(key)).includes(matched.text),
    )
    if (isProperty && !isName) found.set(provider.className, 'properties')
    if (isName && !isProperty && !found.has(provider.className)) {
      found.set(provider.className, 'name')
    }
  }
  return found
}

interface Above {
  readonly services: readonly SnapshotProvider[]
  readonly isWhole: boolean
}

function above(views: Views, entry: EntryIndex): Above {
  const own = climb(views, entry)
  const services = [...own.services]
  let { isWhole } = own
  for (const view of [views.of(entry), ...own.services]) {
    const alias = view.property('IOServiceLegacyMatchingRegistryID')
    if (alias?.kind !== 'integer') continue
    if (services.length >= mostAncestors) return { services, isWhole: false }
    const legacy = entryById(views.snapshot, alias.value)
    if (legacy < 0) {
      isWhole = false
      continue
    }
    const further = climb(views, legacy)
    if (!further.isWhole) isWhole = false
    services.push(views.of(legacy), ...further.services)
  }
  return { services: [...new Set(services)].filter(view => view.entry !== entry), isWhole }
}

function climb(views: Views, entry: EntryIndex): Above {
  const services: SnapshotProvider[] = []
  const seen = new Set([entry])
  for (let at = views.providers(entry)[0]; at !== undefined; at = views.providers(at)[0]) {
    if (seen.has(at) || services.length >= mostAncestors) break
    seen.add(at)
    const view = views.of(at)
    // Named so in every plane (facts: ioreg, section 4); no service, so nobody's provider.
    if (view.name === 'Root' && views.providers(at).length === 0) return { services, isWhole: true }
    services.push(view)
  }
  return { services, isWhole: false }
}

/** Whether the kernel takes a path whose parts lack their locations is not known: such a one is not refused. */
function mayBeLooseFor(
  path: string,
  snapshot: Snapshot,
  plane: PlaneTable,
  entry: EntryIndex,
): boolean {
  const last = path.slice(path.lastIndexOf('/') + 1)
  const at = last.indexOf('@')
  const wanted = at < 0 ? last : last.slice(0, at)
  const nodes = nodesOf(snapshot, plane, entry)
  return nodes.some(node => stringAt(snapshot.strings, plane.name[node]!) === wanted)
}
