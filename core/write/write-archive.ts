import { readValue } from '../registry/read-value.ts'
import {
  ValueType,
  type DumpSource,
  type NodeIndex,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import { bytesAt, stringAt } from '../registry/strings.ts'
import { stringValue } from '../registry/value-parts.ts'
import { ArchiveItems, type ArchiveWriteOptions } from './archive-items.ts'
import { Added, addedKeyLines, type AddedCode } from './archive-keys.ts'
import { archiveFormOf, type ArchiveForm } from './archive-form.ts'
import { ByteChunks } from './byte-chunks.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'
import { partOf, type WrittenPart } from './written-part.ts'
import { controlPicture } from './xml-text.ts'
import { plistHead, xmlLoss, XmlValueWriter } from './xml-value.ts'

/**
 * One plane as `ioreg -a -l` writes it (facts: ioreg, section 7), in pieces of bytes. The keys that ioreg adds
 * are written where they are known and left out where not. A value that stood in XML is copied byte for byte,
 * with whatever damage it had, where it is indented as deep as here; every other is written anew. A NUL, which makes a
 * file a binary one to most readers, is never copied, nor what else XML forbids of control characters where that is
 * seen: CoreFoundation writes those of a string as they are.
 * @returns what an archive cannot say
 */
export function* writeArchive(
  snapshot: Snapshot,
  options: ArchiveWriteOptions = {},
): Generator<Uint8Array, WriteLosses> {
  const part = partOf(snapshot, options)
  const out = new ByteChunks()
  const losses = new LossTally(snapshot)
  out.text(plistHead)
  // Where nothing matched ioreg prints nothing at all; an empty array is the same, and a file to open.
  if (!part || part.first === part.end) out.text('<array/>\n')
  else yield* new ArchiveWriter(snapshot, part, options, out, losses).write()
  out.text('</plist>\n')
  yield* out.rest()
  losses.noteAsides()
  if (part) losses.noteOtherPlanes(part.plane)
  return losses.list()
}

/** A node whose dictionary is open. */
interface OpenNode {
  readonly node: NodeIndex
  /** Levels of the lines inside its dictionary. */
  readonly indent: number
  /** Properties and added keys, sorted. */
  readonly items: readonly number[]
  next: number
  /** The next client to write, while the clients are being written. */
  client: NodeIndex
}

class ArchiveWriter {
  private readonly snapshot: Snapshot
  private readonly part: WrittenPart
  private readonly out: ByteChunks
  private readonly losses: LossTally
  private readonly form: ArchiveForm
  private readonly values: XmlValueWriter
  private readonly items: ArchiveItems
  /** `<key>…</key>` and its line break, by string index. */
  private readonly keyLines: (Uint8Array | undefined)[]
  private readonly sourcesWithNul = new Map<DumpSource, boolean>()

  constructor(
    snapshot: Snapshot,
    part: WrittenPart,
    options: ArchiveWriteOptions,
    out: ByteChunks,
    losses: LossTally,
  ) {
    this.snapshot = snapshot
    this.part = part
    this.out = out
    this.losses = losses
    this.form = archiveFormOf(snapshot, part)
    this.values = new XmlValueWriter(out, losses)
    this.items = new ArchiveItems(snapshot, part, options, losses)
    this.keyLines = new Array<Uint8Array | undefined>(snapshot.strings.length)
  }

  *write(): Generator<Uint8Array, void> {
    const { part, form, out, values } = this
    const indent = form.isArray ? 1 : 0
    if (form.isArray) out.text('<array>\n')
    for (let root = part.first; root < part.end; root = part.plane.end[root]!) {
      yield* this.writeTree(root, indent)
    }
    if (form.isArray) values.line(0, '</array>')
  }

  private *writeTree(root: NodeIndex, indent: number): Generator<Uint8Array, void> {
    const { out, values } = this
    const { end } = this.part.plane
    const open: OpenNode[] = []
    this.open(root, indent, open)
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const hasArray = !this.form.singleClients.has(top.node)
      if (top.client >= 0) {
        if (top.client < end[top.node]!) {
          const { client } = top
          top.client = end[client]!
          this.open(client, hasArray ? top.indent + 1 : top.indent, open)
        } else {
          if (hasArray) values.line(top.indent, '</array>')
          top.client = -1
          this.losses.at(this.part.plane, top.node)
        }
        continue
      }
      const item = top.items[top.next++]
      if (item === undefined) {
        values.line(top.indent - 1, '</dict>')
        open.pop()
      } else if (item === Added.children) {
        values.tabs(top.indent)
        out.bytes(addedKeyLines[-item]!)
        if (hasArray) values.line(top.indent, '<array>')
        top.client = top.node + 1
      } else if (item < 0) this.writeAdded(top, item as AddedCode)
      else this.writeProperty(item, top.indent)
      if (out.hasFull) yield* out.full()
    }
  }

  private open(node: NodeIndex, indent: number, open: OpenNode[]): void {
    this.losses.at(this.part.plane, node)
    const items = this.items.of(node)
    this.values.line(indent, items.length === 0 ? '<dict/>' : '<dict>')
    if (items.length > 0) open.push({ node, indent: indent + 1, items, next: 0, client: -1 })
  }

  private writeAdded({ node, indent }: OpenNode, code: AddedCode): void {
    const { entries } = this.snapshot
    const { plane } = this.part
    const row = plane.sighting[node]!
    this.values.tabs(indent)
    this.out.bytes(addedKeyLines[-code]!)
    switch (code) {
      case Added.className:
        this.stringLine(indent, this.items.classOf(node))
        return
      case Added.classChain:
        this.writeChain(indent, this.items.chainOf(node))
        return
      case Added.name:
        this.stringLine(indent, plane.name[node]!)
        return
      case Added.location:
        this.stringLine(indent, plane.location[node]!)
        return
      case Added.retainCount:
        this.integerLine(indent, entries.retainCount[row]!)
        return
      case Added.id:
        this.integerLine(indent, BigInt.asIntN(64, entries.id[row]!))
        return
      case Added.busyCount:
        this.integerLine(indent, entries.busyCount[row]!)
        return
      case Added.busyTime:
        this.integerLine(indent, BigInt.asIntN(64, entries.busyTimeNs[row]!))
        return
      case Added.state:
        this.integerLine(indent, entries.state[row]!)
        return
      case Added.children:
        return
    }
  }

  private integerLine(indent: number, value: number | bigint): void {
    const { out, values } = this
    values.tabs(indent)
    out.text('<integer>')
    out.text(String(value))
    out.text('</integer>\n')
  }

  private stringLine(indent: number, index: StringIndex): void {
    const text = stringAt(this.snapshot.strings, index)
    this.values.line(indent, `<string>${this.values.escaped(text, this.isBroken(index))}</string>`)
  }

  private writeChain(indent: number, chain: StringIndex): void {
    this.values.line(indent, '<array>')
    for (const name of stringAt(this.snapshot.strings, chain).split(':')) {
      this.values.line(indent + 1, `<string>${this.values.escaped(name)}</string>`)
    }
    this.values.line(indent, '</array>')
  }

  private isBroken(index: StringIndex): boolean {
    const text = stringAt(this.snapshot.strings, index)
    if (!text.includes('\ufffd')) return false
    const value = stringValue(bytesAt(this.snapshot.strings, index))
    return value.kind === 'string' && value.bytes !== undefined
  }

  private writeProperty(property: PropertyIndex, indent: number): void {
    const { properties, sources } = this.snapshot
    const { out, values } = this
    values.tabs(indent)
    out.bytes(this.keyLine(properties.key[property]!))
    const source = sources[properties.source[property]!]!
    const start = properties.start[property]!
    const end = properties.end[property]!
    const type = properties.type[property]
    // An element that is not closed as it should be would take the next ones with it.
    const isElement = type !== ValueType.unreadable && type !== ValueType.missing
    if (source.syntax !== 'xml' || !isElement) {
      values.write(readValue(this.snapshot, property), indent, source.syntax === 'text')
      return
    }
    const hasLayout =
      type === ValueType.data || type === ValueType.array || type === ValueType.dictionary
    const isInPlace = !hasLayout || isIndented(source.bytes, start, indent)
    if (isInPlace && !(this.hasNul(source) && forbiddenAt(source.bytes, start, end) < end)) {
      values.tabs(indent)
      out.range(source.bytes, start, end)
      out.byte(10)
      return
    }
    const value = readValue(this.snapshot, property)
    // Damage inside is copied with the rest rather than made into something else.
    if (value.kind === 'unreadable') this.copyDamage(source.bytes, start, end, indent)
    else values.write(value, indent, false)
  }

  /** A look at all of a source, once, spares one at every value: nearly no archive has a NUL. */
  private hasNul(source: DumpSource): boolean {
    const known = this.sourcesWithNul.get(source)
    if (known !== undefined) return known
    const hasNul = source.bytes.includes(0)
    this.sourcesWithNul.set(source, hasNul)
    return hasNul
  }

  private copyDamage(bytes: Uint8Array, start: number, end: number, indent: number): void {
    const { out, values } = this
    values.tabs(indent)
    for (let from = start; from < end;) {
      const at = forbiddenAt(bytes, from, end)
      out.range(bytes, from, at)
      if (at < end) {
        out.text(controlPicture(bytes[at]!))
        if (from === start) this.losses.note(xmlLoss.forbidden)
      }
      from = at + 1
    }
    out.byte(10)
  }

  private keyLine(key: StringIndex): Uint8Array {
    const known = this.keyLines[key]
    if (known) return known
    const text = this.values.escaped(stringAt(this.snapshot.strings, key), this.isBroken(key))
    const line = new TextEncoder().encode(`<key>${text}</key>\n`)
    this.keyLines[key] = line
    return line
  }
}

/** Where the next control character is that XML forbids; `to` where there is none. */
function forbiddenAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && !isForbidden(bytes[at]!)) at++
  return at
}

function isForbidden(byte: number): boolean {
  return byte < 32 && byte !== 9 && byte !== 10 && byte !== 13
}

/** Does an element begin after a line break and just so many tabs? */
function isIndented(bytes: Uint8Array, start: number, indent: number): boolean {
  if (start <= indent || bytes[start - indent - 1] !== 10) return false
  for (let at = start - indent; at < start; at++) if (bytes[at] !== 9) return false
  return true
}
