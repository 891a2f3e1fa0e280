import { EntryFlag, noString, ValueType, type EntryIndex } from '../registry/snapshot.ts'
import type { NodeIndex, StringIndex, ValueTypeTag } from '../registry/snapshot.ts'
import type { OpenNodes } from './open-nodes.ts'
import { AsideKind, Slot } from './text-asides.ts'
import type { TextContext } from './text-line.ts'
import { keyEnd } from './text-lines.ts'
import { isClosed, typeOfContinued, typeOfFirst } from './text-value-type.ts'

const space = 32

/** The last line of a tree, as `core/scan/text.ts` counts. */
const TextPlace = { node: 0, block: 1, blockEnd: 2, separator: 3 } as const

/** Reads what stands below a node's line: its block of properties and the separator after it. */
export class BlockReader {
  /** The entry of the last node; -1 where no node can have a block. */
  entry: EntryIndex = -1
  place: 'before' | 'inside' | 'after' = 'before'
  /** After the last line that is part of a tree. */
  treeEnd = 0
  private readonly context: TextContext
  private readonly nodes: OpenNodes
  private hasBrace = false
  private hasSeparator = false
  private braceColumn = 0
  private propertyColumn = 0
  private propertyCount = 0

  // The property whose value may go on in the next line.
  private key = noString
  private valueStart = 0
  private valueEnd = 0
  private valueNext = 0
  private isContinued = false
  /** The lines after a property that was skipped go on with its value. */
  private isSkipped = false

  constructor(context: TextContext, nodes: OpenNodes) {
    this.context = context
    this.nodes = nodes
  }

  /** A node was read, whose line's column is `column`. */
  begin(entry: EntryIndex, column: number): void {
    this.entry = entry
    this.place = 'before'
    this.braceColumn = column + 4
    this.propertyColumn = column + 6
    this.treeEnd = this.context.line.next
  }

  /** What follows belongs to no block. */
  end(bytes: Uint8Array, isLast = false): void {
    this.closeProperty(bytes)
    const { entry } = this
    if (entry >= 0) {
      const { entries } = this.context.builder
      entries.finish(entry)
      this.noteMissingLines(entries.alias[entry] !== entry, isLast)
    }
    this.entry = -1
    this.isSkipped = false
    this.place = 'after'
    this.hasBrace = false
    this.hasSeparator = false
    this.propertyCount = 0
  }

  /** `{`. False when it is none here. */
  readOpen(bytes: Uint8Array): boolean {
    const { line, section, asides } = this.context
    const column = line.at - line.from
    const isAlone = line.at + 1 === line.end
    if (!isAlone || this.place !== 'before' || this.entry < 0 || this.propertyCount > 0) {
      return false
    }
    // The block of a root stands four columns further, unless what is blank there was lost.
    if (section.nodes === 1 && this.nodes.depth === 1 && column < 4) section.isStripped = true
    const slots = this.nodes.blockSlots
    if (section.isStripped) this.nodes.prefix.tell(bytes, line.from, column / 2, slots)
    asides.flush(line.start, section.plane!, this.node, Slot.open)
    this.place = 'inside'
    this.hasBrace = true
    this.isSkipped = false
    this.braceColumn = column
    this.propertyColumn = section.isStripped && column === 0 ? 0 : column + 2
    this.sawProperties()
    if (!this.isBlockLine(bytes)) this.keepLine(Slot.open)
    this.treeEnd = line.next
    return true
  }

  /** `}`. False when it is none here. */
  readClose(bytes: Uint8Array): boolean {
    const { line, section, asides } = this.context
    const isAlone = line.at + 1 === line.end
    if (!isAlone || this.place !== 'inside' || line.at - line.from !== this.braceColumn)
      return false
    this.closeProperty(bytes)
    const slot = Slot.property + this.propertyCount
    asides.flush(line.start, section.plane!, this.node, slot)
    this.place = 'after'
    if (!this.isBlockLine(bytes)) this.keepLine(slot)
    this.treeEnd = line.next
    return true
  }

  /** The line of blanks and bars that ends a block. False when it is none here. */
  readSeparator(bytes: Uint8Array): boolean {
    if (this.entry < 0 || this.place !== 'after' || this.hasSeparator) return false
    const { line, section, asides } = this.context
    this.hasSeparator = true
    const slot = Slot.property + this.propertyCount + 1
    asides.flush(line.start, section.plane!, this.node, slot)
    const { prefix, blockSlots } = this.nodes
    const isWhole =
      line.end - line.from === 2 * blockSlots && prefix.matches(bytes, line.from, blockSlots)
    // Where there is nothing to trim, both forms are one.
    const isTrimmed =
      (!isWhole || section.separator === 'trimmed') &&
      prefix.isTrimmed(bytes, line.from, line.end, blockSlots)
    if (isWhole || isTrimmed) section.separator ??= isWhole ? 'whole' : 'trimmed'
    const { separator } = section
    const isSame = separator === 'whole' ? isWhole : separator === 'trimmed' && isTrimmed
    if (!isSame || !line.isRegular) this.keepLine(slot)
    this.treeEnd = line.next
    return true
  }

  /** False when the line only looks like a property: it belongs to the value before it, or is noise. */
  readProperty(bytes: Uint8Array): boolean {
    const { line, asides, problems, builder } = this.context
    const { at, end } = line
    if (this.place === 'after' || this.entry < 0 || at - line.from !== this.propertyColumn) {
      // In a grepped dump the property of an entry that is not shown; in a block, text inside a string.
      if (this.place === 'inside' || keyEnd(bytes, at, end) < 0) return false
      this.closeProperty(bytes)
      problems.note(
        'skipped',
        at,
        '%n {property belongs|properties belong} to entries that the text does not show and {was|were} skipped.',
      )
      asides.skip(line.start)
      this.isSkipped = true
      return true
    }
    const quote = keyEnd(bytes, at, end)
    if (quote < 0) {
      if (bytes[end - 1] !== 36) return false
      this.closeProperty(bytes)
      asides.skip(line.start)
      problems.note('clipped', at, '%n {line was|lines were} clipped inside a property’s key.')
      return true
    }
    this.closeProperty(bytes)
    this.sawProperties()
    this.key = builder.strings.internKey(bytes, at + 1, quote)
    // Editors trim the blank after `=` where the tool printed no value.
    this.valueStart = Math.min(quote + 4, end)
    this.valueEnd = end
    this.valueNext = line.next
    this.openProperty(quote + 4 <= end && this.isPropertyLine(bytes))
    return true
  }

  /** A line of no form of its own: does it go on with the value before it, or with what was skipped there? */
  readContinuation(bytes: Uint8Array): boolean {
    const { line, asides } = this.context
    if (this.key === noString) {
      if (this.isSkipped) asides.skip(line.start)
      return this.isSkipped
    }
    if (this.place !== 'inside' && isClosed(bytes, this.valueStart, this.valueEnd)) return false
    this.valueEnd = line.end
    this.valueNext = this.treeEnd = line.next
    this.isContinued = true
    asides.forget()
    return true
  }

  /** Keeps the line as it is in the place of what would be written for `slot` of the last node. */
  keepLine(slot: number): void {
    const { line, asides, section } = this.context
    asides.instead(line.start, line.next, section.plane!, this.node, slot)
  }

  private get node(): NodeIndex {
    return this.nodes.last
  }

  /** Does the line begin as those of this node's block do? */
  private isBlockLine(bytes: Uint8Array): boolean {
    const { line, section } = this.context
    const slots = this.nodes.blockSlots
    if (!line.isRegular || section.isStripped || line.at - line.from !== 2 * slots) return false
    return line.slots === slots || this.nodes.prefix.matches(bytes, line.from, slots)
  }

  /** Does a property's line begin as the tree demands, two blanks further than its block? */
  private isPropertyLine(bytes: Uint8Array): boolean {
    const { line, section } = this.context
    const slots = this.nodes.blockSlots
    const end = line.from + 2 * slots
    if (line.at !== end + 2 || bytes[end] !== space || bytes[end + 1] !== space) return false
    if (section.isStripped || line.from - line.start !== section.margin.length) return false
    return line.slots === slots || this.nodes.prefix.matches(bytes, line.from, slots)
  }

  /** Keeps what is odd before the value. */
  private openProperty(isRegular: boolean): void {
    const { line, asides, section, source } = this.context
    if (source < 0) return
    const { node } = this
    const plane = section.plane!
    const slot = Slot.property + this.propertyCount
    if (!this.hasBrace && this.propertyCount === 0) {
      asides.instead(this.treeEnd, this.treeEnd, plane, node, Slot.open)
    }
    asides.flush(line.start, plane, node, slot)
    if (!isRegular) asides.instead(line.start, this.valueStart, plane, node, slot)
    this.propertyCount++
    this.treeEnd = line.next
  }

  /** Not for headers: their entries must not claim to have the properties, which another dump brings. */
  private sawProperties(): void {
    const { source, builder } = this.context
    if (source >= 0) builder.entries.flags[this.entry]! |= EntryFlag.hasProperties
  }

  private noteMissingLines(isKnown: boolean, isLast: boolean): void {
    const { section, asides, source, problems } = this.context
    const { node, propertyCount, treeEnd } = this
    if (source < 0 || (!this.hasBrace && propertyCount === 0)) return
    const plane = section.plane!
    const missing = (slot: number) => asides.instead(treeEnd, treeEnd, plane, node, slot)
    if (isKnown && propertyCount === 0) {
      const start = this.nodes.lastStart
      asides.add(AsideKind.emptyBlock, start, start, plane, node, Slot.header)
    }
    if (this.place !== 'after') {
      missing(Slot.property + propertyCount)
      if (this.hasBrace && !isLast) {
        problems.note(
          'malformed',
          treeEnd,
          '%n {block of properties has|blocks of properties have} no end.',
        )
      }
    } else if (!this.hasSeparator) section.separator ??= 'none'
    if (!this.hasSeparator && section.separator !== 'none') {
      missing(Slot.property + propertyCount + 1)
    }
  }

  /** The last line, where all about it is regular, so that the scanner may go on; else -1. */
  get textPlace(): number {
    const { place, propertyCount, hasBrace } = this
    if (this.entry < 0 || this.isSkipped || this.context.asides.isHolding) return -1
    if (place === 'before') return hasBrace || propertyCount > 0 ? -1 : TextPlace.node
    if (place === 'after') return this.hasSeparator ? TextPlace.separator : TextPlace.blockEnd
    const column = 2 * this.nodes.blockSlots
    return this.braceColumn === column && this.propertyColumn === column + 2 ? TextPlace.block : -1
  }

  get propertiesSoFar(): number {
    return this.propertyCount
  }

  /** The scanner read the `{` of the last node. */
  resumeOpened(): void {
    this.hasBrace = true
    this.sawProperties()
  }

  /** The scanner read the last node to its end, and another after it. */
  resumeEnd(bytes: Uint8Array, propertyCount: number): void {
    this.propertyCount = propertyCount
    this.place = 'after'
    this.hasSeparator = true
    this.end(bytes)
  }

  /** The scanner read up to `next`; the last node has so many properties so far. */
  resume(place: number, propertyCount: number, next: number): void {
    this.place =
      place === TextPlace.node ? 'before' : place === TextPlace.block ? 'inside' : 'after'
    this.hasBrace = place !== TextPlace.node
    this.hasSeparator = place === TextPlace.separator
    this.propertyCount = propertyCount
    this.treeEnd = next
  }

  /** The scanner read a property whose value may go on. */
  resumeProperty(key: StringIndex, start: number, end: number, next: number): void {
    this.key = key
    this.valueStart = start
    this.valueEnd = end
    this.valueNext = next
  }

  closeProperty(bytes: Uint8Array): void {
    const { key, valueStart, valueEnd, valueNext } = this
    const { source, builder, section, asides } = this.context
    this.isSkipped = false
    if (key === noString) return
    this.key = noString
    if (source < 0) return
    const type = this.typeOf(bytes, valueStart, valueEnd)
    this.isContinued = false
    builder.properties.add(this.entry, key, type, source, bytes, valueStart, valueEnd)
    if (valueNext - valueEnd !== section.breakLength) {
      const slot = Slot.property + this.propertyCount - 1
      asides.add(AsideKind.lineBreak, valueEnd, valueNext, section.plane!, this.node, slot)
    }
  }

  /** By its first and last byte; `readValue` finds out whether the inside is well formed. */
  private typeOf(bytes: Uint8Array, from: number, to: number): ValueTypeTag {
    if (from === to) return ValueType.missing
    const { section, problems } = this.context
    if (isClosed(bytes, from, to)) {
      const type = typeOfFirst(bytes[from]!)
      if (type === ValueType.integer) section.isHex ??= bytes[from + 1] === 120
      return type
    }
    const formatted = typeOfContinued(bytes, from, to)
    if (formatted !== null) return formatted
    const isClipped = bytes[to - 1] === 36 && !this.isContinued
    problems.note(
      isClipped ? 'clipped' : to === bytes.length ? 'truncated' : 'malformed',
      from,
      isClipped
        ? '%n {value was|values were} clipped at the width of a terminal (ioreg without -w0).'
        : to === bytes.length
          ? 'The dump ends inside a value.'
          : '%n {value is|values are} of no known form; the text is kept.',
    )
    return ValueType.unreadable
  }
}
