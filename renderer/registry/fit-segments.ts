/**
 * Which steps of a path fit into a line: the last always, then the first, of the others those nearest the last. What
 * does not fit goes into a menu.
 * @param widths of all steps, in pixels
 * @param menuWidth of the menu's button, where there is one
 * @returns the steps that are hidden, `[from, to)`
 */
export function hiddenSegments(
  widths: readonly number[],
  room: number,
  menuWidth: number,
): { readonly from: number; readonly to: number } {
  const total = widths.reduce((sum, width) => sum + width, 0)
  const last = widths.length - 1
  if (total <= room || widths.length < 3) return { from: 1, to: 1 }
  let used = widths[0]! + widths[last]! + menuWidth
  // The end of a path is what tells it from others; two thirds of it are better than none of the rest.
  if (used > room) return { from: 0, to: last }
  let to = last
  while (to - 1 > 0 && used + widths[to - 1]! <= room) used += widths[--to]!
  // One step is as short as the button that would stand for it, nearly.
  return { from: 1, to: Math.max(2, to) }
}
