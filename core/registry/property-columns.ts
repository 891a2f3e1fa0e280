import type { PropertyIndex, PropertyTable } from './snapshot.ts'

/** A table of so many properties, to be filled and not written to afterwards. */
export function propertyColumns(length: number) {
  return {
    length,
    key: new Int32Array(length),
    type: new Uint8Array(length),
    source: new Uint8Array(length),
    start: new Uint32Array(length),
    end: new Uint32Array(length),
    hash: new Uint32Array(2 * length),
  } satisfies PropertyTable
}

/** Puts the properties `[from, to)` of a table into another one, from `at` on; the indices in them stay what they are. */
export function copyProperties(
  table: PropertyTable,
  from: PropertyIndex,
  to: PropertyIndex,
  into: ReturnType<typeof propertyColumns>,
  at: PropertyIndex,
): void {
  into.key.set(table.key.subarray(from, to), at)
  into.type.set(table.type.subarray(from, to), at)
  into.source.set(table.source.subarray(from, to), at)
  into.start.set(table.start.subarray(from, to), at)
  into.end.set(table.end.subarray(from, to), at)
  into.hash.set(table.hash.subarray(2 * from, 2 * to), 2 * at)
}
