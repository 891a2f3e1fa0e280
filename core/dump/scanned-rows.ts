import type { EntryColumns, FinishedEntries } from '../registry/entry-draft.ts'
import type { NodeColumns } from '../registry/plane-draft.ts'
import type { PropertyColumns } from '../registry/property-draft.ts'
import { noString } from '../registry/snapshot.ts'
import type { StringInterner } from '../registry/string-interner.ts'
import type { ScannerExports } from './engine.ts'

/** What a scan found, as columns for the drafts. An entry for each node. */
export interface ScannedRows {
  readonly nodes: NodeColumns
  readonly entries: EntryColumns
  readonly properties: PropertyColumns
  /** Which of the entries belong to nodes that were closed. */
  readonly finished: FinishedEntries
  /** How many nodes say what `ArchiveEntryKeys` asks of them. */
  readonly synthetics: number
  readonly namedClasses: number
  readonly classesUnlikeNames: number
  readonly nodesWithoutId: number
}

/** Puts the indices of a snapshot's strings in the place of a scanner's. */
type Translate = (strings: Int32Array<ArrayBuffer>) => Int32Array<ArrayBuffer>

/** Offsets of fields: `core/scan/rows.ts`. */
const nodeField = {
  parent: 0,
  name: 4,
  location: 8,
  className: 12,
  classChain: 16,
  textClass: 20,
  state: 24,
  retainCount: 28,
  id: 32,
  busyTime: 40,
  busyCount: 48,
  flags: 60,
  depth: 62,
} as const
const propertyField = { key: 4, start: 8, end: 12, hash: 16, type: 24 } as const

/**
 * The rows of a scanner, out of its memory.
 * Throws RangeError when there is not enough memory.
 * @param open the nodes that are open still
 */
export function takeRows(
  wasm: ScannerExports,
  open: readonly number[],
  translate: Translate,
): ScannedRows {
  if (wasm.beginExport() === 0) throw new RangeError('no memory for the columns of a dump')
  const nodeCount = wasm.nodes.value
  const propertyCount = wasm.properties.value
  const closedCount = nodeCount - open.length
  // Where a node is open still, what follows decides.
  const twinCount = open.length > 0 ? -1 : wasm.findTwins(closedCount)
  const { buffer } = wasm.memory
  const words = (at: number, count: number) => new Uint32Array(buffer, at, count).slice()
  const indices = (at: number, count: number) => new Int32Array(buffer, at, count).slice()
  const nodeWords = (field: number) => words(wasm.nodeColumn(field, 4), nodeCount)
  const nodeIndices = (field: number) => indices(wasm.nodeColumn(field, 4), nodeCount)
  const nodeLongs = (field: number) => words(wasm.nodeColumn(field, 8), 2 * nodeCount)
  const nodeShorts = (field: number) =>
    new Uint16Array(buffer, wasm.nodeColumn(field, 2), nodeCount).slice()
  const ownWords = (field: number) => words(wasm.propertyColumn(field, 4), propertyCount)
  const name = translate(nodeIndices(nodeField.name))
  const order = indices(wasm.closedNodes(), closedCount)
  // An entry has the name of its first place, and that only once the place is complete.
  const entryName = name.slice()
  for (const node of open) entryName[node] = noString
  return {
    nodes: {
      parent: nodeIndices(nodeField.parent),
      depth: nodeShorts(nodeField.depth),
      name,
      location: translate(nodeIndices(nodeField.location)),
    },
    entries: {
      id: nodeLongs(nodeField.id),
      name: entryName,
      textClass: translate(nodeIndices(nodeField.textClass)),
      archiveClass: translate(nodeIndices(nodeField.className)),
      classChain: translate(nodeIndices(nodeField.classChain)),
      flags: nodeShorts(nodeField.flags),
      state: nodeWords(nodeField.state),
      busyCount: nodeWords(nodeField.busyCount),
      busyTime: nodeLongs(nodeField.busyTime),
      retainCount: nodeWords(nodeField.retainCount),
      propertyOwner: indices(wasm.ownersColumn(), nodeCount),
    },
    properties: {
      ownerEnd: words(wasm.propertyEnds.value, nodeCount),
      key: translate(indices(wasm.propertyColumn(propertyField.key, 4), propertyCount)),
      type: new Uint8Array(
        buffer,
        wasm.propertyColumn(propertyField.type, 1),
        propertyCount,
      ).slice(),
      start: ownWords(propertyField.start),
      end: ownWords(propertyField.end),
      hash: words(wasm.propertyColumn(propertyField.hash, 8), 2 * propertyCount),
    },
    finished: { order, twins: twinCount < 0 ? null : indices(wasm.twins.value, 2 * twinCount) },
    synthetics: wasm.synthetics.value,
    namedClasses: wasm.namedClasses.value,
    classesUnlikeNames: wasm.classesUnlikeNames.value,
    nodesWithoutId: wasm.nodesWithoutId.value,
  }
}

/**
 * Puts what a scanner interned into `strings`, of which it knew the first `knownStrings`.
 * @returns what translates its indices: nothing is to be done unless other strings have come meanwhile
 */
export function takeStrings(
  wasm: ScannerExports,
  strings: StringInterner,
  knownStrings: number,
): Translate {
  const { buffer } = wasm.memory
  const count = wasm.count.value
  const start = new Uint32Array(buffer, wasm.starts.value, count + 1)
  const bytes = new Uint8Array(buffer, wasm.bytes.value, start[count])
  if (strings.length === knownStrings) {
    const first = start[knownStrings]!
    strings.appendAll(
      bytes.subarray(first),
      start.slice(knownStrings).map(at => at - first),
    )
    return indices => indices
  }
  const translated = new Int32Array(count)
  for (let string = 0; string < count; string++) {
    translated[string] =
      string < knownStrings ? string : strings.intern(bytes, start[string]!, start[string + 1]!)
  }
  return indices => {
    for (let i = 0; i < indices.length; i++) {
      if (indices[i] !== noString) indices[i] = translated[indices[i]!]!
    }
    return indices
  }
}
