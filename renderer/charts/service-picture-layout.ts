import { clientsOf, providersOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { shapeSizes, type PictureShape } from './picture-shape.ts'
import { boxAround } from './picture-view.ts'
import {
  clientsAtFirst,
  clientSide,
  keyOf,
  moreProvidersKey,
  noDemand,
  providerSide,
  siblingItems,
  type PictureDemand,
  type ProviderSide,
} from './service-picture-items.ts'
import { placeColumns, placeIndented, placeRows, placeSiblings } from './service-picture-places.ts'
import type { PictureCard, PictureLayout, PictureLink } from './service-picture-types.ts'

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

const clientsPerStep = 12

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
