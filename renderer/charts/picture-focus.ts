import type { PictureShape } from './picture-shape.ts'
import type { PictureCard } from './service-picture-types.ts'

const directions: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * The card an arrow key leads to: in landscape left and right to the nearest card of the next column that
 * has any, up and down within the column; in portrait up and down to the next row, left and right within
 * the row. null when there is none, or the key is no arrow.
 */
export function cardBeside(
  cards: readonly PictureCard[],
  from: PictureCard,
  key: string,
  shape: PictureShape = 'landscape',
): PictureCard | null {
  const direction = directions[key]
  if (!direction) return null
  const [dx, dy] = direction
  if (shape === 'portrait') {
    const half = from.height / 2
    const away = (card: PictureCard) => [middleOf(card) - middleOf(from), card.y - from.y] as const
    return nearestOf(
      cards.filter(card => {
        const [x, y] = away(card)
        return dy === 0 ? x * dx > 0 && Math.abs(y) < half : y * dy > half
      }),
      card => Math.abs(away(card)[1]) * 1e3 + Math.abs(away(card)[0]),
    )
  }
  const there = cards.filter(card =>
    dx === 0
      ? card.column === from.column && (card.y - from.y) * dy > 0
      : (card.column - from.column) * dx > 0,
  )
  const distance = (card: PictureCard) =>
    Math.abs(card.column - from.column) * 1e6 + Math.abs(card.y - from.y)
  return nearestOf(there, distance)
}

const middleOf = (card: PictureCard) => card.x + card.width / 2

function nearestOf(
  cards: readonly PictureCard[],
  distance: (card: PictureCard) => number,
): PictureCard | null {
  return cards.reduce<PictureCard | null>(
    (nearest, card) => (!nearest || distance(card) < distance(nearest) ? card : nearest),
    null,
  )
}
