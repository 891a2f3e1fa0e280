import { readValue } from '../../core/registry/read-value.ts'
import {
  EntryFlag,
  ServiceState,
  type EntryTable,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
} from '../../core/registry/snapshot.ts'
import { stringAt } from '../../core/registry/strings.ts'
import {
  dictionaryToJson,
  propertyValueToJson,
  type JsonValue,
} from '../../core/write/value-json.ts'
import { compareJson, pythonJson } from './plistlib-json.ts'
import { runPython } from './run-python.ts'

/**
 * A document of IORegistryExplorer, read by Python after facts: ioreg-files, section 1: the objects of the archive by their
 * UIDs, the tree of each plane from the root on, and every value of every entry. The entries stand in the document's order.
 */
const program = `${pythonJson}
archive = plistlib.loads(sys.stdin.buffer.read())
objects = archive['$objects']
def at(value):
    if isinstance(value, plistlib.UID): value = objects[value.data]
    return None if value == '$null' else value
def items(value): return at(value)['NS.objects']
def pairs(value):
    value = at(value)
    return {} if value is None else {at(k): v for k, v in zip(value['NS.keys'], value['NS.objects'])}
store = at(archive['$top']['root'])
uids = items(store['registryEntries'])
number = {uid.data: i for i, uid in enumerate(uids)}
entries = [at(uid) for uid in uids]
def described(e):
    classes = [at(name) for name in items(e['inheritance'])]
    isService = bool(at(e['conformsToIOService']))
    state = [bool(at(e[key])) for key in ('isRegistered', 'isMatched', 'isActive')] if isService else None
    return {
        'class': classes[0],
        'chain': ':'.join(reversed([name for name in classes if name != 'OSObject'])),
        'state': state,
        'busy': at(e['busyCount']) if isService else None,
        'retain': at(e['kernelRetainCount']),
        'terminated': at(e['dateTerminated']) is not None,
        'properties': shown(plistlib.loads(at(e['properties']))),
    }
def tree(plane):
    rows, todo = [], [(next(i for i, e in enumerate(entries) if at(e['isRegistryRoot'])), 0)]
    while todo:
        i, depth = todo.pop()
        name = pairs(entries[i]['namesInPlanes']).get(plane, entries[i]['name'])
        location = pairs(entries[i]['locationsInPlanes']).get(plane)
        rows.append([i, depth, at(name), None if location is None else at(location)])
        below = pairs(entries[i]['childrenInPlanes']).get(plane)
        if below is not None: todo += [(number[uid.data], depth + 1) for uid in reversed(items(below))]
    return rows
planes = [at(plane) for plane in items(store['registryPlanes'])]
json.dump({'planes': [[plane, tree(plane)] for plane in planes], 'entries': [described(e) for e in entries]}, sys.stdout)
`

/** `equal`, or the first thing that a snapshot says of a document otherwise than plistlib. */
export function compareDocument(document: Uint8Array, snapshot: Snapshot): string {
  const theirs = JSON.parse(Buffer.from(runPython(program, document)).toString('utf8')) as JsonValue
  return compareJson(describeDocument(snapshot), theirs)
}

/** The same of a snapshot. */
export function describeDocument(snapshot: Snapshot): JsonValue {
  const { entries, planes } = snapshot
  return {
    planes: planes.map(plane => [plane.plane, treeOf(snapshot, plane)]),
    entries: Array.from({ length: entries.length }, (_, entry) => describeEntry(snapshot, entry)),
  }
}

function treeOf({ strings }: Snapshot, plane: PlaneTable): JsonValue {
  const textOf = (index: StringIndex) => (index < 0 ? null : stringAt(strings, index))
  return Array.from({ length: plane.length }, (_, node) => [
    plane.entry[node]!,
    plane.depth[node]!,
    textOf(plane.name[node]!),
    textOf(plane.location[node]!),
  ])
}

function describeEntry(snapshot: Snapshot, entry: number): JsonValue {
  const { entries, properties, strings } = snapshot
  const has = (flag: number) => (entries.flags[entry]! & flag) !== 0
  const keys: string[] = []
  const values: JsonValue[] = []
  for (let p = entries.firstProperty[entry]!; p < entries.firstProperty[entry + 1]!; p++) {
    keys.push(stringAt(strings, properties.key[p]!))
    values.push(propertyValueToJson(readValue(snapshot, p)))
  }
  return {
    class: stringAt(strings, entries.className[entry]!),
    chain: stringAt(strings, entries.classChain[entry]!),
    state: has(EntryFlag.isService) ? stateOf(entries, entry) : null,
    busy: has(EntryFlag.hasBusyCount) ? entries.busyCount[entry]! : null,
    retain: has(EntryFlag.hasRetainCount) ? entries.retainCount[entry]! : null,
    terminated: has(EntryFlag.isTerminated),
    properties: dictionaryToJson(keys, values),
  }
}

function stateOf({ state }: EntryTable, entry: number): JsonValue {
  const word = state[entry]!
  return [
    (word & ServiceState.registered) !== 0,
    (word & ServiceState.matched) !== 0,
    (word & ServiceState.inactive) === 0,
  ]
}
