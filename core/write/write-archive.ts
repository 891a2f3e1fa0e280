import { readValue } from '../registry/read-value.ts'
import {
  EntryFlag,
  noString,
  ValueType,
  type NodeIndex,
  type PropertyIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import { bytesAt, stringAt } from '../registry/strings.ts'
import { stringValue } from '../registry/value-parts.ts'
import { Added, addedKeyLines, KeyOrder, type AddedCode } from './archive-keys.ts'
import { archiveFormOf, type ArchiveForm } from './archive-form.ts'
import { ByteChunks } from './byte-chunks.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'
import {
  classAt,
  classChainAt,
  partOf,
  propertyRowAt,
  type PartOptions,
  type WrittenPart,
} from './written-part.ts'
import { XmlValueWriter, xmlLoss } from './xml-value.ts'

export interface ArchiveWriteOptions extends PartOptions {
  /**
   * `IOObjectInheritance` where a chain is known, as `-i` on macOS 11 and later writes it. When absent: as the
   * dump was made. A text dump without `-i` tells the root's chain all the same, for it has but one class.
   */
  readonly hasChains?: boolean
  /** `IOObjectClass` holds the name, as OS X 10.8 to macOS 10.13 write it (facts: ioreg, section 7). */
  readonly hasNamesForClasses?: boolean
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

/**
 * One plane as `ioreg -a -l` writes it (facts: ioreg, section 7), in pieces of bytes. The keys that ioreg adds
 * are written where they are known and left out where not. A value that stood in XML is copied byte for byte,
 * with whatever damage it had, where it is indented as deep as here; every other is written anew.
 * @returns what an archive cannot say
 */
export function* writeArchive(
  snapshot: Snapshot,
  options: ArchiveWriteOptions = {},
): Generator<Uint8Array, WriteLosses> {
  const part = partOf(snapshot, options)
  const out = new ByteChunks()
  const losses = new LossTally(snapshot)
  out.text(head)
  // Where nothing matched ioreg prints nothing at all; an empty array is the same, and a file to open.
  if (!part || part.first === part.end) out.text('<array/>\n')
  else yield* new ArchiveWriter(snapshot, part, options, out, losses).write()
  out.text('</plist>\n')
  yield* out.rest()
  losses.noteWhole(part?.plane ?? null)
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
  private readonly options: ArchiveWriteOptions
  private readonly out: ByteChunks
  private readonly losses: LossTally
  private readonly form: ArchiveForm
  private readonly values: XmlValueWriter
  private readonly order: KeyOrder
  /** `<key>…</key>` and its line break, by string index. */
  private readonly keyLines: (Uint8Array | undefined)[]
  private readonly hasChains: boolean
  /** No archive is among the sources: states and times are what text tells of them. */
  private readonly isTextOnly: boolean

  constructor(
    snapshot: Snapshot,
    part: WrittenPart,
    options: ArchiveWriteOptions,
    out: ByteChunks,
    losses: LossTally,
  ) {
    this.snapshot = snapshot
    this.part = part
    this.options = options
    this.out = out
    this.losses = losses
    this.form = archiveFormOf(snapshot, part)
    this.values = new XmlValueWriter(out, losses)
    this.order = new KeyOrder(snapshot)
    this.keyLines = new Array<Uint8Array | undefined>(snapshot.strings.length)
    this.isTextOnly = snapshot.sources.every(({ syntax }) => syntax === 'text')
    const { classChain, className } = snapshot.entries
    const isLong = (chain: StringIndex, row: number) =>
      chain !== noString && chain !== className[row]
    this.hasChains = options.hasChains ?? (!this.isTextOnly || classChain.some(isLong))
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
      yield* out.full()
    }
  }

  private open(node: NodeIndex, indent: number, open: OpenNode[]): void {
    this.losses.at(this.part.plane, node)
    const items = this.itemsOf(node)
    this.values.line(indent, items.length === 0 ? '<dict/>' : '<dict>')
    if (items.length > 0) open.push({ node, indent: indent + 1, items, next: 0, client: -1 })
  }

  private itemsOf(node: NodeIndex): readonly number[] {
    const { entries, properties } = this.snapshot
    const { plane } = this.part
    const row = plane.sighting[node]!
    const flags = entries.flags[row]!
    const items: number[] = []
    const hasClients = plane.end[node] !== node + 1 && plane.depth[node]! < this.part.lastDepth
    const put = (isKnown: boolean, code: AddedCode) => void (isKnown && items.push(code))
    const owner = propertyRowAt(this.snapshot, plane, node)
    for (let p = entries.firstProperty[owner]!; p < entries.firstProperty[owner + 1]!; p++) {
      if (!this.order.isAdded(properties.key[p]!)) items.push(p)
      else this.losses.note('properties that are named as a key of ioreg’s own are left out')
    }
    put(this.classTextOf(node) !== noString, Added.className)
    put(this.hasChains && this.chainOf(node) !== noString, Added.classChain)
    put((flags & EntryFlag.hasRetainCount) !== 0, Added.retainCount)
    put(hasClients, Added.children)
    put((flags & EntryFlag.hasId) !== 0, Added.id)
    put(plane.location[node] !== noString, Added.location)
    put(plane.name[node] !== noString, Added.name)
    put((flags & EntryFlag.hasBusyCount) !== 0, Added.busyCount)
    put((flags & EntryFlag.hasBusyTime) !== 0, Added.busyTime)
    put((flags & EntryFlag.isService) !== 0, Added.state)
    this.noteCoarse(flags)
    this.order.sort(items, properties.key)
    for (let i = 1; i < items.length; i++) {
      const isTwice = items[i]! >= 0 && items[i - 1]! >= 0 && this.sameKey(items[i]!, items[i - 1]!)
      if (isTwice) this.losses.note(xmlLoss.duplicateKey)
    }
    return items
  }

  private sameKey(a: PropertyIndex, b: PropertyIndex): boolean {
    const { key } = this.snapshot.properties
    return key[a] === key[b]
  }

  private classTextOf(node: NodeIndex): StringIndex {
    const { plane } = this.part
    return this.options.hasNamesForClasses ? plane.name[node]! : classAt(this.snapshot, plane, node)
  }

  private chainOf(node: NodeIndex): StringIndex {
    return classChainAt(this.snapshot, this.part.plane, node)
  }

  /** What an archive would tell exactly and text tells roughly; the archive written from it shows no doubt. */
  private noteCoarse(flags: number): void {
    if ((flags & EntryFlag.busyTimeInMs) !== 0) {
      this.losses.note('busy times are known in whole milliseconds only')
    }
    if ((flags & EntryFlag.stateBitsUnordered) !== 0) {
      this.losses.note('registered and matched may stand for each other')
    }
    if (this.isTextOnly && (flags & EntryFlag.isService) !== 0) {
      this.losses.note(
        'of a state its three printed words are known only; its other bits are clear',
      )
    }
  }

  private writeAdded({ node, indent }: OpenNode, code: AddedCode): void {
    const { entries } = this.snapshot
    const { plane } = this.part
    const row = plane.sighting[node]!
    this.values.tabs(indent)
    this.out.bytes(addedKeyLines[-code]!)
    switch (code) {
      case Added.className:
        this.stringLine(indent, this.classTextOf(node))
        return
      case Added.classChain:
        this.writeChain(indent, this.chainOf(node))
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
    if (source.syntax === 'xml' && this.isCopied(property, indent)) {
      values.tabs(indent)
      out.range(source.bytes, start, properties.end[property]!)
      out.byte(10)
      return
    }
    values.write(readValue(this.snapshot, property), indent, source.syntax === 'text')
  }

  /** Is the element good here as it stands in its source? */
  private isCopied(property: PropertyIndex, indent: number): boolean {
    const { properties, sources } = this.snapshot
    const type = properties.type[property]
    // An element that is not closed as it should be would take the next ones with it.
    if (type === ValueType.unreadable || type === ValueType.missing) return false
    const hasLayout =
      type === ValueType.data || type === ValueType.array || type === ValueType.dictionary
    if (!hasLayout) return true
    const { bytes } = sources[properties.source[property]!]!
    if (isIndented(bytes, properties.start[property]!, indent)) return true
    // Damage inside is copied with the rest rather than made into something else.
    return readValue(this.snapshot, property).kind === 'unreadable'
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

/** Does an element begin after a line break and just so many tabs? */
function isIndented(bytes: Uint8Array, start: number, indent: number): boolean {
  if (start <= indent || bytes[start - indent - 1] !== 10) return false
  for (let at = start - indent; at < start; at++) if (bytes[at] !== 9) return false
  return true
}
