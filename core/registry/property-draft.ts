import { growColumn } from './grow-column.ts'
import { valueHash } from './value-hash.ts'
import type { EntryIndex, PropertyTable, StringIndex, ValueTypeTag } from './snapshot.ts'

/** Properties in the order the dumps tell them, each with the draft entry that owns it. */
export class PropertyDraft {
  length = 0
  private owner = new Int32Array(1024)
  private key = new Int32Array(1024)
  private type = new Uint8Array(1024)
  private source = new Uint8Array(1024)
  private start = new Uint32Array(1024)
  private end = new Uint32Array(1024)
  private hash = new Uint32Array(2 * 1024)

  /** @param bytes of the source, in which the value is `[start, end)` */
  add(
    owner: EntryIndex,
    key: StringIndex,
    type: ValueTypeTag,
    source: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const row = this.open(owner, key, type, source, start, end)
    valueHash(bytes, start, end, this.hash, 2 * row)
  }

  /** A value whose hash is not that of its bytes, for they refer to others. */
  addHashed(
    owner: EntryIndex,
    key: StringIndex,
    type: ValueTypeTag,
    source: number,
    start: number,
    end: number,
    hash: Uint32Array,
  ): void {
    const row = this.open(owner, key, type, source, start, end)
    this.hash[2 * row] = hash[0]!
    this.hash[2 * row + 1] = hash[1]!
  }

  /**
   * The properties grouped by owner, in their order inside each: a counting sort, for an archive writes an
   * entry's properties before and after its children.
   * @param rowOf for each draft owner the sealed row, or -1 when its properties do not count
   */
  seal(rowOf: Int32Array, rowCount: number): { table: PropertyTable; firstProperty: Uint32Array } {
    const firstProperty = new Uint32Array(rowCount + 1)
    for (let row = 0; row < this.length; row++) {
      const owner = rowOf[this.owner[row]!]!
      if (owner >= 0) firstProperty[owner + 1]!++
    }
    for (let owner = 0; owner < rowCount; owner++) {
      firstProperty[owner + 1]! += firstProperty[owner]!
    }
    const length = firstProperty[rowCount]!
    const table = {
      length,
      key: new Int32Array(length),
      type: new Uint8Array(length),
      source: new Uint8Array(length),
      start: new Uint32Array(length),
      end: new Uint32Array(length),
      hash: new Uint32Array(2 * length),
    }
    const next = firstProperty.slice(0, rowCount)
    for (let row = 0; row < this.length; row++) {
      const owner = rowOf[this.owner[row]!]!
      if (owner < 0) continue
      const at = next[owner]!++
      table.key[at] = this.key[row]!
      table.type[at] = this.type[row]!
      table.source[at] = this.source[row]!
      table.start[at] = this.start[row]!
      table.end[at] = this.end[row]!
      table.hash[2 * at] = this.hash[2 * row]!
      table.hash[2 * at + 1] = this.hash[2 * row + 1]!
    }
    return { table, firstProperty }
  }

  private open(
    owner: EntryIndex,
    key: StringIndex,
    type: ValueTypeTag,
    source: number,
    start: number,
    end: number,
  ): number {
    const row = this.length++
    if (row >= this.owner.length) this.grow()
    this.owner[row] = owner
    this.key[row] = key
    this.type[row] = type
    this.source[row] = source
    this.start[row] = start
    this.end[row] = end
    return row
  }

  private grow(): void {
    this.owner = growColumn(this.owner, this.length)
    this.key = growColumn(this.key, this.length)
    this.type = growColumn(this.type, this.length)
    this.source = growColumn(this.source, this.length)
    this.start = growColumn(this.start, this.length)
    this.end = growColumn(this.end, this.length)
    this.hash = growColumn(this.hash, 2 * this.length)
  }
}
