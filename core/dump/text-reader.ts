import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { startsWith } from '../registry/xml-characters.ts'
import { AsideLog } from './aside-log.ts'
import { BlockReader } from './block-reader.ts'
import { ChunkReader } from './chunk-reader.ts'
import { decodeMarkup, markupOf } from './decode-markup.ts'
import { distinctEntries, withoutIdText, type DumpSummary } from './dump-summary.ts'
import type { Engine } from './engine.ts'
import { NodeReader } from './node-reader.ts'
import { OpenNodes } from './open-nodes.ts'
import { SectionDraft } from './section-draft.ts'
import type { TextContext, TextLine } from './text-line.ts'
import { commandPlane, headingOf, quotedRoot } from './text-lines.ts'
import { TextScanner } from './text-scanner.ts'
import { TextSections } from './text-sections.ts'

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
  private readonly sections: TextSections
  private readonly node: NodeReader

  /** First byte of the line that is not complete yet. */
  private lineStart = 0
  /** No line break before this place. */
  private searched = 0
  /** `null` until the first node line shows whether the text was escaped for HTML or RTF. */
  private markup: 'none' | 'html' | 'rtf' | null = null
  private scanner: TextScanner | null = null
  /** So many lines are read here before the scanner is asked again. */
  private wait = 1
  private patience = 1

  constructor(builder: SnapshotBuilder, options: TextOptions) {
    super(builder, options.label, options.expectedBytes)
    this.options = options
    const source = options.headersOnly ? -1 : builder.openSource(options.label, 'text')
    this.asides = new AsideLog(builder, source)
    const { asides, problems, line } = this
    const section = new SectionDraft(options.plane ?? '', 0)
    this.context = { builder, source, asides, problems, line, section }
    this.open = new OpenNodes(this.context)
    this.block = new BlockReader(this.context, this.open)
    this.sections = new TextSections(this.context, this.open)
    this.node = new NodeReader(this.context, this.open, this.block, this.sections)
  }

  protected end(): DumpSummary {
    this.scan(true)
    const bytes = this.input.content()
    const isCut = this.block.place === 'inside'
    this.block.end(bytes, true)
    if (isCut) {
      this.problems.note('truncated', bytes.length, 'The dump ends inside an entry’s properties.')
    }
    this.sections.end(bytes, this.node.starts)
    const { count, withoutId } = this.node
    if (withoutId > 0) {
      this.problems.note(
        'lossy',
        0,
        withoutIdText(withoutId, ' (Mac OS X before 10.6, or another tool)'),
      )
    }
    if (this.context.source >= 0) {
      this.builder.closeSource(this.context.source, bytes, { sections: this.sections.styles() })
    }
    const { planes } = this.sections
    return {
      format: 'ioreg-text',
      planes: [...new Set(planes.map(plane => plane.plane))],
      nodes: count,
      entries: distinctEntries(this.builder, planes),
      problems: this.problems.report(this.builder),
    }
  }

  /** Node lines so far. */
  get nodes(): number {
    return this.node.count
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
    const { context, open, block, node } = this
    if (context.source < 0) return null
    const { expectedBytes = 0 } = this.options
    return new TextScanner(engine, context, open, block, node, expectedBytes)
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
          this.node.read(bytes)
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

  /** A line that is no part of a tree. */
  private readOther(bytes: Uint8Array): void {
    const { line } = this
    if (this.block.place !== 'inside' && this.readBetween(bytes)) return
    this.asides.skip(line.start)
    this.problems.note(
      'skipped',
      line.start,
      '%n {line is|lines are} no part of a dump and {was|were} skipped.',
    )
  }

  /** What may stand between trees. Returns false for what says nothing about them. */
  private readBetween(bytes: Uint8Array): boolean {
    const { line, block } = this
    const root = quotedRoot(bytes, line.start, line.end)
    if (root >= 0) {
      block.end(bytes)
      this.sections.start('')
      if (this.context.section.nodes > 0) return false
      line.from = line.at = root
      this.node.read(bytes)
      return true
    }
    if (this.context.source < 0) return false
    const heading = headingOf(bytes, line.from, line.end)
    const plane = heading ?? commandPlane(bytes, line.start, line.end)
    if (plane === null) return false
    block.end(bytes)
    this.sections.start(plane)
    if (heading === null) return false
    this.asides.skip(line.start)
    return true
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
