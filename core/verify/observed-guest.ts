import type { LoadedKext } from '../kext/kext.ts'
import { clientsOf, nodesOf, planeNamed, propertyOf, providersOf } from '../registry/lookup.ts'
import { nodePath } from '../registry/paths.ts'
import { readValue } from '../registry/read-value.ts'
import type { EntryIndex, PlaneTable, Snapshot, StringIndex } from '../registry/snapshot.ts'
import { EntryFlag, ServiceState, noString } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
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
  const plane = planeNamed(snapshot, 'IOService') ?? snapshot.planes[0]
  const optional = (index: StringIndex): string | null =>
    index === noString ? null : stringAt(strings, index)

  const stringProperty = (entry: EntryIndex, key: string): string | null => {
    const property = propertyOf(snapshot, entry, key)
    const value = property < 0 ? null : readValue(snapshot, property)
    return value?.kind === 'string' ? value.text : null
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
    providerOf: entry => (plane && providersOf(snapshot, plane, entry)[0]) ?? null,
    clientsOf: entry => (plane ? clientsOf(snapshot, plane, entry) : []),
    brief: entry => ({
      id: idText(snapshot, entry),
      name: stringAt(strings, entries.name[entry]!),
      className: classOf(entry),
      path: plane ? pathOf(snapshot, plane, entry) : null,
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

/** Whether anything in the registry is busy. */
export function isBusy(snapshot: Snapshot): boolean {
  for (let entry = 0; entry < snapshot.entries.length; entry++)
    if ((busyCountOf(snapshot, entry) ?? 0) > 0) return true
  return false
}

/**
 * Is a matching pass on this service under way? A busy count is the number of busy direct clients plus its
 * own jobs (facts: service-state, section 2). The matched bit does not tell: it stays set when a service that
 * was matched before is matched again, as it is when a kext is loaded.
 */
export function hasOwnWork(service: EntryIndex, { snapshot, clientsOf }: RegistryView): boolean {
  const busy = busyCountOf(snapshot, service) ?? 0
  if (busy === 0) return false
  return busy > clientsOf(service).filter(client => (busyCountOf(snapshot, client) ?? 0) > 0).length
}

/**
 * The path of the first node (facts: service-state, section 8). Null in a dump whose first entry is not
 * the registry's root: what is above is not known, and half a path would lead elsewhere.
 */
function pathOf(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex): string | null {
  const node = nodesOf(snapshot, plane, entry)[0]
  if (node === undefined) return null
  let top = node
  while (plane.parent[top]! >= 0) top = plane.parent[top]!
  const isWhole = stringAt(snapshot.strings, plane.name[top]!) === 'Root'
  return isWhole ? nodePath(snapshot, plane, node) : null
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
