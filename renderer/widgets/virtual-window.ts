/** The rows to paint, `to` excluded: those in sight and a few around them. */
export function rowsInSight(
  sight: { readonly first: number; readonly rows: number },
  count: number,
  overscan: number,
): { readonly from: number; readonly to: number } {
  // The list may have become shorter than the place that was looked at.
  const first = Math.min(sight.first, Math.max(0, count - sight.rows))
  return {
    from: Math.max(0, first - overscan),
    to: Math.min(count, first + sight.rows + overscan),
  }
}

/**
 * Where to scroll to have a row in sight: nowhere when it is, by the least when it is near, and so that
 * it stands in the upper third when it is far, with what surrounds it.
 */
export function scrollForRow(
  row: number,
  scrollTop: number,
  room: number,
  rowHeight: number,
): number {
  const start = row * rowHeight
  const end = start + rowHeight
  if (start >= scrollTop && end <= scrollTop + room) return scrollTop
  const distance = start < scrollTop ? scrollTop - start : end - scrollTop - room
  if (distance > room) return Math.max(0, start - Math.floor(room / 3 / rowHeight) * rowHeight)
  return start < scrollTop ? start : Math.max(0, end - room)
}
