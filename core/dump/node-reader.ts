import { growColumn } from '../registry/grow-column.ts'
import { EntryFlag, noString } from '../registry/snapshot.ts'
import { ascii, startsWith } from '../registry/xml-characters.ts'
import type { BlockReader } from './block-reader.ts'
import { boldName, type BoldName } from './bold-name.ts'
import { LineFlag, locationMark, readClassAndState, splitNodeLine } from './node-line.ts'
import type { OpenNodes } from './open-nodes.ts'
import { Slot } from './text-asides.ts'
import type { TextContext } from './text-line.ts'
import type { TextSections } from './text-sections.ts'

/** Longer margins are none that somebody put before a dump. */
const marginLimit = 64

/** Reads the lines of nodes: `+-o Name@Location  <class …>` in its place in the tree. */
export class NodeReader {
  /** Node lines so far. */
  count = 0
  /** First byte of each node's line, in their order; there is room behind them. */
  starts = new Uint32Array(256)
  withoutId = 0
  private readonly context: TextContext
  private readonly open: OpenNodes
  private readonly block: BlockReader
  private readonly sections: TextSections

  constructor(context: TextContext, open: OpenNodes, block: BlockReader, sections: TextSections) {
    this.context = context
    this.open = open
    this.block = block
    this.sections = sections
  }

  /** A scanner read nodes: where their lines begin, and how many have no ID. */
  adopt(starts: Uint32Array, withoutId: number): void {
    const count = this.count + starts.length
    if (count > this.starts.length) this.starts = growColumn(this.starts, count)
    this.starts.set(starts, this.count)
    this.count = count
    this.withoutId += withoutId
  }

  /** The line is a node's. */
  read(bytes: Uint8Array): void {
    const { open, context } = this
    const { builder, line } = context
    this.block.end(bytes)
    const bold = boldName(bytes, line.at + 4, line.end)
    const nameStart = bold ? bold.nameStart : line.at + 4
    const split = splitNodeLine(bytes, nameStart, line.end)
    const nameEnd = bold ? Math.min(bold.nameEnd, split.nameEnd) : split.nameEnd
    const isRoot = nameEnd - nameStart === 4 && startsWith(bytes, nameStart, nameEnd, 'Root')
    if (isRoot && line.at === line.from && context.section.hasRoot) this.sections.start('')
    const { section } = context
    if (section.nodes === 0) this.startTree(bytes, isRoot)
    if (isRoot) section.hasRoot = true
    const shown = line.at - line.from
    const column = section.isStripped ? open.recoveredColumn(shown) : shown
    open.closeTo(column)
    this.sections.closeGap(open.depth === 0)
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
    if ((flags & LineFlag.whole) === 0) this.noteCutNode(bytes)
    if ((builder.entries.flags[entry]! & EntryFlag.hasId) === 0) this.withoutId++
    const isLaidOut = this.isLaidOut(bytes, shown)
    this.addNode(column, entry)
    const isNamed = this.readName(bytes, entry, nameStart, split.nameEnd, bold)
    const isExact =
      (flags & LineFlag.exact) !== 0 &&
      section.accepts(flags, split.isBare, bold && bold.marks) &&
      isNamed
    if (!isExact || !isLaidOut) this.block.keepLine(Slot.header)
    this.block.begin(entry, column)
  }

  /** The first node of a section shows how its lines begin and end. */
  private startTree(bytes: Uint8Array, isRoot: boolean): void {
    const { line, section } = this.context
    section.breakLength = line.next - line.end === 2 ? 2 : 1
    if (isRoot && line.at - line.start <= marginLimit) {
      section.margin = ascii(bytes, line.start, line.at)
      line.from = line.at
    }
    line.isRegular = line.next - line.end === section.breakLength
    this.sections.planeOf(section)
  }

  /** Does the node's line begin as the tree demands? */
  private isLaidOut(bytes: Uint8Array, column: number): boolean {
    const { open } = this
    const { line, section } = this.context
    const { margin, isStripped } = section
    const hasMargin = line.from - line.start === margin.length
    if (!line.isRegular || !hasMargin || isStripped || column !== 2 * open.depth) return false
    return open.prefix.matches(bytes, line.from, open.depth)
  }

  private addNode(column: number, entry: number): void {
    const { open } = this
    const { line, section, problems } = this.context
    if (this.count >= this.starts.length) {
      this.starts = growColumn(this.starts, this.count + 1)
    }
    this.starts[this.count++] = line.start
    section.nodes++
    if (this.context.source < 0) return
    if (column > open.clientColumn) {
      problems.note(
        'skipped',
        line.at,
        'The text lacks the entries between a node and the one above it; it was put below the next that is shown (%n times).',
      )
    }
    open.open(section.plane!.add(open.last, entry), column, line.start)
  }

  /** Returns false where what is bold is not the name. */
  private readName(
    bytes: Uint8Array,
    entry: number,
    from: number,
    to: number,
    bold: BoldName | null,
  ): boolean {
    if (this.context.source < 0) return true
    const { strings, entries } = this.context.builder
    let nameEnd = to
    let location = noString
    if (bold && bold.nameEnd < to) {
      nameEnd = bold.nameEnd
      if (bytes[bold.end] === 64 && bold.end < to) {
        location = strings.intern(bytes, bold.end + 1, to)
      }
    } else {
      const mark = locationMark(bytes, from, to)
      if (mark >= 0) {
        nameEnd = mark
        location = strings.intern(bytes, mark + 1, to)
      }
    }
    const name = strings.intern(bytes, from, nameEnd)
    const plane = this.context.section.plane!
    plane.setName(plane.length - 1, name, location)
    entries.name[entry] = name
    return !bold || bold.end === to || (bold.end < to && location !== noString)
  }

  private noteCutNode(bytes: Uint8Array): void {
    const { line, problems } = this.context
    const { at, end } = line
    if (bytes[end - 1] === 36) {
      problems.note(
        'clipped',
        at,
        '%n node {line was|lines were} clipped at the width of a terminal (ioreg without -w0); what is missing there is unknown.',
      )
    } else if (end === bytes.length) {
      problems.note('truncated', at, 'The dump ends inside a node’s line.')
    } else {
      problems.note('malformed', at, '%n node {line has|lines have} parts of no known form.')
    }
  }
}
