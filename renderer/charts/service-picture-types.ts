import type { EntryIndex } from '../../core/registry/snapshot.ts'
import type { Box } from './picture-view.ts'

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

export interface CardPlace {
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
