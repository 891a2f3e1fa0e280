/** The columns a snapshot is made of. */
export type Column =
  Uint8Array | Uint16Array | Int32Array | Uint32Array | BigUint64Array | Float64Array

/**
 * A copy of `column` with room for at least `needed` items, twice the size it had. Pages that nobody
 * has written yet cost address space, not memory, so doubling keeps a builder near what it holds.
 *
 * No room beyond that: a column of two words for each row then always has room for as many rows as its
 * neighbours of one, which are asked instead of it.
 */
export function growColumn<C extends Column>(column: C, needed: number): C {
  const wanted = Math.max(needed, column.length * 2)
  const Wider = column.constructor as new (length: number) => C
  const wider = new Wider(wanted)
  copyInto(wider, column)
  return wider
}

/**
 * `column`, of which the first `length` items count, with `more` behind them. Of an empty one nothing is kept, so
 * that `more` itself becomes the column.
 */
export function appended<C extends Column>(column: C, length: number, more: C): C {
  if (length === 0) return more
  const needed = length + more.length
  const wider = needed > column.length ? growColumn(column, needed) : column
  copyInto(wider, more, length)
  return wider
}

/**
 * The first `length` items of a column that has its buffer to itself and is of no use afterwards: what it took is
 * free at once, where of a copy it would be when the collector comes by.
 */
export function trimmed<C extends Column>(column: C, length: number): C {
  if (column.length === length) return column
  const Trimmed = column.constructor as new (buffer: ArrayBuffer) => C
  const buffer = column.buffer as ArrayBuffer & Transferring
  return new Trimmed(buffer.transfer(length * column.BYTES_PER_ELEMENT))
}

/** Of ES2024, which all hosts have. */
interface Transferring {
  transfer(byteLength: number): ArrayBuffer
}

/** `first`, `first + 1`, … */
export function ascending(first: number, count: number): Int32Array<ArrayBuffer> {
  const column = new Int32Array(count)
  for (let i = 0; i < count; i++) column[i] = first + i
  return column
}

/** Both have one class. */
function copyInto(target: Column, from: Column, at = 0): void {
  ;(target as Uint8Array).set(from as Uint8Array, at)
}
