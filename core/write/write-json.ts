import { readValue } from '../registry/read-value.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type DumpFormat,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import { bytesAt } from '../registry/strings.ts'
import { stringValue } from '../registry/value-parts.ts'
import { ByteChunks } from './byte-chunks.ts'
import {
  dictionaryToJson,
  integerToJson,
  propertyValueToJson,
  textToJson,
  type JsonValue,
} from './value-json.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'

export const jsonVersion = 1

export interface JsonWriteOptions {
  /** What the dump was, where the caller knows it; a snapshot of several dumps has several. */
  readonly format?: DumpFormat
}

/**
 * A whole snapshot as JSON (docs/json-format.md, docs/kextant-snapshot.schema.json), one node and one entry a
 * line. What is not known is left out; nothing is null.
 *
 * Planes are flat lists of places that point at entries, not nested objects: an entry with several providers is
 * written once, a filter needs no recursion, and depth is no matter (jq before 1.7 refuses 256 levels).
 * @returns what JSON as it is here does not say
 */
export function* writeJson(
  snapshot: Snapshot,
  options: JsonWriteOptions = {},
): Generator<Uint8Array, WriteLosses> {
  const { planes, entries, sources, problems } = snapshot
  const out = new ByteChunks()
  const strings = new JsonStrings(snapshot)
  out.text(`{"kextant":"snapshot","version":${jsonVersion},\n`)
  if (options.format !== undefined) out.text(`"format":${JSON.stringify(options.format)},\n`)
  const labels = sources.map(({ label, syntax, bytes }) => ({
    label,
    syntax,
    bytes: bytes.length,
  }))
  out.text(`"sources":${JSON.stringify(labels)},\n`)
  out.text(`"problems":${JSON.stringify(problems)},\n"planes":[`)
  for (const [index, plane] of planes.entries()) {
    out.text(`${index > 0 ? ',' : ''}\n{"plane":${JSON.stringify(plane.plane)},"nodes":[`)
    for (let node = 0; node < plane.length; node++) {
      out.text(`${node > 0 ? ',' : ''}\n`)
      out.text(JSON.stringify(nodeJson(snapshot, strings, plane, node)))
      if (out.hasFull) yield* out.full()
    }
    out.text('\n]}')
  }
  out.text('\n],\n"entries":[')
  for (let row = 0; row < entries.rows; row++) {
    if (row === entries.length) out.text('\n],\n"sightings":[')
    out.text(`${row > 0 && row !== entries.length ? ',' : ''}\n`)
    out.text(JSON.stringify(entryJson(snapshot, strings, row)))
    if (out.hasFull) yield* out.full()
  }
  if (entries.rows === entries.length) out.text('\n],\n"sightings":[')
  out.text('\n]}\n')
  yield* out.rest()
  const losses = new LossTally(snapshot)
  losses.noteAsides()
  return losses.list()
}

type Fields = Record<string, JsonValue>

function nodeJson(
  snapshot: Snapshot,
  strings: JsonStrings,
  plane: PlaneTable,
  node: NodeIndex,
): Fields {
  const fields: Fields = { entry: plane.entry[node]!, depth: plane.depth[node]! }
  if (plane.parent[node]! >= 0) fields['parent'] = plane.parent[node]!
  strings.put(fields, 'name', plane.name[node]!)
  strings.put(fields, 'location', plane.location[node]!)
  const sighting = plane.sighting[node]! - snapshot.entries.length
  if (sighting >= 0) fields['sighting'] = sighting
  return fields
}

function entryJson(snapshot: Snapshot, strings: JsonStrings, row: EntryIndex): Fields {
  const { entries } = snapshot
  const flags = entries.flags[row]!
  const has = (flag: number) => (flags & flag) !== 0
  const fields: Fields = {}
  if (has(EntryFlag.hasId)) fields['id'] = `0x${entries.id[row]!.toString(16)}`
  strings.put(fields, 'name', entries.name[row]!)
  strings.put(fields, 'class', entries.className[row]!)
  const chain = strings.at(entries.classChain[row]!)
  if (chain !== undefined) {
    fields['classChain'] = typeof chain === 'string' ? chain.split(':') : [chain]
  }
  if (has(EntryFlag.isService)) fields['state'] = stateJson(entries.state[row]!, flags)
  if (has(EntryFlag.hasBusyCount)) fields['busy'] = entries.busyCount[row]!
  if (has(EntryFlag.hasBusyTime)) fields['busyTimeNs'] = integerToJson(entries.busyTimeNs[row]!)
  if (has(EntryFlag.busyTimeInMs)) fields['busyTimeIsWholeMs'] = true
  if (has(EntryFlag.hasRetainCount)) fields['retain'] = entries.retainCount[row]!
  const first = entries.firstProperty[row]!
  const end = entries.firstProperty[row + 1]!
  // Of a sighting only properties of its own: the block that counts is kept with the entry.
  if (first < end || (has(EntryFlag.hasProperties) && row < entries.length)) {
    fields['properties'] = propertiesJson(snapshot, strings, first, end)
  }
  return fields
}

function stateJson(state: number, flags: number): Fields {
  const words: Fields = {
    word: state,
    registered: (state & ServiceState.registered) !== 0,
    matched: (state & ServiceState.matched) !== 0,
    active: (state & ServiceState.inactive) === 0,
  }
  if ((flags & EntryFlag.stateBitsUnordered) !== 0) words['isUnordered'] = true
  return words
}

function propertiesJson(
  snapshot: Snapshot,
  strings: JsonStrings,
  first: PropertyIndex,
  end: PropertyIndex,
): JsonValue {
  const keys: JsonValue[] = []
  const values: JsonValue[] = []
  for (let property = first; property < end; property++) {
    keys.push(strings.at(snapshot.properties.key[property]!)!)
    values.push(propertyValueToJson(readValue(snapshot, property)))
  }
  return dictionaryToJson(keys, values)
}

/** The strings of a snapshot as JSON, each made once: keys and classes come again and again. */
class JsonStrings {
  private readonly snapshot: Snapshot
  private readonly known: (JsonValue | undefined)[]

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    this.known = new Array<JsonValue | undefined>(snapshot.strings.length)
  }

  /** Undefined for `noString`. */
  at(index: StringIndex): JsonValue | undefined {
    if (index === noString) return undefined
    const known = this.known[index]
    if (known !== undefined) return known
    const value = stringValue(bytesAt(this.snapshot.strings, index))
    const json = value.kind === 'string' ? textToJson(value.text, value.bytes) : ''
    this.known[index] = json
    return json
  }

  put(fields: Fields, name: string, index: StringIndex): void {
    const json = this.at(index)
    if (json !== undefined) fields[name] = json
  }
}
