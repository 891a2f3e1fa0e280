import { propertyColumns } from './property-columns.ts'
import { appended, growColumn, trimmed, type Column } from './grow-column.ts'
import { placed, runsOf } from './runs.ts'
import { valueHash } from './value-hash.ts'
import type { EntryIndex, PropertyTable, StringIndex, ValueTypeTag } from './snapshot.ts'

/** What `PropertyDraft.addAll` takes: one item of each for each property, two words of hash. */
export interface PropertyColumns {
  /** For each owner where its properties end: they are grouped by owner. */
  readonly ownerEnd: Uint32Array<ArrayBuffer>
  readonly key: Int32Array<ArrayBuffer>
  readonly type: Uint8Array<ArrayBuffer>
  readonly start: Uint32Array<ArrayBuffer>
  readonly end: Uint32Array<ArrayBuffer>
  readonly hash: Uint32Array<ArrayBuffer>
}

/** What `PropertyDraft.addEach` takes. */
export interface OwnedProperties extends Omit<PropertyColumns, 'ownerEnd'> {
  readonly owner: Int32Array
}

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
  /** Where the properties of each owner end, instead of `owner`, as long as all came grouped by `addAll`. */
  private ownerEnd: Uint32Array | null = null

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

  /** The same for all of a dump's, whose columns become the draft's own. */
  addAll(properties: PropertyColumns, firstOwner: EntryIndex, source: number): void {
    const { length } = this
    const count = properties.key.length
    const isOnly = length === 0 && firstOwner === 0
    if (this.ownerEnd) this.tellOwners()
    this.key = appended(this.key, length, properties.key)
    this.type = appended(this.type, length, properties.type)
    this.source = appended(this.source, length, new Uint8Array(count).fill(source))
    this.start = appended(this.start, length, properties.start)
    this.end = appended(this.end, length, properties.end)
    this.hash = appended(this.hash, 2 * length, properties.hash)
    this.length += count
    if (isOnly) this.ownerEnd = properties.ownerEnd
    else {
      const owners = ownersOf(properties.ownerEnd, firstOwner, count)
      this.owner = appended(this.owner, length, owners)
    }
  }

  /** The same for many, each with its owner; the columns are copied. */
  addEach(properties: OwnedProperties, source: number): void {
    const { length } = this
    if (this.ownerEnd) this.tellOwners()
    this.length += properties.key.length
    if (this.length > this.owner.length) this.grow()
    this.owner.set(properties.owner, length)
    this.key.set(properties.key, length)
    this.type.set(properties.type, length)
    this.source.fill(source, length, this.length)
    this.start.set(properties.start, length)
    this.end.set(properties.end, length)
    this.hash.set(properties.hash, 2 * length)
  }

  /** From here on properties come one by one. */
  private tellOwners(): void {
    this.owner = ownersOf(this.ownerEnd!, 0, this.key.length)
    this.ownerEnd = null
  }

  /**
   * The properties grouped by owner, in their order inside each.
   * @param rowOf for each draft owner the sealed row, or -1 when its properties do not count
   */
  seal(rowOf: Int32Array, rowCount: number): { table: PropertyTable; firstProperty: Uint32Array } {
    const ownerEnd = this.ownerEnd ?? this.groupEnds(rowOf.length)
    return ownerEnd ? this.sealGroups(ownerEnd, rowOf, rowCount) : this.sealSorted(rowOf, rowCount)
  }

  /** `ownerEnd` where properties came in the order of their owners, as from text; else null. */
  private groupEnds(ownerCount: number): Uint32Array | null {
    const { owner, length } = this
    const ownerEnd = new Uint32Array(ownerCount)
    let last = 0
    for (let row = 0; row < length; row++) {
      const next = owner[row]!
      if (next < last) return null
      while (last < next) ownerEnd[last++] = row
    }
    return ownerEnd.fill(length, last)
  }

  /** No two owners have one row here: copied in pieces, or not at all where every row stays. */
  private sealGroups(ownerEnd: Uint32Array, rowOf: Int32Array, rowCount: number) {
    const firstProperty = new Uint32Array(rowCount + 1)
    for (let owner = 0, first = 0; owner < ownerEnd.length; owner++) {
      const end = ownerEnd[owner]!
      const row = rowOf[owner]!
      if (row >= 0) firstProperty[row + 1] = end - first
      first = end
    }
    for (let row = 0; row < rowCount; row++) firstProperty[row + 1]! += firstProperty[row]!
    const runs = runsOf(rowOf.subarray(0, ownerEnd.length)).map(({ from, to, length }) => {
      const first = from === 0 ? 0 : ownerEnd[from - 1]!
      return { from: first, to: firstProperty[to]!, length: ownerEnd[from + length - 1]! - first }
    })
    const length = firstProperty[rowCount]!
    const isUnchanged = runs.length === 1 && runs[0]!.length === this.length
    const sealed = <C extends Column>(column: C, width = 1): C =>
      isUnchanged ? trimmed(column, length * width) : placed(runs, column, length, width)
    const table = {
      length,
      key: sealed(this.key),
      type: sealed(this.type),
      source: sealed(this.source),
      start: sealed(this.start),
      end: sealed(this.end),
      hash: sealed(this.hash, 2),
    }
    return { table, firstProperty }
  }

  /** A counting sort, for an archive writes an entry's properties before and after its children. */
  private sealSorted(rowOf: Int32Array, rowCount: number) {
    const firstProperty = new Uint32Array(rowCount + 1)
    for (let row = 0; row < this.length; row++) {
      const owner = rowOf[this.owner[row]!]!
      if (owner >= 0) firstProperty[owner + 1]!++
    }
    for (let owner = 0; owner < rowCount; owner++) {
      firstProperty[owner + 1]! += firstProperty[owner]!
    }
    const length = firstProperty[rowCount]!
    const table = propertyColumns(length)
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
    if (this.ownerEnd) this.tellOwners()
    if (row >= this.owner.length) this.grow()
    this.owner[row] = owner
    this.key[row] = key
    this.type[row] = type
    this.source[row] = source
    this.start[row] = start
    this.end[row] = end
    return row
  }

  /** Room for so many in all: what is written once need not be copied. */
  reserve(count: number): void {
    if (count > this.owner.length && !this.ownerEnd) this.grow(count)
  }

  private grow(needed = 0): void {
    const room = Math.max(this.length, needed, 2 * this.owner.length, 16)
    this.owner = growColumn(this.owner, room)
    this.key = growColumn(this.key, room)
    this.type = growColumn(this.type, room)
    this.source = growColumn(this.source, room)
    this.start = growColumn(this.start, room)
    this.end = growColumn(this.end, room)
    this.hash = growColumn(this.hash, 2 * room)
  }
}

/** For each property its owner. */
function ownersOf(ownerEnd: Uint32Array, firstOwner: EntryIndex, count: number) {
  const owners = new Int32Array(count)
  for (let owner = 0, at = 0; owner < ownerEnd.length; owner++) {
    owners.fill(firstOwner + owner, at, ownerEnd[owner])
    at = ownerEnd[owner]!
  }
  return owners
}
