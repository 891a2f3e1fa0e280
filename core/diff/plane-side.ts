import type { EntryIndex, NodeIndex, PlaneTable, Snapshot } from '../registry/snapshot.ts'
import { tellingHashes } from './block-hash.ts'
import { inCommon, type CommonStrings } from './common-strings.ts'
import type { NodeLabels } from './node-labels.ts'

/**
 * One plane of one snapshot as pairing by path sees it: what its nodes are called, in numbers that both
 * snapshots share, and hashes of what a node is and of all below it.
 */
export interface PlaneSide extends NodeLabels {
  readonly plane: PlaneTable
  /** By node. */
  readonly className: Int32Array
  /** Name, location, class and properties of the node; two words each. */
  readonly own: Uint32Array
  /** The same of the node and all below it, in their order. */
  readonly subtree: Uint32Array
  /** As `subtree`, without properties; made when somebody asks. */
  readonly shape: () => Uint32Array
}

/** What is the same for all planes of a snapshot. */
export interface EntrySide {
  /** By entry, in common numbers. */
  readonly className: Int32Array
  /** Of an entry's properties, whatever their order; two words each. Zero where there are none that tell. */
  readonly properties: Uint32Array
}

/**
 * @param common for columns of the first snapshot; undefined for the second, whose own numbers are the common ones
 * @param noisyKeys keys whose values say nothing about which entry this is
 * @param compareProperties false where the two snapshots write values in different syntaxes
 */
export function entrySide(
  snapshot: Snapshot,
  common: CommonStrings | undefined,
  noisyKeys: ReadonlySet<string>,
  compareProperties: boolean,
): EntrySide {
  const { entries } = snapshot
  return {
    className: common ? inCommon(entries.className, common) : entries.className,
    properties: compareProperties
      ? tellingHashes(snapshot, noisyKeys)
      : new Uint32Array(2 * entries.length),
  }
}

export function planeSide(side: EntrySide, plane: PlaneTable, labels: NodeLabels): PlaneSide {
  const { className, properties } = side
  const { name, location } = labels
  const classOfNode = new Int32Array(plane.length)
  const own = new Uint32Array(2 * plane.length)
  const label = new Uint32Array(2 * plane.length)
  for (let node = 0; node < plane.length; node++) {
    const entry = plane.entry[node]!
    const nodeClass = className[entry]!
    classOfNode[node] = nodeClass
    const low = mixed(mixed(name[node]!, location[node]!), nodeClass)
    const high =
      Math.imul(name[node]!, 0x85eb_ca6b) +
      Math.imul(location[node]!, 0xc2b2_ae35) +
      Math.imul(nodeClass, 0x27d4_eb2f)
    label[2 * node] = low
    label[2 * node + 1] = high
    own[2 * node] = mixed(low, properties[2 * entry]!)
    own[2 * node + 1] = mixed(high, properties[2 * entry + 1]!)
  }
  let shape: Uint32Array | undefined
  return {
    plane,
    name,
    location,
    className: classOfNode,
    own,
    subtree: upwards(plane, own),
    shape: () => (shape ??= upwards(plane, label)),
  }
}

/** The hash of each subtree: last nodes first, so that a node's clients are done before it. */
function upwards(plane: PlaneTable, own: Uint32Array): Uint32Array {
  const sums = new Uint32Array(own.length)
  for (let node = plane.length - 1; node >= 0; node--) {
    const parent = plane.parent[node]!
    const low = mixed(sums[2 * node]!, own[2 * node]!)
    const high = mixed(sums[2 * node + 1]!, own[2 * node + 1]!)
    sums[2 * node] = low
    sums[2 * node + 1] = high
    if (parent < 0) continue
    // Not a sum: the order of clients counts.
    sums[2 * parent] = mixed(sums[2 * parent]!, low)
    sums[2 * parent + 1] = mixed(sums[2 * parent + 1]!, high)
  }
  return sums
}

/** The entry of the first client of a node, or -1. */
export function firstClient(plane: PlaneTable, node: NodeIndex): EntryIndex {
  return node + 1 < plane.end[node]! ? plane.entry[node + 1]! : -1
}

/** Not a bijection of either word, and not meant against somebody who wants collisions. */
function mixed(hash: number, word: number): number {
  let next = Math.imul(hash ^ Math.imul(word, 0xcc9e_2d51), 0x1b87_3593)
  next = (next ^ (next >>> 15)) + 0x9e37_79b9
  next = Math.imul(next ^ (next >>> 13), 0x85eb_ca6b)
  return (next ^ (next >>> 16)) >>> 0
}
