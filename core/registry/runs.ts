import type { Column } from './grow-column.ts'

/** Drafts that keep their order: the `length` ones from `from` on become the rows from `to` on. */
export interface Run {
  readonly from: number
  readonly to: number
  readonly length: number
}

/** The longest runs of an order. Nearly all drafts keep theirs, so that columns are copied in a few pieces. */
export function runsOf(rowOf: Int32Array): readonly Run[] {
  const runs: Run[] = []
  for (let from = 0; from < rowOf.length;) {
    const to = rowOf[from]!
    let length = 1
    if (to >= 0) while (rowOf[from + length] === to + length) length++
    if (to >= 0) runs.push({ from, to, length })
    from += length
  }
  return runs
}

/** Puts the items of `column` where their rows are. @param width items for each row */
export function placed<C extends Column>(
  runs: readonly Run[],
  column: C,
  rowCount: number,
  width = 1,
): C {
  const Sealed = column.constructor as new (length: number) => C
  const sealed = new Sealed(rowCount * width)
  for (const { from, to, length } of runs) {
    copy(sealed, column, from * width, (from + length) * width, to * width)
  }
  return sealed
}

/** Both have one class: `placed` made the target with the constructor of the other. */
function copy(into: Column, column: Column, from: number, to: number, at: number): void {
  ;(into as Uint8Array).set((column as Uint8Array).subarray(from, to), at)
}
