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
  private readonly nodes: NodeIndex[] = []
  private readonly columns: number[] = []
  private readonly starts: number[] = []

  constructor(context: TextContext) {
    this.context = context
  }

  get depth(): number {
    return this.nodes.length
  }

  /** The innermost, or -1. */
  get last(): NodeIndex {
    return this.nodes.at(-1) ?? -1
  }

  /** First byte of the innermost node's line. */
  get lastStart(): number {
    return this.starts.at(-1)!
  }

  /** The column at which a client of the innermost node stands. */
  get clientColumn(): number {
    const column = this.columns.at(-1)
    return column === undefined ? 0 : column + 2
  }

  /** How many slots stand before the lines of the innermost node's block. */
  get blockSlots(): number {
    return this.nodes.length + 1
  }

  open(node: NodeIndex, column: number, start: number): void {
    this.prefix.open(this.nodes.length)
    this.nodes.push(node)
    this.columns.push(column)
    this.starts.push(start)
  }

  /** Does each node stand two columns right of the one above it? */
  get isStraight(): boolean {
    return this.columns.every((column, depth) => column === 2 * depth)
  }

  /** For who goes on from here (`text-scanner.ts`). */
  copyInto(nodes: Int32Array, starts: Uint32Array, prefix: Uint8Array): void {
    nodes.set(this.nodes)
    starts.set(this.starts)
    this.prefix.copyInto(prefix, this.blockSlots)
  }

  /** Takes what was handed out by `copyInto` back, `depth` nodes now. */
  copyFrom(depth: number, nodes: Int32Array, starts: Uint32Array, prefix: Uint8Array): void {
    this.nodes.length = this.columns.length = this.starts.length = depth
    for (let level = 0; level < depth; level++) {
      this.nodes[level] = nodes[level]!
      this.columns[level] = 2 * level
      this.starts[level] = starts[level]!
    }
    this.prefix.copyFrom(prefix, this.blockSlots)
  }

  /** Closes what is not above a node at `column`; everything where nothing follows: -1. */
  closeTo(column: number): void {
    const { nodes, columns, starts, prefix } = this
    const length = nodes.length
    let depth = length
    let isOdd = false
    while (depth > 0 && columns[depth - 1]! >= column) depth--
    if (length > 0) {
      const hasClient = depth === length
      const bar = prefix.hasBar(length)
      if (bar !== null && bar !== hasClient) {
        this.noteBar(AsideKind.clientBar, length - 1)
        if (bar && column < 0) this.isCut = true
        else isOdd = true
      }
    }
    for (let level = length - 1; level >= depth; level--) {
      const hasSibling = level === depth && level > 0 && column >= 0
      const bar = prefix.hasBar(level)
      if (bar !== null && bar !== hasSibling) {
        this.noteBar(AsideKind.siblingBar, level)
        if (bar && column < 0) this.isCut = true
        else isOdd = true
      }
    }
    if (isOdd) {
      this.context.problems.note(
        'malformed',
        this.context.line.start,
        'The bars of the tree contradict it before %n lines: lines were lost there, or moved.',
      )
    }
    nodes.length = columns.length = starts.length = depth
  }

  /**
   * The column of a node whose line lost its blanks: bars are left of the first open node that has further siblings. A
   * line without bars is that of such a sibling, or of the first client where no node has siblings.
   */
  recoveredColumn(column: number): number {
    let first = 0
    while (first < this.nodes.length && this.prefix.hasBar(first) !== true) first++
    return column + 2 * first
  }

  private noteBar(kind: number, depth: number): void {
    const start = this.starts[depth]!
    const { asides, section } = this.context
    asides.add(kind, start, start, section.plane!, this.nodes[depth]!, Slot.header)
  }
}
