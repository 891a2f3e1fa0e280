import type { PictureCard } from './service-picture-layout.ts'

const directions: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * The card an arrow key leads to: left and right to the nearest card of the next column that has any, up
 * and down within the column. null when there is none, or the key is no arrow.
 */
export function cardBeside(
  cards: readonly PictureCard[],
  from: PictureCard,
  key: string,
): PictureCard | null {
  const direction = directions[key]
  if (!direction) return null
  const [dx, dy] = direction
  const there = cards.filter(card =>
    dx === 0
      ? card.column === from.column && (card.y - from.y) * dy > 0
      : (card.column - from.column) * dx > 0,
  )
  const distance = (card: PictureCard) =>
    Math.abs(card.column - from.column) * 1e6 + Math.abs(card.y - from.y)
  return there.reduce<PictureCard | null>(
    (nearest, card) => (!nearest || distance(card) < distance(nearest) ? card : nearest),
    null,
  )
}
