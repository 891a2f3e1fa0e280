import { growColumn } from '../../core/registry/grow-column.ts'
import type { DumpSource, PropertyTable, Snapshot } from '../../core/registry/snapshot.ts'

const propertiesAtOnce = 1 << 12

/**
 * What a filter reads of a capture, copied: the columns of a capture are views of one blob, so a single one that is
 * kept keeps all of the dump's bytes. Of equal values the bytes are kept once: dumps repeat themselves, and what stands
 * between the values is most of them. Costs 22 bytes for each property and the bytes of the distinct values; for a generated
 * registry of 100,000 entries `test/bench/search.ts` says how much. A binary property list is kept whole, for its
 * values refer to each other. Stops at each `yield`.
 */
export function* packedValues(snapshot: Snapshot): Generator<undefined, Snapshot> {
  const { properties, sources } = yield* packed(snapshot)
  return {
    planes: snapshot.planes.map(sliced),
    entries: sliced(snapshot.entries),
    strings: sliced(snapshot.strings),
    properties,
    asides: { ...firstOf(snapshot.asides, 0), length: 0 },
    sources,
    problems: snapshot.problems,
  }
}

function* packed(
  snapshot: Snapshot,
): Generator<undefined, { readonly properties: PropertyTable; readonly sources: DumpSource[] }> {
  const from = snapshot.properties
  const { length } = from
  const properties = { ...firstOf(from, Infinity), length }
  const bins = snapshot.sources.map(source =>
    source.syntax === 'binary-plist' ? null : new Bin(source),
  )
  /** Open addressing: the index of a property + 1 for each distinct value. */
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(length * 1.5 + 8)))
  const mask = slots.length - 1
  const { start, end, source, hash } = properties
  for (let p = 0; p < length; p++) {
    if ((p + 1) % propertiesAtOnce === 0) yield
    const bin = bins[source[p]!]
    if (!bin) continue
    const begin = from.start[p]!
    const size = from.end[p]! - begin
    let slot = (hash[2 * p]! ^ Math.imul(hash[2 * p + 1]!, 0x9e37_79b1)) & mask
    let other = slots[slot]! - 1
    while (
      other >= 0 &&
      !(source[other] === source[p] && isSame(bin, properties, other, begin, size))
    ) {
      slot = (slot + 1) & mask
      other = slots[slot]! - 1
    }
    if (other >= 0) {
      start[p] = start[other]!
      end[p] = end[other]!
    } else {
      slots[slot] = p + 1
      start[p] = bin.add(begin, size)
      end[p] = start[p]! + size
    }
  }
  const sources = snapshot.sources.map((own, i) => ({
    ...own,
    bytes: bins[i]?.seal() ?? own.bytes.slice(),
  }))
  return { properties, sources }
}

function isSame(
  bin: Bin,
  { start, end }: PropertyTable,
  other: number,
  begin: number,
  size: number,
): boolean {
  return end[other]! - start[other]! === size && bin.has(start[other]!, begin, size)
}

/** The distinct values of one source, one after another. */
class Bin {
  readonly #from: Uint8Array
  #bytes: Uint8Array
  #length = 0

  constructor({ bytes }: DumpSource) {
    this.#from = bytes
    this.#bytes = new Uint8Array(Math.max(1 << 10, bytes.length >> 3))
  }

  /** Whether the bytes at `at` are those of the source from `begin` on. */
  has(at: number, begin: number, size: number): boolean {
    for (let i = 0; i < size; i++) if (this.#bytes[at + i] !== this.#from[begin + i]) return false
    return true
  }

  add(begin: number, size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#bytes.length) this.#bytes = growColumn(this.#bytes, this.#length)
    this.#bytes.set(this.#from.subarray(begin, begin + size), at)
    return at
  }

  seal(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

const sliced = <T extends object>(table: T): T => firstOf(table, Infinity)

/** The table with so many items of each column, in memory of their own. */
function firstOf<T extends object>(table: T, items: number): T {
  const fields = Object.entries(table).map(([name, field]: [string, unknown]) => [
    name,
    isColumn(field) ? field.slice(0, items) : field,
  ])
  return Object.fromEntries(fields) as T
}

function isColumn(field: unknown): field is Uint8Array {
  return ArrayBuffer.isView(field) && !(field instanceof DataView)
}
