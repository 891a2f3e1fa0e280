import { hierarchy, tree } from 'd3'
import { clientsOf, nodesOf, providersOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { shapeSizes, type PictureShape, type ShapeSizes } from './picture-shape.ts'
import { boxAround, type Box } from './picture-view.ts'

/**
 * The picture around one service: its providers up to the root, its clients, and a card for what is left
 * out (the two shapes of it are drawn in picture-shape.ts). Every entry is drawn once.
 * An entry with several providers gets a link from each of them that is in the picture. Only what is drawn is laid out, so a registry of 100 000 entries costs as little as a
 * small one.
 */
export interface PictureLayout {
  readonly cards: readonly PictureCard[]
  readonly links: readonly PictureLink[]
  /** Around all cards; the selected card's centre is the origin. */
  readonly bounds: Box
}

export type CardRole = 'selected' | 'provider' | 'sibling' | 'client'

interface CardPlace {
  readonly key: string
  /** Left edge and vertical centre, in pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Steps from the selected card, negative towards the root: in landscape the card's column. */
  readonly column: number
}

export interface ServiceCard extends CardPlace {
  readonly kind: 'service'
  readonly entry: EntryIndex
  readonly role: CardRole
  readonly clientCount: number
  /** Clients that have no card of their own and no "more" card: they are shown on demand. */
  readonly foldedCount: number
  readonly providerCount: number
}

/** Stands for services that are not drawn. */
export interface MoreCard extends CardPlace {
  readonly kind: 'more'
  readonly of: 'clients' | 'siblings' | 'providers'
  /** The provider whose clients these are; -1 for providers. */
  readonly entry: EntryIndex
  readonly count: number
}

export type PictureCard = ServiceCard | MoreCard

export interface PictureLink {
  readonly key: string
  /** Keys of the provider's and the client's card. */
  readonly from: string
  readonly to: string
  /** The client is also attached to another provider, which holds its place in the picture. */
  readonly isFurther: boolean
}

/** What the user asked to see beyond the picture's own choice. */
export interface PictureDemand {
  /** How many clients of an entry are drawn. */
  readonly clientsShown: ReadonlyMap<EntryIndex, number>
  readonly allProviders: boolean
}

export const noDemand: PictureDemand = { clientsShown: new Map(), allProviders: false }

const clientsAtFirst = 6
const clientsPerStep = 12
const fewClients = 2
const nearProviders = 4
const providersAtMost = 64
/** React and the eye both give up beyond this; the rest stays behind "more" cards. */
const maxCards = 400

/** null when the entry is not attached in this plane. */
export function layoutPicture(
  snapshot: Snapshot,
  plane: PlaneTable,
  selected: EntryIndex,
  demand: PictureDemand = noDemand,
  shape: PictureShape = 'landscape',
): PictureLayout | null {
  const sizes = shapeSizes[shape]
  const providers = providerSide(snapshot, plane, selected, demand.allProviders)
  if (!providers) return null
  const drawn = new Set<EntryIndex>([selected, ...providers.entries])
  const siblings = siblingItems(snapshot, plane, selected, demand, drawn)
  const clients = clientSide(snapshot, plane, selected, demand, drawn, sizes.clientLevels)

  const making = { snapshot, plane, sizes }
  const near =
    shape === 'landscape'
      ? placeColumns(making, clients).slice(1)
      : placeIndented(making, clients).slice(1)
  const cards: PictureCard[] = [
    ...(shape === 'landscape'
      ? placeColumns(making, providers.tree, -1)
      : placeRows(making, providers.tree)),
    ...near,
    ...placeSiblings(making, siblings, shape, near),
  ]
  return { cards, links: linksBetween(snapshot, plane, cards, providers), bounds: boxAround(cards) }
}

/** The demand after the user asked for more of what `card` stands for. */
export function demandMore(
  snapshot: Snapshot,
  plane: PlaneTable,
  demand: PictureDemand,
  card: PictureCard,
  layout: PictureLayout,
): PictureDemand {
  if (card.kind === 'more' && card.of === 'providers') return { ...demand, allProviders: true }
  const own = new Set(clientsOf(snapshot, plane, card.entry))
  const shown = layout.cards.filter(
    other => other.kind === 'service' && own.has(other.entry),
  ).length
  const step = card.kind === 'service' ? clientsAtFirst : clientsPerStep
  const clientsShown = new Map(demand.clientsShown).set(card.entry, shown + step)
  return { ...demand, clientsShown }
}

/** One item of a half of the picture, before it has a place. */
interface Item {
  readonly key: string
  readonly entry: EntryIndex
  readonly role: CardRole
  readonly more: { readonly of: MoreCard['of']; readonly count: number } | null
  readonly children: Item[]
}

interface ProviderSide {
  readonly tree: Item
  readonly entries: readonly EntryIndex[]
  /** Providers behind the "more providers" card. */
  readonly folded: ReadonlySet<EntryIndex>
}

const moreProvidersKey = 'more:providers'

/**
 * All providers up to the roots. Each stands in the column of its longest way down to the selected
 * service, so that every link points to the right, and hangs on the client of that way.
 */
function providerSide(
  snapshot: Snapshot,
  plane: PlaneTable,
  selected: EntryIndex,
  showsAll: boolean,
): ProviderSide | null {
  if (nodesOf(snapshot, plane, selected).length === 0) return null
  const { distance, clients } = providersAbove(snapshot, plane, selected)
  const near = showsAll ? providersAtMost : nearProviders
  const top = [...distance.values()].reduce((most, d) => Math.max(most, d), 0)
  const between = [...distance].filter(([, d]) => d > near && d < top).map(([entry]) => entry)
  const folded = new Set(between.length < 2 ? [] : between)

  const items = new Map<EntryIndex, Item>()
  let more: Item | null = null
  for (const [entry, d] of [...distance].sort((a, b) => a[1] - b[1])) {
    const below = clients.get(entry)?.find(client => distance.get(client) === d - 1)
    const home = below === undefined ? null : folded.has(below) ? more : items.get(below)
    if (!folded.has(entry)) {
      const made = item(keyOf(entry), entry, entry === selected ? 'selected' : 'provider')
      items.set(entry, made)
      home?.children.push(made)
    } else if (!more) {
      more = item(moreProvidersKey, -1, 'provider', { of: 'providers', count: folded.size })
      home?.children.push(more)
    }
  }
  return { tree: items.get(selected)!, entries: [...items.keys()], folded }
}

interface ProvidersAbove {
  /** Length of the longest way down to the selected service. */
  readonly distance: ReadonlyMap<EntryIndex, number>
  /** Provider -> those of its clients that lie on a way to the selected service. */
  readonly clients: ReadonlyMap<EntryIndex, readonly EntryIndex[]>
}

function providersAbove(
  snapshot: Snapshot,
  plane: PlaneTable,
  selected: EntryIndex,
): ProvidersAbove {
  const state = new Map<EntryIndex, 'open' | 'closed'>()
  const clients = new Map<EntryIndex, EntryIndex[]>()
  const providers = new Map<EntryIndex, EntryIndex[]>()
  const finished: EntryIndex[] = []
  // Depth first with an own stack: a hostile dump nests deeper than the engine's.
  const stack: { readonly entry: EntryIndex; readonly rest: EntryIndex[] }[] = []
  const visit = (entry: EntryIndex) => {
    state.set(entry, 'open')
    providers.set(entry, [])
    stack.push({ entry, rest: [...providersOf(snapshot, plane, entry)] })
  }
  visit(selected)
  for (let here = stack.at(-1); here; here = stack.at(-1)) {
    const provider = here.rest.shift()
    if (provider === undefined) {
      state.set(here.entry, 'closed')
      finished.push(here.entry)
      stack.pop()
      // A cut or forged dump can show an entry above itself: that attachment is left out.
    } else if (state.get(provider) !== 'open') {
      providers.get(here.entry)!.push(provider)
      clients.set(provider, [...(clients.get(provider) ?? []), here.entry])
      if (!state.has(provider)) visit(provider)
    }
  }
  const distance = new Map<EntryIndex, number>([[selected, 0]])
  for (const entry of finished.toReversed()) {
    for (const provider of providers.get(entry)!) {
      const own = distance.get(entry)! + 1
      distance.set(provider, Math.max(distance.get(provider) ?? 0, own))
    }
  }
  return { distance, clients }
}

function clientSide(
  snapshot: Snapshot,
  plane: PlaneTable,
  selected: EntryIndex,
  demand: PictureDemand,
  drawn: Set<EntryIndex>,
  clientLevels: number,
): Item {
  const root = item(keyOf(selected), selected, 'selected')
  let level = [root]
  for (let depth = 0; level.length > 0; depth++) {
    const next: Item[] = []
    // Where a list has few rows there is room for what is below them.
    const isShort = root.children.length <= fewClients
    for (const provider of level) {
      // An entry that already has a card gets a link to it, not a second card.
      const clients = clientsOf(snapshot, plane, provider.entry).filter(
        client => !drawn.has(client),
      )
      const wanted =
        demand.clientsShown.get(provider.entry) ??
        (depth < clientLevels || (depth === 1 && isShort) ? clientsAtFirst : 0)
      // A "more" card for a single service would be no smaller than the service itself.
      const room = Math.max(0, maxCards - drawn.size)
      const shown = Math.min(
        clients.length === wanted + 1 && wanted > 0 ? wanted + 1 : wanted,
        room,
      )
      for (const client of clients.slice(0, shown)) {
        drawn.add(client)
        const made = item(keyOf(client), client, 'client')
        provider.children.push(made)
        next.push(made)
      }
      const rest = clients.length - Math.min(shown, clients.length)
      if (rest > 0 && wanted > 0) {
        const more = { of: 'clients', count: rest } as const
        provider.children.push(item(`more:${provider.entry}`, provider.entry, 'client', more))
      }
    }
    level = next
  }
  return root
}

/** The other clients of the selected service's providers. */
function siblingItems(
  snapshot: Snapshot,
  plane: PlaneTable,
  selected: EntryIndex,
  demand: PictureDemand,
  drawn: Set<EntryIndex>,
): Item[] {
  const items: Item[] = []
  for (const provider of providersOf(snapshot, plane, selected)) {
    const siblings = clientsOf(snapshot, plane, provider).filter(entry => !drawn.has(entry))
    const wanted = demand.clientsShown.get(provider) ?? 0
    const shown = Math.min(wanted, Math.max(0, maxCards - drawn.size))
    for (const entry of siblings.slice(0, shown)) {
      drawn.add(entry)
      items.push(item(keyOf(entry), entry, 'sibling'))
    }
    const rest = siblings.length - Math.min(shown, siblings.length)
    if (rest === 0) continue
    const more = { of: 'siblings', count: rest } as const
    items.push(item(`siblings:${provider}`, provider, 'sibling', more))
  }
  return items
}

interface Making {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  readonly sizes: ShapeSizes
}

type Spot = Pick<CardPlace, 'x' | 'y' | 'column'>

/** Landscape: one half as columns; its root is the selected service at the origin. */
function placeColumns(making: Making, root: Item, direction: 1 | -1 = 1): PictureCard[] {
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
function placeRows(making: Making, root: Item): PictureCard[] {
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
function placeIndented(making: Making, root: Item): PictureCard[] {
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
function placeSiblings(
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

function linksBetween(
  snapshot: Snapshot,
  plane: PlaneTable,
  cards: readonly PictureCard[],
  { folded }: ProviderSide,
): PictureLink[] {
  const links = new Map<string, PictureLink>()
  const drawn = new Set(cards.map(card => card.key))
  const add = (from: string, to: string, isFurther: boolean) => {
    const key = `${from}>${to}`
    if (!links.has(key)) links.set(key, { key, from, to, isFurther })
  }
  for (const card of cards) {
    if (card.kind === 'more') {
      if (card.of === 'providers') {
        for (const entry of folded) {
          for (const provider of providersOf(snapshot, plane, entry)) {
            if (!folded.has(provider)) add(keyOf(provider), card.key, false)
          }
        }
      } else add(keyOf(card.entry), card.key, false)
      continue
    }
    providersOf(snapshot, plane, card.entry).forEach((provider, index) => {
      const from = folded.has(provider) ? moreProvidersKey : keyOf(provider)
      if (drawn.has(from)) add(from, card.key, index > 0)
    })
  }
  return [...links.values()]
}

function item(key: string, entry: EntryIndex, role: CardRole, more: Item['more'] = null): Item {
  return { key, entry, role, more, children: [] }
}

function keyOf(entry: EntryIndex): string {
  return `entry:${entry}`
}
