import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import { rootsOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { textAt } from '../registry/columns.ts'
import { kindOfName, NodeLooks } from './node-looks.ts'

/** One thing that is drawn: a node, several that look alike, or a card for what is not drawn. */
export type TreePart =
  | {
      readonly kind: 'node'
      readonly key: string
      readonly node: NodeIndex
      readonly parts: readonly TreePart[]
      /** Nodes below it that are not drawn because it is closed, or for want of room. */
      readonly foldedCount: number
      /** Whether it shows its clients. */
      readonly isOpen: boolean
    }
  | {
      readonly kind: 'alike'
      readonly key: string
      readonly nodes: readonly NodeIndex[]
      /** What their names have in common: `S10@*`. */
      readonly pattern: string
      /** What is below each of them, drawn once. */
      readonly parts: readonly TreePart[]
      readonly foldedCount: number
      /** The outermost of those that look alike, which is unfolded for it. */
      readonly unfoldKey: string
    }
  | {
      readonly kind: 'more'
      readonly key: string
      readonly provider: NodeIndex
      readonly count: number
      readonly parts: readonly []
    }

export interface FurtherLink {
  /** Provider whose client is drawn elsewhere, by its own place. */
  readonly from: NodeIndex
  readonly to: EntryIndex
}

export interface ServiceTreePart {
  readonly roots: readonly TreePart[]
  readonly further: readonly FurtherLink[]
  /** Nodes that are not drawn: folded away, or left to a card that says how many more there are. */
  readonly foldedCount: number
  /** Open nodes that show no clients, because the picture is full. */
  readonly cutCount: number
  readonly alikeCount: number
}

export interface PartChoices {
  readonly open: BitSet
  /** Only this node and what is below it; -1 for the whole plane. */
  readonly scope: NodeIndex
  readonly unfolded: ReadonlySet<string>
  /** Classes whose entries are stepped over: their clients are drawn as clients of their provider. */
  readonly stepOver?: (entry: EntryIndex) => boolean
  /** What else must be the same of siblings that are drawn as one. */
  readonly alikeBy?: (entry: EntryIndex) => string
  readonly mostMarks?: number
}

export const mostMarks = 1500
/** Clients of one provider that are drawn at first, and once they were asked for. */
const clientsAtFirst = 80
const clientsAtMost = 1000
const alikeFrom = 3
const bareFrom = 5
/** Of a provider with more clients than anybody looks at the first are compared with each other: for one that is drawn ten. */
const mostLookedAt = 800

/**
 * What of a plane is drawn: what is open, level by level until the picture is full, so that a registry of any size costs
 * what its picture does. Every entry is drawn once; further providers get a link.
 *
 *   Root ─┬─ PCI0 ─── +12                closed, 12 below
 *         ├─ (LNK* ×8) ─── (Link ×8)    alike, with what is below each of them
 *         └─ (920 more)
 */
export function serviceTreePart(
  snapshot: Snapshot,
  plane: PlaneTable,
  choices: PartChoices,
): ServiceTreePart {
  const { open, scope, unfolded, stepOver, mostMarks: limit = mostMarks } = choices
  const seen = new Set<EntryIndex>()
  const further: FurtherLink[] = []
  const looks = new NodeLooks(snapshot, plane, choices)
  let [drawnCount, cutCount, alikeCount, foldedCount] = [0, 0, 0, 0]

  interface Draft {
    /** Several that look alike, or one. */
    readonly nodes: readonly NodeIndex[]
    readonly parts: (TreePart | Draft)[]
    readonly unfoldKey: string | null
    isOpen: boolean
    foldedCount: number
  }
  const drafts: Draft[] = []
  const draftOf = (nodes: readonly NodeIndex[], unfoldKey: string | null): Draft => {
    drawnCount++
    for (const node of nodes) seen.add(plane.entry[node]!)
    if (unfoldKey !== null) alikeCount += nodes.length
    const draft = { nodes, parts: [], unfoldKey, isOpen: false, foldedCount: 0 }
    drafts.push(draft)
    return draft
  }
  const isNew = (provider: NodeIndex, client: NodeIndex) => {
    const entry = plane.entry[client]!
    if (!seen.has(entry)) return true
    further.push({ from: provider, to: entry })
    return false
  }
  const roots = (scope === -1 ? rootsOf(plane) : [scope]).map(root => draftOf([root], null))

  // The queue grows while it is walked: level by level.
  for (const draft of drafts) {
    const { nodes } = draft
    const node = nodes[0]!
    const isWanted = hasBit(open, node) && plane.end[node]! > node + 1
    const clients = isWanted ? clientsOf(plane, node, stepOver) : []
    if (clients.length === 0 || drawnCount >= limit) {
      if (clients.length > 0) cutCount++
      // One that is folded and one that has nothing below look the same.
      for (const each of nodes) draft.foldedCount += countBelow(plane, each, stepOver)
      foldedCount += draft.foldedCount
      continue
    }
    draft.isOpen = true
    const { unfoldKey } = draft
    if (unfoldKey !== null) {
      // They look alike all the way down: what is at one place below the first is there below each.
      const below = nodes.map(each => clientsOf(plane, each, stepOver))
      for (const group of groupAlike(looks, clients, mostLookedAt)) {
        const places = group.map(client => clients.indexOf(client))
        const same = below.flatMap(own => places.map(place => own[place]!))
        draft.parts.push(draftOf(same, unfoldKey))
      }
      continue
    }
    const shown = Math.min(
      unfolded.has(`more:${node}`) ? clientsAtMost : clientsAtFirst,
      Math.max(8, limit - drawnCount),
    )
    const groups = groupAlike(looks, clients, shown * 10)
    const rest: NodeIndex[] = []
    for (const group of groups) {
      const key = `alike:${group[0]}`
      if (draft.parts.length < shown && group.length >= alikeFrom && !unfolded.has(key)) {
        const fresh = group.filter(client => isNew(node, client))
        if (fresh.length > 0) draft.parts.push(draftOf(fresh, key))
        continue
      }
      for (const client of group) {
        if (draft.parts.length >= shown) rest.push(client)
        else if (isNew(node, client)) draft.parts.push(draftOf([client], null))
      }
    }
    if (rest.length === 0) continue
    drawnCount++
    for (const client of rest) foldedCount += 1 + countBelow(plane, client, stepOver)
    const count = rest.length
    draft.parts.push({ kind: 'more', key: `more:${node}`, provider: node, count, parts: [] })
  }

  const partOf = (part: TreePart | Draft): TreePart => {
    if ('kind' in part) return part
    const { nodes, isOpen, foldedCount, unfoldKey } = part
    const parts = part.parts.map(partOf)
    if (unfoldKey !== null) {
      const pattern = patternOf(nodes.map(client => nameOf(snapshot, plane, client)))
      return {
        kind: 'alike',
        key: `alike:${nodes[0]}`,
        nodes,
        pattern,
        parts,
        foldedCount,
        unfoldKey,
      }
    }
    return { kind: 'node', key: `node:${nodes[0]}`, node: nodes[0]!, parts, isOpen, foldedCount }
  }
  return {
    roots: roots.map(partOf),
    further,
    foldedCount,
    cutCount,
    alikeCount,
  }
}

function clientsOf(
  plane: PlaneTable,
  node: NodeIndex,
  stepOver: PartChoices['stepOver'],
): NodeIndex[] {
  const clients: NodeIndex[] = []
  // Not by recursion: a dump may hold a chain of any length.
  for (let client = node + 1; client < plane.end[node]!;) {
    const isPassed = stepOver?.(plane.entry[client]!) === true
    if (!isPassed) clients.push(client)
    client = isPassed ? client + 1 : plane.end[client]!
  }
  return clients
}

function countBelow(plane: PlaneTable, node: NodeIndex, stepOver: PartChoices['stepOver']): number {
  const end = plane.end[node]!
  if (!stepOver) return end - node - 1
  let count = 0
  for (let n = node + 1; n < end; n++) if (!stepOver(plane.entry[n]!)) count++
  return count
}

/**
 * Siblings that look alike, in the order of their first; all others are groups of one. Many of one class and state that have
 * nothing below them are a group as well, whatever they are called: a platform expert has dozens of bare nubs.
 */
function groupAlike(
  looks: NodeLooks,
  clients: readonly NodeIndex[],
  most: number,
): readonly (readonly NodeIndex[])[] {
  const looked = clients.slice(0, Math.min(most, mostLookedAt))
  // Few have siblings that look like themselves: only of those it matters what is below.
  const groups = groupBy(looked, client => looks.ofItself(client)).flatMap(near =>
    near.length < alikeFrom
      ? near.map(client => [client])
      : groupBy(near, client => looks.withBelow(client)),
  )
  const bare = groupBy(
    groups.filter(group => group.length < alikeFrom),
    ([client]) => looks.ofBare(client!),
  )
  const many = new Map<readonly NodeIndex[], readonly NodeIndex[]>()
  for (const kin of bare) {
    const all = kin.flat()
    if (kin.length === 1 || all.length < bareFrom) continue
    for (const group of kin) many.set(group, group === kin[0] ? all : [])
  }
  const alike = groups.map(group => many.get(group) ?? group).filter(group => group.length > 0)
  // In the order of their first.
  alike.sort(([a], [b]) => a! - b!)
  const others = clients.slice(looked.length).map(client => [client])
  return others.length === 0 ? alike : [...alike, ...others]
}

/** Items of one key, in the order of their first; one without a key is alone. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | null): readonly T[][] {
  const groups = new Map<string | T, T[]>()
  for (const item of items) {
    const key = keyOf(item) ?? item
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

function nameOf(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  return textAt(snapshot.strings, plane.name[node]!) ?? '?'
}

const named = 8

/** What names have in common: the same at both ends, with a star for what differs; else the names. */
export function patternOf(names: readonly string[]): string {
  const first = names[0] ?? ''
  if (names.every(name => name === first)) return first
  const isOneKind = new Set(names.map(kindOfName)).size === 1
  if (!isOneKind) {
    const rest = names.length - named
    return names.slice(0, named).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
  }
  const shortest = Math.min(...names.map(name => name.length))
  let head = 0
  while (head < shortest && names.every(name => name[head] === first[head])) head++
  let tail = 0
  const isSame = (name: string) => name.at(-1 - tail) === first.at(-1 - tail)
  while (tail < shortest - head && names.every(isSame)) tail++
  return `${first.slice(0, head)}*${tail === 0 ? '' : first.slice(-tail)}`
}
