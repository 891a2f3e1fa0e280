import { growColumn } from './grow-column.ts'
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

  add(
    owner: EntryIndex,
    key: StringIndex,
    type: ValueTypeTag,
    source: number,
    start: number,
    end: number,
  ): void {
    const row = this.length++
    if (row >= this.owner.length) this.grow()
    this.owner[row] = owner
    this.key[row] = key
    this.type[row] = type
    this.source[row] = source
    this.start[row] = start
    this.end[row] = end
  }

  /**
   * The rows grouped by entry, in their order inside each: a counting sort, for an archive writes an
   * entry's properties before and after its children.
   * @param entryOf for each draft owner the sealed entry, or -1 when its properties do not count
   */
  seal(
    entryOf: Int32Array,
    entryCount: number,
  ): { table: PropertyTable; firstProperty: Uint32Array } {
    const firstProperty = new Uint32Array(entryCount + 1)
    for (let row = 0; row < this.length; row++) {
      const entry = entryOf[this.owner[row]!]!
      if (entry >= 0) firstProperty[entry + 1]!++
    }
    for (let entry = 0; entry < entryCount; entry++) {
      firstProperty[entry + 1]! += firstProperty[entry]!
    }
    const length = firstProperty[entryCount]!
    const table = {
      length,
      key: new Int32Array(length),
      type: new Uint8Array(length),
      source: new Uint8Array(length),
      start: new Uint32Array(length),
      end: new Uint32Array(length),
    }
    const next = firstProperty.slice(0, entryCount)
    for (let row = 0; row < this.length; row++) {
      const entry = entryOf[this.owner[row]!]!
      if (entry < 0) continue
      const at = next[entry]!++
      table.key[at] = this.key[row]!
      table.type[at] = this.type[row]!
      table.source[at] = this.source[row]!
      table.start[at] = this.start[row]!
      table.end[at] = this.end[row]!
    }
    return { table, firstProperty }
  }

  private grow(): void {
    this.owner = growColumn(this.owner, this.length)
    this.key = growColumn(this.key, this.length)
    this.type = growColumn(this.type, this.length)
    this.source = growColumn(this.source, this.length)
    this.start = growColumn(this.start, this.length)
    this.end = growColumn(this.end, this.length)
  }
}
