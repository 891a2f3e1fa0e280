import type { Snapshot } from '../../core/registry/snapshot.ts'

/**
 * What a search with an index reads of a capture, copied: the columns of a capture are views of one blob, so a single
 * one that is kept keeps all of the dump's bytes.
 */
export function withoutValues(snapshot: Snapshot): Snapshot {
  return {
    planes: snapshot.planes.map(plane => sliced(plane, Infinity)),
    entries: sliced(snapshot.entries, Infinity),
    strings: sliced(snapshot.strings, Infinity),
    properties: { ...sliced(snapshot.properties, 0), length: 0 },
    asides: { ...sliced(snapshot.asides, 0), length: 0 },
    sources: [],
    problems: snapshot.problems,
  }
}

/** The table with so many items of each column, in memory of their own. */
function sliced<T extends object>(table: T, items: number): T {
  const fields = Object.entries(table).map(([name, field]: [string, unknown]) => [
    name,
    isColumn(field) ? field.slice(0, items) : field,
  ])
  return Object.fromEntries(fields) as T
}

function isColumn(field: unknown): field is Uint8Array {
  return ArrayBuffer.isView(field) && !(field instanceof DataView)
}
