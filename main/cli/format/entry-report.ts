import { clientsOf, nodesOf, propertyOf, providersOf } from '../../../core/registry/lookup.ts'
import { nodePath } from '../../../core/registry/paths.ts'
import { knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  EntryFlag,
  type EntryIndex,
  type PlaneTable,
  type Snapshot,
} from '../../../core/registry/snapshot.ts'
import { describeState, explainState } from '../../../core/verify/state-words.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'
import { entryFacts, propertiesJson, propertiesOf, rowFacts, textOf } from './entry-json.ts'
import {
  classText,
  count,
  deepestPath,
  idOf,
  labelText,
  markText,
  pathText,
  placeOf,
} from './entry-text.ts'
import type { JsonValue } from '../../../core/write/value-json.ts'
import { valueLines } from './value-text.ts'

/** Everything that is known of one entry, for people. */
export function* entryReport(snapshot: Snapshot, entry: EntryIndex, look: Look): Generator<string> {
  const { paint } = look
  const planes = planesOf(snapshot, entry)
  const place = placeOf(snapshot, entry)
  const name = place ? labelText(snapshot, place.plane, place.node) : ''
  yield `${paint('bold', name)}  ${paint('cyan', classText(snapshot, entry))}`
  yield* inSection(look, '', factLines(snapshot, entry, look))
  for (const plane of planes) {
    yield* inSection(look, `In ${printableInLine(plane.plane)}`, placeLines(snapshot, plane, entry))
    const providers = providersOf(snapshot, plane, entry)
    const clients = clientsOf(snapshot, plane, entry)
    const link = (other: EntryIndex) => linkLine(snapshot, plane, other, look)
    if (providers.length > 0) {
      yield `  ${count(providers.length, 'provider')}`
      for (const provider of providers) yield `    ${link(provider)}`
    }
    if (clients.length > 0) {
      yield `  ${count(clients.length, 'client')}`
      for (const client of clients) yield `    ${link(client)}`
    }
  }
  yield* inSection(look, 'State', stateLines(snapshot, entry))
  yield* propertySections(snapshot, planes, entry, look)
}

function* inSection(look: Look, title: string, lines: Iterable<string>): Generator<string> {
  let isFirst = true
  for (const line of lines) {
    if (isFirst && title !== '') yield* ['', look.paint('bold', title)]
    isFirst = false
    yield `  ${line}`
  }
}

function* factLines(snapshot: Snapshot, entry: EntryIndex, look: Look): Generator<string> {
  const { entries } = snapshot
  const chain = textOf(snapshot, entries.classChain[entry]!)
  yield `id        ${idOf(snapshot, entry) ?? 'not known'}`
  yield `inherits  ${chain === null ? 'not known' : printableInLine(chain.split(':').join(' : '))}`
  const words = rowWords(snapshot, entry)
  if (words !== '') yield `state     ${markText(snapshot, entry, look)}${words}`
}

/** `registered, matched, active, busy 0 (61 ms), retain 47`, as ioreg prints it. */
function rowWords({ entries }: Snapshot, row: number): string {
  const flags = entries.flags[row]!
  const has = (flag: number) => (flags & flag) !== 0
  const words = [...describeState({ flags, state: entries.state[row]! }).words]
  if (has(EntryFlag.hasBusyCount)) {
    const ns = entries.busyTimeNs[row]!
    const time = has(EntryFlag.hasBusyTime) && ns > 0n ? ` (${ns / 1_000_000n} ms)` : ''
    words.push(`busy ${entries.busyCount[row]!}${time}`)
  }
  if (has(EntryFlag.hasRetainCount)) words.push(`retain ${entries.retainCount[row]!}`)
  return words.join(', ')
}

/** The paths; with what a place showed, where that differs from the entry. */
function* placeLines(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex): Generator<string> {
  const usual = rowWords(snapshot, entry)
  for (const node of nodesOf(snapshot, plane, entry)) {
    const words = rowWords(snapshot, knownStateRow(snapshot, plane, node))
    const here = words === usual ? '' : `  (here: ${words})`
    yield `${pathText(snapshot, plane, node)}${here}`
  }
}

function linkLine(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex, look: Look): string {
  const node = nodesOf(snapshot, plane, entry)[0]!
  const label = labelText(snapshot, plane, node)
  const id = idOf(snapshot, entry)
  const className = look.paint('cyan', classText(snapshot, entry))
  const end = id === null ? '' : `  ${look.paint('dim', id)}`
  return `${label}  ${markText(snapshot, entry, look)}${className}${end}`
}

function* stateLines(snapshot: Snapshot, entry: EntryIndex): Generator<string> {
  const { entries } = snapshot
  const flags = entries.flags[entry]!
  const meanings = explainState({
    flags,
    state: entries.state[entry]!,
    busyCount: (flags & EntryFlag.hasBusyCount) !== 0 ? entries.busyCount[entry]! : null,
    className: textOf(snapshot, entries.className[entry]!),
    classChain: textOf(snapshot, entries.classChain[entry]!),
    hasMatchCategory: propertyOf(snapshot, entry, 'IOMatchCategory') >= 0,
  })
  const width = Math.max(0, ...meanings.map(({ word }) => word.length))
  for (const { word, meaning } of meanings) yield `${word.padEnd(width)}  ${meaning}`
}

function* propertySections(
  snapshot: Snapshot,
  planes: readonly PlaneTable[],
  entry: EntryIndex,
  look: Look,
): Generator<string> {
  const { entries } = snapshot
  const rows = [entry, ...sightingsOf(snapshot, planes, entry).map(({ row }) => row)]
  const hasBlock = (entries.flags[entry]! & EntryFlag.hasProperties) !== 0
  for (const row of rows) {
    const number = entries.firstProperty[row + 1]! - entries.firstProperty[row]!
    if (number === 0 && row !== entry) continue
    yield ''
    const where = row === entry ? '' : ', as another place shows them'
    yield look.paint(
      'bold',
      number > 0 || hasBlock
        ? `${count(number, 'property', 'properties')}${where}`
        : 'Properties are not in the source',
    )
    for (const [key, value] of propertiesOf(snapshot, row)) {
      let isFirst = true
      for (const line of valueLines(key, value, { isWhole: true })) {
        const type = isFirst ? typeWords[value.kind] : ''
        yield `  ${look.paint('dim', type.padEnd(typeWidth))}  ${line}`
        isFirst = false
      }
    }
  }
}

const typeWords = {
  string: 'string',
  integer: 'integer',
  real: 'real',
  boolean: 'boolean',
  data: 'data',
  date: 'date',
  array: 'array',
  set: 'set',
  dictionary: 'dict',
  missing: 'missing',
  unreadable: 'raw',
} as const
const typeWidth = 7

/** The same as JSON, full and exact. */
export function entryJson(snapshot: Snapshot, entry: EntryIndex): JsonValue {
  const { entries } = snapshot
  const planes = planesOf(snapshot, entry)
  return {
    name: textOf(snapshot, entries.name[entry]!),
    ...entryFacts(snapshot, entry),
    ...rowFacts(snapshot, entry),
    planes: planes.map(plane => ({
      plane: plane.plane,
      places: Array.from(nodesOf(snapshot, plane, entry), node => ({
        node,
        path: plane.depth[node]! > deepestPath ? null : nodePath(snapshot, plane, node),
        name: textOf(snapshot, plane.name[node]!),
        location: textOf(snapshot, plane.location[node]!),
      })),
      providers: providersOf(snapshot, plane, entry).map(e => linkJson(snapshot, plane, e)),
      clients: clientsOf(snapshot, plane, entry).map(e => linkJson(snapshot, plane, e)),
    })),
    properties: propertiesJson(snapshot, entry),
    otherSightings: sightingsOf(snapshot, planes, entry).map(({ plane, node, row }) => ({
      plane: plane.plane,
      node,
      ...rowFacts(snapshot, row),
      properties: propertiesJson(snapshot, row),
    })),
  }
}

function linkJson(snapshot: Snapshot, plane: PlaneTable, entry: EntryIndex): JsonValue {
  const node = nodesOf(snapshot, plane, entry)[0]!
  const { class: className, id } = entryFacts(snapshot, entry)
  return {
    name: textOf(snapshot, plane.name[node]!),
    location: textOf(snapshot, plane.location[node]!),
    class: className!,
    id: id!,
  }
}

function planesOf(snapshot: Snapshot, entry: EntryIndex): readonly PlaneTable[] {
  return snapshot.planes.filter(plane => nodesOf(snapshot, plane, entry).length > 0)
}

/** What other places than the first showed of the entry, each with its own row. */
function sightingsOf(snapshot: Snapshot, planes: readonly PlaneTable[], entry: EntryIndex) {
  return planes.flatMap(plane =>
    Array.from(nodesOf(snapshot, plane, entry), node => ({
      plane,
      node,
      row: plane.sighting[node]!,
    })).filter(({ row }) => row !== entry),
  )
}
