import type { NodeIndex } from '../registry/snapshot.ts'
import { AsideKind, Slot } from './text-asides.ts'
import type { TextContext } from './text-line.ts'
import { TreePrefix } from './tree-prefix.ts'

/**
 * The nodes above the next line, and the columns they stand at. A node closes those that are not above it, and then
 * it shows whether their bars told the truth.
 */
export class OpenNodes {
  readonly prefix = new TreePrefix()
  /** Bars told of further nodes where a tree ended. */
  isCut = false
  private readonly context: TextContext
  /** How many are open. The columns below are never shortened: that would cost more than the rest. */
  private count = 0
  private readonly nodes: NodeIndex[] = []
  private readonly columns: number[] = []
  private readonly starts: number[] = []

  constructor(context: TextContext) {
    this.context = context
  }

  get depth(): number {
    return this.count
  }

  /** The innermost, or -1. */
  get last(): NodeIndex {
    return this.count === 0 ? -1 : this.nodes[this.count - 1]!
  }

  /** First byte of the innermost node's line. */
  get lastStart(): number {
    return this.starts[this.count - 1]!
  }

  /** The column at which a client of the innermost node stands. */
  get clientColumn(): number {
    return this.count === 0 ? 0 : this.columns[this.count - 1]! + 2
  }

  /** How many slots stand before the lines of the innermost node's block. */
  get blockSlots(): number {
    return this.count + 1
  }

  open(node: NodeIndex, column: number, start: number): void {
    const depth = this.count++
    this.prefix.open(depth)
    this.nodes[depth] = node
    this.columns[depth] = column
    this.starts[depth] = start
  }

  /** Does each node stand two columns right of the one above it? */
  get isStraight(): boolean {
    for (let depth = 0; depth < this.count; depth++) {
      if (this.columns[depth] !== 2 * depth) return false
    }
    return true
  }

  /** For who goes on from here (`text-scanner.ts`): with room for as many as are open. */
  copyInto(nodes: Int32Array, starts: Uint32Array, prefix: Uint8Array): void {
    for (let depth = 0; depth < this.count; depth++) {
      nodes[depth] = this.nodes[depth]!
      starts[depth] = this.starts[depth]!
    }
    this.prefix.copyInto(prefix, this.blockSlots)
  }

  /** Takes back what `copyInto` handed out: the first `depth` nodes now. */
  copyFrom(depth: number, nodes: Int32Array, starts: Uint32Array, prefix: Uint8Array): void {
    this.count = depth
    for (let level = 0; level < depth; level++) {
      this.nodes[level] = nodes[level]!
      this.columns[level] = 2 * level
      this.starts[level] = starts[level]!
    }
    this.prefix.copyFrom(prefix, this.blockSlots)
  }

  /** Closes what is not above a node at `column`; everything where nothing follows: -1. */
  closeTo(column: number): void {
    const { columns, prefix, count } = this
    let depth = count
    while (depth > 0 && columns[depth - 1]! >= column) depth--
    let isOdd = false
    if (count > 0) {
      const bar = prefix.hasBar(count)
      if (bar !== null && bar !== (depth === count)) {
        this.noteBar(AsideKind.clientBar, count - 1)
        if (bar && column < 0) this.isCut = true
        else isOdd = true
      }
    }
    for (let level = count - 1; level >= depth; level--) {
      const hasSibling = level === depth && level > 0 && column >= 0
      const bar = prefix.hasBar(level)
      if (bar !== null && bar !== hasSibling) {
        this.noteBar(AsideKind.siblingBar, level)
        if (bar && column < 0) this.isCut = true
        else isOdd = true
      }
    }
    this.count = depth
    if (isOdd) {
      this.context.problems.note(
        'malformed',
        this.context.line.start,
        'The bars of the tree contradict it before %n {line|lines}: lines were lost there, or moved.',
      )
    }
  }

  /**
   * The column of a node whose line lost its blanks: bars are left of the first open node that has further siblings. A
   * line without bars is that of such a sibling, or of the first client where no node has siblings.
   */
  recoveredColumn(column: number): number {
    let first = 0
    while (first < this.count && this.prefix.hasBar(first) !== true) first++
    return column + 2 * first
  }

  private noteBar(kind: number, depth: number): void {
    const start = this.starts[depth]!
    const { asides, section } = this.context
    asides.add(kind, start, start, section.plane!, this.nodes[depth]!, Slot.header)
  }
}
