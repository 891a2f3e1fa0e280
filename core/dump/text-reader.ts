import { EntryFlag, noString, ValueType, type EntryIndex } from '../registry/snapshot.ts'
import type { NodeIndex, ValueTypeTag } from '../registry/snapshot.ts'
import { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { ascii } from '../registry/xml-characters.ts'
import { decodeMarkup, markupOf } from './decode-markup.ts'
import { ChunkReader } from './chunk-reader.ts'
import { distinctEntries, type DumpSummary } from './dump-summary.ts'
import { guessPlane } from './guess-plane.ts'
import { isClosed, typeOfFirst } from './text-value-type.ts'
import { locationMark, readClassAndState, splitNodeLine } from './node-line.ts'

/**
 * `ioreg -l -w0` (facts: ioreg, sections 3 to 5), of every era, clipped, cut, grepped or pasted:
 *
 *   +-o Root  <class IORegistryEntry, id 0x100000100, retain 19>      node: its column is twice its depth
 *     | {                                                             block: four columns further
 *     |   "Key" = value                                               property: six columns further
 *     | }
 *     |
 *     +-o iMac19,1  <class IOPlatformExpertDevice, …>
 *
 * Strings are not escaped, so a value may hold line breaks: a line that is none of the above goes on with
 * the value before it. Lines outside of blocks that are no nodes are headings (`IOService:`) or noise, like
 * a shell's prompt.
 */
export interface TextOptions {
  /** The plane that was asked for (`-p`); a heading in the text wins; guessed when neither says. */
  readonly plane?: string
  readonly label: string
  /** How long the dump will be, where somebody knows; a hint that spares memory. */
  readonly expectedBytes?: number | undefined
  /**
   * Only add class, chain and ID to what another dump shows (`ioreg -i -w0` over an archive): no nodes,
   * no properties.
   */
  readonly headersOnly?: boolean
}

export function createTextReader(builder: SnapshotBuilder, options: TextOptions): TextReader {
  return new TextReader(builder, options)
}

/**
 * The header lines of `ioreg -i -w0`, to be merged over an archive by ID: they give the true classes that
 * an archive of 10.8–10.13 lacks (facts: ioreg, section 7), and the class chains. Adds no nodes.
 */
export function createHeaderReader(builder: SnapshotBuilder, label: string): TextReader {
  return new TextReader(builder, { label, headersOnly: true })
}

const newline = 10
const space = 32
const bar = 124

export class TextReader extends ChunkReader {
  private readonly options: TextOptions
  private readonly source: number
  private readonly planes: PlaneDraft[] = []
  private plane: PlaneDraft

  /** First byte of the line that is not complete yet. */
  private lineStart = 0
  /** No line break before this place. */
  private searched = 0
  /** `null` until the first node line shows whether the text was escaped for HTML or RTF. */
  private markup: 'none' | 'html' | 'rtf' | null = null

  // The nodes above the next line, and their columns: a node pops those that are not above it.
  private readonly above: NodeIndex[] = []
  private readonly aboveColumns: number[] = []
  private entry: EntryIndex = -1
  private block: 'before' | 'inside' | 'after' = 'before'
  private propertyColumn = 0
  private nodesWithoutId = 0
  private nodeCount = 0

  // The property whose value may go on in the next line.
  private key = noString
  private valueStart = 0
  private valueEnd = 0
  private isContinued = false
  private isSkipped = false

  constructor(builder: SnapshotBuilder, options: TextOptions) {
    super(builder, options.label, options.expectedBytes)
    this.options = options
    this.source = options.headersOnly ? -1 : builder.openSource(options.label, 'text')
    this.plane = this.openPlane(options.plane ?? '')
  }

  finish(): DumpSummary {
    this.scan(true)
    const bytes = this.input.content()
    const isCut = this.block === 'inside'
    this.closeProperty(bytes)
    this.closeEntry()
    if (isCut) {
      this.problems.note('truncated', bytes.length, 'The dump ends inside an entry’s properties.')
    }
    if (this.nodesWithoutId > 0) {
      this.problems.note(
        'lossy',
        0,
        `${this.nodesWithoutId} nodes have no registry entry ID (Mac OS X before 10.6, or another tool); each counts as an entry of its own.`,
      )
    }
    if (this.source >= 0) this.builder.closeSource(this.source, bytes)
    const planes = this.planes.filter(
      (plane, i) => plane.length > 0 || i === this.planes.length - 1,
    )
    for (const plane of this.planes) {
      if (plane.plane === '') plane.plane = guessPlane(this.builder, plane)
    }
    return {
      format: 'ioreg-text',
      planes: [...new Set(planes.map(plane => plane.plane))],
      nodes: this.nodeCount,
      entries: distinctEntries(this.builder, this.planes),
      problems: this.problems.report(this.builder),
    }
  }

  /** Node lines so far. */
  get nodes(): number {
    return this.nodeCount
  }

  /** Text that must be decoded is read when it is complete. */
  get waitsForEnd(): boolean {
    return this.markup === 'html' || this.markup === 'rtf'
  }

  private openPlane(name: string): PlaneDraft {
    const plane = this.options.headersOnly ? new PlaneDraft(name) : this.builder.addPlane(name)
    this.planes.push(plane)
    this.above.length = 0
    this.aboveColumns.length = 0
    return plane
  }

  protected scan(isLast: boolean): void {
    if (this.markup === 'html' || this.markup === 'rtf') {
      if (!isLast) return
      this.decodeAll(this.markup)
    }
    const bytes = this.input.content()
    for (;;) {
      let lineEnd = nextNewline(bytes, this.searched)
      if (lineEnd < 0) {
        this.searched = bytes.length
        if (!isLast || this.lineStart >= bytes.length) return
        lineEnd = bytes.length
      }
      if (this.lineStart === 0 && isByteOrderMark(bytes)) this.lineStart = 3
      const start = this.lineStart
      if (this.markup === null && !this.decideMarkup(bytes, start, lineEnd)) {
        if (isLast) this.scan(true)
        return
      }
      this.lineStart = this.searched = Math.min(lineEnd + 1, bytes.length)
      const end = lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
      this.readLine(bytes, start, end)
    }
  }

  /** Returns false when everything has to be decoded first, which is done when everything is there. */
  private decideMarkup(bytes: Uint8Array, start: number, end: number): boolean {
    const markup = markupOf(bytes, start, end)
    if (markup !== null) this.markup = markup
    return markup === null || markup === 'none'
  }

  private decodeAll(markup: 'html' | 'rtf'): void {
    this.problems.note(
      'lossy',
      0,
      `The text was ${markup === 'html' ? 'escaped for HTML' : 'saved as RTF'}; it was decoded first, and offsets refer to the decoded text.`,
    )
    this.input.adopt(decodeMarkup(this.input.content(), markup))
    this.markup = 'none'
    this.lineStart = 0
    this.searched = 0
  }

  private readLine(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end && (bytes[at] === space || bytes[at] === bar)) at++
    if (at === end) return
    const column = at - start
    switch (bytes[at]) {
      case 43: // +-o Name
        if (bytes[at + 1] === 45 && bytes[at + 2] === 111 && bytes[at + 3] === space) {
          this.readNode(bytes, at, end, column)
          return
        }
        break
      case 34: // "Key" = value
        if (this.readProperty(bytes, at, end, column)) return
        break
      case 123: // {
        if (at + 1 === end && this.block === 'before' && this.entry >= 0) {
          this.block = 'inside'
          this.propertyColumn = column + 2
          this.sawProperties()
          return
        }
        break
      case 125: // }
        if (at + 1 === end && this.block === 'inside' && column === this.propertyColumn - 2) {
          this.closeProperty(bytes)
          this.block = 'after'
          return
        }
        break
      default:
    }
    this.readOther(bytes, start, end)
  }

  private readNode(bytes: Uint8Array, at: number, end: number, column: number): void {
    this.closeProperty(bytes)
    this.closeEntry()
    const { builder } = this
    const nameStart = at + 4
    const line = splitNodeLine(bytes, nameStart, end)
    const entry = builder.entries.open()
    const isWhole =
      line.classStart >= 0 &&
      readClassAndState(
        bytes,
        line.classStart,
        end,
        line.isBare,
        builder.entries,
        builder.strings,
        entry,
      )
    if (!isWhole) this.noteCutNode(bytes, at, end)
    if ((builder.entries.flags[entry]! & EntryFlag.hasId) === 0) this.nodesWithoutId++
    this.entry = entry
    this.block = 'before'
    this.propertyColumn = column + 6
    this.nodeCount++
    if (this.options.headersOnly) return
    this.addNode(column, at)
    this.readName(bytes, nameStart, line.nameEnd)
  }

  private addNode(column: number, at: number): void {
    const { above, aboveColumns } = this
    while (above.length > 0 && aboveColumns.at(-1)! >= column) {
      above.pop()
      aboveColumns.pop()
    }
    const shownAt = above.length > 0 ? aboveColumns.at(-1)! + 2 : 0
    if (column > shownAt) {
      this.problems.note(
        'skipped',
        at,
        'The text lacks the entries between a node and the one above it; it was put below the next that is shown (%n times).',
      )
    }
    const node = this.plane.add(above.at(-1) ?? -1, this.entry)
    above.push(node)
    aboveColumns.push(column)
  }

  private readName(bytes: Uint8Array, from: number, to: number): void {
    const { strings, entries } = this.builder
    const mark = locationMark(bytes, from, to)
    const name = strings.intern(bytes, from, mark < 0 ? to : mark)
    const location = mark < 0 ? noString : strings.intern(bytes, mark + 1, to)
    this.plane.setName(this.plane.length - 1, name, location)
    entries.name[this.entry] = name
  }

  private noteCutNode(bytes: Uint8Array, at: number, end: number): void {
    if (bytes[end - 1] === 36) {
      this.problems.note(
        'clipped',
        at,
        '%n node lines were clipped at the width of a terminal (ioreg without -w0); what is missing there is unknown.',
      )
    } else if (end === bytes.length) {
      this.problems.note('truncated', at, 'The dump ends inside a node’s line.')
    } else {
      this.problems.note('malformed', at, '%n node lines have parts of no known form.')
    }
  }

  /** False when the line only looks like a property: it belongs to the value before it, or is noise. */
  private readProperty(bytes: Uint8Array, at: number, end: number, column: number): boolean {
    if (this.block === 'after' || this.entry < 0 || column !== this.propertyColumn) {
      // In a grepped dump the property of an entry that is not shown; in a block, text inside a string.
      if (this.block === 'inside' || keyEnd(bytes, at, end) < 0) return false
      this.closeProperty(bytes)
      this.problems.note(
        'skipped',
        at,
        '%n properties belong to entries that the text does not show; they were skipped.',
      )
      this.isSkipped = true
      return true
    }
    const quote = keyEnd(bytes, at, end)
    if (quote < 0) {
      if (bytes[end - 1] !== 36) return false
      this.closeProperty(bytes)
      this.problems.note('clipped', at, '%n lines were clipped inside a property’s key.')
      return true
    }
    this.closeProperty(bytes)
    this.sawProperties()
    this.key = this.builder.strings.internKey(bytes, at + 1, quote)
    // Editors trim the blank after `=` where the tool printed no value.
    this.valueStart = Math.min(quote + 4, end)
    this.valueEnd = end
    return true
  }

  /** Not for headers: their entries must not claim to have the properties, which another dump brings. */
  private sawProperties(): void {
    if (this.source >= 0) this.builder.entries.flags[this.entry]! |= EntryFlag.hasProperties
  }

  private readOther(bytes: Uint8Array, start: number, end: number): void {
    if (this.key !== noString) {
      const isOpen = this.block === 'inside' || !isClosed(bytes, this.valueStart, this.valueEnd)
      if (isOpen) {
        this.valueEnd = end
        this.isContinued = true
        return
      }
    } else if (this.isSkipped) return
    const heading = headingOf(bytes, start, end)
    if (heading !== null && this.block !== 'inside' && !this.options.headersOnly) {
      this.closeProperty(bytes)
      this.closeEntry()
      if (this.plane.length === 0) this.plane.plane = heading
      else this.plane = this.openPlane(heading)
      return
    }
    this.problems.note('skipped', start, '%n lines are no part of a dump and were skipped.')
  }

  private closeEntry(): void {
    if (this.entry >= 0) this.builder.entries.finish(this.entry)
    this.entry = -1
    this.isSkipped = false
    this.block = 'after'
  }

  private closeProperty(bytes: Uint8Array): void {
    const { key, valueStart, valueEnd } = this
    this.isSkipped = false
    if (key === noString) return
    this.key = noString
    if (this.source < 0) return
    const type = this.typeOf(bytes, valueStart, valueEnd)
    this.isContinued = false
    this.builder.properties.add(this.entry, key, type, this.source, bytes, valueStart, valueEnd)
  }

  /** By its first and last byte; `readValue` finds out whether the inside is well formed. */
  private typeOf(bytes: Uint8Array, from: number, to: number): ValueTypeTag {
    if (from === to) return ValueType.missing
    if (!isClosed(bytes, from, to)) {
      const isClipped = bytes[to - 1] === 36 && !this.isContinued
      this.problems.note(
        isClipped ? 'clipped' : to === bytes.length ? 'truncated' : 'malformed',
        from,
        isClipped
          ? '%n values were clipped at the width of a terminal (ioreg without -w0).'
          : to === bytes.length
            ? 'The dump ends inside a value.'
            : '%n values are of no known form; their text is kept.',
      )
      return ValueType.unreadable
    }
    return typeOfFirst(bytes[from]!)
  }
}

/** The quote that ends the key: the first that ` =` follows. -1: this is no property. */
function keyEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let quote = at + 1; quote + 2 < end; quote++) {
    if (bytes[quote] !== 34 || bytes[quote + 1] !== space || bytes[quote + 2] !== 61) continue
    if (quote + 3 === end || bytes[quote + 3] === space) return quote
  }
  return -1
}

/**
 * `IOService:` alone on a line names the plane of what follows. Planes are named so, but for two that were
 * observed (facts: ioreg, section 9); `Password:` is none.
 */
function headingOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (bytes[end - 1] !== 58 || end - start > 64) return null
  const name = ascii(bytes, start, end - 1)
  return /^(IO[A-Z0-9]\w*|CoreCapture|VoodooI2C)$/.test(name) ? name : null
}

function isByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

function nextNewline(bytes: Uint8Array, from: number): number {
  const limit = Math.min(from + 48, bytes.length)
  let at = from
  while (at < limit && bytes[at] !== newline) at++
  if (at < limit) return at
  return at < bytes.length ? bytes.indexOf(newline, at) : -1
}
