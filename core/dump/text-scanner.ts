import { ascending } from '../registry/grow-column.ts'
import { EntryFlag, ValueType } from '../registry/snapshot.ts'
import type { BlockReader } from './block-reader.ts'
import type { Engine, ScannerExports } from './engine.ts'
import type { NodeReader } from './node-reader.ts'
import type { OpenNodes } from './open-nodes.ts'
import { takeStrings } from './scanned-rows.ts'
import { AsideKind, Slot } from './text-asides.ts'
import type { TextContext } from './text-line.ts'

/** So much is scanned at once (`core/scan/text-rows.ts`). */
const windowBytes = 1 << 18
/** The window ends in something to stop at. */
const windowRoom = windowBytes - 16

/** Words of `textState` in `core/scan/text.ts`. */
const State = {
  place: 0,
  depth: 1,
  breakLength: 2,
  separator: 3,
  hasChains: 4,
  retainWord: 5,
  entry: 6,
  nextEntry: 7,
  nextNode: 8,
  properties: 9,
  position: 10,
  lines: 11,
  /** Of the node that was the last one before the scan. */
  firstProperties: 12,
  /** Did its block begin in the scan? */
  opened: 13,
  nodesWithoutId: 14,
  /** Is there a property whose value the next line can go on with? */
  hasLast: 15,
} as const
const stateLength = 16

/** Numbers of columns in `core/scan/text-rows.ts`. */
const nodeColumn = {
  parent: 0,
  depth: 1,
  name: 2,
  location: 3,
  start: 4,
  textClass: 5,
  classChain: 6,
  flags: 7,
  state: 8,
  id: 9,
  busyCount: 10,
  busyTime: 11,
  retainCount: 12,
  properties: 13,
} as const
const propertyColumn = { owner: 0, key: 1, start: 2, end: 3, hash: 4, type: 5 } as const

const separatorNumber = { whole: 1, trimmed: 2, none: 3 } as const

/** So many strings are taught to the engine at once. */
const mostLearned = 1 << 12

/** Deeper nodes are left to the other reader. */
const depthLimit = 1000

/** Room is made for no more rows on the word of a dump's beginning. */
const mostExpectedRows = 1 << 24

/**
 * Lets the engine read the lines that are as the tool prints them: those of which `TextReader` would keep nothing but
 * what they say. The engine stops before any other, and whatever is known there is the reader's
 * again, as if it had read the lines itself.
 */
export class TextScanner {
  private readonly wasm: ScannerExports
  private readonly context: TextContext
  private readonly open: OpenNodes
  private readonly block: BlockReader
  private readonly nodes: NodeReader
  private readonly expectedBytes: number
  private readonly windowAt: number
  // What of the dump is in the window.
  private windowStart = 0
  private windowEnd = 0
  private isOver: boolean

  /** @param expectedBytes how long the dump will be, where somebody knows, else 0 */
  constructor(
    engine: Engine,
    context: TextContext,
    open: OpenNodes,
    block: BlockReader,
    nodes: NodeReader,
    expectedBytes: number,
  ) {
    this.expectedBytes = expectedBytes
    this.context = context
    this.open = open
    this.block = block
    this.nodes = nodes
    this.otherEntries = context.builder.entries.length
    this.otherProperties = context.builder.properties.length
    const wasm = engine.instantiate()
    this.wasm = wasm
    const { bytes, start, length } = context.builder.strings.contents()
    const seeds = [randomWord(), randomWord()] as const
    this.isOver = wasm.begin(length, bytes.length, 0, ...seeds) === 0
    if (!this.isOver) {
      new Uint8Array(wasm.memory.buffer, wasm.bytes.value, bytes.length).set(bytes)
      new Uint32Array(wasm.memory.buffer, wasm.starts.value, start.length).set(start)
      wasm.index()
    }
    this.windowAt = this.isOver ? 0 : wasm.beginText()
    if (this.windowAt === 0) this.isOver = true
  }

  private hasRoom = false
  // What other dumps have put into the snapshot, which says nothing of this one.
  private readonly otherEntries: number
  private readonly otherProperties: number
  /** How many lines the last scan read. */
  lines = 0
  /** How many all scans read. */
  allLines = 0

  /** Did the last scan stop at a line, not at the end of what is there? */
  wasRefused = false

  /** Reads lines from `position`, a line's first byte. Returns the first byte of the line it did not read. */
  scan(bytes: Uint8Array, position: number): number {
    let at = position
    this.lines = 0
    this.wasRefused = true
    while (this.canScan()) {
      if (at < this.windowStart || at >= this.windowEnd) this.fill(bytes, at)
      const isCut = this.scanWindow(bytes, at)
      const isStuck = this.position === at && at === this.windowStart
      at = this.position
      this.wasRefused = !isCut || isStuck
      if (this.wasRefused || this.windowEnd === bytes.length) break
      this.fill(bytes, at)
    }
    return at
  }

  /** After the last line that was read. */
  private position = 0

  private fill(bytes: Uint8Array, at: number): void {
    const end = Math.min(bytes.length, at + windowRoom)
    const { buffer } = this.wasm.memory
    new Uint8Array(buffer, this.windowAt, end - at).set(bytes.subarray(at, end))
    this.windowStart = at
    this.windowEnd = end
  }

  private canScan(): boolean {
    const { open, block, context } = this
    if (this.isOver || block.textPlace < 0 || !context.section.isPlain) return false
    return open.depth > 0 && open.depth < depthLimit && open.isStraight && this.teachStrings()
  }

  /** The engine must know every string of the snapshot, in the same order. */
  private teachStrings(): boolean {
    const { wasm } = this
    const { strings } = this.context.builder
    if (strings.length === wasm.count.value) return true
    const { bytes, start, length } = strings.contents()
    for (let known = wasm.count.value; known < length;) {
      let end = known
      const isFitting = () => start[end + 1]! - start[known]! <= windowRoom
      while (end < length && end < known + mostLearned && isFitting()) end++
      const { buffer } = wasm.memory
      const text = bytes.subarray(start[known], start[end])
      new Uint8Array(buffer, wasm.textScratch.value, text.length).set(text)
      const starts = start.subarray(known, end + 1)
      new Uint32Array(buffer, wasm.textScratchStarts.value, starts.length).set(starts)
      // A string that is longer than all there is room for ends it.
      if (end === known || wasm.learn(end - known) === 0) {
        this.isOver = true
        return false
      }
      known = end
    }
    return true
  }

  /** Returns true when what it stopped at has no end in the window. */
  private scanWindow(bytes: Uint8Array, at: number): boolean {
    const { wasm, open, block, context, windowStart, windowEnd } = this
    const { section, builder } = context
    const state = new Int32Array(wasm.memory.buffer, wasm.textState.value, stateLength)
    state[State.place] = block.textPlace
    state[State.depth] = open.depth
    state[State.breakLength] = section.breakLength
    state[State.separator] = section.separator ? separatorNumber[section.separator] : 0
    state[State.hasChains] = section.chainsNumber
    state[State.retainWord] = section.retainNumber
    state[State.entry] = block.entry
    state[State.nextEntry] = builder.entries.length
    state[State.nextNode] = section.plane!.length
    state[State.properties] = block.propertiesSoFar
    // Without memory for what may come nothing is scanned.
    state[State.position] = at
    state[State.lines] = 0
    open.copyInto(...this.openNodes())
    const result = wasm.scanText(at - windowStart, windowEnd - windowStart, windowStart)
    const after = new Int32Array(wasm.memory.buffer, wasm.textState.value, stateLength)
    this.position = after[State.position]! >>> 0
    this.lines += after[State.lines]!
    this.allLines += after[State.lines]!
    if (after[State.lines]! > 0) this.take(bytes, after)
    if (!this.hasRoom && this.position > windowBytes) this.makeRoom(bytes.length)
    return result === 0
  }

  /** Makes room for what the whole dump will hold if all of it is like what was read: else columns grow by copies. */
  private makeRoom(available: number): void {
    this.hasRoom = true
    const { builder, section } = this.context
    const share = (1.1 * Math.max(available, this.expectedBytes)) / this.position
    const expected = (rows: number, others: number) =>
      others + Math.min(Math.ceil(share * (rows - others)), mostExpectedRows)
    builder.entries.reserve(expected(builder.entries.length, this.otherEntries))
    builder.properties.reserve(expected(builder.properties.length, this.otherProperties))
    section.plane!.reserve(expected(section.nodes, 0))
  }

  private openNodes(): [nodes: Int32Array, starts: Uint32Array, prefix: Uint8Array] {
    const { wasm } = this
    const { buffer } = wasm.memory
    return [
      new Int32Array(buffer, wasm.textOpenNodes.value, depthLimit),
      new Uint32Array(buffer, wasm.textOpenStarts.value, depthLimit),
      new Uint8Array(buffer, wasm.textPrefix.value, 2 * depthLimit + 4),
    ]
  }

  /** Puts what was scanned where the reader would have. */
  private take(bytes: Uint8Array, state: Int32Array): void {
    const { wasm, block, open, context } = this
    const { builder } = context
    const { strings } = builder
    block.closeProperty(bytes)
    if (wasm.count.value > strings.length) takeStrings(wasm, strings, strings.length)
    this.takeProperties(bytes)
    if (state[State.opened] !== 0) block.resumeOpened()
    const nodes = wasm.textNodes.value
    if (nodes > 0) {
      block.resumeEnd(bytes, state[State.firstProperties]!)
      const first = this.takeNodes(nodes, state)
      open.copyFrom(state[State.depth]!, ...this.openNodes())
      block.begin(first + nodes - 1, 2 * (open.depth - 1))
    } else open.copyFrom(state[State.depth]!, ...this.openNodes())
    block.resume(state[State.place]!, state[State.properties]!, this.position)
    if (state[State.hasLast] !== 0) {
      block.resumeProperty(
        wasm.lastKey.value,
        wasm.lastStart.value >>> 0,
        wasm.lastEnd.value >>> 0,
        this.position,
      )
    }
  }

  private takeProperties(bytes: Uint8Array): void {
    const { wasm } = this
    const { builder, section, source } = this.context
    const { buffer } = wasm.memory
    const count = wasm.textProperties.value
    if (count === 0) return
    const indices = (column: number) =>
      new Int32Array(buffer, wasm.textPropertyColumn(column), count)
    const words = (column: number, width = 1) =>
      new Uint32Array(buffer, wasm.textPropertyColumn(column), count * width)
    const type = new Uint8Array(buffer, wasm.textPropertyColumn(propertyColumn.type), count)
    const start = words(propertyColumn.start)
    if (section.isHex === undefined) {
      const integer = type.indexOf(ValueType.integer)
      if (integer >= 0) section.isHex = bytes[start[integer]! + 1] === 120
    }
    builder.properties.addEach(
      {
        owner: indices(propertyColumn.owner),
        key: indices(propertyColumn.key),
        type,
        start,
        end: words(propertyColumn.end),
        hash: words(propertyColumn.hash, 2),
      },
      source,
    )
  }

  /** Returns the first one's entry. */
  private takeNodes(count: number, state: Int32Array): number {
    const { wasm } = this
    const { builder, section, source, asides } = this.context
    const { buffer } = wasm.memory
    const indices = (column: number) => new Int32Array(buffer, wasm.textNodeColumn(column), count)
    const words = (column: number, width = 1) =>
      new Uint32Array(buffer, wasm.textNodeColumn(column), count * width)
    const shorts = (column: number) => new Uint16Array(buffer, wasm.textNodeColumn(column), count)
    const name = indices(nodeColumn.name)
    const flags = shorts(nodeColumn.flags)
    const none = new Int32Array(count).fill(-1)
    const plane = section.plane!
    const firstNode = plane.length
    // The last one ends when the next begins.
    const finished = ascending(0, count - 1)
    const first = builder.entries.addAll(
      {
        id: words(nodeColumn.id, 2),
        name,
        textClass: indices(nodeColumn.textClass),
        archiveClass: none,
        classChain: indices(nodeColumn.classChain),
        flags,
        state: words(nodeColumn.state),
        busyCount: words(nodeColumn.busyCount),
        busyTime: words(nodeColumn.busyTime, 2),
        retainCount: words(nodeColumn.retainCount),
        propertyOwner: none,
      },
      source,
      { order: finished, twins: null },
    )
    plane.append(
      {
        parent: indices(nodeColumn.parent),
        depth: shorts(nodeColumn.depth),
        name,
        location: indices(nodeColumn.location),
      },
      first,
    )
    const starts = words(nodeColumn.start)
    const properties = words(nodeColumn.properties)
    for (let node = 0; node < count - 1; node++) {
      const isKnown = builder.entries.alias[first + node] !== first + node
      if (!isKnown || properties[node] !== 0 || (flags[node]! & EntryFlag.hasProperties) === 0)
        continue
      const start = starts[node]!
      asides.add(AsideKind.emptyBlock, start, start, plane, firstNode + node, Slot.header)
    }
    section.nodes += count
    this.nodes.adopt(starts, state[State.nodesWithoutId]!)
    return first
  }
}

function randomWord(): number {
  return Math.trunc(Math.random() * 0x1_0000_0000) | 0
}
