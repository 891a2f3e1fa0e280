import { propertyRowAt } from '../registry/place-rows.ts'
import { readValue } from '../registry/read-value.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  ValueType,
  type NodeIndex,
  type Snapshot,
} from '../registry/snapshot.ts'
import { bytesAt } from '../registry/strings.ts'
import type { TextSection } from '../registry/text-style.ts'
import { Slot } from '../dump/text-asides.ts'
import { AsideCursor } from './aside-cursor.ts'
import { ByteChunks } from './byte-chunks.ts'
import { LossTally, type WriteLosses } from './write-losses.ts'
import { newestEra, textEraOf, type ValueRules } from './text-era.ts'
import { eraParts, isPrintedSo, rulesOfSource, sourceParts, type TextPart } from './text-layout.ts'
import { unreadableLoss, writeTextValue } from './write-text-value.ts'

export interface TextWriteOptions {
  /** One plane; all of them when absent. */
  readonly plane?: string
  /**
   * A version of the system, whose `ioreg` prints so: `10.4`. When absent, a text dump is written as it was laid
   * out, and everything else as the newest does.
   */
  readonly era?: string
  /** False: leave out what is no part of a tree, and write what was odd as the tool would. */
  readonly asides?: boolean
  /** False: nodes only, as without `-l`. */
  readonly properties?: boolean
  /** Class chains in the place of classes, where they are known (`-i`). */
  readonly chains?: boolean
  /** Numbers and data in hexadecimal (`-x`). */
  readonly isHex?: boolean
}

export interface TextReport {
  readonly bytes: number
  /** Those that were kept from the source as they were, and do not come from the tables. */
  readonly verbatimBytes: number
  /** What text of this kind cannot say. */
  readonly losses: WriteLosses
}

/**
 * The registry as `ioreg -l -w0` prints it (facts: ioreg, sections 3 to 5), in chunks. A text dump that was read into
 * a snapshot of its own comes out as it was, byte for byte, unless the options say otherwise.
 *
 * The entries' lines are made from the tables, each place from what was seen there; values are copied where
 * they stand in text already, and else made. What is odd in the source comes from the asides.
 */
export function* writeText(
  snapshot: Snapshot,
  options: TextWriteOptions = {},
): Generator<Uint8Array, TextReport> {
  const writer = new TextWriter(snapshot, options)
  yield* writer.write()
  return writer.report()
}

class TextWriter {
  private readonly snapshot: Snapshot
  private readonly options: TextWriteOptions
  private readonly sink = new ByteChunks()
  private readonly losses: LossTally
  private readonly cursors: AsideCursor[]
  /** Of the plane that is being written. */
  private cursor: AsideCursor
  private readonly sourceRules: readonly (ValueRules | null)[]
  private verbatimBytes = 0
  /** What stands before a line: two bytes for each level. */
  private prefix = new Uint8Array(128)

  constructor(snapshot: Snapshot, options: TextWriteOptions) {
    this.snapshot = snapshot
    this.options = options
    this.losses = new LossTally(snapshot)
    this.cursors = snapshot.planes.map((_, plane) => new AsideCursor(snapshot.asides, plane))
    this.cursor = new AsideCursor(snapshot.asides, 0)
    this.sourceRules = snapshot.sources.map((_, source) => rulesOfSource(snapshot, source))
  }

  *write(): Generator<Uint8Array, void> {
    for (const part of this.parts()) yield* this.writePart(part)
    yield* this.sink.rest()
  }

  report(): TextReport {
    return {
      bytes: this.sink.total,
      verbatimBytes: this.verbatimBytes,
      losses: this.losses.list(),
    }
  }

  private parts(): TextPart[] {
    const { snapshot, options } = this
    const wanted = (plane: string) => options.plane === undefined || options.plane === plane
    const isAsRead = options.era === undefined && !options.chains && !options.isHex
    const asRead = isAsRead ? sourceParts(snapshot, options.asides !== false) : null
    if (asRead) return asRead.filter(({ plane }) => wanted(plane.plane))
    const era = options.era === undefined ? newestEra : textEraOf(options.era)
    if (!era) throw new RangeError(`no version of the system: ${options.era}`)
    const planes = snapshot.planes.filter(({ plane }) => wanted(plane))
    return eraParts(snapshot, planes, era, options.chains === true)
  }

  private *writePart(part: TextPart): Generator<Uint8Array, void> {
    const { plane, first, end, layout } = part
    this.cursor = this.cursors[this.snapshot.planes.indexOf(plane)]!
    if (part.hasHeading) this.line(layout, () => this.sink.latin(`${layout.plane}:`))
    for (let node = first; node < end; node++) {
      if (plane.parent[node]! < 0) this.endTree(part, node, node > first)
      yield* this.writeNode(part, node)
      if (this.sink.hasFull) yield* this.sink.full()
    }
    this.endTree(part, end, end > first)
    this.asidesAt(part, end, Slot.header)
  }

  /** What stands between the trees of `ioreg -r`. */
  private endTree(part: TextPart, next: NodeIndex, isAfterTree: boolean): void {
    const cursor = this.asidesAt(part, next, Slot.end)
    if (!isAfterTree || !part.layout.endsMatches) return
    if (!this.writeInstead(cursor)) this.line(part.layout, () => undefined)
  }

  private *writeNode(part: TextPart, node: NodeIndex): Generator<Uint8Array, void> {
    const { plane, layout } = part
    const { entries } = this.snapshot
    this.losses.at(plane, node)
    const depth = plane.depth[node]!
    const parent = plane.parent[node]!
    this.roomFor(depth)
    const header = this.asidesAt(part, node, Slot.header)
    const hasSibling = parent >= 0 && plane.end[node]! < plane.end[parent]!
    const hasClients = plane.end[node]! > node + 1
    this.setBar(depth, hasSibling !== header.isSiblingBarWrong)
    this.setBar(depth + 1, hasClients !== header.isClientBarWrong)
    const { hasNoBlock, hasEmptyBlock } = header
    if (!this.writeInstead(header)) this.writeHeader(part, node, depth)
    const row = plane.sighting[node]!
    const isTold = (entries.flags[row]! & EntryFlag.hasProperties) !== 0 && !hasNoBlock
    const hasBlock = isTold || part.hasAllBlocks
    if (!hasBlock || this.options.properties === false) return
    if (!this.writeInstead(this.asidesAt(part, node, Slot.open))) {
      this.blockLine(layout, depth, '{')
    }
    const owner = hasEmptyBlock ? -1 : propertyRowAt(this.snapshot, plane, node)
    const firstProperty = owner < 0 ? 0 : entries.firstProperty[owner]!
    const count = owner < 0 ? 0 : entries.firstProperty[owner + 1]! - firstProperty
    for (let i = 0; i < count; i++) {
      this.writeProperty(part, node, depth, i, firstProperty + i)
      if (this.sink.hasFull) yield* this.sink.full()
    }
    if (!this.writeInstead(this.asidesAt(part, node, Slot.property + count))) {
      this.blockLine(layout, depth, '}')
    }
    const separator = this.asidesAt(part, node, Slot.property + count + 1)
    if (this.writeInstead(separator) || layout.separator === 'none') return
    this.line(layout, () => this.addSeparator(layout, depth))
  }

  private writeProperty(
    part: TextPart,
    node: NodeIndex,
    depth: number,
    i: number,
    property: number,
  ): void {
    const { sink, snapshot } = this
    const { layout } = part
    const cursor = this.asidesAt(part, node, Slot.property + i)
    if (!this.writeInstead(cursor)) {
      sink.latin(layout.margin)
      sink.range(this.prefix, 0, 2 * depth + 4)
      sink.latin('  "')
      sink.bytes(bytesAt(snapshot.strings, snapshot.properties.key[property]!))
      sink.latin('" = ')
    }
    this.writeValue(part, property)
    if (cursor.breakRow < 0) sink.latin(layout.lineBreak)
    else this.addAside(cursor.breakRow)
  }

  private writeValue({ era }: TextPart, property: number): void {
    const { snapshot, sink, losses } = this
    const { properties, sources } = snapshot
    const source = sources[properties.source[property]!]!
    const start = properties.start[property]!
    const end = properties.end[property]!
    const rules = era && (this.options.isHex ? { ...era.values, isHex: true } : era.values)
    const isCopied =
      rules === null ||
      isPrintedSo(snapshot, property, rules, this.sourceRules[properties.source[property]!]!)
    const isRaw = properties.type[property] === ValueType.unreadable && source.syntax === 'text'
    if (isRaw && !isCopied) losses.note(unreadableLoss)
    if (isCopied || isRaw) sink.range(source.bytes, start, end)
    else writeTextValue(sink, readValue(snapshot, property), rules, losses)
  }

  /** `+-o Name@Location  <class Class, id 0x…, registered, matched, active, busy N (M ms), retain N>` */
  private writeHeader(part: TextPart, node: NodeIndex, depth: number): void {
    const { sink } = this
    const { plane, layout } = part
    sink.latin(layout.margin)
    sink.range(this.prefix, 0, 2 * depth)
    sink.latin('+-o ')
    if (layout.bold) sink.latin(layout.bold[0])
    this.addString(plane.name[node]!, '<name error>')
    if (layout.bold) sink.latin(layout.bold[1])
    if (plane.location[node]! !== noString) {
      sink.latin('@')
      this.addString(plane.location[node]!, '')
    }
    sink.latin(layout.isBare ? ' class: ' : '  <class ')
    const row = plane.sighting[node]!
    this.addClass(layout, row, plane.entry[node]!)
    if (!layout.isBare) this.addItems(part, row)
    sink.latin(layout.isBare ? layout.lineBreak : `>${layout.lineBreak}`)
  }

  private addClass(layout: TextSection, row: number, entry: number): void {
    const { className, classChain } = this.snapshot.entries
    // A place without a class of its own is one that was cut: it shows the entry's.
    const shown = className[row] === noString && classChain[row] === noString ? entry : row
    const chain = layout.hasChains || layout.isBare ? classChain[shown]! : noString
    this.addString(chain === noString ? className[shown]! : chain, '<class error>')
  }

  private addItems({ era, layout }: TextPart, row: number): void {
    const { sink, losses } = this
    const { entries } = this.snapshot
    const flags = entries.flags[row]!
    if ((flags & EntryFlag.hasId) !== 0) {
      if (era?.hasIds ?? true) sink.latin(`, id 0x${entries.id[row]!.toString(16)}`)
      else losses.note('nodes lost their registry entry IDs, which are printed since 10.6')
    }
    if ((flags & (EntryFlag.isService | EntryFlag.hasBusyCount)) !== 0) {
      if (era?.hasState ?? true) this.addState(row, era?.hasBusyTime ?? true)
      else losses.note('nodes lost their states, which are printed since 10.3')
    }
    if ((flags & EntryFlag.hasRetainCount) !== 0) {
      if (era === null || era.retainWord !== null) {
        sink.latin(`, ${layout.retainWord} ${entries.retainCount[row]!}`)
      } else losses.note('nodes lost their retain counts, which are printed since 10.3')
    }
  }

  private addState(row: number, hasTime: boolean): void {
    const { sink, losses } = this
    const { entries } = this.snapshot
    const flags = entries.flags[row]!
    if ((flags & EntryFlag.isService) !== 0) {
      const state = entries.state[row]!
      const not = (bit: number) => ((state & bit) === 0 ? '!' : '')
      sink.latin(`, ${not(ServiceState.registered)}registered, ${not(ServiceState.matched)}matched`)
      sink.latin((state & ServiceState.inactive) === 0 ? ', active' : ', inactive')
    }
    if ((flags & EntryFlag.hasBusyCount) === 0) return
    sink.latin(`, busy ${entries.busyCount[row]!}`)
    const time = entries.busyTimeNs[row]!
    const isPrinted =
      (flags & EntryFlag.hasBusyTime) !== 0 &&
      (time !== 0n || (flags & EntryFlag.busyTimeInMs) !== 0)
    if (!isPrinted) return
    if (hasTime) sink.latin(` (${time / 1_000_000n} ms)`)
    else losses.note('nodes lost their busy times, which are printed since 10.6')
  }

  private addString(index: number, unknown: string): void {
    if (index === noString) this.sink.latin(unknown)
    else this.sink.bytes(bytesAt(this.snapshot.strings, index))
  }

  private blockLine(layout: TextSection, depth: number, brace: string): void {
    this.line(layout, () => {
      this.sink.range(this.prefix, 0, 2 * depth + 4)
      this.sink.latin(brace)
    })
  }

  private addSeparator(layout: TextSection, depth: number): void {
    let end = 2 * depth + 4
    if (layout.separator === 'trimmed') while (end > 0 && this.prefix[end - 1] === 32) end--
    this.sink.range(this.prefix, 0, end)
  }

  private line(layout: TextSection, write: () => void): void {
    this.sink.latin(layout.margin)
    write()
    this.sink.latin(layout.lineBreak)
  }

  /** Writes the lines that stand before a slot; the cursor then tells what else is known of it. */
  private asidesAt(part: TextPart, node: NodeIndex, slot: number): AsideCursor {
    const { cursor } = this
    const limit = node === part.end ? part.limit : Number.POSITIVE_INFINITY
    cursor.moveTo(node, slot, part.source, limit, row => this.addAside(row))
    return cursor
  }

  private writeInstead(cursor: AsideCursor): boolean {
    if (cursor.insteadRow < 0) return false
    this.addAside(cursor.insteadRow)
    return true
  }

  private addAside(row: number): void {
    const { asides, sources } = this.snapshot
    const start = asides.start[row]!
    const end = asides.end[row]!
    this.sink.range(sources[asides.source[row]!]!.bytes, start, end)
    this.verbatimBytes += end - start
  }

  private setBar(slot: number, isSet: boolean): void {
    this.prefix[2 * slot] = isSet ? 124 : 32
  }

  private roomFor(depth: number): void {
    while (this.prefix.length < 2 * depth + 4) {
      const longer = new Uint8Array(2 * this.prefix.length)
      longer.set(this.prefix)
      this.prefix = longer
    }
    this.prefix[2 * depth + 1] = this.prefix[2 * depth + 3] = 32
  }
}
