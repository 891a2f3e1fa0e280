import { noString } from '../registry/snapshot.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { startsWith } from '../registry/xml-characters.ts'
import { lookahead, OpenContainer, Stop } from './archive-container.ts'
import { ArchiveEntryKeys, Role } from './archive-entry-keys.ts'
import { OpenMarkup } from './archive-markup.ts'
import { ArchiveNodes } from './archive-nodes.ts'
import { ArchiveScanner } from './archive-scanner.ts'
import { State, type StateCode } from './archive-state.ts'
import { nextLess, Tag, tagAt, tagEnd, tagLength, type TagCode } from './archive-tags.ts'
import { ArchiveValue } from './archive-value.ts'
import { ChunkReader } from './chunk-reader.ts'
import { DocumentPlanes, firstDocument } from './document-planes.ts'
import { distinctEntries, type DumpSummary } from './dump-summary.ts'
import type { Engine } from './engine.ts'

/**
 * `ioreg -a` (facts: ioreg, section 7):
 *
 *   document = <plist> node | <array> node* </array> </plist>       or nothing at all: no match
 *   node     = <dict> (<key>NAME</key> value)* </dict>
 *   children = <key>IORegistryEntryChildren</key> (<array> node* </array> | node)
 *
 * Only `IORegistryEntryChildren` makes structure; every other value is skipped by counting brackets and
 * kept as a byte range. Keys are sorted, so a node's children come before its ID and its name.
 *
 * Several documents may follow each other, of a plane each, with a shell's lines between them (`document-planes.ts`).
 *
 * The scanner goes from `<` to `<` once, in states, and stops where the bytes end; the next chunk goes on
 * there. What is left when the dump ends early: every property and node that was complete.
 */
export interface ArchiveOptions {
  /** The plane that was asked for (`-p`); what the file says of itself wins; guessed when neither tells. */
  readonly plane?: string
  /** For messages: a plane's name, a file's name. */
  readonly label: string
  /** How long the dump will be, where somebody knows; a hint that spares memory. */
  readonly expectedBytes?: number | undefined
  /** Reads the plain parts faster; the result is the same. */
  readonly engine?: Engine | undefined
}

export function createArchiveReader(
  builder: SnapshotBuilder,
  options: ArchiveOptions,
): ArchiveReader {
  return new ArchiveReader(builder, options)
}

const greater = 62
const slash = 47

export class ArchiveReader extends ChunkReader {
  private readonly source: number
  private readonly planes: DocumentPlanes
  private readonly keys: ArchiveEntryKeys
  private readonly nodes: ArchiveNodes
  private readonly value: ArchiveValue
  private readonly container = new OpenContainer()
  private readonly markup: OpenMarkup
  /** Reads first, as long as it can; then this reader goes on from there. */
  private scanner: ArchiveScanner | null = null

  private position = 0
  private state: StateCode = State.outside
  /** Where to go on after markup. */
  private stateAfter: StateCode = State.outside
  private documents = 0
  /** Where the last document ended. */
  private documentEnd = 0

  constructor(builder: SnapshotBuilder, options: ArchiveOptions) {
    super(builder, options.label, options.expectedBytes)
    this.markup = new OpenMarkup(options.label)
    this.source = builder.openSource(options.label, 'xml')
    this.planes = new DocumentPlanes(builder, options.plane ?? '')
    const plane = this.planes.drafts[0]!
    this.keys = new ArchiveEntryKeys(builder, plane, this.source, this.problems)
    this.nodes = new ArchiveNodes(builder, plane, this.keys, this.problems)
    this.value = new ArchiveValue(builder, this.keys, this.nodes, this.source, this.problems)
    const { engine } = options
    if (!engine) return
    const { roles } = this.keys
    this.scanner = this.withMemory(() => new ArchiveScanner(engine, builder, roles))
  }

  protected end(): DumpSummary {
    this.scan(true)
    const bytes = this.input.content()
    const { open } = this.nodes
    if (this.state !== State.outside || open > 0) {
      this.problems.note(
        'truncated',
        bytes.length,
        `The dump ends inside ${open} open elements. Everything complete before is kept; entries that were still open may lack their names, IDs and later properties.`,
      )
      this.nodes.closeAll()
    } else if (this.documents === 0 && bytes.some(byte => byte > 32)) {
      this.problems.note('malformed', 0, 'There is no dictionary or array of entries here.')
    }
    this.builder.closeSource(this.source, bytes)
    const { drafts } = this.planes
    this.keys.finish(drafts)
    this.planes.finish()
    return {
      format: 'ioreg-archive',
      planes: [...new Set(drafts.map(({ plane }) => plane))],
      nodes: drafts.reduce((sum, { length }) => sum + length, 0),
      entries: distinctEntries(this.builder, drafts),
      problems: this.problems.report(this.builder),
    }
  }

  /** Did any node look like a registry entry? A plist of another kind has nodes too. */
  get hasRegistryKeys(): boolean {
    return this.keys.sawSynthetic
  }

  /** Was there a dictionary or array at all? An array of nothing is a dump in which nothing matched. */
  get hasDocument(): boolean {
    return this.documents > 0
  }

  protected scan(isLast: boolean): void {
    const bytes = this.input.content()
    if (this.scanner) {
      if (this.scanner.scan(bytes, isLast) && !isLast) return
      this.takeOver(this.scanner)
    }
    const length = bytes.length
    let at = this.position
    while (at < length) {
      // Containers are most of a dump, so their loop is a function of its own, small enough to optimise.
      if (this.state === State.container) {
        at = this.skipContainer(bytes, at, isLast)
        if (this.state === State.container) break
        continue
      }
      if (this.state === State.markup) {
        at = this.skipMarkup(bytes, at)
        continue
      }
      const tagStart = nextLess(bytes, at)
      if (tagStart < 0) {
        at = length
        break
      }
      at = tagStart
      // The last tag of a dump that was cut: without its `>` it says nothing.
      if (length - at < lookahead && !(isLast && bytes.includes(greater, at))) break
      const next = this.step(bytes, at)
      if (next < 0) break
      at = next
    }
    this.position = Math.min(at, length)
  }

  /** Goes on where the scanner stopped, with what it read. */
  private takeOver(scanner: ArchiveScanner): void {
    this.scanner = null
    const { rows, place } = scanner.handOver()
    if (place.documents > 0) {
      // The scanner reads one document, and passes over what stands before it.
      const bytes = this.input.content()
      const start = firstDocument(bytes)
      this.planes.begin(bytes, 0, start, tagAt(bytes, start + 1) === Tag.array)
      if (place.open.length === 0) this.documentEnd = place.position
    }
    this.keys.adopt(rows)
    this.position = place.position
    this.state = place.state as StateCode
    this.documents = place.documents
    this.nodes.adopt(place.open)
    if (this.state === State.value) this.value.adoptKey(place.key)
  }

  /** One tag at `at`, outside of container values. Returns where to go on; -1 when its `>` is missing. */
  private step(bytes: Uint8Array, at: number): number {
    const second = bytes[at + 1]
    if (second === 33 || second === 63) return this.openMarkup(bytes, at)
    if (this.state === State.keyText) return this.endKey(bytes, at)
    if (this.state === State.scalarText) return this.endScalar(bytes, at)
    const isClosing = second === slash
    const tag = tagAt(bytes, isClosing ? at + 2 : at + 1)
    const end = tagEnd(bytes, at, isClosing ? at + 2 + tagLength[tag]! : at + 1 + tagLength[tag]!)
    if (end < 0) return -1
    const wasOpen = this.nodes.open > 0
    if (isClosing) this.close(tag, at)
    else this.openElement(bytes, tag, at, end)
    if (wasOpen && this.nodes.open === 0) this.documentEnd = end
    return end
  }

  private openMarkup(bytes: Uint8Array, at: number): number {
    if (this.nodes.open > 0 && startsWith(bytes, at, bytes.length, '<?xml ')) this.cutDocument(at)
    this.stateAfter = this.state
    this.state = State.markup
    return this.markup.begin(bytes, at)
  }

  /** A declaration stands at the beginning of a document only: the one before was cut. */
  private cutDocument(at: number): void {
    this.problems.note(
      'truncated',
      at,
      'A document ends before all its entries do, where another begins (%n times). Everything complete before is kept.',
    )
    this.value.key = noString
    this.nodes.closeAll()
    this.state = State.outside
    this.documentEnd = at
  }

  private skipMarkup(bytes: Uint8Array, from: number): number {
    const end = this.markup.end(bytes, from)
    if (end < 0) return bytes.length
    this.state = this.stateAfter
    return end
  }

  private openElement(bytes: Uint8Array, tag: TagCode, at: number, end: number): void {
    const isEmpty = bytes[end - 2] === slash
    switch (this.state) {
      case State.outside:
        if (tag === Tag.plist) return
        if (tag === Tag.dict || tag === Tag.array) {
          this.documents++
          this.nodes.use(this.planes.begin(bytes, this.documentEnd, at, tag === Tag.array))
          this.documentEnd = end
          if (tag === Tag.dict) this.openNode(at, isEmpty)
          else if (!isEmpty) this.openNodes()
          return
        }
        this.problems.note('malformed', at, 'An element that is no entry was skipped (%n times).')
        return
      case State.nodes:
        if (tag === Tag.dict) {
          this.openNode(at, isEmpty)
          return
        }
        this.skipStray(tag, at, end, isEmpty)
        return
      case State.key:
        if (tag === Tag.key) {
          this.value.beginKey(end)
          if (isEmpty) this.value.takeKey(bytes, end)
          this.state = isEmpty ? State.value : State.keyText
          return
        }
        this.skipStray(tag, at, end, isEmpty)
        return
      case State.value:
        this.openValue(bytes, tag, at, end, isEmpty)
        return
      default:
        return
    }
  }

  private openValue(
    bytes: Uint8Array,
    tag: TagCode,
    at: number,
    end: number,
    isEmpty: boolean,
  ): void {
    if (tag === Tag.key) {
      this.missingValue(at)
      this.state = State.key
      this.openElement(bytes, tag, at, end)
      return
    }
    if (this.value.role === Role.children && (tag === Tag.array || tag === Tag.dict)) {
      this.value.key = noString
      if (tag === Tag.dict) this.openNode(at, isEmpty)
      else if (isEmpty) this.state = State.key
      else this.openNodes()
      return
    }
    this.value.begin(tag, at, end)
    if (isEmpty || tag === Tag.none) {
      if (tag === Tag.none) {
        this.problems.note(
          'malformed',
          at,
          'A value of no known type could not be read (%n times).',
        )
      }
      this.takeValue(bytes, end, end)
    } else if (tag === Tag.array || tag === Tag.dict) {
      this.openContainer()
    } else {
      this.state = State.scalarText
    }
  }

  /** An element where none belongs: skipped whole, and no property. */
  private skipStray(tag: TagCode, at: number, end: number, isEmpty: boolean): void {
    this.problems.note('malformed', at, 'An element in the wrong place was skipped (%n times).')
    if (isEmpty || tag === Tag.none || tag === Tag.plist) return
    this.value.key = noString
    this.value.begin(tag, at, end)
    if (tag === Tag.array || tag === Tag.dict) this.openContainer()
    else this.state = State.scalarText
  }

  private openContainer(): void {
    this.container.begin()
    this.state = State.container
  }

  private close(tag: TagCode, at: number): void {
    if (tag === Tag.plist) {
      if (this.nodes.open === 0) return
      this.problems.note('malformed', at, 'The list ends before its entries do.')
      if (this.state === State.value) this.missingValue(at)
      this.nodes.closeAll()
      this.state = State.outside
      return
    }
    if (tag !== Tag.dict && tag !== Tag.array) {
      this.problems.note(
        'malformed',
        at,
        'A closing tag without its element was ignored (%n times).',
      )
      return
    }
    if (this.state === State.value) this.missingValue(at)
    this.nodes.closeBy(tag, at)
    this.state = this.nodes.state
  }

  private endKey(bytes: Uint8Array, at: number): number {
    const end = this.value.endKey(bytes, at)
    if (end >= 0) this.state = this.value.key === noString ? State.key : State.value
    return end
  }

  private endScalar(bytes: Uint8Array, at: number): number {
    const end = this.value.endScalar(bytes, at)
    if (end >= 0) this.state = this.nodes.state
    return end
  }

  private takeValue(bytes: Uint8Array, textEnd: number, end: number): void {
    this.value.take(bytes, textEnd, end)
    this.state = this.nodes.state
  }

  private missingValue(at: number): void {
    this.value.miss(at)
    this.state = State.key
  }

  private openNodes(): void {
    this.nodes.openList()
    this.state = State.nodes
  }

  private openNode(at: number, isEmpty: boolean): void {
    const isOpen = this.nodes.openNode(at)
    if (!isOpen && !isEmpty) {
      this.value.key = noString
      this.value.tag = Tag.dict
      this.openContainer()
      return
    }
    if (isOpen && isEmpty) this.nodes.close()
    this.state = this.nodes.state
  }

  private skipContainer(bytes: Uint8Array, from: number, isLast: boolean): number {
    const at = this.container.skip(bytes, from, isLast)
    if (this.container.stop === Stop.markup) return this.openMarkup(bytes, at)
    if (this.container.stop === Stop.closed) this.takeValue(bytes, at, at)
    return at
  }
}
