import { FailureError } from '../failure.ts'
import type { Column } from './grow-column.ts'
import { checkSnapshot } from './snapshot-check.ts'
import { isTextStyle, type TextStyle } from './text-style.ts'
import {
  placeLimit,
  type AsideTable,
  type DumpProblem,
  type DumpSource,
  type EntryTable,
  type PlaneTable,
  type PropertyTable,
  type Snapshot,
  type StringTable,
} from './snapshot.ts'

/**
 * A snapshot in two parts: what JSON can hold, and its columns in a fixed order. Between threads the buffers
 * are transferred; between processes and in files they are one blob:
 *
 *   0   'KXTNSNAP'        8 bytes
 *   8   version           uint32, little-endian, as every number here
 *   12  header length     uint32, bytes
 *   16  header            JSON, UTF-8
 *   …   columns           each at the next multiple of 8, in the order of `columnsOf`
 *
 * `decodeSnapshot` makes views into the blob, not copies.
 */
export interface SnapshotHeader {
  readonly planes: readonly { readonly plane: string; readonly length: number }[]
  readonly sources: readonly {
    readonly label: string
    readonly syntax: DumpSource['syntax']
    readonly length: number
    readonly style?: TextStyle
    readonly hasNamesForClasses?: true
  }[]
  readonly entryCount: number
  /** Rows of the entry table: entries, then other sightings. */
  readonly rowCount: number
  readonly propertyCount: number
  readonly stringCount: number
  readonly stringBytes: number
  readonly asideCount: number
  readonly problems: readonly DumpProblem[]
}

export interface PackedSnapshot {
  readonly header: SnapshotHeader
  /** One for each column; the transfer list of a `postMessage`. */
  readonly buffers: ArrayBuffer[]
}

/**
 * A snapshot for another thread: `postMessage(packed, packed.buffers)`. Columns that have their buffer to
 * themselves are not copied, so the snapshot is of no use here after the transfer.
 */
export function packSnapshot(snapshot: Snapshot): PackedSnapshot {
  const sources = new Set<Column>(snapshot.sources.map(({ bytes }) => bytes))
  const buffers = columnsOf(snapshot).map(column => {
    const { buffer } = column
    const spare = buffer.byteLength - column.byteLength
    // The dump goes with the room that it did not need, which was never written: a copy would double it. Small
    // ones are copied, for they can lie in a pool that others use.
    const mayBeSpare = sources.has(column) && column.byteOffset === 0 && spare < column.byteLength
    const ownsBuffer = spare === 0 || (mayBeSpare && column.byteLength >= 1 << 16)
    return buffer instanceof ArrayBuffer && ownsBuffer ? buffer : column.slice().buffer
  })
  // Two columns of no bytes may share a buffer, which a transfer list must not name twice.
  const distinct = buffers.map((buffer, i) =>
    buffers.indexOf(buffer) === i ? buffer : buffer.slice(0),
  )
  return { header: headerOf(snapshot), buffers: distinct }
}

/** The snapshot that `packSnapshot` took apart. */
export function unpackSnapshot({ header, buffers }: PackedSnapshot): Snapshot {
  let next = 0
  return assemble(header, (Class, length) => {
    const buffer = buffers[next++]
    if (!buffer || buffer.byteLength < length * Class.BYTES_PER_ELEMENT) {
      throw malformed(0, `a column of ${length} items`)
    }
    return new Class(buffer, 0, length)
  })
}

const magic = new TextEncoder().encode('KXTNSNAP')
const version = 2
const prefixLength = 16

/** The blob in pieces, to be written one after another; the columns themselves are not copied. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array[] {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(snapshot)))
  const prefix = new Uint8Array(prefixLength)
  prefix.set(magic)
  const numbers = new DataView(prefix.buffer)
  numbers.setUint32(8, version, true)
  numbers.setUint32(12, header.length, true)
  const pieces: Uint8Array[] = [prefix, header]
  let at = prefixLength + header.length
  for (const column of columnsOf(snapshot)) {
    const padding = (8 - (at % 8)) % 8
    if (padding > 0) pieces.push(new Uint8Array(padding))
    pieces.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
    at += padding + column.byteLength
  }
  return pieces
}

/**
 * The snapshot of a blob, as views into it. Refuses with `dump-malformed` what is no such blob, is cut, or
 * holds an index that points nowhere, so that what reads a snapshot need not ask again.
 *
 * @param isChecked its indices were checked by another thread, which read the same bytes
 */
export function decodeSnapshot(bytes: Uint8Array, isChecked = false): Snapshot {
  // Columns of 8-byte items must lie at multiples of 8, counted from the start of the buffer.
  const blob = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  if (blob.length < prefixLength || magic.some((byte, i) => blob[i] !== byte)) {
    throw malformed(0, 'the mark of a snapshot')
  }
  const numbers = new DataView(blob.buffer, blob.byteOffset, prefixLength)
  if (numbers.getUint32(8, true) !== version) throw malformed(8, `version ${version}`)
  const headerEnd = prefixLength + numbers.getUint32(12, true)
  if (headerEnd > blob.length) throw malformed(12, 'a header that fits')
  const header = parseHeader(blob.subarray(prefixLength, headerEnd))
  let at = headerEnd
  const snapshot = assemble(header, (Class, length) => {
    const start = at + ((8 - (at % 8)) % 8)
    at = start + length * Class.BYTES_PER_ELEMENT
    if (at > blob.length) throw malformed(start, `a column of ${length} items`)
    return new Class(blob.buffer, blob.byteOffset + start, length)
  })
  const fault = isChecked ? null : checkSnapshot(snapshot)
  if (fault !== null) throw malformed(headerEnd, fault)
  return snapshot
}

type ColumnClass<C extends Column> = {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): C
}

/** Builds the tables, taking the columns in the order of `columnsOf`. */
function assemble(
  header: SnapshotHeader,
  take: <C extends Column>(Class: ColumnClass<C>, length: number) => C,
): Snapshot {
  const { entryCount, rowCount, propertyCount, stringCount, asideCount } = header
  const entries: EntryTable = {
    length: entryCount,
    rows: rowCount,
    id: take(BigUint64Array, rowCount),
    name: take(Int32Array, rowCount),
    className: take(Int32Array, rowCount),
    classChain: take(Int32Array, rowCount),
    flags: take(Uint16Array, rowCount),
    state: take(Uint32Array, rowCount),
    busyCount: take(Uint32Array, rowCount),
    busyTimeNs: take(BigUint64Array, rowCount),
    retainCount: take(Uint32Array, rowCount),
    firstProperty: take(Uint32Array, rowCount + 1),
  }
  const properties: PropertyTable = {
    length: propertyCount,
    key: take(Int32Array, propertyCount),
    type: take(Uint8Array, propertyCount),
    source: take(Uint8Array, propertyCount),
    start: take(Uint32Array, propertyCount),
    end: take(Uint32Array, propertyCount),
    hash: take(Uint32Array, 2 * propertyCount),
  }
  const strings: StringTable = {
    length: stringCount,
    bytes: take(Uint8Array, header.stringBytes),
    start: take(Uint32Array, stringCount + 1),
  }
  const asides: AsideTable = {
    length: asideCount,
    kind: take(Uint8Array, asideCount),
    source: take(Uint8Array, asideCount),
    start: take(Uint32Array, asideCount),
    end: take(Uint32Array, asideCount),
    plane: take(Uint16Array, asideCount),
    node: take(Int32Array, asideCount),
    index: take(Int32Array, asideCount),
  }
  const planes: PlaneTable[] = header.planes.map(({ plane, length }) => ({
    plane,
    length,
    entry: take(Int32Array, length),
    sighting: take(Int32Array, length),
    parent: take(Int32Array, length),
    end: take(Int32Array, length),
    depth: take(Uint16Array, length),
    name: take(Int32Array, length),
    location: take(Int32Array, length),
  }))
  const sources: DumpSource[] = header.sources.map(
    ({ label, syntax, length, style, hasNamesForClasses }) => ({
      label,
      syntax,
      bytes: take(Uint8Array, length),
      ...(style && { style }),
      ...(hasNamesForClasses && { hasNamesForClasses }),
    }),
  )
  return { planes, entries, properties, strings, asides, sources, problems: header.problems }
}

function columnsOf({ planes, entries, properties, strings, asides, sources }: Snapshot): Column[] {
  return [
    entries.id,
    entries.name,
    entries.className,
    entries.classChain,
    entries.flags,
    entries.state,
    entries.busyCount,
    entries.busyTimeNs,
    entries.retainCount,
    entries.firstProperty,
    properties.key,
    properties.type,
    properties.source,
    properties.start,
    properties.end,
    properties.hash,
    strings.bytes,
    strings.start,
    asides.kind,
    asides.source,
    asides.start,
    asides.end,
    asides.plane,
    asides.node,
    asides.index,
    ...planes.flatMap(plane => [
      plane.entry,
      plane.sighting,
      plane.parent,
      plane.end,
      plane.depth,
      plane.name,
      plane.location,
    ]),
    ...sources.map(source => source.bytes),
  ]
}

function headerOf(snapshot: Snapshot): SnapshotHeader {
  return {
    planes: snapshot.planes.map(({ plane, length }) => ({ plane, length })),
    sources: snapshot.sources.map(({ label, syntax, bytes, style, hasNamesForClasses }) => ({
      label,
      syntax,
      length: bytes.length,
      ...(style && { style }),
      ...(hasNamesForClasses && { hasNamesForClasses }),
    })),
    entryCount: snapshot.entries.length,
    rowCount: snapshot.entries.rows,
    propertyCount: snapshot.properties.length,
    stringCount: snapshot.strings.length,
    stringBytes: snapshot.strings.bytes.length,
    asideCount: snapshot.asides.length,
    problems: snapshot.problems,
  }
}

function parseHeader(bytes: Uint8Array): SnapshotHeader {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw malformed(prefixLength, 'a header in JSON')
  }
  if (!isHeader(header)) throw malformed(prefixLength, 'a header with all its counts')
  return header
}

const problemKinds = new Set<unknown>([
  'truncated',
  'malformed',
  'clipped',
  'lossy',
  'skipped',
] satisfies DumpProblem['kind'][])

const syntaxes = new Set<unknown>(['xml', 'text', 'binary-plist'] satisfies DumpSource['syntax'][])

function isHeader(value: unknown): value is SnapshotHeader {
  if (!isRecord(value)) return false
  const counts = [
    'entryCount',
    'rowCount',
    'propertyCount',
    'stringCount',
    'stringBytes',
    'asideCount',
  ]
  return (
    counts.every(name => isCount(value[name])) &&
    isListOf(
      value['planes'],
      item => typeof item['plane'] === 'string' && isCount(item['length']),
    ) &&
    isListOf(
      value['sources'],
      item =>
        typeof item['label'] === 'string' &&
        syntaxes.has(item['syntax']) &&
        isCount(item['length']) &&
        (item['style'] === undefined || isTextStyle(item['style'])) &&
        (item['hasNamesForClasses'] === undefined || item['hasNamesForClasses'] === true),
    ) &&
    isListOf(
      value['problems'],
      item =>
        typeof item['source'] === 'string' &&
        typeof item['message'] === 'string' &&
        problemKinds.has(item['kind']) &&
        isCount(item['byteOffset']) &&
        (item['places'] === undefined || isPlaces(item['places'])) &&
        (item['morePlaces'] === undefined || isCount(item['morePlaces'])),
    )
  )
}

function isPlaces(value: unknown): boolean {
  return Array.isArray(value) && value.length <= placeLimit && value.every(isCount)
}

function isListOf(
  value: unknown,
  isItem: (item: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  return Array.isArray(value) && value.every(item => isRecord(item) && isItem(item))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32
}

function malformed(byteOffset: number, expected: string): FailureError {
  return new FailureError({ kind: 'dump-malformed', source: 'snapshot', byteOffset, expected })
}
