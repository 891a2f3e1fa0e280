import { FailureError } from '../failure.ts'
import { noString, ValueType, type NodeIndex } from '../registry/snapshot.ts'
import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import { ascii, startsWith } from '../registry/xml-characters.ts'
import {
  nextLess,
  Tag,
  tagAt,
  tagEnd,
  tagLength,
  valueTypeOf,
  type TagCode,
} from './archive-tags.ts'
import { ArchiveScanner } from './archive-scanner.ts'
import { ArchiveEntryKeys, Role, type RoleCode } from './archive-entry-keys.ts'
import { ChunkReader } from './chunk-reader.ts'
import { DocumentPlanes } from './document-planes.ts'
import { distinctEntries, type DumpSummary } from './dump-summary.ts'
import type { Engine } from './engine.ts'
import { xmlWithEntities } from './looks-like.ts'

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

/** Deeper nodes are skipped: real registries have some 30 levels, and depth is a 16-bit column. */
export const nodeDepthLimit = 4096

const State = {
  /** Before, between and after documents. */
  outside: 0,
  /** In a node: a key or its end comes next. */
  key: 1,
  /** In a node, after a key. */
  value: 2,
  /** In an array of nodes. */
  nodes: 3,
  /** In the characters of a `<key>`. */
  keyText: 4,
  /** In the characters of a scalar value. */
  scalarText: 5,
  /** In a dictionary or array that is a value. */
  container: 6,
  comment: 7,
  cdata: 8,
  /** `<?…>`, `<!DOCTYPE …>`, an element that is no plist's: to its `>`. */
  markup: 9,
} as const
type StateCode = (typeof State)[keyof typeof State]

const greater = 62
const slash = 47
/** `<![CDATA[` and `</integer>` with a byte to spare: a tag is looked at when this much is there. */
const lookahead = 12

export class ArchiveReader extends ChunkReader {
  private readonly options: ArchiveOptions
  private readonly source: number
  private readonly planes: DocumentPlanes
  /** Of the document that is read. */
  private plane: PlaneDraft
  private readonly keys: ArchiveEntryKeys
  /** Reads first, as long as it can; then this reader goes on from there. */
  private scanner: ArchiveScanner | null = null

  private position = 0
  private state: StateCode = State.outside
  /** Where to go on after a comment, CDATA section or markup. */
  private stateAfter: StateCode = State.outside
  private documents = 0
  /** Where the last document ended. */
  private documentEnd = 0

  // The open brackets: a node's index, or `nodeList` for an array of nodes.
  private readonly open: number[] = []
  private node: NodeIndex = -1
  private nodeDepth = 0

  private key = noString
  private role: RoleCode = Role.property
  private tag: TagCode = Tag.none
  /** First byte of the value's element. */
  private valueStart = 0
  private textStart = 0
  private depth = 0
  /** The end of a comment or CDATA section is not looked for before this place. */
  private textMark = 0

  constructor(builder: SnapshotBuilder, options: ArchiveOptions) {
    super(builder, options.label, options.expectedBytes)
    this.options = options
    this.source = builder.openSource(options.label, 'xml')
    this.planes = new DocumentPlanes(builder, options.plane ?? '')
    this.plane = this.planes.drafts[0]!
    this.keys = new ArchiveEntryKeys(builder, this.plane, this.source, this.problems)
    if (options.engine) this.scanner = new ArchiveScanner(options.engine, builder, this.keys.roles)
  }

  finish(): DumpSummary {
    this.scan(true)
    const bytes = this.input.content()
    if (this.state !== State.outside || this.open.length > 0) {
      this.problems.note(
        'truncated',
        bytes.length,
        `The dump ends inside ${this.open.length} open elements. Everything complete before is kept; entries that were still open may lack their names, IDs and later properties.`,
      )
      while (this.open.length > 0) this.closeTop()
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
      if (this.state >= State.comment) {
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
    const { rows, place } = this.handOver(scanner)
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
    this.open.push(...place.open)
    this.node = this.open.findLast(node => node !== nodeList) ?? -1
    this.nodeDepth = this.open.filter(node => node !== nodeList).length
    if (this.state === State.value) {
      this.key = place.key
      this.role = this.keys.roleOf(place.key)
    }
  }

  private handOver(scanner: ArchiveScanner): ReturnType<ArchiveScanner['handOver']> {
    try {
      return scanner.handOver()
    } catch (error) {
      // No memory for the columns.
      if (error instanceof RangeError) throw this.input.tooLarge()
      throw error
    }
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
    const wasOpen = this.open.length > 0
    if (isClosing) this.close(tag, at)
    else this.openElement(bytes, tag, at, end)
    if (wasOpen && this.open.length === 0) this.documentEnd = end
    return end
  }

  private openMarkup(bytes: Uint8Array, at: number): number {
    if (this.open.length > 0 && startsWith(bytes, at, bytes.length, '<?xml ')) this.cutDocument(at)
    this.stateAfter = this.state
    if (bytes[at + 2] === 45 && bytes[at + 3] === 45) {
      this.state = State.comment
      this.textMark = at + 4
      return at + 4
    }
    if (bytes[at + 2] === 91) {
      this.state = State.cdata
      this.textMark = at + 9
      return Math.min(at + 9, bytes.length)
    }
    this.state = State.markup
    this.textMark = at + 2
    return at + 2
  }

  /** A declaration stands at the beginning of a document only: the one before was cut. */
  private cutDocument(at: number): void {
    this.problems.note(
      'truncated',
      at,
      'A document ends before all its entries do, where another begins (%n times). Everything complete before is kept.',
    )
    this.key = noString
    while (this.open.length > 0) this.closeTop()
    this.documentEnd = at
  }

  private skipMarkup(bytes: Uint8Array, from: number): number {
    const state = this.state
    for (let at = bytes.indexOf(greater, from); at >= 0; at = bytes.indexOf(greater, at + 1)) {
      const dash = state === State.comment ? 45 : 93
      const isEnd =
        state === State.markup ||
        (at - 2 >= this.textMark && bytes[at - 1] === dash && bytes[at - 2] === dash)
      if (!isEnd) continue
      if (state === State.markup) this.refuseEntities(bytes, at)
      this.state = this.stateAfter
      return at + 1
    }
    return bytes.length
  }

  /** A DOCTYPE that declares something itself is refused, as is a declaration by itself. */
  private refuseEntities(bytes: Uint8Array, end: number): void {
    const text = ascii(bytes, this.textMark, Math.min(end, this.textMark + 1024))
    if (!/^(DOCTYPE[^>]*\[|ENTITY\b)/i.test(text)) return
    const { label } = this.options
    throw new FailureError({ kind: 'not-a-dump', source: label, looksLike: xmlWithEntities })
  }

  private openElement(bytes: Uint8Array, tag: TagCode, at: number, end: number): void {
    const isEmpty = bytes[end - 2] === slash
    switch (this.state) {
      case State.outside:
        if (tag === Tag.plist) return
        if (tag === Tag.dict || tag === Tag.array) {
          this.documents++
          this.plane = this.planes.begin(bytes, this.documentEnd, at, tag === Tag.array)
          this.documentEnd = end
          this.keys.use(this.plane)
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
          if (isEmpty) this.takeKey(bytes, end, end)
          else {
            this.textStart = end
            this.state = State.keyText
          }
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
    if (this.role === Role.children && (tag === Tag.array || tag === Tag.dict)) {
      this.state = State.key
      this.key = noString
      if (tag === Tag.dict) this.openNode(at, isEmpty)
      else if (!isEmpty) this.openNodes()
      return
    }
    this.tag = tag
    this.valueStart = at
    this.textStart = end
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
      this.depth = 1
      this.state = State.container
    } else {
      this.state = State.scalarText
    }
  }

  /** An element where none belongs: skipped whole, and no property. */
  private skipStray(tag: TagCode, at: number, end: number, isEmpty: boolean): void {
    this.problems.note('malformed', at, 'An element in the wrong place was skipped (%n times).')
    if (isEmpty || tag === Tag.none || tag === Tag.plist) return
    this.key = noString
    this.tag = tag
    this.valueStart = at
    this.textStart = end
    this.depth = 1
    this.state = tag === Tag.array || tag === Tag.dict ? State.container : State.scalarText
  }

  private close(tag: TagCode, at: number): void {
    if (tag === Tag.plist) {
      if (this.open.length === 0) return
      this.problems.note('malformed', at, 'The list ends before its entries do.')
      if (this.state === State.value) this.missingValue(at)
      while (this.open.length > 0) this.closeTop()
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
    const top = this.open.at(-1)
    if (top === undefined) return
    const expected = top === nodeList ? Tag.array : Tag.dict
    if (tag === expected) {
      this.closeTop()
      return
    }
    this.problems.note('malformed', at, 'A closing tag does not fit its element (%n times).')
    // The inner element lacks its end tag when the one around it ends here; else the tag is stray.
    const around = this.open.at(-2)
    if (around !== undefined && (around === nodeList) === (tag === Tag.array)) {
      this.closeTop()
      this.closeTop()
    }
  }

  private endKey(bytes: Uint8Array, at: number): number {
    const isClosed = bytes[at + 1] === slash && tagAt(bytes, at + 2) === Tag.key
    if (!isClosed) {
      this.problems.note('malformed', at, 'A key is not closed; it was skipped (%n times).')
      this.state = State.key
      return bytes[at + 1] === slash ? at + 2 : at
    }
    const end = tagEnd(bytes, at, at + 5)
    if (end < 0) return -1
    this.takeKey(bytes, this.textStart, at)
    return end
  }

  private takeKey(bytes: Uint8Array, from: number, to: number): void {
    this.key = this.keys.intern(bytes, from, to)
    this.role = this.keys.roleOf(this.key)
    this.state = State.value
  }

  private endScalar(bytes: Uint8Array, at: number): number {
    const isClosed = bytes[at + 1] === slash && tagAt(bytes, at + 2) === this.tag
    if (isClosed) {
      const end = tagEnd(bytes, at, at + 2 + tagLength[this.tag]!)
      if (end < 0) return -1
      this.takeValue(bytes, at, end)
      return end
    }
    // `<string>a</integer>`: the wrong tag still ends it. `<string>a<key>`: the next thing begins here.
    const end = bytes[at + 1] === slash ? tagEnd(bytes, at, at + 2) : at
    if (end < 0) return -1
    this.problems.note('malformed', at, 'A value is not closed where it ends (%n times).')
    this.tag = Tag.none
    this.takeValue(bytes, at, end)
    return end
  }

  /** The value's element is complete: `[valueStart, end)`, its characters `[textStart, textEnd)`. */
  private takeValue(bytes: Uint8Array, textEnd: number, end: number): void {
    const key = this.key
    const node = this.open.at(-1)!
    this.key = noString
    this.state = node === nodeList ? State.nodes : State.key
    if (key === noString) return
    if (this.role !== Role.property) {
      this.keys.take(this.role, this.tag, node, bytes, this.valueStart, this.textStart, textEnd)
      return
    }
    const entry = this.plane.entry[node]!
    this.builder.properties.add(
      entry,
      key,
      valueTypeOf(this.tag),
      this.source,
      bytes,
      this.valueStart,
      end,
    )
    this.keys.sawProperty(entry)
  }

  private missingValue(at: number): void {
    this.problems.note('malformed', at, 'A key has no value (%n times).')
    const node = this.open.at(-1)!
    if (this.role === Role.property) {
      const entry = this.plane.entry[node]!
      const none = new Uint8Array(0)
      this.builder.properties.add(entry, this.key, ValueType.missing, this.source, none, at, at)
      this.keys.sawProperty(entry)
    }
    this.key = noString
    this.state = State.key
  }

  private openNodes(): void {
    this.open.push(nodeList)
    this.state = State.nodes
  }

  private openNode(at: number, isEmpty: boolean): void {
    if (this.nodeDepth >= nodeDepthLimit) {
      this.problems.note(
        'skipped',
        at,
        `Entries more than ${nodeDepthLimit} levels deep were skipped (%n subtrees).`,
      )
      if (isEmpty) return
      this.key = noString
      this.tag = Tag.dict
      this.depth = 1
      this.state = State.container
      return
    }
    this.node = this.plane.add(this.node, this.builder.entries.open())
    this.nodeDepth++
    this.open.push(this.node)
    this.state = State.key
    if (isEmpty) this.closeTop()
  }

  /** Closes the innermost node or array of nodes. */
  private closeTop(): void {
    const top = this.open.pop()!
    if (top !== nodeList) {
      this.keys.closeNode(top)
      this.node = this.plane.parent[top]!
      this.nodeDepth--
    }
    const around = this.open.at(-1)
    this.state =
      around === undefined ? State.outside : around === nodeList ? State.nodes : State.key
  }

  /**
   * Goes on in a container value until its brackets close. Inside, only `<dict>` and `<array>` count, and
   * characters that may hold a `<`: comments and CDATA.
   */
  private skipContainer(bytes: Uint8Array, from: number, isLast: boolean): number {
    const length = bytes.length
    let depth = this.depth
    let at = from
    for (;;) {
      at = nextLess(bytes, at)
      if (at < 0) {
        at = length
        break
      }
      if (length - at < lookahead && !isLast) break
      const second = bytes[at + 1]!
      if (second === slash) {
        const third = bytes[at + 2]!
        if (third === 0x61 || (third === 0x64 && bytes[at + 3] === 0x69)) {
          const end = tagEnd(bytes, at, third === 0x61 ? at + 7 : at + 6)
          if (end < 0) break
          at = end
          if (--depth === 0) {
            this.takeValue(bytes, at, at)
            return at
          }
        } else at += 4
      } else if (second === 0x61 || (second === 0x64 && bytes[at + 2] === 0x69)) {
        const end = tagEnd(bytes, at, second === 0x61 ? at + 6 : at + 5)
        if (end < 0) break
        at = end
        if (bytes[at - 2] !== slash) depth++
      } else if (second === 33 || second === 63) {
        at = this.openMarkup(bytes, at)
        this.depth = depth
        return at
      } else at += 3
    }
    this.depth = depth
    return Math.min(at, length)
  }
}

/** Where the first element that is a dictionary or an array begins. */
function firstDocument(bytes: Uint8Array): number {
  for (let at = nextLess(bytes, 0); at >= 0; at = nextLess(bytes, at + 1)) {
    const tag = tagAt(bytes, at + 1)
    if (tag === Tag.dict || tag === Tag.array) return at
  }
  return bytes.length
}

/** Stands in `open` for an array of nodes. */
const nodeList = -1
