import { clientsOf, nodesOf, providersOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import type { CardRole, MoreCard } from './service-picture-types.ts'

/** What the user asked to see beyond the picture's own choice. */
export interface PictureDemand {
  /** How many clients of an entry are drawn. */
  readonly clientsShown: ReadonlyMap<EntryIndex, number>
  readonly allProviders: boolean
}

export const noDemand: PictureDemand = { clientsShown: new Map(), allProviders: false }

export const clientsAtFirst = 6
const fewClients = 2
const nearProviders = 4
const providersAtMost = 64
/** React and the eye both give up beyond this; the rest stays behind "more" cards. */
const maxCards = 400

/** One item of a half of the picture, before it has a place. */
export interface Item {
  readonly key: string
  readonly entry: EntryIndex
  readonly role: CardRole
  readonly more: { readonly of: MoreCard['of']; readonly count: number } | null
  readonly children: Item[]
}

export interface ProviderSide {
  readonly tree: Item
  readonly entries: readonly EntryIndex[]
  /** Providers behind the "more providers" card. */
  readonly folded: ReadonlySet<EntryIndex>
}

export const moreProvidersKey = 'more:providers'

/**
 * All providers up to the roots. Each stands in the column of its longest way down to the selected
 * service, so that every link points to the right, and hangs on the client of that way.
 */
export function providerSide(
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

export function clientSide(
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
export function siblingItems(
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

function item(key: string, entry: EntryIndex, role: CardRole, more: Item['more'] = null): Item {
  return { key, entry, role, more, children: [] }
}

export function keyOf(entry: EntryIndex): string {
  return `entry:${entry}`
}
