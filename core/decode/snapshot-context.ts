import { entryById, nodesOf, planeNamed, propertyOf } from '../registry/lookup.ts'
import { nodeLabel } from '../registry/paths.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, noString, type EntryIndex, type Snapshot } from '../registry/snapshot.ts'
import { findString, stringAt } from '../registry/strings.ts'
import { orderOfSmall } from './byte-order.ts'
import type { ByteOrder } from './bytes.ts'
import type { DecodeContext, PhandleEntry } from './decode-context.ts'

const deviceTree = 'IODeviceTree'

/**
 * What a snapshot tells around the properties of an entry. Everything is looked up when a decoder asks; what belongs to
 * the whole snapshot is found once.
 *
 * @param row of the entry table, whose properties are read: the entry, or what one of its places showed
 * @param planeName where providers are looked for when the snapshot has no device tree with the entry
 */
export function snapshotContext(
  snapshot: Snapshot,
  entry: EntryIndex,
  row: number,
  planeName: string,
): DecodeContext {
  const { entries, strings } = snapshot
  const tree = planeNamed(snapshot, deviceTree)
  const isInTree = tree !== undefined && nodesOf(snapshot, tree, entry).length > 0
  const classIndex = entries.className[entry]!
  return {
    className: classIndex === noString ? null : stringAt(strings, classIndex),
    own: key => valueOf(snapshot, row, key),
    parent: key => parentValue(snapshot, isInTree ? deviceTree : planeName, entry, key, isInTree),
    isParentExact: isInTree,
    get machineOrder() {
      return machineOrder(snapshot)
    },
    entryName: id => {
      const found = entryById(snapshot, id)
      return found === -1 ? null : labelOf(snapshot, found)
    },
    phandle: bytes => phandleEntry(snapshot, bytes),
  }
}

function valueOf(snapshot: Snapshot, row: number, key: string): PropertyValue | undefined {
  const property = propertyOf(snapshot, row, key)
  return property === -1 ? undefined : readValue(snapshot, property)
}

/** How many providers are gone through: a plane is no deeper than some dozens. */
const mostSteps = 64

function parentValue(
  snapshot: Snapshot,
  planeName: string,
  entry: EntryIndex,
  key: string,
  isExact: boolean,
): PropertyValue | undefined {
  const plane = planeNamed(snapshot, planeName)
  const node = plane ? nodesOf(snapshot, plane, entry)[0] : undefined
  if (!plane || node === undefined) return undefined
  let parent = plane.parent[node]!
  for (let step = 0; parent !== -1 && step < mostSteps; step++) {
    const found = valueOf(snapshot, plane.entry[parent]!, key)
    if (found !== undefined || isExact) return found
    parent = plane.parent[parent]!
  }
  return undefined
}

function labelOf(snapshot: Snapshot, entry: EntryIndex): string {
  for (const plane of snapshot.planes) {
    const node = nodesOf(snapshot, plane, entry)[0]
    if (node !== undefined) return nodeLabel(snapshot, plane, node)
  }
  const name = snapshot.entries.name[entry]!
  return name === noString ? '?' : stringAt(snapshot.strings, name)
}

const orders = new WeakMap<Snapshot, { readonly order: ByteOrder | null }>()
const orderKeys = ['#address-cells', '#size-cells', 'vendor-id'] as const

/** Where so many cells tell nothing, the next ones will not either. */
const mostCells = 500

/** The order of the first small number in a cell; one machine has one. */
function machineOrder(snapshot: Snapshot): ByteOrder | null {
  let known = orders.get(snapshot)
  if (!known) {
    const { strings } = snapshot
    const limits = new Uint16Array(strings.length)
    for (const key of orderKeys) {
      const index = findString(strings, key)
      if (index !== noString) limits[index] = key === 'vendor-id' ? 0xffff : 16
    }
    known = { order: firstOrder(snapshot, limits) }
    orders.set(snapshot, known)
  }
  return known.order
}

/** @param limits by key, the largest value of those that are looked at; 0 for all others */
function firstOrder(snapshot: Snapshot, limits: Uint16Array): ByteOrder | null {
  const { key, length } = snapshot.properties
  let read = 0
  for (let property = 0; property < length && read < mostCells; property++) {
    const limit = limits[key[property]!]!
    if (limit === 0) continue
    read++
    const value = readValue(snapshot, property)
    const order = value.kind === 'data' ? orderOfSmall(value.bytes, limit) : null
    if (order) return order
  }
  return null
}

const handles = new WeakMap<Snapshot, ReadonlyMap<string, EntryIndex>>()

/** The entry whose `AAPL,phandle` is these bytes. The first question makes an index of them all. */
function phandleEntry(snapshot: Snapshot, bytes: Uint8Array): PhandleEntry | null {
  let index = handles.get(snapshot)
  if (!index) handles.set(snapshot, (index = indexHandles(snapshot)))
  const entry = index.get(bytes.join(' '))
  if (entry === undefined) return null
  const hasId = (snapshot.entries.flags[entry]! & EntryFlag.hasId) !== 0
  return {
    name: labelOf(snapshot, entry),
    id: hasId ? snapshot.entries.id[entry]! : null,
    interruptCells: valueOf(snapshot, entry, '#interrupt-cells'),
  }
}

function indexHandles(snapshot: Snapshot): ReadonlyMap<string, EntryIndex> {
  const found = new Map<string, EntryIndex>()
  const wanted = findString(snapshot.strings, 'AAPL,phandle')
  if (wanted === noString) return found
  const { firstProperty, length } = snapshot.entries
  const { key } = snapshot.properties
  for (let entry = 0; entry < length; entry++) {
    for (let p = firstProperty[entry]!; p < firstProperty[entry + 1]!; p++) {
      if (key[p] !== wanted) continue
      const value = readValue(snapshot, p)
      const name = value.kind === 'data' ? value.bytes.join(' ') : ''
      if (name !== '' && !found.has(name)) found.set(name, entry)
    }
  }
  return found
}
