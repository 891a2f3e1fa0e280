import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { SnapshotBuilder } from '../registry/snapshot-builder.ts'
import type { NodeIndex } from '../registry/snapshot.ts'
import { AsideKind, Slot } from './text-asides.ts'

/**
 * Collects the asides of one text (`text-asides.ts`). Lines that are no part of a tree are held back until the next
 * that is one tells where they belong; those that follow each other are one aside.
 */
export class AsideLog {
  private readonly builder: SnapshotBuilder
  /** -1: nothing is kept. */
  private readonly source: number
  private skippedFrom = -1
  /** The first empty line among those held back: perhaps the end of a match (`ioreg -r`). */
  private emptyFrom = -1
  private emptyTo = -1

  constructor(builder: SnapshotBuilder, source: number) {
    this.builder = builder
    this.source = source
  }

  /** A line, from its first byte, that is no part of a tree. All until the next call belong to it. */
  skip(lineStart: number): void {
    if (this.skippedFrom < 0) this.skippedFrom = lineStart
  }

  /** Are lines held back? */
  get isHolding(): boolean {
    return this.skippedFrom >= 0
  }

  skipEmpty(lineStart: number, next: number): void {
    this.skip(lineStart)
    if (this.emptyFrom >= 0) return
    this.emptyFrom = lineStart
    this.emptyTo = next
  }

  /** The lines held back turned out to be part of a value. */
  forget(): void {
    this.skippedFrom = this.emptyFrom = -1
  }

  /** The lines held back end at `to`, and stand before `slot` of `node`. */
  flush(to: number, plane: PlaneDraft, node: NodeIndex, slot: number): void {
    const from = this.skippedFrom
    if (from < 0) return
    this.forget()
    if (from < to) this.add(AsideKind.lines, from, to, plane, node, slot)
  }

  /**
   * A tree ended, and lines held back end at `to`. Did it end in an empty line?
   * @param isExpected does the tool end this tree so (`ioreg -r`)? Undefined: this one tells
   */
  flushEnd(to: number, plane: PlaneDraft, isExpected: boolean | undefined): boolean {
    const { skippedFrom, emptyFrom, emptyTo } = this
    const node = plane.length
    const isThere = emptyFrom >= 0
    if (isThere && isExpected !== false) {
      this.flush(emptyFrom, plane, node, Slot.end)
      if (emptyTo < to) this.skip(emptyTo)
    } else if (isExpected === true) {
      const from = skippedFrom < 0 ? to : skippedFrom
      this.instead(from, from, plane, node, Slot.end)
    }
    this.flush(to, plane, node, Slot.header)
    return isThere
  }

  /** @param to equal to `from`: there is no such line */
  instead(from: number, to: number, plane: PlaneDraft, node: NodeIndex, slot: number): void {
    this.add(AsideKind.instead, from, to, plane, node, slot)
  }

  add(
    kind: number,
    from: number,
    to: number,
    plane: PlaneDraft,
    node: NodeIndex,
    slot: number,
  ): void {
    if (this.source < 0) return
    this.builder.asides.add(kind, this.source, from, to, plane, node, slot)
  }
}
