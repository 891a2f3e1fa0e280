/**
 * Landscape: providers at the left, clients at the right, a column for each step.
 *
 *   root ── provider ──┬── SELECTED ──┬── client
 *                      └── (3 more)   └── client
 *
 * Portrait: providers above, clients below as an indented list, so that many of them need no width.
 *
 *   [root]
 *   [provider]
 *   [SELECTED]       [3 more]
 *   ├─[client]
 *   └─[client]
 */
export type PictureShape = 'landscape' | 'portrait'

export interface ShapeSizes {
  readonly cardWidth: number
  readonly cardHeight: number
  /** Width of a card that stands for services that are not drawn. */
  readonly moreWidth: number
  /** From one step of the chain to the next, and from one card to the next within a step. */
  readonly stepPitch: number
  readonly cardPitch: number
  /** Of clients below their provider, in portrait. */
  readonly indent: number
  readonly clientLevels: number
}

export const shapeSizes: Readonly<Record<PictureShape, ShapeSizes>> = {
  landscape: {
    cardWidth: 180,
    cardHeight: 60,
    moreWidth: 180,
    stepPitch: 180 + 32,
    cardPitch: 60 + 10,
    indent: 0,
    clientLevels: 2,
  },
  portrait: {
    cardWidth: 240,
    cardHeight: 44,
    moreWidth: 164,
    stepPitch: 44 + 22,
    cardPitch: 44 + 8,
    indent: 26,
    clientLevels: 1,
  },
}

/** Side by side only where there is clearly more width than height: names are wide, rows are not. */
const landscapeFrom = 1.3
const columnsAtLeast = 3

export function shapeFor(width: number, height: number): PictureShape {
  const columns = width / shapeSizes.landscape.stepPitch
  return columns >= columnsAtLeast && width >= height * landscapeFrom ? 'landscape' : 'portrait'
}
