import { nodesOfEntry } from '../registry/lookup.ts'
import {
  noString,
  type EntryIndex,
  type NodeIndex,
  type Snapshot,
  type StringIndex,
} from '../registry/snapshot.ts'
import type { CommonStrings } from './common-strings.ts'
import type { LabelNumbers } from './node-labels.ts'
import type { Pairing } from './pairing.ts'
import { PlaceChange, type ComparedPlanes } from './snapshot-diff.ts'

/** Changed places while they are found, chained for each entry of the second snapshot. */
export class PlaceChangeList {
  readonly plane: number[] = []
  readonly kind: number[] = []
  readonly before: NodeIndex[] = []
  readonly after: NodeIndex[] = []
  private readonly next: number[] = []
  private readonly head: Int32Array
  private readonly tail: Int32Array

  constructor(entries: number) {
    this.head = new Int32Array(entries).fill(-1)
    this.tail = new Int32Array(entries).fill(-1)
  }

  add(entry: EntryIndex, plane: number, kind: number, before: NodeIndex, after: NodeIndex): void {
    const row = this.kind.push(kind) - 1
    this.plane.push(plane)
    this.before.push(before)
    this.after.push(after)
    this.next.push(-1)
    if (this.head[entry] === -1) this.head[entry] = row
    else this.next[this.tail[entry]!] = row
    this.tail[entry] = row
  }

  /** The rows of one entry, in the order in which they were added. */
  *rowsOf(entry: EntryIndex): Generator<number> {
    for (let row = this.head[entry]!; row >= 0; row = this.next[row]!) yield row
  }

  has(entry: EntryIndex): boolean {
    return this.head[entry]! >= 0
  }
}

/** A root of a dump: what it is attached to is not in it. */
const unknownProvider = -1

/**
 * Finds paired entries that are attached to other providers, or are called otherwise, in each plane. An
 * entry's place is its providers, not their order and not how often a dump prints it below each.
 */
export function comparePlaces(
  before: Snapshot,
  after: Snapshot,
  common: CommonStrings,
  labels: LabelNumbers,
  pairing: Pairing,
  planes: ComparedPlanes['both'],
): PlaceChangeList {
  const changes = new PlaceChangeList(after.entries.length)
  planes.forEach((each, plane) => {
    const one = before.planes[each.before]!
    const two = after.planes[each.after]!
    const oneNodes = nodesOfEntry(before, one)
    const twoNodes = nodesOfEntry(after, two)
    const { ofBefore } = common
    const isEqual = (a: StringIndex, b: StringIndex) =>
      a === noString ? b === noString : ofBefore[a] === b
    // Providers of both in the numbers of `after`; those that are gone have numbers above these.
    const goneFrom = after.entries.length
    const providerBefore = (node: NodeIndex) => {
      const parent = one.parent[node]!
      if (parent < 0) return unknownProvider
      const provider = one.entry[parent]!
      const partner = pairing.afterOf[provider]!
      return partner < 0 ? goneFrom + provider : partner
    }
    const providerAfter = (node: NodeIndex) => {
      const parent = two.parent[node]!
      return parent < 0 ? unknownProvider : two.entry[parent]!
    }
    const providers = new ProviderSets(goneFrom + before.entries.length)
    for (let entry = 0; entry < after.entries.length; entry++) {
      const known = pairing.beforeOf[entry]!
      if (known < 0) continue
      const b = oneNodes.first[known]!
      const a = twoNodes.first[entry]!
      const bCount = oneNodes.first[known + 1]! - b
      const aCount = twoNodes.first[entry + 1]! - a
      if (bCount === 0 && aCount === 0) continue
      if (bCount === 1 && aCount === 1) {
        const from = providerBefore(oneNodes.node[b]!)
        const to = providerAfter(twoNodes.node[a]!)
        if (from !== to && from !== unknownProvider && to !== unknownProvider) {
          changes.add(entry, plane, PlaceChange.moved, oneNodes.node[b]!, twoNodes.node[a]!)
        }
      } else {
        const gone = providers.missing(
          twoNodes.node.subarray(a, a + aCount),
          providerAfter,
          oneNodes.node.subarray(b, b + bCount),
          providerBefore,
        )
        const come = providers.missing(
          oneNodes.node.subarray(b, b + bCount),
          providerBefore,
          twoNodes.node.subarray(a, a + aCount),
          providerAfter,
        )
        if (gone.length === 1 && come.length === 1) {
          changes.add(entry, plane, PlaceChange.moved, gone[0]!, come[0]!)
        } else {
          for (const node of gone) changes.add(entry, plane, PlaceChange.detached, node, -1)
          for (const node of come) changes.add(entry, plane, PlaceChange.attached, -1, node)
        }
      }
      if (bCount === 0 || aCount === 0) continue
      // Names are an entry's own in a plane, so its first node tells.
      const x = oneNodes.node[b]!
      const y = twoNodes.node[a]!
      if (isEqual(one.name[x]!, two.name[y]!) && isEqual(one.location[x]!, two.location[y]!))
        continue
      const was = labels.of('before', one)
      const is = labels.of('after', two)
      const isKnown = was.name[x] !== noString && is.name[y] !== noString
      const isRenamed = was.name[x] !== is.name[y] || was.location[x] !== is.location[y]
      if (isKnown && isRenamed) changes.add(entry, plane, PlaceChange.renamed, x, y)
    }
  })
  return changes
}

/** Sets of providers by marking: as long as their lists, however many entries there are. */
class ProviderSets {
  private readonly mark: Uint32Array
  private stamp = 0

  constructor(providers: number) {
    this.mark = new Uint32Array(providers)
  }

  /**
   * The nodes of `list` below a provider that no node of `among` has, one for each such provider. None where
   * a provider is not known, for it could be that one.
   */
  missing(
    among: Int32Array,
    providerAmong: (node: NodeIndex) => number,
    list: Int32Array,
    providerOf: (node: NodeIndex) => number,
  ): NodeIndex[] {
    const stamp = ++this.stamp
    for (const node of among) {
      const provider = providerAmong(node)
      if (provider === unknownProvider) return []
      this.mark[provider] = stamp
    }
    const missing: NodeIndex[] = []
    for (const node of list) {
      const provider = providerOf(node)
      if (provider === unknownProvider) return []
      if (this.mark[provider] === stamp) continue
      this.mark[provider] = stamp
      missing.push(node)
    }
    return missing
  }
}
