import { propertyOf } from '../registry/lookup.ts'
import { propertyRowAt } from '../registry/place-rows.ts'
import { readValue } from '../registry/read-value.ts'
import { EntryFlag, ServiceState, type NodeIndex, type Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'
import { nodePath } from '../registry/paths.ts'
import { describeState } from '../verify/state-words.ts'
import { ByteChunks } from './byte-chunks.ts'
import { valueToText } from './value-text.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'
import { classAt, nextNode, partOf, type PartOptions, type WrittenPart } from './written-part.ts'

/** What a column can be besides a property's key. A property of such a name is `property:name`. */
export const csvColumns = [
  'id',
  'path',
  'name',
  'location',
  'class',
  'state',
  'registered',
  'matched',
  'active',
  'busy',
  'retain',
  'depth',
] as const
export type CsvColumn = (typeof csvColumns)[number]

export const defaultCsvColumns: readonly string[] = [
  'id',
  'path',
  'name',
  'location',
  'class',
  'state',
  'busy',
  'retain',
]

export interface CsvWriteOptions extends PartOptions {
  /** Columns in their order: of `csvColumns`, or property keys. */
  readonly columns?: readonly string[]
  /** A row for each place, or one for each entry: its first place. */
  readonly rows?: 'nodes' | 'entries'
  /** RFC 4180 wants CR LF, and that is what is written when absent. */
  readonly lineBreak?: '\r\n' | '\n'
  /**
   * A guest chooses its names and values, and a spreadsheet runs a cell that begins with `=`: such cells get an
   * apostrophe before them. True when absent; false for programs that read the file.
   */
  readonly guardsFormulas?: boolean
}

/**
 * A table of a plane's nodes as CSV (RFC 4180): UTF-8, a heading, cells in quotes where they hold a comma, a
 * quote or a line break. What is not known, and a property that an entry does not have, is an empty cell.
 * @returns what cells cannot say
 */
export function* writeCsv(
  snapshot: Snapshot,
  options: CsvWriteOptions = {},
): Generator<Uint8Array, WriteLosses> {
  const part = partOf(snapshot, options)
  const out = new ByteChunks()
  const losses = new LossTally(snapshot)
  const names = options.columns ?? defaultCsvColumns
  const guards = options.guardsFormulas !== false
  const lineBreak = options.lineBreak ?? '\r\n'
  const row = (cells: readonly string[]) => out.text(cells.join(',') + lineBreak)
  row(names.map(name => quoted(guards ? guarded(name) : name)))
  if (part) {
    const columns = names.map(name => columnOf(snapshot, part, name, losses))
    const isSeen = new Uint8Array(options.rows === 'entries' ? snapshot.entries.length : 0)
    for (let node = part.first; node < part.end; node = nextNode(part, node)) {
      const entry = part.plane.entry[node]!
      if (isSeen[entry] === 1) continue
      if (entry < isSeen.length) isSeen[entry] = 1
      losses.at(part.plane, node)
      const cells = columns.map(cellOf => {
        const text = cellOf(node)
        const safe = guards ? guarded(text) : text
        if (safe !== text)
          losses.note('cells that begin as a formula have an apostrophe before them')
        return quoted(safe)
      })
      row(cells)
      if (out.hasFull) yield* out.full()
    }
  }
  yield* out.rest()
  if (part) losses.noteOtherPlanes(part.plane)
  return losses.list()
}

type Cell = (node: NodeIndex) => string

function columnOf(snapshot: Snapshot, part: WrittenPart, name: string, losses: LossTally): Cell {
  const isOurs = (csvColumns as readonly string[]).includes(name)
  if (isOurs) return ownColumn(snapshot, part, name as CsvColumn)
  const key = name.startsWith('property:') ? name.slice('property:'.length) : name
  return node => {
    const property = propertyOf(snapshot, propertyRowAt(snapshot, part.plane, node), key)
    if (property < 0) return ''
    const value = readValue(snapshot, property)
    if (value.kind === 'missing') losses.note('values that the tool printed as nothing are empty')
    if (value.kind === 'string' && value.bytes) {
      losses.note('strings whose bytes are no UTF-8 are written as the text they were read as')
    }
    return valueToText(value)
  }
}

function ownColumn(snapshot: Snapshot, part: WrittenPart, column: CsvColumn): Cell {
  const { entries, strings } = snapshot
  const { plane } = part
  const known = (flag: number, cellOf: (row: number) => string): Cell => {
    return node => {
      const row = plane.sighting[node]!
      return (entries.flags[row]! & flag) === 0 ? '' : cellOf(row)
    }
  }
  const bit = (bits: number, isWanted: boolean) =>
    known(EntryFlag.isService, row => String(((entries.state[row]! & bits) !== 0) === isWanted))
  switch (column) {
    case 'id':
      return known(EntryFlag.hasId, row => `0x${entries.id[row]!.toString(16)}`)
    case 'path':
      return node => nodePath(snapshot, plane, node)
    case 'name':
      return node => stringAt(strings, plane.name[node]!)
    case 'location':
      return node => stringAt(strings, plane.location[node]!)
    case 'class':
      return node => stringAt(strings, classAt(snapshot, plane, node))
    case 'state':
      return known(EntryFlag.isService, row => {
        const { words } = describeState({ flags: entries.flags[row]!, state: entries.state[row]! })
        return words.join(' ')
      })
    case 'registered':
      return bit(ServiceState.registered, true)
    case 'matched':
      return bit(ServiceState.matched, true)
    case 'active':
      return bit(ServiceState.inactive, false)
    case 'busy':
      return known(EntryFlag.hasBusyCount, row => String(entries.busyCount[row]!))
    case 'retain':
      return known(EntryFlag.hasRetainCount, row => String(entries.retainCount[row]!))
    case 'depth':
      return node => String(plane.depth[node]!)
  }
}

/** RFC 4180: in quotes where it has to be, quotes doubled. Also where blanks at an end could get lost. */
function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** What spreadsheets take for a formula, full-width signs too; a plain number is none. */
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const plainNumber = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/

function guarded(cell: string): string {
  return formulaStart.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell
}
