import type { PictureShape } from './picture-shape.ts'
import type { PictureLayout } from './service-picture-types.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What puts the picture's pixels onto the frame: scaled by k, then moved by x and y. */
export interface View {
  readonly x: number
  readonly y: number
  readonly k: number
}

/** Below this names cannot be read. */
export const legible = 0.75
const comfortable = 0.85
export const margin = 16

/**
 * What is seen first: the whole picture where it can be read; else the selected service with its
 * providers from the top, as many as can be read, and as many clients as there is room for.
 */
export function firstView(
  layout: PictureLayout,
  shape: PictureShape,
  width: number,
  height: number,
): View {
  const { bounds } = layout
  const k = fittingScale(bounds, width, height)
  if (k >= legible) return centered(bounds, k, width, height)
  const spine = boxAround(layout.cards.filter(isSpine))
  const scale = Math.max(legible, Math.min(comfortable, fittingScale(spine, width, height)))
  const isAcross = shape === 'landscape'
  const along = isAcross
    ? alongSpine(spine.x, spine.width, bounds.x + bounds.width, scale, width)
    : alongSpine(spine.y, spine.height, bounds.y + bounds.height, scale, height)
  const aside = isAcross
    ? besideSpine(bounds.y, bounds.height, spine.y + spine.height / 2, scale, height)
    : besideSpine(bounds.x, bounds.width, spine.x + spine.width / 2, scale, width)
  return isAcross ? { x: along, y: aside, k: scale } : { x: aside, y: along, k: scale }
}

/** The scale at which the whole box is seen; never larger than life. */
export function fittingScale(box: Box, width: number, height: number): number {
  return Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height, 1)
}

function centered(box: Box, k: number, width: number, height: number): View {
  return {
    x: width / 2 - (box.x + box.width / 2) * k,
    y: height / 2 - (box.y + box.height / 2) * k,
    k,
  }
}

/** From the root on where the chain fits; else its end is in sight, with some of what follows. */
function alongSpine(start: number, length: number, end: number, k: number, room: number): number {
  const follows = Math.min((end - start - length) * k, room * 0.25)
  if (length * k + 2 * margin <= room) return margin - start * k
  return room - margin - follows - (start + length) * k
}

/** In the middle where all fits; else the spine is. */
function besideSpine(start: number, length: number, spine: number, k: number, room: number) {
  const middle = length * k + 2 * margin <= room ? start + length / 2 : spine
  return room / 2 - middle * k
}

function isSpine(card: PictureLayout['cards'][number]): boolean {
  if (card.kind === 'more') return card.of === 'providers'
  return card.role === 'selected' || card.role === 'provider'
}

export function boxAround(cards: PictureLayout['cards']): Box {
  const x = Math.min(...cards.map(card => card.x))
  const y = Math.min(...cards.map(card => card.y - card.height / 2))
  const right = Math.max(...cards.map(card => card.x + card.width))
  const bottom = Math.max(...cards.map(card => card.y + card.height / 2))
  return { x, y, width: right - x, height: bottom - y }
}
