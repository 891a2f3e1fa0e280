/** A name for each entry, as the number of one of a few: a string for each of 100 000 would be counted and compared again and again. */
export interface EntryNames {
  /** Entry -> `names`, or `noName`. */
  readonly of: Int32Array
  readonly names: readonly string[]
}

export const noName = -1

/** How many entries have each name. */
export function countNames({ of, names }: EntryNames): Int32Array {
  const counts = new Int32Array(names.length)
  for (const at of of) if (at !== noName) counts[at]!++
  return counts
}
