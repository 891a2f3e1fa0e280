import { growColumn } from '../registry/grow-column.ts'
import { EntryFlag, noString } from '../registry/snapshot.ts'
import { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { ascii, startsWith } from '../registry/xml-characters.ts'
import { AsideLog } from './aside-log.ts'
import { BlockReader } from './block-reader.ts'
import { boldName, type BoldName } from './bold-name.ts'
import { ChunkReader } from './chunk-reader.ts'
import { decodeMarkup, markupOf } from './decode-markup.ts'
import { distinctEntries, type DumpSummary } from './dump-summary.ts'
import type { Engine } from './engine.ts'
import { guessPlane } from './guess-plane.ts'
import { LineFlag, locationMark, readClassAndState, splitNodeLine } from './node-line.ts'
import { OpenNodes } from './open-nodes.ts'
import { SectionDraft } from './section-draft.ts'
import { AsideKind, Slot } from './text-asides.ts'
import type { TextContext, TextLine } from './text-line.ts'
import { commandPlane, headingOf, quotedRoot } from './text-lines.ts'
import { TextScanner } from './text-scanner.ts'

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
  /** How long the dump will be, where somebody knows; a hint that spares memory. */
  readonly expectedBytes?: number | undefined
  /**
   * Only add class, chain and ID to what another dump shows (`ioreg -i -w0` over an archive): no nodes,
   * no properties.
   */
  readonly headersOnly?: boolean
  /** Reads what is as the tool prints it faster. The result is the same. */
  readonly engine?: Engine | undefined
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

/** A scan that reads fewer lines was not worth the hand-over: so many are read here before the next, at most. */
const worthLines = 8
const mostPatience = 512

/** A text of more commands than this is made to confuse: what follows counts to the last of them. */
const sectionLimit = 1000

/** Longer margins are none that somebody put before a dump. */
const marginLimit = 64

export class TextReader extends ChunkReader {
  private readonly options: TextOptions
  private readonly line: TextLine = {
    start: 0,
    from: 0,
    at: 0,
    end: 0,
    next: 0,
    isRegular: true,
    slots: 0,
  }
  private readonly context: TextContext
  private readonly asides: AsideLog
  private readonly open: OpenNodes
  private readonly block: BlockReader
  private readonly sections: SectionDraft[] = []

  /** First byte of the line that is not complete yet. */
  private lineStart = 0
  /** No line break before this place. */
  private searched = 0
  /** `null` until the first node line shows whether the text was escaped for HTML or RTF. */
  private markup: 'none' | 'html' | 'rtf' | null = null
  private nodesWithoutId = 0
  private nodeCount = 0
  private scanner: TextScanner | null = null
  /** So many lines are read here before the scanner is asked again. */
  private wait = 1
  private patience = 1
  /** First byte of each node's line, in their order. */
  private nodeStarts = new Uint32Array(256)

  constructor(builder: SnapshotBuilder, options: TextOptions) {
    super(builder, options.label, options.expectedBytes)
    this.options = options
    const source = options.headersOnly ? -1 : builder.openSource(options.label, 'text')
    this.asides = new AsideLog(builder, source)
    const { asides, problems, line } = this
    const section = new SectionDraft(options.plane ?? '', 0)
    this.sections.push(section)
    this.context = { builder, source, asides, problems, line, section }
    this.open = new OpenNodes(this.context)
    this.block = new BlockReader(this.context, this.open)
  }

  finish(): DumpSummary {
    this.scan(true)
    const bytes = this.input.content()
    const isCut = this.block.place === 'inside'
    this.block.end(bytes, true)
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
    if (this.context.source >= 0) {
      const sections = this.sections.map(section => section.style())
      this.builder.closeSource(this.context.source, bytes, { sections })
    }
    const planes = this.sections.map(section => section.plane!)
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
      if (this.wait <= 0 && this.context.section.isPlain && this.scanAhead(bytes)) continue
      this.wait--
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

  /** Lines that the engine read. */
  get scannedLines(): number {
    return this.scanner?.allLines ?? 0
  }

  /** Has the engine read what it can. Returns false where that is not one line. */
  private scanAhead(bytes: Uint8Array): boolean {
    const { engine } = this.options
    if (!engine) return false
    this.scanner ??= this.makeScanner(engine)
    if (!this.scanner) return false
    const before = this.lineStart
    this.lineStart = this.searched = this.scanner.scan(bytes, before)
    const isInVain = this.scanner.wasRefused && this.scanner.lines < worthLines
    this.patience = isInVain ? Math.min(2 * this.patience, mostPatience) : 1
    this.wait = this.scanner.wasRefused ? this.patience : 0
    return this.lineStart > before
  }

  private makeScanner(engine: Engine): TextScanner | null {
    const { context, open, block } = this
    if (context.source < 0) return null
    const onNodes = (starts: Uint32Array, withoutId: number) => {
      const count = this.nodeCount + starts.length
      if (count > this.nodeStarts.length) this.nodeStarts = growColumn(this.nodeStarts, count)
      this.nodeStarts.set(starts, this.nodeCount)
      this.nodeCount = count
      this.nodesWithoutId += withoutId
    }
    const { expectedBytes = 0 } = this.options
    return new TextScanner(engine, context, open, block, onNodes, expectedBytes)
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

  /** What a line is, its first byte after the tree tells: `+`, `"`, `{`, `}`, or nothing. */
  private readLine(bytes: Uint8Array, start: number, end: number, next: number): void {
    const { line, block } = this
    const { margin, breakLength, isStripped } = this.context.section
    const hasMargin = margin === '' || startsWith(bytes, start, end, margin)
    const from = hasMargin ? start + margin.length : start
    line.start = start
    line.from = from
    line.end = end
    line.next = next
    line.isRegular = hasMargin && next - end === breakLength
    line.slots = 0
    let at = from
    // Most lines are properties that begin as the line before: the tree is compared once, and not looked for.
    if (block.place === 'inside' && !isStripped) {
      const slots = this.open.blockSlots
      if (this.open.prefix.matches(bytes, from, slots)) {
        line.slots = slots
        at += 2 * slots
      }
    }
    while (at < end && (bytes[at] === space || bytes[at] === bar)) at++
    line.at = at
    if (at >= end) {
      this.readBlank(bytes)
      return
    }
    switch (bytes[at]) {
      case 43: // +-o Name
        if (bytes[at + 1] === 45 && bytes[at + 2] === 111 && bytes[at + 3] === space) {
          this.readNode(bytes)
          return
        }
        break
      case 34: // "Key" = value
        if (block.readProperty(bytes)) return
        break
      case 123: // {
        if (block.readOpen(bytes)) return
        break
      case 125: // }
        if (block.readClose(bytes)) return
        break
      default:
    }
    if (!block.readContinuation(bytes)) this.readOther(bytes)
  }

  /** A line of blanks and bars: the end of a block, of a match, part of a string, or nothing. */
  private readBlank(bytes: Uint8Array): void {
    const { line, asides } = this
    if (this.block.readSeparator(bytes)) return
    if (line.from === line.end && line.isRegular) asides.skipEmpty(line.start, line.next)
    else asides.skip(line.start)
  }

  private readNode(bytes: Uint8Array): void {
    const { builder, line, open, context } = this
    this.block.end(bytes)
    const bold = boldName(bytes, line.at + 4, line.end)
    const nameStart = bold ? bold.nameStart : line.at + 4
    const split = splitNodeLine(bytes, nameStart, line.end)
    const nameEnd = bold ? Math.min(bold.nameEnd, split.nameEnd) : split.nameEnd
    const isRoot = nameEnd - nameStart === 4 && startsWith(bytes, nameStart, nameEnd, 'Root')
    if (isRoot && line.at === line.from && context.section.hasRoot) this.startSection('')
    const { section } = context
    if (section.nodes === 0) this.startTree(bytes, isRoot)
    if (isRoot) section.hasRoot = true
    const shown = line.at - line.from
    const column = section.isStripped ? open.recoveredColumn(shown) : shown
    open.closeTo(column)
    this.closeGap(open.depth === 0)
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
    if ((builder.entries.flags[entry]! & EntryFlag.hasId) === 0) this.nodesWithoutId++
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
    const { line } = this
    const { section } = this.context
    section.breakLength = line.next - line.end === 2 ? 2 : 1
    if (isRoot && line.at - line.start <= marginLimit) {
      section.margin = ascii(bytes, line.start, line.at)
      line.from = line.at
    }
    line.isRegular = line.next - line.end === section.breakLength
    section.plane = this.addPlane(section.name)
  }

  private addPlane(name: string): PlaneDraft {
    return this.options.headersOnly ? new PlaneDraft(name) : this.builder.addPlane(name)
  }

  /** Does the node's line begin as the tree demands? */
  private isLaidOut(bytes: Uint8Array, column: number): boolean {
    const { line, open } = this
    const { margin, isStripped } = this.context.section
    const hasMargin = line.from - line.start === margin.length
    if (!line.isRegular || !hasMargin || isStripped || column !== 2 * open.depth) return false
    return open.prefix.matches(bytes, line.from, open.depth)
  }

  private addNode(column: number, entry: number): void {
    const { line, open } = this
    const { section } = this.context
    if (this.nodeCount >= this.nodeStarts.length) {
      this.nodeStarts = growColumn(this.nodeStarts, this.nodeCount + 1)
    }
    this.nodeStarts[this.nodeCount++] = line.start
    section.nodes++
    if (this.options.headersOnly) return
    if (column > open.clientColumn) {
      this.problems.note(
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
    if (this.options.headersOnly) return true
    const { strings, entries } = this.builder
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
    const { at, end } = this.line
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

  /** A line that is no part of a tree. */
  private readOther(bytes: Uint8Array): void {
    const { line } = this
    if (this.block.place !== 'inside' && this.readBetween(bytes)) return
    this.asides.skip(line.start)
    this.problems.note('skipped', line.start, '%n lines are no part of a dump and were skipped.')
  }

  /** What may stand between trees. Returns false for what says nothing about them. */
  private readBetween(bytes: Uint8Array): boolean {
    const { line, block } = this
    const root = quotedRoot(bytes, line.start, line.end)
    if (root >= 0) {
      block.end(bytes)
      this.startSection('')
      if (this.context.section.nodes > 0) return false
      line.from = line.at = root
      this.readNode(bytes)
      return true
    }
    if (this.options.headersOnly) return false
    const heading = headingOf(bytes, line.from, line.end)
    const plane = heading ?? commandPlane(bytes, line.start, line.end)
    if (plane === null) return false
    block.end(bytes)
    this.startSection(plane)
    if (heading === null) return false
    this.asides.skip(line.start)
    return true
  }

  /** What follows is another command's output. Where nothing was shown yet, it is this one's. */
  private startSection(name: string): void {
    const { section } = this.context
    if (section.nodes === 0) {
      if (name !== '') section.name = name
      return
    }
    if (this.sections.length >= sectionLimit) return
    this.endTree()
    this.closeGap(true)
    this.context.section = new SectionDraft(name, this.line.start)
    this.sections.push(this.context.section)
  }

  private endTree(): void {
    const { open, problems, line } = this
    open.closeTo(-1)
    if (open.isCut) {
      problems.note(
        'truncated',
        line.start,
        'A tree ends before all its nodes: its bars tell of more (%n times).',
      )
    }
    open.isCut = false
  }

  /** What was held back between two nodes, or after the last, gets its place. */
  private closeGap(isTreeEnd: boolean): void {
    const { asides, line } = this
    const { section } = this.context
    const plane = section.plane!
    if (!isTreeEnd || section.nodes === 0) {
      asides.flush(line.start, plane, plane.length, Slot.header)
      return
    }
    const isThere = asides.flushEnd(line.start, plane, section.endsMatches)
    section.endsMatches ??= isThere
  }

  private endSections(bytes: Uint8Array): void {
    const { sections } = this
    this.line.start = bytes.length
    this.endTree()
    if (this.context.section.nodes > 0) this.closeGap(true)
    else if (sections.length > 1) sections.pop()
    for (const section of sections) {
      section.plane ??= this.addPlane(section.name)
      if (section.plane.plane === '') section.plane.plane = guessPlane(this.builder, section.plane)
    }
    const plane = sections.at(-1)!.plane!
    this.asides.flush(bytes.length, plane, plane.length, Slot.header)
    if (this.context.source >= 0) this.keepToldMore(bytes)
  }

  /**
   * An entry's row may tell more than its first place shows, where a later one told it. Such a place keeps its line,
   * and the fact that it showed no block.
   */
  private keepToldMore(bytes: Uint8Array): void {
    const { entries } = this.builder
    let shown = 0
    for (const section of this.sections) {
      const plane = section.plane!
      for (let node = 0; node < plane.length; node++) {
        const start = this.nodeStarts[shown++]!
        const entry = plane.entry[node]!
        if (entries.alias[entry] !== entry) continue
        const owner = entries.propertyOwner[entry]!
        if (owner >= 0 && owner !== entry) {
          this.asides.add(AsideKind.noBlock, start, start, plane, node, Slot.header)
        }
        if (!entries.isToldMore(entry)) continue
        const end = bytes.indexOf(newline, start)
        const next = end < 0 ? bytes.length : end + 1
        this.asides.instead(start, next, plane, node, Slot.header)
      }
    }
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
