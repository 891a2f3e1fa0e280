import { AsideKind, Slot } from '../dump/text-asides.ts'
import type { AsideTable, NodeIndex } from '../registry/snapshot.ts'

/** Goes through the asides of one plane, which lie in the order in which a writer meets their places. */
export class AsideCursor {
  /** -1: none. */
  insteadRow = -1
  breakRow = -1
  isSiblingBarWrong = false
  isClientBarWrong = false
  hasNoBlock = false
  hasEmptyBlock = false
  private readonly asides: AsideTable
  private readonly end: number
  private next: number

  constructor(asides: AsideTable, plane: number) {
    this.asides = asides
    let next = 0
    while (next < asides.length && asides.plane[next]! < plane) next++
    let end = next
    while (end < asides.length && asides.plane[end] === plane) end++
    this.next = next
    this.end = end
  }

  /**
   * Tells what is known of a slot of a node.
   * @param limit asides that begin there or later belong to another section
   * @param line called with each aside that stands before the slot
   */
  moveTo(
    node: NodeIndex,
    slot: number,
    source: number,
    limit: number,
    line: (row: number) => void,
  ): void {
    const { asides, end } = this
    this.insteadRow = this.breakRow = -1
    this.isSiblingBarWrong = this.isClientBarWrong = this.hasNoBlock = this.hasEmptyBlock = false
    for (; this.next < end; this.next++) {
      const row = this.next
      const at = asides.node[row]!
      if (at > node || (at === node && asides.index[row]! > slot)) return
      const isOurs = at === node && asides.source[row] === source
      if (!isOurs) continue
      // Only the end of a match belongs to what comes before.
      if (asides.start[row]! >= limit && asides.index[row] !== Slot.end) return
      const kind = asides.kind[row]
      if (kind === AsideKind.lines) line(row)
      else if (asides.index[row] === slot) this.note(kind, row)
    }
  }

  private note(kind: number | undefined, row: number): void {
    if (kind === AsideKind.instead) {
      if (this.insteadRow < 0) this.insteadRow = row
    } else if (kind === AsideKind.lineBreak) this.breakRow = row
    else if (kind === AsideKind.siblingBar) this.isSiblingBarWrong = true
    else if (kind === AsideKind.clientBar) this.isClientBarWrong = true
    else if (kind === AsideKind.noBlock) this.hasNoBlock = true
    else if (kind === AsideKind.emptyBlock) this.hasEmptyBlock = true
  }
}
