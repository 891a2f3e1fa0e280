import { growColumn } from '../registry/grow-column.ts'
import { EntryFlag, noString, ValueType, type EntryIndex } from '../registry/snapshot.ts'
import type { NodeIndex, ValueTypeTag } from '../registry/snapshot.ts'
import { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { ascii, startsWith } from '../registry/xml-characters.ts'
import { AsideLog } from './aside-log.ts'
import { boldName } from './bold-name.ts'
import { ChunkReader } from './chunk-reader.ts'
import { decodeMarkup, markupOf } from './decode-markup.ts'
import { distinctEntries, type DumpSummary } from './dump-summary.ts'
import { guessPlane } from './guess-plane.ts'
import { LineFlag, locationMark, readClassAndState, splitNodeLine } from './node-line.ts'
import { SectionDraft } from './section-draft.ts'
import { AsideKind, Slot } from './text-asides.ts'
import { commandPlane, headingOf, keyEnd, quotedRoot } from './text-lines.ts'
import { isClosed, typeOfContinued, typeOfFirst } from './text-value-type.ts'
import { TreePrefix } from './tree-prefix.ts'

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
 *
 * A text may hold several *sections*: a heading, the echo of another `ioreg` command or another root begins one.
 * Each line is compared with what the tool would print of what was read from it, laid out as the lines before;
 * where it differs, and where it is no part of a tree, it is kept as an aside (`text-asides.ts`).
 */
export interface TextOptions {
  /** The plane that was asked for (`-p`); a heading in the text wins; guessed when neither says. */
  readonly plane?: string
  readonly label: string
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

/** A text of more commands than this is made to confuse: what follows counts to the last of them. */
const sectionLimit = 1000

/** A line of the text: `[start, end)` without its break, `next` after it. */
interface Line {
  start: number
  /** After the margin. */
  from: number
  end: number
  next: number
  /** Does it begin with the section's margin, and end with its line break? */
  isRegular: boolean
}

export class TextReader extends ChunkReader {
  private readonly options: TextOptions
  private readonly source: number
  private readonly asides: AsideLog
  private readonly prefix = new TreePrefix()
  private readonly sections: SectionDraft[] = []
  private section: SectionDraft

  /** First byte of the line that is not complete yet. */
  private lineStart = 0
  /** No line break before this place. */
  private searched = 0
  private readonly line: Line = { start: 0, from: 0, end: 0, next: 0, isRegular: true }
  /** After the last line that is part of a tree. */
  private treeEnd = 0
  /** `null` until the first node line shows whether the text was escaped for HTML or RTF. */
  private markup: 'none' | 'html' | 'rtf' | null = null

  // The nodes above the next line, and their columns: a node pops those that are not above it.
  private readonly above: NodeIndex[] = []
  private readonly aboveColumns: number[] = []
  private readonly aboveStarts: number[] = []
  private lastDepth = -1
  private entry: EntryIndex = -1
  private block: 'before' | 'inside' | 'after' = 'before'
  private hasBrace = false
  private hasSeparator = false
  private propertyColumn = 0
  private propertyCount = 0
  private nodesWithoutId = 0
  private nodeCount = 0
  /** First byte of each node's line, in their order. */
  private nodeStarts = new Uint32Array(256)

  // The property whose value may go on in the next line.
  private key = noString
  private valueStart = 0
  private valueEnd = 0
  private valueNext = 0
  private isContinued = false
  private isSkipped = false

  constructor(builder: SnapshotBuilder, options: TextOptions) {
    super(builder, options.label)
    this.options = options
    this.source = options.headersOnly ? -1 : builder.openSource(options.label, 'text')
    this.asides = new AsideLog(builder, this.source)
    this.section = new SectionDraft(options.plane ?? '', 0)
    this.sections.push(this.section)
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
    this.endSections(bytes)
    if (this.nodesWithoutId > 0) {
      this.problems.note(
        'lossy',
        0,
        `${this.nodesWithoutId} nodes have no registry entry ID (Mac OS X before 10.6, or another tool); each counts as an entry of its own.`,
      )
    }
    const planes = [...new Set(this.sections.map(section => section.plane!))]
    if (this.source >= 0) {
      const sections = this.sections.map(section => section.style())
      this.builder.closeSource(this.source, bytes, { sections })
    }
    return {
      format: 'ioreg-text',
      planes: [...new Set(planes.map(plane => plane.plane))],
      nodes: this.nodeCount,
      entries: distinctEntries(this.builder, planes),
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
      if (this.lineStart === 0 && isByteOrderMark(bytes)) {
        this.asides.skip(0)
        this.lineStart = 3
      }
      const start = this.lineStart
      if (this.markup === null && !this.decideMarkup(bytes, start, lineEnd)) {
        if (isLast) this.scan(true)
        return
      }
      const next = Math.min(lineEnd + 1, bytes.length)
      this.lineStart = this.searched = next
      const end = lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
      this.readLine(bytes, start, end, next)
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
    // What stands before the first node is read again.
    this.asides.forget()
  }

  private readLine(bytes: Uint8Array, start: number, end: number, next: number): void {
    const { line, section } = this
    const hasMargin = startsWith(bytes, start, end, section.margin)
    line.start = start
    line.from = hasMargin ? start + section.margin.length : start
    line.end = end
    line.next = next
    line.isRegular = hasMargin && next - end === section.breakLength
    let at = line.from
    while (at < end && (bytes[at] === space || bytes[at] === bar)) at++
    if (at === end) {
      this.readBlank(bytes)
      return
    }
    const column = at - line.from
    switch (bytes[at]) {
      case 43: // +-o Name
        if (bytes[at + 1] === 45 && bytes[at + 2] === 111 && bytes[at + 3] === space) {
          this.readNode(bytes, at, column)
          return
        }
        break
      case 34: // "Key" = value
        if (this.readProperty(bytes, at, column)) return
        break
      case 123: // {
        if (at + 1 === end && this.isBeforeBlock) {
          this.readOpen(bytes, column)
          return
        }
        break
      case 125: // }
        if (at + 1 === end && this.block === 'inside' && column === this.propertyColumn - 2) {
          this.readClose(bytes)
          return
        }
        break
      default:
    }
    this.readOther(bytes)
  }

  /** A line of blanks and bars: the end of a block, of a match, part of a string, or nothing. */
  private readBlank(bytes: Uint8Array): void {
    const { line, section } = this
    if (this.entry < 0 || this.block !== 'after' || this.hasSeparator) {
      if (line.from === line.end && line.isRegular) this.asides.skipEmpty(line.start, line.next)
      else this.asides.skip(line.start)
      return
    }
    this.hasSeparator = true
    const slot = Slot.property + this.propertyCount + 1
    this.asides.flush(line.start, section.plane!, this.lastNode, slot)
    const slots = this.lastDepth + 2
    const isWhole =
      line.end - line.from === 2 * slots && this.prefix.matches(bytes, line.from, slots)
    const form = isWhole
      ? 'whole'
      : this.prefix.isTrimmed(bytes, line.from, line.end, slots)
        ? 'trimmed'
        : null
    if (form !== null) section.separator ??= form
    // Where there is nothing to trim, both forms are one.
    const isSame =
      form === section.separator ||
      (isWhole && this.prefix.isTrimmed(bytes, line.from, line.end, slots))
    if (!isSame || !line.isRegular) this.keepLine(slot)
    this.treeEnd = line.next
  }

  private readNode(bytes: Uint8Array, at: number, column: number): void {
    this.closeProperty(bytes)
    this.closeEntry()
    const { builder, line } = this
    const { start } = line
    const bold = boldName(bytes, at + 4, line.end)
    const nameStart = bold ? bold.nameStart : at + 4
    const split = splitNodeLine(bytes, nameStart, line.end)
    const isRoot =
      startsWith(bytes, nameStart, line.end, 'Root') &&
      (bold?.nameEnd ?? split.nameEnd) === nameStart + 4
    if (isRoot && column === 0 && this.section.hasRoot) this.startSection('')
    if (this.section.nodes === 0) this.startTree(bytes, at, isRoot)
    if (line.from + column !== at) column = at - line.from
    this.popTo(column)
    const depth = this.above.length
    this.closeGap(depth === 0)
    const entry = builder.entries.open()
    const flags =
      split.classStart < 0
        ? 0
        : readClassAndState(
            bytes,
            split.classStart,
            line.end,
            split.isBare,
            builder.entries,
            builder.strings,
            entry,
          )
    if ((flags & LineFlag.whole) === 0) this.noteCutNode(bytes, at)
    if ((builder.entries.flags[entry]! & EntryFlag.hasId) === 0) this.nodesWithoutId++
    this.entry = entry
    this.block = 'before'
    this.propertyColumn = column + 6
    if (isRoot) this.section.hasRoot = true
    const isLaidOut = this.isLaidOut(bytes, column, depth)
    this.addNode(column, depth)
    const isNamed = this.readName(bytes, nameStart, split.nameEnd, bold)
    const isExact =
      (flags & LineFlag.exact) !== 0 &&
      this.section.accepts(flags, split.isBare, bold && bold.marks) &&
      isNamed
    if (!isExact || !isLaidOut) this.keepLine(Slot.header, start)
    this.treeEnd = line.next
  }

  /** The first node of a section shows how its lines begin and end. */
  private startTree(bytes: Uint8Array, at: number, isRoot: boolean): void {
    const { section, line } = this
    section.breakLength = line.next - line.end === 2 ? 2 : 1
    if (isRoot && at > line.start) {
      section.margin = ascii(bytes, line.start, at)
      line.from = at
    }
    line.isRegular = line.next - line.end === section.breakLength
    const plane = this.planeOf(section.name)
    section.plane = plane
    section.firstNode = plane.length
  }

  private planeOf(name: string): PlaneDraft {
    return this.options.headersOnly ? new PlaneDraft(name) : this.builder.addPlane(name)
  }

  /** Does the node's line begin as the tree demands? */
  private isLaidOut(bytes: Uint8Array, column: number, depth: number): boolean {
    const { line, section } = this
    const hasMargin = line.from - line.start === section.margin.length
    if (!line.isRegular || !hasMargin || column !== 2 * depth) return false
    return this.prefix.matches(bytes, line.from, depth)
  }

  /** Closes the nodes that are not above a node at `column`, and compares what their bars told. */
  private popTo(column: number): void {
    const { above, aboveColumns, aboveStarts, prefix } = this
    let depth = above.length
    while (depth > 0 && aboveColumns[depth - 1]! >= column) depth--
    if (above.length > 0) {
      const bar = prefix.hasBar(this.lastDepth + 1)
      if (bar !== null && bar !== (depth === above.length))
        this.noteBar(AsideKind.clientBar, this.lastDepth)
    }
    for (let level = above.length - 1; level >= depth; level--) {
      const bar = prefix.hasBar(level)
      if (bar !== null && bar !== (level === depth && level > 0 && column >= 0)) {
        this.noteBar(AsideKind.siblingBar, level)
      }
    }
    above.length = aboveColumns.length = aboveStarts.length = depth
  }

  private noteBar(kind: number, depth: number): void {
    const start = this.aboveStarts[depth]!
    this.asides.add(kind, start, start, this.section.plane!, this.above[depth]!, Slot.header)
  }

  private addNode(column: number, depth: number): void {
    const { above, aboveColumns, aboveStarts, section, line } = this
    const start = line.start
    if (this.nodeCount >= this.nodeStarts.length) {
      this.nodeStarts = growColumn(this.nodeStarts, this.nodeCount + 1)
    }
    this.nodeStarts[this.nodeCount++] = start
    section.nodes++
    if (this.options.headersOnly) return
    const shownAt = depth > 0 ? aboveColumns[depth - 1]! + 2 : 0
    if (column > shownAt) {
      this.problems.note(
        'skipped',
        line.from + column,
        'The text lacks the entries between a node and the one above it; it was put below the next that is shown (%n times).',
      )
    }
    const node = section.plane!.add(above[depth - 1] ?? -1, this.entry)
    above.push(node)
    aboveColumns.push(column)
    aboveStarts.push(start)
    this.lastDepth = depth
    this.prefix.open(depth)
  }

  /** Returns false where what is bold is not the name. */
  private readName(
    bytes: Uint8Array,
    from: number,
    to: number,
    bold: ReturnType<typeof boldName>,
  ): boolean {
    if (this.options.headersOnly) return true
    const { strings, entries } = this.builder
    let nameEnd = to
    let location = noString
    if (bold && bold.nameEnd < to) {
      nameEnd = bold.nameEnd
      if (bytes[bold.end] === 64 && bold.end < to)
        location = strings.intern(bytes, bold.end + 1, to)
    } else {
      const mark = locationMark(bytes, from, to)
      if (mark >= 0) {
        nameEnd = mark
        location = strings.intern(bytes, mark + 1, to)
      }
    }
    const name = strings.intern(bytes, from, nameEnd)
    const plane = this.section.plane!
    plane.setName(plane.length - 1, name, location)
    entries.name[this.entry] = name
    return !bold || bold.end === to || (bold.end < to && location !== noString)
  }

  private noteCutNode(bytes: Uint8Array, at: number): void {
    const { end } = this.line
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

  private readOpen(bytes: Uint8Array, column: number): void {
    const { line } = this
    this.asides.flush(line.start, this.section.plane!, this.lastNode, Slot.open)
    this.block = 'inside'
    this.hasBrace = true
    this.isSkipped = false
    this.propertyColumn = column + 2
    this.sawProperties()
    if (!this.isBlockLine(bytes, column)) this.keepLine(Slot.open)
    this.treeEnd = line.next
  }

  private readClose(bytes: Uint8Array): void {
    const { line } = this
    this.closeProperty(bytes)
    this.asides.flush(
      line.start,
      this.section.plane!,
      this.lastNode,
      Slot.property + this.propertyCount,
    )
    this.block = 'after'
    if (!this.isBlockLine(bytes, this.propertyColumn - 2)) {
      this.keepLine(Slot.property + this.propertyCount)
    }
    this.treeEnd = line.next
  }

  /** Does the line begin as those of this node's block do? */
  private isBlockLine(bytes: Uint8Array, column: number): boolean {
    const { line } = this
    const slots = this.lastDepth + 2
    return line.isRegular && column === 2 * slots && this.prefix.matches(bytes, line.from, slots)
  }

  /** False when the line only looks like a property: it belongs to the value before it, or is noise. */
  private readProperty(bytes: Uint8Array, at: number, column: number): boolean {
    const { line } = this
    const { end } = line
    if (this.block === 'after' || this.entry < 0 || column !== this.propertyColumn) {
      // In a grepped dump the property of an entry that is not shown; in a block, text inside a string.
      if (this.block === 'inside' || keyEnd(bytes, at, end) < 0) return false
      this.closeProperty(bytes)
      this.problems.note(
        'skipped',
        at,
        '%n properties belong to entries that the text does not show; they were skipped.',
      )
      this.asides.skip(line.start)
      this.isSkipped = true
      return true
    }
    const quote = keyEnd(bytes, at, end)
    if (quote < 0) {
      if (bytes[end - 1] !== 36) return false
      this.closeProperty(bytes)
      this.asides.skip(line.start)
      this.problems.note('clipped', at, '%n lines were clipped inside a property’s key.')
      return true
    }
    this.closeProperty(bytes)
    this.sawProperties()
    this.key = this.builder.strings.internKey(bytes, at + 1, quote)
    // Editors trim the blank after `=` where the tool printed no value.
    this.valueStart = Math.min(quote + 4, end)
    this.valueEnd = end
    this.valueNext = line.next
    const isRegular =
      quote + 4 <= end &&
      bytes[at - 1] === space &&
      bytes[at - 2] === space &&
      line.from > line.start - 1 &&
      this.isPropertyLine(bytes, column)
    this.openProperty(isRegular)
    return true
  }

  private isPropertyLine(bytes: Uint8Array, column: number): boolean {
    const { line, section } = this
    const slots = this.lastDepth + 2
    return (
      column === 2 * slots + 2 &&
      line.from - line.start === section.margin.length &&
      this.prefix.matches(bytes, line.from, slots)
    )
  }

  /** Keeps what is odd before the value. */
  private openProperty(isRegular: boolean): void {
    const { line, asides, section } = this
    const plane = section.plane
    if (!plane || this.source < 0) return
    const node = this.lastNode
    const slot = Slot.property + this.propertyCount
    if (!this.hasBrace && this.propertyCount === 0) {
      asides.instead(this.treeEnd, -1, plane, node, Slot.open)
    }
    asides.flush(line.start, plane, node, slot)
    if (!isRegular) asides.instead(line.start, this.valueStart, plane, node, slot)
    this.propertyCount++
    this.treeEnd = line.next
  }

  /** Not for headers: their entries must not claim to have the properties, which another dump brings. */
  private sawProperties(): void {
    if (this.source >= 0) this.builder.entries.flags[this.entry]! |= EntryFlag.hasProperties
  }

  private readOther(bytes: Uint8Array): void {
    const { line } = this
    if (this.key !== noString) {
      const isOpen = this.block === 'inside' || !isClosed(bytes, this.valueStart, this.valueEnd)
      if (isOpen) {
        this.valueEnd = line.end
        this.valueNext = this.treeEnd = line.next
        this.isContinued = true
        this.asides.forget()
        return
      }
    } else if (this.isSkipped) {
      this.asides.skip(line.start)
      return
    }
    if (this.block !== 'inside' && this.readBetween(bytes)) return
    this.asides.skip(line.start)
    this.problems.note('skipped', line.start, '%n lines are no part of a dump and were skipped.')
  }

  /** What may stand between trees. Returns false for what says nothing about them. */
  private readBetween(bytes: Uint8Array): boolean {
    const { line, options } = this
    const root = quotedRoot(bytes, line.start, line.end)
    if (root >= 0) {
      this.closeProperty(bytes)
      this.closeEntry()
      this.startSection('')
      if (this.section.nodes > 0) return false
      line.from = root
      this.readNode(bytes, root, 0)
      return true
    }
    if (options.headersOnly) return false
    const heading = headingOf(bytes, line.from, line.end)
    const plane = heading ?? commandPlane(bytes, line.start, line.end)
    if (plane === null) return false
    this.closeProperty(bytes)
    this.closeEntry()
    this.startSection(plane)
    this.asides.skip(line.start)
    if (heading === null) return false
    return true
  }

  /** What follows is another command's output. Where nothing was shown yet, it is this one's. */
  private startSection(name: string): void {
    const { section } = this
    if (section.nodes === 0) {
      if (name !== '') section.name = name
      return
    }
    if (this.sections.length >= sectionLimit) return
    const { start } = this.line
    this.popTo(-1)
    this.closeGap(true)
    this.section = new SectionDraft(name, start)
    this.sections.push(this.section)
  }

  /** What was held back between two nodes, or after the last, gets its place. */
  private closeGap(isTreeEnd: boolean): void {
    const { asides, section, line } = this
    const plane = section.plane!
    if (!isTreeEnd || section.nodes === 0) {
      asides.flush(line.start, plane, plane.length, Slot.header)
      return
    }
    const isThere = asides.flushEnd(line.start, plane, section.endsMatches)
    section.endsMatches ??= isThere
  }

  private endSections(bytes: Uint8Array): void {
    this.line.start = bytes.length
    this.popTo(-1)
    if (this.section.nodes > 0) this.closeGap(true)
    else if (this.sections.length > 1) this.sections.pop()
    for (const section of this.sections) {
      const plane = (section.plane ??= this.planeOf(section.name))
      if (plane.plane === '') plane.plane = guessPlane(this.builder, plane)
    }
    const { plane } = this.sections.at(-1)!
    this.asides.flush(bytes.length, plane!, plane!.length, Slot.header)
    if (this.source >= 0) this.keepToldMore(bytes)
  }

  /**
   * An entry's row may tell more than its first place shows, where a later one told it. Such a place keeps its line,
   * and the fact that it showed no block.
   */
  private keepToldMore(bytes: Uint8Array): void {
    const { entries } = this.builder
    let shown = 0
    for (const { plane, firstNode, nodes } of this.sections) {
      for (let node = firstNode; node < firstNode + nodes; node++) {
        const start = this.nodeStarts[shown++]!
        const entry = plane!.entry[node]!
        if (entries.alias[entry] !== entry) continue
        const owner = entries.propertyOwner[entry]!
        if (owner >= 0 && owner !== entry) {
          this.asides.add(AsideKind.noBlock, start, start, plane!, node, Slot.header)
        }
        if (!entries.isToldMore(entry)) continue
        const end = bytes.indexOf(newline, start)
        this.asides.instead(start, end < 0 ? bytes.length : end + 1, plane!, node, Slot.header)
      }
    }
  }

  private closeEntry(): void {
    const { entry } = this
    if (entry >= 0) {
      const { entries } = this.builder
      entries.finish(entry)
      this.closeBlock(entries.alias[entry] !== entry)
    }
    this.entry = -1
    this.isSkipped = false
    this.block = 'after'
    this.hasBrace = false
    this.hasSeparator = false
    this.propertyCount = 0
  }

  /** Notes which lines of the block are not there. */
  private closeBlock(isKnown: boolean): void {
    const { section, propertyCount, treeEnd, asides } = this
    if (this.source < 0 || (!this.hasBrace && propertyCount === 0)) return
    const node = this.lastNode
    const plane = section.plane!
    const isClosed = this.block === 'after'
    if (isKnown && propertyCount === 0) {
      const start = this.aboveStarts.at(-1)!
      asides.add(AsideKind.emptyBlock, start, start, plane, node, Slot.header)
    }
    if (!isClosed) asides.instead(treeEnd, -1, plane, node, Slot.property + propertyCount)
    if (this.hasSeparator) return
    if (isClosed) section.separator ??= 'none'
    if (section.separator !== 'none') {
      asides.instead(treeEnd, -1, plane, node, Slot.property + propertyCount + 1)
    }
  }

  private get isBeforeBlock(): boolean {
    return this.block === 'before' && this.entry >= 0 && this.propertyCount === 0
  }

  private get lastNode(): NodeIndex {
    return this.section.plane!.length - 1
  }

  /** Keeps the line as it is in the place of what would be written for `slot` of the last node. */
  private keepLine(slot: number, start = this.line.start): void {
    if (this.source < 0) return
    this.asides.instead(start, this.line.next, this.section.plane!, this.lastNode, slot)
  }

  private closeProperty(bytes: Uint8Array): void {
    const { key, valueStart, valueEnd, valueNext } = this
    this.isSkipped = false
    if (key === noString) return
    this.key = noString
    if (this.source < 0) return
    const type = this.typeOf(bytes, valueStart, valueEnd)
    this.isContinued = false
    this.builder.properties.add(this.entry, key, type, this.source, bytes, valueStart, valueEnd)
    if (valueNext - valueEnd !== this.section.breakLength) {
      this.asides.add(
        AsideKind.lineBreak,
        valueEnd,
        valueNext,
        this.section.plane!,
        this.lastNode,
        Slot.property + this.propertyCount - 1,
      )
    }
  }

  /** By its first and last byte; `readValue` finds out whether the inside is well formed. */
  private typeOf(bytes: Uint8Array, from: number, to: number): ValueTypeTag {
    if (from === to) return ValueType.missing
    if (isClosed(bytes, from, to)) {
      const type = typeOfFirst(bytes[from]!)
      if (type === ValueType.integer) this.section.isHex ??= bytes[from + 1] === 120
      return type
    }
    const formatted = typeOfContinued(bytes, from, to)
    if (formatted !== null) return formatted
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
