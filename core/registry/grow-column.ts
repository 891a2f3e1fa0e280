/** The columns a snapshot is made of. */
export type Column =
  Uint8Array | Uint16Array | Int32Array | Uint32Array | BigUint64Array | Float64Array

/**
 * A copy of `column` with room for at least `needed` items, twice the size it had. Pages that nobody
 * has written yet cost address space, not memory, so doubling keeps a builder near what it holds.
 */
export function growColumn<C extends Column>(column: C, needed: number): C {
  const wanted = Math.max(needed, column.length * 2, 16)
  const Wider = column.constructor as new (length: number) => C
  const wider = new Wider(wanted)
  copyInto(wider, column)
  return wider
}

function copyInto(target: Column, from: Column): void {
  // Both have one class: `growColumn` made the target with the constructor of the other.
  ;(target as Uint8Array).set(from as Uint8Array)
}
