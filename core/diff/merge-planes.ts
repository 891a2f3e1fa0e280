import { subtreeEnds } from '../registry/plane-draft.ts'
import { nodesOfEntry } from '../registry/lookup.ts'
import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'

/** One plane of both, as a tree: what is taken from where. Columns by node of the merged plane. */
export interface MergedPlane {
  readonly length: number
  /** -> the plane of `after`; -1: the node comes from `before` */
  readonly afterNode: Int32Array
  /** -> the plane of `before`; -1: the node comes from `after` */
  readonly beforeNode: Int32Array
  readonly parent: Int32Array
  readonly end: Int32Array
  readonly depth: Uint16Array
  /** For each node of `after` its node here. */
  readonly ofAfter: Int32Array
}

export interface PlaneMergeInput {
  readonly before: Snapshot
  readonly after: Snapshot
  readonly afterOf: Int32Array
  /** By entry of `before`: 1 for those that are gone and kept. */
  readonly isKept: Uint8Array
}

const none = -1
const deepest = 0xffff

/**
 * `after`, with the nodes of gone entries after the sibling that they followed, below where their provider is
 * now. A provider that has several nodes gives each of its own clients back: its first of `before` is its first
 * of `after`, unless one stands below the same provider as before. Each node of `before` is put in at most once,
 * so the merged plane is never longer than both together.
 *
 * @returns null when nothing of `before` has to be put in
 */
export function mergePlane(
  one: PlaneTable,
  two: PlaneTable,
  input: PlaneMergeInput,
): MergedPlane | null {
  const gone = placeGone(one, two, input)
  return gone && emit(two, gone)
}

/** Lists of gone nodes by where they hang. Nodes are of `before` unless a name says otherwise. */
interface GoneLists {
  readonly count: number
  /** First gone node after the subtree of each node of `after`; the last item: before all roots. */
  readonly afterSubtree: Int32Array
  /** First gone node before the clients of each node of `after`. */
  readonly beforeClients: Int32Array
  /** First gone client of each gone node. */
  readonly client: Int32Array
  readonly next: Int32Array
}

function placeGone(
  one: PlaneTable,
  two: PlaneTable,
  { before, after, afterOf, isKept }: PlaneMergeInput,
): GoneLists | null {
  const here = new NodeChoice(before, after, two)
  const column = (length: number) => new Int32Array(length).fill(none)
  const lists = {
    count: 0,
    afterSubtree: column(two.length + 1),
    beforeClients: column(two.length),
    client: column(one.length),
    next: column(one.length),
  }
  /** Ends of those lists, so that what is put in later stands later. */
  const tails = {
    afterSubtree: column(two.length + 1),
    beforeClients: column(two.length),
    client: column(one.length),
  }
  /**
   * For each node the nearest one, itself or above, that has a place: a node whose provider has none hangs where
   * that one would. -1: among the roots.
   */
  const placed = column(one.length)
  /** For a node that is in `after` too its node there. */
  const nodeNow = column(one.length)
  /** For a node that is in `after` too: the client there that the last one of `before` was, or -1. */
  const anchor = column(one.length + 1)
  const isGone = new Uint8Array(one.length)
  const isRepeated = new Uint8Array(one.length)
  const hasPlace = new Uint8Array(before.entries.length)

  const append = (
    list: 'afterSubtree' | 'beforeClients' | 'client',
    of: number,
    node: NodeIndex,
  ) => {
    const tail = tails[list][of]!
    if (tail === none) lists[list][of] = node
    else lists.next[tail] = node
    tails[list][of] = node
  }

  for (let node = 0; node < one.length; node++) {
    const entry = one.entry[node]!
    const parent = one.parent[node]!
    const host = parent < 0 ? none : placed[parent]!
    const partner = afterOf[entry]!
    placed[node] = host
    if (host >= 0) isRepeated[node] = isRepeated[host]!
    if (partner >= 0) {
      const hostNow = host < 0 || isGone[host] === 1 ? none : nodeNow[host]!
      const found = here.choose(entry, partner, hostNow)
      if (found < 0) continue
      const { isFirstUse } = here
      placed[node] = node
      nodeNow[node] = found
      isRepeated[node] = isFirstUse ? 0 : 1
      const isBelowHost = two.parent[found] === hostNow && (host < 0 || isGone[host] === 0)
      if (isBelowHost) anchor[host < 0 ? one.length : host] = found
      continue
    }
    if (isKept[entry] === 0 || (isRepeated[node] === 1 && hasPlace[entry] === 1)) continue
    placed[node] = node
    isGone[node] = 1
    hasPlace[entry] = 1
    lists.count++
    if (host >= 0 && isGone[host] === 1) append('client', host, node)
    else {
      const last = anchor[host < 0 ? one.length : host]!
      if (last >= 0) append('afterSubtree', last, node)
      else if (host < 0) append('afterSubtree', two.length, node)
      else append('beforeClients', nodeNow[host]!, node)
    }
  }
  return lists.count === 0 ? null : lists
}

/** Which node of `after` a node of `before` is, where an entry has several. */
class NodeChoice {
  /** Whether the last choice was of a node that had not been chosen before. */
  isFirstUse = true
  private readonly two: PlaneTable
  private readonly first: Uint32Array
  private readonly nodes: Int32Array
  private readonly isTaken: Uint8Array
  /** How many nodes of each entry of `before` came so far. */
  private readonly seen: Uint32Array

  constructor(before: Snapshot, after: Snapshot, two: PlaneTable) {
    this.two = two
    const { first, node } = nodesOfEntry(after, two)
    this.first = first
    this.nodes = node
    this.isTaken = new Uint8Array(two.length)
    this.seen = new Uint32Array(before.entries.length)
  }

  /** @param hostNow where its provider is now, or -1 */
  choose(entry: EntryIndex, partner: EntryIndex, hostNow: NodeIndex): NodeIndex {
    const start = this.first[partner]!
    const count = this.first[partner + 1]! - start
    const ordinal = this.seen[entry]!++
    if (count === 0) return none
    let found = this.nodes[start + Math.min(ordinal, count - 1)]!
    // A few are looked through; of an entry below thousands of providers the order has to do.
    if (count > 1 && count <= 32) {
      for (let i = 0; i < count; i++) {
        const node = this.nodes[start + i]!
        if (this.isTaken[node] === 1) continue
        if (this.two.parent[node] === hostNow) {
          found = node
          break
        }
        if (this.isTaken[found] === 1) found = node
      }
    }
    this.isFirstUse = this.isTaken[found] === 0
    this.isTaken[found] = 1
    return found
  }
}

function emit(two: PlaneTable, gone: GoneLists): MergedPlane {
  const room = two.length + gone.count
  const afterNode = new Int32Array(room).fill(none)
  const beforeNode = new Int32Array(room).fill(none)
  const parent = new Int32Array(room)
  const depth = new Uint16Array(room)
  const ofAfter = new Int32Array(two.length)
  let length = 0

  /** A list of gone nodes with all below them; what would be too deep for the table is left out. */
  const addGone = (first: NodeIndex, below: number) => {
    let node = first
    let host = below
    /** The node of `before` whose clients are being added, and the ones above it. */
    const above: NodeIndex[] = []
    for (;;) {
      if (node === none) {
        const left = above.pop()
        if (left === undefined) return
        node = gone.next[left]!
        host = parent[host]!
        continue
      }
      const level = host < 0 ? 0 : depth[host]! + 1
      if (level > deepest) {
        node = gone.next[node]!
        continue
      }
      beforeNode[length] = node
      parent[length] = host
      depth[length] = level
      host = length++
      above.push(node)
      node = gone.client[node]!
    }
  }
  const endSubtree = (node: NodeIndex) => {
    const list = gone.afterSubtree[node]!
    if (list === none) return
    const above = two.parent[node]!
    addGone(list, above < 0 ? none : ofAfter[above]!)
  }

  const beforeAllRoots = gone.afterSubtree[two.length]!
  if (beforeAllRoots !== none) addGone(beforeAllRoots, none)
  for (let node = 0; node < two.length; node++) {
    const above = two.parent[node]!
    for (let ended = node - 1; ended > above; ended = two.parent[ended]!) endSubtree(ended)
    ofAfter[node] = length
    afterNode[length] = node
    parent[length] = above < 0 ? none : ofAfter[above]!
    depth[length] = two.depth[node]!
    length++
    const list = gone.beforeClients[node]!
    if (list !== none) addGone(list, ofAfter[node]!)
  }
  for (let ended = two.length - 1; ended >= 0; ended = two.parent[ended]!) endSubtree(ended)

  const parents = parent.subarray(0, length).slice()
  return {
    length,
    afterNode: afterNode.slice(0, length),
    beforeNode: beforeNode.slice(0, length),
    parent: parents,
    end: subtreeEnds(parents),
    depth: depth.slice(0, length),
    ofAfter,
  }
}
