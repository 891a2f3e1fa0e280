import type { Box } from '../picture-view.ts'
import type { Mark, Scene } from './scene.ts'

const directions: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * The mark an arrow key leads to: the nearest whose middle lies that way, where a step to the side counts three times as
 * much as one ahead. null when there is none, or the key is no arrow.
 *
 *      ┌─┐ b          from a, Right leads to b, which begins right there;
 *   a  └─┘            Down leads to c.
 *         c
 */
export function markBeside(marks: readonly Mark[], from: Mark, key: string): Mark | null {
  const direction = directions[key]
  if (!direction) return null
  const [dx, dy] = direction
  let nearest: Mark | null = null
  let least = Infinity
  for (const mark of marks) {
    if (mark.key === from.key) continue
    const [ahead, aside] = wayTo(from.box, mark.box, dx, dy)
    if (ahead <= 0.5) continue
    const distance = ahead + 3 * aside
    if (distance < least) [nearest, least] = [mark, distance]
  }
  return nearest
}

/** In a tree that grows to the right: its provider for Left, its first client for Right; null where there is none. */
export function linkedBy(
  { marks, links, growsRight }: Scene,
  from: Mark,
  key: string,
): Mark | null {
  if (!growsRight || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return null
  const link = links.find(
    ({ kind, ...ends }) =>
      kind === 'plain' && (key === 'ArrowLeft' ? ends.to : ends.from) === from.key,
  )
  const other = key === 'ArrowLeft' ? link?.from : link?.to
  return marks.find(mark => mark.key === other) ?? null
}

/** How far a box lies ahead, and how much empty space lies between the two at the side. */
function wayTo(from: Box, to: Box, dx: number, dy: number): readonly [number, number] {
  const x = to.x + to.width / 2 - (from.x + from.width / 2)
  const y = to.y + to.height / 2 - (from.y + from.height / 2)
  if (dx !== 0) {
    const gap = Math.max(to.y - (from.y + from.height), from.y - (to.y + to.height), 0)
    return [edgeAhead(from.x, from.width, to.x, to.width, dx), gap + Math.abs(y) / 8]
  }
  const gap = Math.max(to.x - (from.x + from.width), from.x - (to.x + to.width), 0)
  return [edgeAhead(from.y, from.height, to.y, to.height, dy), gap + Math.abs(x) / 8]
}

/** Between the near edges: a wide mark ahead is as near as a narrow one. */
function edgeAhead(
  from: number,
  fromLength: number,
  to: number,
  toLength: number,
  d: number,
): number {
  return d > 0 ? to - from : from + fromLength - (to + toLength)
}

/** The topmost mark at a point of the picture. */
export function markAt(marks: readonly Mark[], x: number, y: number): Mark | null {
  for (let n = marks.length - 1; n >= 0; n--) {
    const { box } = marks[n]!
    if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) {
      return marks[n]!
    }
  }
  return null
}
