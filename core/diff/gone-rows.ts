import type { EntryIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'
import type { MergedPlane } from './merge-planes.ts'

/**
 * Rows of the merged entry table: entries of `after`, gone ones, other sightings of `after`, other sightings of gone
 * ones. A row is told by where it comes from.
 */
export class GoneRows {
  readonly afterEntries: number
  readonly afterRows: number
  /** By entry of `before`. */
  readonly isKept: Uint8Array
  /** Rows of `before` that become rows here, entries first. */
  readonly rows: EntryIndex[]
  private readonly goneCount: number
  /** By row of `before`: its row here, or -1. */
  private readonly rowOf: Int32Array

  constructor(before: Snapshot, after: Snapshot, gone: Int32Array) {
    this.afterEntries = after.entries.length
    this.afterRows = after.entries.rows
    this.goneCount = gone.length
    this.isKept = new Uint8Array(before.entries.length)
    this.rowOf = new Int32Array(before.entries.rows).fill(-1)
    this.rows = Array.from(gone)
    gone.forEach((entry, i) => {
      this.isKept[entry] = 1
      this.rowOf[entry] = this.afterEntries + i
    })
  }

  get entryCount(): number {
    return this.afterEntries + this.goneCount
  }

  get rowCount(): number {
    return this.afterRows + this.rows.length
  }

  /** What a dump printed of gone entries at second places. */
  addSightings(one: PlaneTable, { beforeNode, length }: MergedPlane): void {
    for (let node = 0; node < length; node++) {
      const from = beforeNode[node]!
      if (from < 0) continue
      const sighting = one.sighting[from]!
      if (this.rowOf[sighting]! >= 0) continue
      this.rowOf[sighting] = this.afterRows + this.rows.push(sighting) - 1
    }
  }

  ofBefore(row: EntryIndex): EntryIndex {
    return this.rowOf[row]!
  }

  ofAfter(row: EntryIndex): EntryIndex {
    return row < this.afterEntries ? row : row + this.goneCount
  }

  /** Puts the items of both columns where their rows are. */
  column<C extends Uint16Array | Uint32Array | Int32Array | BigUint64Array>(
    two: C,
    one: C,
    inMerged?: (item: number) => number,
  ): C {
    const Merged = two.constructor as new (length: number) => C
    const merged = new Merged(this.rowCount)
    const into = merged as Uint32Array
    const from = two as Uint32Array
    into.set(from.subarray(0, this.afterEntries))
    into.set(from.subarray(this.afterEntries, this.afterRows), this.entryCount)
    const others = one as Uint32Array
    for (const row of this.rows) {
      const item = others[row]!
      into[this.rowOf[row]!] = inMerged ? inMerged(item) : item
    }
    return merged
  }
}
