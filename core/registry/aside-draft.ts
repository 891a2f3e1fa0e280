import { growColumn } from './grow-column.ts'
import type { PlaneDraft } from './plane-draft.ts'
import type { AsideTable, NodeIndex } from './snapshot.ts'

/** Asides while a dump is read. */
export class AsideDraft {
  length = 0
  private kind = new Uint8Array(16)
  private source = new Uint8Array(16)
  private start = new Uint32Array(16)
  private end = new Uint32Array(16)
  private node = new Int32Array(16)
  private index = new Int32Array(16)
  private readonly planes: PlaneDraft[] = []

  add(
    kind: number,
    source: number,
    start: number,
    end: number,
    plane: PlaneDraft,
    node: NodeIndex,
    index: number,
  ): void {
    const row = this.length++
    if (row >= this.kind.length) this.grow()
    this.kind[row] = kind
    this.source[row] = source
    this.start[row] = start
    this.end[row] = end
    this.node[row] = node
    this.index[row] = index
    this.planes[row] = plane
  }

  /**
   * @param placeOf for each plane that was drafted, its sealed table and the index of its first node there;
   *   undefined for one that is not part of the snapshot
   */
  seal(
    placeOf: (
      plane: PlaneDraft,
    ) => { readonly table: number; readonly first: NodeIndex } | undefined,
  ): AsideTable {
    const places = this.planes.map(placeOf)
    const rows = [...places.keys()].filter(row => places[row] !== undefined)
    const nodeOf = (row: number) => places[row]!.first + this.node[row]!
    rows.sort(
      (a, b) =>
        places[a]!.table - places[b]!.table ||
        nodeOf(a) - nodeOf(b) ||
        this.source[a]! - this.source[b]! ||
        this.start[a]! - this.start[b]! ||
        a - b,
    )
    return {
      length: rows.length,
      kind: Uint8Array.from(rows, row => this.kind[row]!),
      source: Uint8Array.from(rows, row => this.source[row]!),
      start: Uint32Array.from(rows, row => this.start[row]!),
      end: Uint32Array.from(rows, row => this.end[row]!),
      plane: Uint16Array.from(rows, row => places[row]!.table),
      node: Int32Array.from(rows, nodeOf),
      index: Int32Array.from(rows, row => this.index[row]!),
    }
  }

  private grow(): void {
    this.kind = growColumn(this.kind, this.length)
    this.source = growColumn(this.source, this.length)
    this.start = growColumn(this.start, this.length)
    this.end = growColumn(this.end, this.length)
    this.node = growColumn(this.node, this.length)
    this.index = growColumn(this.index, this.length)
  }
}
