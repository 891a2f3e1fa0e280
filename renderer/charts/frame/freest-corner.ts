import type { Box, View } from '../picture-view.ts'
import { isTouching } from './scene.ts'

export const corners = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const
export type Corner = (typeof corners)[number]

type Size = Pick<Box, 'width' | 'height'>

/** To the edges of the frame, and to the marks around. */
const gap = 12
const around = 6

/**
 * The corner of the frame in which something of a size covers fewest marks; the one in which it is, where that covers none.
 */
export function freestCorner(
  marks: readonly { readonly box: Box }[],
  { x, y, k }: View,
  frame: Size,
  { width, height }: Size,
  before?: string,
): { readonly corner: Corner; readonly isFree: boolean } {
  const covered = (corner: Corner): number => {
    const left = corner.endsWith('left') ? gap : frame.width - gap - width
    const top = corner.startsWith('top') ? gap : frame.height - gap - height
    const box = {
      x: (left - around - x) / k,
      y: (top - around - y) / k,
      width: (width + 2 * around) / k,
      height: (height + 2 * around) / k,
    }
    return marks.reduce((count, mark) => count + Number(isTouching(mark.box, box)), 0)
  }
  const known = corners.find(corner => corner === before)
  const inOrder = known ? [known, ...corners.filter(corner => corner !== known)] : corners
  let [best, least] = [inOrder[0], Infinity]
  for (const corner of inOrder) {
    const count = covered(corner)
    if (count < least) [best, least] = [corner, count]
    if (count === 0) break
  }
  return { corner: best, isFree: least === 0 }
}
