import type { LoadedKext } from '../kext/kext.ts'
import type {
  EntryIndex,
  NodeIndex,
  PlaneTable,
  Snapshot,
  StringIndex,
} from '../registry/snapshot.ts'
import { EntryFlag, ServiceState, noString } from '../registry/snapshot.ts'
import type { EntryBrief } from './report.ts'

/** What was seen of a guest at one moment. */
export interface ObservedGuest {
  readonly snapshot: Snapshot
  readonly kexts: readonly LoadedKext[]
  /** Null where `ioclasscount` is not there. */
  readonly classCounts: ReadonlyMap<string, number> | null
  /** Lines as `readKernelLog` gives them; null where the log cannot be read. */
  readonly kernelLog: readonly string[] | null
}

/** Questions that verification asks of a snapshot; built once per snapshot, one pass over its entries. */
export interface RegistryView {
  readonly snapshot: Snapshot
  /** Entries of exactly this class. */
  readonly ofClass: (className: string) => readonly EntryIndex[]
  /** Services of this class or of a subclass, as far as `knowsSubclasses` goes. */
  readonly conformingTo: (className: string) => readonly EntryIndex[]
  /** The dump gives class chains, so subclasses can be told. */
  readonly knowsSubclasses: boolean
  /** The dump gives classes at all (archives of 10.8 to 10.13 do not). */
  readonly knowsClasses: boolean
  /** The class of drivers is known, if only from their properties. */
  readonly knowsDrivers: boolean
  /** Direct subclasses that the registry shows, by superclass. */
  readonly directSubclasses: (className: string) => readonly string[]
  readonly classOf: (entry: EntryIndex) => string | null
  readonly classChainOf: (entry: EntryIndex) => string | null
  readonly providerOf: (entry: EntryIndex) => EntryIndex | null
  readonly clientsOf: (entry: EntryIndex) => readonly EntryIndex[]
  readonly brief: (entry: EntryIndex) => EntryBrief
  readonly stringProperty: (entry: EntryIndex, key: string) => string | null
}

export function viewRegistry(snapshot: Snapshot): RegistryView {
  const { entries, strings } = snapshot
  const plane = snapshot.planes.find(each => each.plane === 'IOService') ?? snapshot.planes[0]
  const texts = new Map<StringIndex, string>()
  const text = (index: StringIndex): string => {
    let found = texts.get(index)
    if (found === undefined) {
      const bytes = strings.bytes.subarray(strings.start[index], strings.start[index + 1])
      found = new TextDecoder().decode(bytes)
      texts.set(index, found)
    }
    return found
  }
  const optional = (index: StringIndex): string | null => (index === noString ? null : text(index))

  const firstNode = new Int32Array(entries.length).fill(-1)
  if (plane !== undefined)
    for (let n = plane.length - 1; n >= 0; n--) firstNode[plane.entry[n]!] = n

  const stringProperty = (entry: EntryIndex, key: string): string | null => {
    const { properties } = snapshot
    for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++)
      if (text(properties.key[p]!) === key) return plainString(snapshot, p)
    return null
  }

  // On drivers the IOClass property is the class, in every instance observed (facts: matching, section
  // 8), and it stands in where the dump does not give one.
  const classOf = (entry: EntryIndex): string | null =>
    optional(entries.className[entry]!) ??
    optional(entries.classChain[entry]!)?.split(':').at(-1) ??
    stringProperty(entry, 'IOClass')
  const classChainOf = (entry: EntryIndex): string | null => optional(entries.classChain[entry]!)

  const byClass = new Map<string, EntryIndex[]>()
  const conforming = new Map<string, EntryIndex[]>()
  const subclasses = new Map<string, Set<string>>()
  let knowsSubclasses = false
  let knowsClasses = false
  let knowsDrivers = false
  for (let entry = 0; entry < entries.length; entry++) {
    if (entries.className[entry] !== noString) knowsClasses = true
    const className = classOf(entry)
    const chain = classChainOf(entry)
    if (chain !== null) {
      knowsSubclasses = true
      knowsClasses = true
    }
    knowsDrivers ||= className !== null
    if (className !== null) push(byClass, className, entry)
    const classes = chain?.split(':') ?? (className === null ? [] : [className])
    for (const [i, each] of classes.entries()) {
      push(conforming, each, entry)
      if (i > 0) {
        const known = subclasses.get(classes[i - 1]!) ?? new Set()
        subclasses.set(classes[i - 1]!, known.add(each))
      }
    }
  }

  return {
    snapshot,
    knowsSubclasses,
    knowsClasses,
    knowsDrivers,
    ofClass: className => byClass.get(className) ?? [],
    conformingTo: className => conforming.get(className) ?? [],
    directSubclasses: className => [...(subclasses.get(className) ?? [])],
    classOf,
    classChainOf,
    providerOf: entry => {
      const parent = firstNode[entry] === -1 ? -1 : plane!.parent[firstNode[entry]!]!
      return parent === -1 ? null : plane!.entry[parent]!
    },
    clientsOf: entry => (firstNode[entry] === -1 ? [] : clientsOf(plane!, firstNode[entry]!)),
    brief: entry => ({
      id: idText(snapshot, entry),
      name: optional(entries.name[entry]!) ?? '',
      className: classOf(entry),
      path: firstNode[entry] === -1 ? null : pathOf(plane!, firstNode[entry]!, optional),
    }),
    stringProperty,
  }
}

/** `0x…`, or null where the dump has no IDs. */
export function idText(snapshot: Snapshot, entry: EntryIndex): string | null {
  const { flags, id } = snapshot.entries
  return (flags[entry]! & EntryFlag.hasId) === 0 ? null : `0x${id[entry]!.toString(16)}`
}

/** Whether an entry has a bit of `ServiceState`; undefined where the dump shows no state. */
export function hasState(
  snapshot: Snapshot,
  entry: EntryIndex,
  bit: keyof typeof ServiceState,
): boolean | undefined {
  if ((snapshot.entries.flags[entry]! & EntryFlag.isService) === 0) return undefined
  return (snapshot.entries.state[entry]! & ServiceState[bit]) !== 0
}

export function busyCountOf(snapshot: Snapshot, entry: EntryIndex): number | null {
  const hasBusy = (snapshot.entries.flags[entry]! & EntryFlag.hasBusyCount) !== 0
  return hasBusy ? snapshot.entries.busyCount[entry]! : null
}

function clientsOf(plane: PlaneTable, node: NodeIndex): EntryIndex[] {
  const clients: EntryIndex[] = []
  for (let n = node + 1; n < plane.end[node]!; n = plane.end[n]!) clients.push(plane.entry[n]!)
  return clients
}

/**
 * `IOService:/Name@location/…` (facts: service-state, section 8). Null in a dump whose first entry is
 * not the registry's root: what is above is not known, and half a path would lead elsewhere.
 */
function pathOf(
  plane: PlaneTable,
  node: NodeIndex,
  text: (index: StringIndex) => string | null,
): string | null {
  const parts: string[] = []
  let n = node
  for (; plane.parent[n] !== -1; n = plane.parent[n]!) {
    const location = text(plane.location[n]!)
    const name = text(plane.name[n]!) ?? ''
    parts.push(location === null ? name : `${name}@${location}`)
  }
  if (text(plane.name[n]!) !== 'Root') return null
  return `${plane.plane}:/${parts.reverse().join('/')}`
}

/** A short string value, from either syntax: enough for class names, categories and identifiers. */
function plainString(snapshot: Snapshot, property: number): string | null {
  const { properties, sources } = snapshot
  const source = sources[properties.source[property]!]
  if (source === undefined) return null
  const bytes = source.bytes.subarray(properties.start[property], properties.end[property])
  const raw = new TextDecoder().decode(bytes).trim()
  const pattern =
    source.syntax === 'text' ? /^"([^"]*)"$/ : /^<string(?: [^>]*)?>([^<]*)<\/string>$/
  return pattern.exec(raw)?.[1] ?? null
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
