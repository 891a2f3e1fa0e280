import { hierarchy, tree } from 'd3'
import { clientsOf, providersOf } from '../../core/registry/lookup.ts'
import type { PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { PictureShape, ShapeSizes } from './picture-shape.ts'
import type { Item } from './service-picture-items.ts'
import type { CardPlace, PictureCard, ServiceCard } from './service-picture-types.ts'

export interface Making {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly sizes: ShapeSizes
}

type Spot = Pick<CardPlace, 'x' | 'y' | 'column'>

/** Landscape: one half as columns; its root is the selected service at the origin. */
export function placeColumns(making: Making, root: Item, direction: 1 | -1 = 1): PictureCard[] {
  const { cardPitch, stepPitch, cardWidth } = making.sizes
  const laid = tree<Item>()
    .nodeSize([cardPitch, stepPitch])
    .separation(() => 1)(hierarchy(root, ({ children }) => children))
  return laid.descendants().map(({ data, x, y, depth }) => {
    const at = { x: direction * y - cardWidth / 2, y: x, column: direction * depth || 0 }
    return cardOf(making, data, at)
  })
}

/** Portrait: the providers as rows above the selected service. */
export function placeRows(making: Making, root: Item): PictureCard[] {
  const { cardWidth, stepPitch } = making.sizes
  const laid = tree<Item>()
    .nodeSize([cardWidth + 16, stepPitch])
    .separation(() => 1)(hierarchy(root, ({ children }) => children))
  return laid.descendants().map(({ data, x, y, depth }) => {
    const card = cardOf(making, data, { x: 0, y: -y, column: -depth || 0 })
    return { ...card, x: x - card.width / 2 }
  })
}

/** Portrait: the clients as an indented list below the selected service. */
export function placeIndented(making: Making, root: Item): PictureCard[] {
  const { cardWidth, cardPitch, indent } = making.sizes
  const cards: PictureCard[] = []
  const open = [{ data: root, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { data, depth } = next
    const at = { x: depth * indent - cardWidth / 2, y: cards.length * cardPitch, column: depth }
    cards.push(cardOf(making, data, at))
    for (const child of data.children.toReversed()) open.push({ data: child, depth: depth + 1 })
  }
  return cards
}

/** In landscape below the selected service, in its own column; in portrait to the right of everything. */
export function placeSiblings(
  making: Making,
  items: readonly Item[],
  shape: PictureShape,
  clients: readonly PictureCard[],
): PictureCard[] {
  const { cardWidth, cardPitch } = making.sizes
  if (shape === 'landscape') {
    return items.map((data, n) =>
      cardOf(making, data, { x: -cardWidth / 2, y: (n + 1) * cardPitch, column: 0 }),
    )
  }
  const beside = items.length > 1 ? clients.map(card => card.x + card.width) : []
  const x = Math.max(cardWidth / 2, ...beside) + 24
  return items.map((data, n) => cardOf(making, data, { x, y: n * cardPitch, column: 0 }))
}

function cardOf({ snapshot, plane, sizes }: Making, data: Item, at: Spot): PictureCard {
  const { cardWidth, cardHeight, moreWidth } = sizes
  const { key, entry, more } = data
  if (more) {
    return { kind: 'more', ...more, key, entry, width: moreWidth, height: cardHeight, ...at }
  }
  const place = { ...at, width: cardWidth, height: cardHeight }
  return serviceCard(snapshot, plane, data, place, data.children.length)
}

function serviceCard(
  snapshot: Snapshot,
  plane: PlaneTable,
  { key, entry, role }: Item,
  at: Omit<CardPlace, 'key'>,
  drawnClients: number,
): ServiceCard {
  const clientCount = clientsOf(snapshot, plane, entry).length
  const isOpen = role !== 'client' || drawnClients > 0
  return {
    kind: 'service',
    key,
    entry,
    role,
    clientCount,
    foldedCount: isOpen ? 0 : clientCount,
    providerCount: providersOf(snapshot, plane, entry).length,
    ...at,
  }
}
