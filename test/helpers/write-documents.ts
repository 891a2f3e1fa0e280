import type { PropertyValue } from '../../core/registry/property-value.ts'
import type { ModelEntry } from './registry-model.ts'
import {
  dictionary,
  flag,
  integer,
  list,
  text,
  uid,
  writeBinaryPlist,
  type BinaryValue,
} from './write-binary-plist.ts'
import { writeArchive, xmlValue } from './write-archive.ts'

// The registry of a model in the binary formats, written after the facts and not after the readers.

/** `ioreg -a` through `plutil -convert binary1`: the same dictionaries, keys in another order. */
export function writeBinaryArchive(root: ModelEntry): Uint8Array {
  return writeBinaryPlist(archiveNode(root))
}

export function archiveNode(entry: ModelEntry): BinaryValue {
  const pairs = new Map<string, BinaryValue>(entry.properties)
  if (entry.clients.length > 0) {
    pairs.set('IORegistryEntryChildren', list(entry.clients.map(archiveNode)))
  }
  if (entry.id !== null) pairs.set('IORegistryEntryID', integer(entry.id))
  pairs.set('IORegistryEntryName', text(entry.name))
  if (entry.location !== null) pairs.set('IORegistryEntryLocation', text(entry.location))
  pairs.set('IOObjectClass', text(entry.classChain.at(-1)!))
  pairs.set('IOObjectInheritance', list(entry.classChain.map(text)))
  pairs.set('IOObjectRetainCount', integer(entry.retainCount))
  if (entry.service) {
    pairs.set('IOServiceState', integer(entry.service.state))
    pairs.set('IOServiceBusyState', integer(entry.service.busyCount))
    pairs.set('IOServiceBusyTime', integer(entry.service.busyTimeNs))
  }
  return dictionary([...pairs].reverse())
}

/** A registry of several planes: the clients of an entry, by the plane's name. */
export interface ModelPlanes {
  readonly root: ModelEntry
  readonly planes: Readonly<Record<string, (entry: ModelEntry) => readonly ModelEntry[]>>
}

/**
 * A document of IORegistryExplorer (facts: ioreg-files, section 1).
 * @param terminated entries with a date of their end
 */
export function writeExplorerDocument(
  { root, planes }: ModelPlanes,
  terminated: ReadonlySet<ModelEntry> = new Set(),
): Uint8Array {
  const objects: BinaryValue[] = [text('$null')]
  const classes = new Map<string, BinaryValue>()
  const add = (value: BinaryValue) => uid(objects.push(value) - 1)
  const classOf = (name: string) => {
    const known =
      classes.get(name) ?? add(dictionary({ $classname: text(name), $classes: list([text(name)]) }))
    classes.set(name, known)
    return known
  }
  const object = (className: string, fields: Readonly<Record<string, BinaryValue>>) =>
    dictionary({ ...fields, $class: classOf(className) })
  const array = (items: readonly BinaryValue[]) =>
    add(object('NSMutableArray', { 'NS.objects': list(items) }))
  const map = (pairs: readonly (readonly [string, BinaryValue])[]) =>
    add(
      object('NSMutableDictionary', {
        'NS.keys': list(pairs.map(([key]) => add(text(key)))),
        'NS.objects': list(pairs.map(([, value]) => value)),
      }),
    )
  const date = add(object('NSDate', { 'NS.time': { kind: 'real', value: 3e8 } }))

  const names = Object.keys(planes)
  const numbers = new Map([...everyEntry({ root, planes })].map(entry => [entry, add(text(''))]))

  for (const [number, [entry, own]] of [...numbers].entries()) {
    const xml = writeArchiveProperties(entry)
    const record = object('RexRegistryEntry', {
      entryTag: integer(number + 1),
      isRegistryRoot: flag(entry === root),
      name: add(text(entry.name)),
      namesInPlanes: map(names.map(name => [name, add(text(entry.name))])),
      location: entry.location === null ? uid(0) : add(text(entry.location)),
      locationsInPlanes: map(
        entry.location === null ? [] : names.map(name => [name, add(text(entry.location!))]),
      ),
      inheritance: array(
        [...entry.classChain]
          .reverse()
          .concat('OSObject')
          .map(one => add(text(one))),
      ),
      bundleID: add(text('com.apple.kernel')),
      properties: { kind: 'data', bytes: new TextEncoder().encode(xml) },
      childrenInPlanes: map(
        Object.entries(planes)
          .map(([plane, clientsOf]) => [plane, clientsOf(entry)] as const)
          .filter(([, clients]) => clients.length > 0)
          .map(([plane, clients]) => [plane, array(clients.map(one => numbers.get(one)!))]),
      ),
      parentsInPlanes: map([]),
      conformsToIOService: flag(entry.service !== null),
      isActive: flag(entry.service !== null && (entry.service.state & 1) === 0),
      isRegistered: flag(entry.service !== null && (entry.service.state & 2) !== 0),
      isMatched: flag(entry.service !== null && (entry.service.state & 4) !== 0),
      busyCount: integer(entry.service?.busyCount ?? 0),
      kernelRetainCount: integer(entry.retainCount),
      dateDiscovered: date,
      dateLastUpdated: uid(0),
      dateTerminated: terminated.has(entry) ? date : uid(0),
      isNew: flag(false),
      terminationAcknowledged: flag(false),
    })
    objects[own.kind === 'uid' ? own.index : 0] = record
  }
  const store = add(
    object('RexDataStore', {
      dataStoreVersion: integer(1),
      archName: add(text('i386')),
      byteOrder: integer(1),
      hostName: add(text('host')),
      lastUpdateDate: date,
      isUpToDate: flag(true),
      registryPlanes: array(names.map(name => add(text(name)))),
      registryEntries: array([...numbers.values()]),
    }),
  )
  return writeBinaryPlist(
    dictionary({
      $version: integer(100_000),
      $objects: list(objects),
      $archiver: text('NSKeyedArchiver'),
      $top: dictionary({ root: store }),
    }),
  )
}

/** The entry's properties as the complete XML property list that the document holds. */
function writeArchiveProperties(entry: ModelEntry): string {
  const [head] = writeArchive({ ...entry, clients: [] }).split('<dict>')
  const entries = [...entry.properties].sort(([a], [b]) => (a < b ? -1 : 1))
  const properties: PropertyValue = { kind: 'dictionary', entries }
  return `${head}${xmlValue(properties, 0)}</plist>\n`
}

export function everyEntry({ root, planes }: ModelPlanes): ReadonlySet<ModelEntry> {
  const entries = new Set([root])
  // A set goes on over what is added while it is walked.
  for (const entry of entries) {
    for (const clientsOf of Object.values(planes)) {
      for (const client of clientsOf(entry)) entries.add(client)
    }
  }
  return entries
}

/** A document of IOJones (facts: ioreg-files, section 2). */
export function writeIOJonesDocument({ root, planes }: ModelPlanes): Uint8Array {
  const entries = everyEntry({ root, planes })
  const classes = new Map<string, string>()
  for (const { classChain } of entries) {
    const chain = ['OSObject', ...classChain]
    for (let i = 1; i < chain.length; i++) classes.set(chain[i]!, chain[i - 1]!)
  }
  const names = Object.keys(planes)
  const trees = (entry: ModelEntry, plane: string): BinaryValue =>
    list(
      planes[plane]!(entry).map(client =>
        dictionary({ node: integer(client.id!), children: trees(client, plane) }),
      ),
    )
  const date: BinaryValue = { kind: 'date', iso: '2012-06-01T12:00:00Z' }
  return writeBinaryPlist(
    dictionary({
      system: dictionary({
        hostname: text('host (x86_64)'),
        systemName: text('Darwin'),
        timestamp: date,
      }),
      classes: dictionary([...classes].map(([name, above]) => [name, text(above)])),
      bundles: dictionary([...classes.keys()].map(name => [name, text('com.apple.kernel')])),
      objects: list(
        [...entries].map(entry =>
          dictionary({
            class: text(entry.classChain.at(-1)!),
            added: date,
            name: text(entry.name),
            status: integer(1),
            state: integer(entry.service?.state ?? 0),
            busy: integer(entry.service?.busyCount ?? 0),
            kernel: integer(entry.retainCount - 1),
            user: integer(0),
            id: integer(entry.id!),
            properties: dictionary(entry.properties),
            planes: dictionary(
              names.map(name => [
                name,
                dictionary({
                  name: text(entry.name),
                  ...(entry.location === null ? {} : { location: text(entry.location) }),
                  path: text(`${name}:/`),
                }),
              ]),
            ),
          }),
        ),
      ),
      planes: list(
        names.map(name =>
          dictionary({
            root: integer(root.id!),
            plane: text(name),
            children: trees(root, name),
          }),
        ),
      ),
    }),
  )
}
