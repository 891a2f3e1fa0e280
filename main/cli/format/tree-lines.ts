import { nodesOf, nodesOfEntry } from '../../../core/registry/lookup.ts'
import { hasBit, nextBit, setBit, type BitSet } from '../../../core/registry/bit-set.ts'
import { knownPropertyRow, knownStateRow } from '../../../core/registry/place-rows.ts'
import {
  EntryFlag,
  noString,
  ServiceState,
  type EntryIndex,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
} from '../../../core/registry/snapshot.ts'
import type { Look } from '../look.ts'
import { propertiesOf } from './entry-json.ts'
import { classText, count, idOf, labelText, markText } from './entry-text.ts'
import { valueLines } from './value-text.ts'

/** Which part of a plane is shown, and how much of it. */
export interface TreePart {
  readonly plane: PlaneTable
  /** The nodes `[first, end)`: whole subtrees. */
  readonly first: NodeIndex
  readonly end: NodeIndex
  /** Levels below the first; what lies deeper is counted. */
  readonly levels: number
  readonly hasProperties: boolean
  /** Only these, and the way to them; null for all. */
  readonly hits: TreeHits | null
}

/** What a filter found in a plane. */
export interface TreeHits {
  readonly found: BitSet
  /** With everything above them. */
  readonly shown: BitSet
}

export function treeHits(plane: PlaneTable, found: BitSet): TreeHits {
  const shown = { length: found.length, words: found.words.slice() }
  for (let node = nextBit(found, 0); node !== -1; node = nextBit(found, node + 1)) {
    for (let at = plane.parent[node]!; at >= 0 && !hasBit(shown, at); at = plane.parent[at]!) {
      setBit(shown, at)
    }
  }
  return { found, shown }
}

/** The whole plane, or the subtree of one node. */
export function treePart(
  plane: PlaneTable,
  root: NodeIndex | null,
  levels: number,
  hasProperties: boolean,
  hits: TreeHits | null = null,
): TreePart {
  const [first, end] = root === null ? [0, plane.length] : [root, plane.end[root]!]
  return { plane, first, end, levels, hasProperties, hits }
}

/** The nodes of the part that are shown, top to bottom. */
export function* shownNodes({ plane, first, end, levels, hits }: TreePart): Generator<NodeIndex> {
  if (first === end) return
  const deepest = plane.depth[first]! + levels
  for (let node = first; node < end;) {
    if (hits && !hasBit(hits.shown, node)) {
      node = plane.end[node]!
      continue
    }
    yield node
    node = plane.depth[node]! < deepest ? node + 1 : plane.end[node]!
  }
}

/**
 * The part as a tree:
 *
 *   Root                           IORegistryEntry         0x100000100
 *   └─ QEMU                      ● IOPlatformExpertDevice  0x100000116  busy 1
 *      ├─ AppleACPICPU@0         ● AppleACPICPU            0x100000118
 *      └─ PCI0@0                 ○ IOPCIBridge             0x100000120  also under pci  (12 below)
 *
 * Row for row: nothing waits for the end. On a screen the parts stand in columns, as far as they fit.
 */
export function* treeLines(snapshot: Snapshot, part: TreePart, look: Look): Generator<string> {
  const { plane } = part
  const { paint } = look
  const columns = look.isScreen ? columnsFor(snapshot, part, look.width) : { name: 0, class: 0 }
  const top = part.first < part.end ? plane.depth[part.first]! : 0
  /** For each level, whether a sibling follows there. */
  const more: boolean[] = []
  for (const node of shownNodes(part)) {
    const depth = plane.depth[node]! - top
    const parent = plane.parent[node]!
    more[depth] = depth > 0 && isShownIn(part, plane.end[node]!, plane.end[parent]!)
    more.length = depth + 1
    const label = labelText(snapshot, plane, node)
    const bars = depth === 0 ? '' : `${barsOf(more, depth)}${more[depth] ? '├─ ' : '└─ '}`
    const row = knownStateRow(snapshot, plane, node)
    const entry = plane.entry[node]!
    const className = classText(snapshot, entry)
    const notes = notesOf(snapshot, part, node, row)
    const cells = [
      paint('dim', bars) +
        paint(isHit(part, node) ? 'bold' : 'dim', label) +
        blanks(columns.name - bars.length - label.length),
      markText(snapshot, row, look) + paint('cyan', className),
    ]
    const id = idOf(snapshot, entry)
    const isLast = id === null && notes.length === 0
    if (!isLast) cells[1] += blanks(columns.class - className.length)
    if (id !== null) cells.push(paint('dim', id))
    yield [...cells, ...notes].join('  ')
    if (!part.hasProperties) continue
    // Of what only leads to a hit, properties are not asked.
    if (!isHit(part, node)) continue
    const hasClients = depth < part.levels && isShownIn(part, node + 1, plane.end[node]!)
    const below = `${barsOf([...more, hasClients], depth + 1)}${hasClients ? '│    ' : '     '}`
    yield* propertyLines(snapshot, knownPropertyRow(snapshot, plane, node), paint('dim', below))
  }
}

const isHit = ({ hits }: TreePart, node: NodeIndex): boolean =>
  hits === null || hasBit(hits.found, node)

/** Whether one of the nodes `[from, end)` is shown; the levels aside. */
function isShownIn({ hits }: TreePart, from: NodeIndex, end: NodeIndex): boolean {
  if (hits === null) return from < end
  const next = nextBit(hits.shown, from)
  return next !== -1 && next < end
}

function* propertyLines(snapshot: Snapshot, row: number, indent: string): Generator<string> {
  for (const [key, value] of propertiesOf(snapshot, row)) {
    for (const line of valueLines(key, value, { isWhole: false })) yield indent + line
  }
}

/** Real trees have thirty levels; of a hostile one only the depth is written. */
const deepestBars = 100

function barsOf(more: readonly boolean[], depth: number): string {
  if (depth > deepestBars) return `… ${depth} levels down `
  let bars = ''
  for (let level = 1; level < depth; level++) bars += more[level] ? '│  ' : '   '
  return bars
}

function blanks(length: number): string {
  return length > 0 ? ' '.repeat(length) : ''
}

/** What is unusual: busy, on its way out, several providers, not all shown. */
function notesOf(snapshot: Snapshot, part: TreePart, node: NodeIndex, row: number): string[] {
  const { plane, levels, first, hits } = part
  const { entries } = snapshot
  const notes: string[] = hits && isHit(part, node) ? ['match'] : []
  const flags = entries.flags[row]!
  const busy = (flags & EntryFlag.hasBusyCount) !== 0 ? entries.busyCount[row]! : 0
  if (busy > 0) notes.push(`busy ${busy}`)
  if ((entries.state[row]! & ServiceState.inactive) !== 0) notes.push('inactive')
  const others = otherProviders(snapshot, plane, node)
  if (others.length > 0) {
    const named = others.slice(0, 3).map(other => labelText(snapshot, plane, other))
    const rest = others.length > 3 ? ` and ${others.length - 3} more` : ''
    notes.push(`also under ${named.join(', ')}${rest}`)
  }
  const below = plane.end[node]! - node - 1
  const isCut = plane.depth[node]! - plane.depth[first]! === levels && below > 0
  if (isCut) notes.push(`(${count(below, 'entry', 'entries')} below)`)
  return notes
}

/**
 * One node of each other provider of the entry at a node. The clients of an entry that stands in two places stand
 * there twice too, and have one provider all the same.
 */
export function otherProviders(
  snapshot: Snapshot,
  plane: PlaneTable,
  node: NodeIndex,
): readonly NodeIndex[] {
  const entry = plane.entry[node]!
  const { first } = nodesOfEntry(snapshot, plane)
  if (first[entry + 1]! - first[entry]! < 2) return []
  const known = new Set<EntryIndex>([providerOf(plane, node)])
  const others: NodeIndex[] = []
  for (const place of nodesOf(snapshot, plane, entry)) {
    const provider = providerOf(plane, place)
    if (known.has(provider)) continue
    known.add(provider)
    if (provider >= 0) others.push(plane.parent[place]!)
  }
  return others
}

/** The entry above a node, or -1. */
function providerOf(plane: PlaneTable, node: NodeIndex): EntryIndex {
  const parent = plane.parent[node]!
  return parent < 0 ? -1 : plane.entry[parent]!
}

interface Columns {
  readonly name: number
  readonly class: number
}

const idWidth = 11
const leastNameWidth = 24
const mostClassWidth = 36

/** Widths of the columns: from the bytes of the names, without making a string of any. */
function columnsFor(snapshot: Snapshot, part: TreePart, width: number): Columns {
  const { plane } = part
  const { entries, strings } = snapshot
  const lengthOf = (index: StringIndex) =>
    index === noString ? 0 : strings.start[index + 1]! - strings.start[index]!
  let name = 0
  let className = 0
  const top = part.first < part.end ? plane.depth[part.first]! : 0
  for (const node of shownNodes(part)) {
    const location = lengthOf(plane.location[node]!)
    const label = lengthOf(plane.name[node]!) + (location > 0 ? location + 1 : 0)
    name = Math.max(name, 3 * (plane.depth[node]! - top) + label)
    className = Math.max(className, lengthOf(entries.className[plane.entry[node]!]!))
  }
  className = Math.min(className, mostClassWidth)
  // Name, two blanks, mark, blank, class, two blanks, ID.
  const room = width - 6 - className - idWidth
  return { name: Math.min(name, Math.max(room, leastNameWidth)), class: className }
}
