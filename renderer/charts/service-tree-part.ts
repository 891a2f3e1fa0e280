import { hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import { nodesOf, rootsOf } from '../../core/registry/lookup.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../../core/registry/snapshot.ts'
import { textAt } from '../registry/columns.ts'
import { stateBrief } from '../registry/service-state.ts'

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
      readonly parts: readonly []
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

/**
 * What of a plane is drawn: what is open, level by level until the picture is full, so that a registry of any size costs
 * what its picture does. Every entry is drawn once; further providers get a link.
 *
 *   Root ─┬─ PCI0 ─── +12      closed, 12 below
 *         ├─ (S10@* ×4)        alike
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
  let [drawnCount, cutCount, alikeCount, foldedCount] = [0, 0, 0, 0]

  interface Draft {
    readonly node: NodeIndex
    readonly parts: (TreePart | Draft)[]
    isOpen: boolean
    foldedCount: number
  }
  const drafts: Draft[] = []
  const draftOf = (node: NodeIndex): Draft => {
    drawnCount++
    seen.add(plane.entry[node]!)
    const draft = { node, parts: [], isOpen: false, foldedCount: 0 }
    drafts.push(draft)
    return draft
  }
  const clientsOf = (node: NodeIndex): NodeIndex[] => {
    const clients: NodeIndex[] = []
    // Not by recursion: a dump may hold a chain of any length.
    for (let client = node + 1; client < plane.end[node]!;) {
      const isPassed = stepOver?.(plane.entry[client]!) === true
      if (!isPassed) clients.push(client)
      client = isPassed ? client + 1 : plane.end[client]!
    }
    return clients
  }
  const roots = (scope === -1 ? rootsOf(plane) : [scope]).map(draftOf)

  // The queue grows while it is walked: level by level.
  for (const draft of drafts) {
    const { node } = draft
    const clients = plane.end[node]! > node + 1 ? clientsOf(node) : []
    if (clients.length === 0) continue
    if (!hasBit(open, node) || drawnCount >= limit) {
      if (hasBit(open, node)) cutCount++
      draft.foldedCount = countBelow(plane, node, stepOver)
      foldedCount += draft.foldedCount
      continue
    }
    draft.isOpen = true
    const isNew = (client: NodeIndex) => {
      const entry = plane.entry[client]!
      if (!seen.has(entry)) return true
      further.push({ from: node, to: entry })
      return false
    }
    const groups = groupAlike(snapshot, plane, clients, choices)
    const shown = Math.min(
      unfolded.has(`more:${node}`) ? clientsAtMost : clientsAtFirst,
      Math.max(8, limit - drawnCount),
    )
    const rest: NodeIndex[] = []
    for (const group of groups) {
      const key = `alike:${group[0]}`
      if (draft.parts.length < shown && group.length >= alikeFrom && !unfolded.has(key)) {
        const nodes = group.filter(isNew)
        for (const client of nodes) {
          seen.add(plane.entry[client]!)
          foldedCount += countBelow(plane, client, stepOver)
        }
        if (nodes.length === 0) continue
        drawnCount++
        alikeCount += nodes.length
        const pattern = patternOf(nodes.map(client => nameOf(snapshot, plane, client)))
        draft.parts.push({ kind: 'alike', key, nodes, pattern, parts: [] })
        continue
      }
      for (const client of group) {
        if (draft.parts.length >= shown) rest.push(client)
        else if (isNew(client)) draft.parts.push(draftOf(client))
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
    const { node, isOpen, foldedCount } = part
    return {
      kind: 'node',
      key: `node:${node}`,
      node,
      parts: part.parts.map(partOf),
      isOpen,
      foldedCount,
    }
  }
  return {
    roots: roots.map(partOf),
    further,
    foldedCount,
    cutCount,
    alikeCount,
  }
}

function countBelow(plane: PlaneTable, node: NodeIndex, stepOver: PartChoices['stepOver']): number {
  const end = plane.end[node]!
  if (!stepOver) return end - node - 1
  let count = 0
  for (let n = node + 1; n < end; n++) if (!stepOver(plane.entry[n]!)) count++
  return count
}

/**
 * Siblings of one class, one state and names that differ in digits only, none of which shows clients; in the order of
 * their first. All others are groups of one.
 */
function groupAlike(
  snapshot: Snapshot,
  plane: PlaneTable,
  clients: readonly NodeIndex[],
  { open, alikeBy }: PartChoices,
): readonly (readonly NodeIndex[])[] {
  const { entries } = snapshot
  const groups = new Map<string, NodeIndex[]>()
  for (const client of clients) {
    const entry = plane.entry[client]!
    const isClosed = plane.end[client] === client + 1 || !hasBit(open, client)
    const isElsewhere = nodesOf(snapshot, plane, entry).length > 1
    const name = textAt(snapshot.strings, plane.name[client]!) ?? ''
    const key =
      isClosed && !isElsewhere
        ? [
            entries.className[entry],
            stateBrief(entries, entry)?.word,
            kindOfName(name),
            alikeBy?.(entry),
          ].join('\n')
        : `one:${client}`
    const group = groups.get(key)
    if (group) group.push(client)
    else groups.set(key, [client])
  }
  return [...groups.values()]
}

/** Names count with digits, those of ACPI also with a last letter: `CPU0`, `LNKA`. */
function kindOfName(name: string): string {
  return name.replace(/\d+/g, '#').replace(/^([A-Z]{3})[A-Z]$/, '$1#')
}

function nameOf(snapshot: Snapshot, plane: PlaneTable, node: NodeIndex): string {
  return textAt(snapshot.strings, plane.name[node]!) ?? '?'
}

/** What names have in common: the same at both ends, with a star for what differs. */
export function patternOf(names: readonly string[]): string {
  const first = names[0] ?? ''
  if (names.every(name => name === first)) return first
  const shortest = Math.min(...names.map(name => name.length))
  let head = 0
  while (head < shortest && names.every(name => name[head] === first[head])) head++
  let tail = 0
  const isSame = (name: string) => name.at(-1 - tail) === first.at(-1 - tail)
  while (tail < shortest - head && names.every(isSame)) tail++
  return `${first.slice(0, head)}*${tail === 0 ? '' : first.slice(-tail)}`
}
