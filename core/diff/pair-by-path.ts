import { nodesOf, rootsOf } from '../registry/lookup.ts'
import type { NodeIndex, Snapshot } from '../registry/snapshot.ts'
import { KeyMatcher } from './key-matcher.ts'
import type { Pairing } from './pairing.ts'
import { firstClient, type PlaneSide } from './plane-side.ts'

/**
 * Pairs what stands at the same place of one plane: from the roots down, the clients of paired nodes are
 * paired by name and location, then by class, and equal siblings in their order.
 *
 * Equal siblings are first told apart by what surely belongs together, so that one that went does not shift
 * all others: entries that are paired already (another plane knew them), nodes whose first client is (an
 * IOPowerConnection is known by what it connects), subtrees that are equal, nodes with equal properties.
 */
export class PathPairing {
  private readonly pairing: Pairing
  private readonly afterSnapshot: Snapshot
  private readonly before: PlaneSide
  private readonly after: PlaneSide
  /** Nodes of `before` whose clients have been looked at. */
  private readonly isWalked: Uint8Array
  private readonly canPair: (before: NodeIndex, after: NodeIndex) => boolean
  private readonly matcher = new KeyMatcher()
  private readonly open: NodeIndex[] = []

  /** @param mayPair by entry: false for one that has an identity of its own */
  constructor(
    pairing: Pairing,
    afterSnapshot: Snapshot,
    before: PlaneSide,
    after: PlaneSide,
    mayPair?: { readonly before: Uint8Array; readonly after: Uint8Array },
  ) {
    this.pairing = pairing
    this.afterSnapshot = afterSnapshot
    this.before = before
    this.after = after
    this.isWalked = new Uint8Array(this.before.plane.length)
    const beforeEntry = this.before.plane.entry
    const afterEntry = this.after.plane.entry
    this.canPair = (b, a) =>
      pairing.areFree(beforeEntry[b]!, afterEntry[a]!) &&
      (!mayPair || (mayPair.before[beforeEntry[b]!] === 1 && mayPair.after[afterEntry[a]!] === 1))
  }

  /** From the roots, and from whatever other planes have paired. */
  pairPlane(): void {
    this.pairLists(rootsOf(this.before.plane), rootsOf(this.after.plane))
    this.walk()
    const { entry, length } = this.before.plane
    for (let node = 0; node < length; node++) {
      const partner = this.pairing.afterOf[entry[node]!]!
      if (partner < 0 || this.isWalked[node]) continue
      const place = nodesOf(this.afterSnapshot, this.after.plane, partner)[0]
      if (place !== undefined) this.pairFrom(node, place)
    }
  }

  /** Pairs what is at another place now, unless it has found a partner meanwhile. */
  pairMoved(before: NodeIndex, after: NodeIndex): void {
    if (this.canPair(before, after)) this.pairFrom(before, after)
  }

  /** Pairs two nodes, unless their entries are paired otherwise, and what is below them. */
  private pairFrom(before: NodeIndex, after: NodeIndex): void {
    this.pairNodes(before, after)
    this.walk()
  }

  private walk(): void {
    while (this.open.length > 0) {
      const after = this.open.pop()!
      const before = this.open.pop()!
      if (this.isWalked[before]) continue
      if (this.pairWhole(before, after)) continue
      this.isWalked[before] = 1
      this.pairLists(clientsBelow(this.before, before), clientsBelow(this.after, after))
    }
  }

  private pairNodes(before: NodeIndex, after: NodeIndex): boolean {
    const b = this.before.plane.entry[before]!
    const a = this.after.plane.entry[after]!
    if (!this.pairing.isPair(b, a)) {
      if (!this.canPair(before, after)) return false
      this.pairing.pair(b, a)
    }
    this.open.push(before, after)
    return true
  }

  /** Two equal subtrees, node by node. False, and nothing done, when they are not. */
  private pairWhole(before: NodeIndex, after: NodeIndex): boolean {
    const { before: x, after: y, pairing } = this
    if (!sameHash(x.subtree, before, y.subtree, after)) return false
    const size = x.plane.end[before]! - before
    if (y.plane.end[after]! - after !== size) return false
    for (let i = 0; i < size; i++) {
      const b = before + i
      const a = after + i
      // The hash could lie; names, places and pairs are what counts.
      const isEqual =
        x.name[b] === y.name[a] &&
        x.location[b] === y.location[a] &&
        x.className[b] === y.className[a] &&
        x.plane.end[b]! - before === y.plane.end[a]! - after
      if (!isEqual) return false
      if (i === 0 || pairing.isPair(x.plane.entry[b]!, y.plane.entry[a]!)) continue
      if (!this.canPair(b, a)) return false
    }
    for (let i = 0; i < size; i++) {
      this.isWalked[before + i] = 1
      // Not if the same entry came twice in this subtree and was paired otherwise the first time.
      if (i > 0 && this.canPair(before + i, after + i)) {
        pairing.pair(x.plane.entry[before + i]!, y.plane.entry[after + i]!)
      }
    }
    return true
  }

  /** Pairs siblings, best evidence first; each pass over what the one before left. */
  private pairLists(before: readonly NodeIndex[], after: readonly NodeIndex[]): void {
    const { before: x, after: y, pairing } = this
    let left: Siblings = { before, after }
    left = this.pass(
      left,
      node => pairing.afterOf[x.plane.entry[node]!]!,
      node => (pairing.beforeOf[y.plane.entry[node]!]! < 0 ? -1 : y.plane.entry[node]!),
    )
    const label = (side: PlaneSide, node: NodeIndex, more: number, hasClass: boolean): Key => [
      side.name[node]!,
      side.location[node]!,
      hasClass ? side.className[node]! : -2,
      more,
    ]
    left = this.passByKey(
      left,
      node => {
        const client = firstClient(x.plane, node)
        const partner = client < 0 ? -1 : pairing.afterOf[client]!
        return partner < 0 ? null : label(x, node, partner, true)
      },
      node => {
        const client = firstClient(y.plane, node)
        return client < 0 || pairing.beforeOf[client]! < 0 ? null : label(y, node, client, true)
      },
    )
    for (const hashes of ['subtree', 'own'] as const) {
      left = this.passByKey(
        left,
        node => [x[hashes][2 * node]! | 0, x[hashes][2 * node + 1]! | 0, x.name[node]!, 0],
        node => [y[hashes][2 * node]! | 0, y[hashes][2 * node + 1]! | 0, y.name[node]!, 0],
      )
    }
    for (const hasClass of [true, false]) {
      left = this.passByKey(
        left,
        node => label(x, node, 0, hasClass),
        node => label(y, node, 0, hasClass),
      )
    }
  }

  private pass(
    left: Siblings,
    keyBefore: (node: NodeIndex) => number,
    keyAfter: (node: NodeIndex) => number,
  ): Siblings {
    const asKey = (key: number): Key | null => (key < 0 ? null : [key, 0, 0, 0])
    return this.passByKey(
      left,
      node => asKey(keyBefore(node)),
      node => asKey(keyAfter(node)),
    )
  }

  /** @returns what is left over; a node without a key is left */
  private passByKey(
    left: Siblings,
    keyBefore: (node: NodeIndex) => Key | null,
    keyAfter: (node: NodeIndex) => Key | null,
  ): Siblings {
    if (left.before.length === 0 || left.after.length === 0) return left
    this.matcher.begin(left.after.length)
    left.after.forEach((node, i) => {
      const key = keyAfter(node)
      if (key) this.matcher.put(i, ...key)
    })
    const isTaken = new Uint8Array(left.after.length)
    const before = left.before.filter(node => {
      const key = keyBefore(node)
      const found = key ? this.matcher.take(...key) : -1
      if (found < 0 || !this.pairNodes(node, left.after[found]!)) return true
      isTaken[found] = 1
      return false
    })
    return { before, after: left.after.filter((_, i) => isTaken[i] === 0) }
  }
}

type Key = readonly [number, number, number, number]

interface Siblings {
  readonly before: readonly NodeIndex[]
  readonly after: readonly NodeIndex[]
}

function clientsBelow({ plane }: PlaneSide, node: NodeIndex): NodeIndex[] {
  const clients: NodeIndex[] = []
  const end = plane.end[node]!
  for (let client = node + 1; client < end; client = plane.end[client]!) clients.push(client)
  return clients
}

export function sameHash(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return a[2 * i] === b[2 * j] && a[2 * i + 1] === b[2 * j + 1]
}
