/**
 * Which element of the document shows which row. An element keeps its row as long as that is on screen: what has the
 * focus, a tooltip or a marked text stays what it was. Only where most rows are others than before, by a jump or a new
 * filter, elements are dealt anew, each to the row that stands where the one before stood: to change a row's texts
 * costs half of what it costs to make one.
 */
export interface RowSlots {
  /** Rows by what they show, from the top. */
  readonly ids: readonly number[]
  /** The element of each, by a number that serves as its key. */
  readonly slots: readonly number[]
  /** Greater than all that were given. */
  readonly next: number
}

export const noSlots: RowSlots = { ids: [], slots: [], next: 0 }

/**
 * @param kept the row that keeps its element in any case: the one that may have the focus. It takes no other's, and
 *   leaves its own to none
 */
export function dealSlots(before: RowSlots, ids: readonly number[], kept: number): RowSlots {
  if (ids.length === before.ids.length && ids.every((id, i) => id === before.ids[i])) return before
  const known = new Map(before.ids.map((id, i) => [id, before.slots[i]!]))
  const staying = ids.reduce((count, id) => count + (known.has(id) ? 1 : 0), 0)
  const isDealtAnew = staying * 2 < ids.length
  const free = isDealtAnew ? before.slots.filter((_, i) => before.ids[i] !== kept) : []
  let { next } = before
  let used = 0
  const slots = ids.map(id => {
    if (id === kept) return known.get(id) ?? next++
    if (isDealtAnew) return free[used++] ?? next++
    return known.get(id) ?? next++
  })
  return { ids, slots, next }
}
