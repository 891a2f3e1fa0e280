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
  /** Scratch for `pass`. */
  private readonly key = new Int32Array(4)
  private readonly open: NodeIndex[] = []
  /** Nodes of `after` whose clients have been looked at. */
  private readonly isReached: Uint8Array
  /**
   * An entry that stands below many providers in `before` meets one node of `after` each time: so many clients may be
   * looked at again. Real planes have a tenth more nodes than entries.
   */
  private spare: number

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
    this.isReached = new Uint8Array(this.after.plane.length)
    this.spare = 4 * (this.before.plane.length + this.after.plane.length)
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
      const isAgain = this.isReached[after] === 1
      if (isAgain && this.spare <= 0) continue
      this.isReached[after] = 1
      const clients = clientsBelow(this.before, before)
      const others = clientsBelow(this.after, after)
      if (isAgain) this.spare -= clients.length + others.length
      this.pairLists(clients, others)
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
    if (this.pairInStep(before, after)) return
    const { before: x, after: y, pairing, key } = this
    let left: Siblings = { before, after }
    const label = (side: PlaneSide, node: NodeIndex, more: number, hasClass: boolean) => {
      key[0] = side.name[node]!
      key[1] = side.location[node]!
      key[2] = hasClass ? side.className[node]! : -2
      key[3] = more
    }
    left = this.pass(
      left,
      node => {
        key.fill(0)
        key[0] = pairing.afterOf[x.plane.entry[node]!]!
        return key[0] >= 0
      },
      node => {
        key.fill(0)
        key[0] = y.plane.entry[node]!
        return pairing.beforeOf[key[0]]! >= 0
      },
    )
    left = this.pass(
      left,
      node => {
        const client = firstClient(x.plane, node)
        const partner = client < 0 ? -1 : pairing.afterOf[client]!
        label(x, node, partner, true)
        return partner >= 0
      },
      node => {
        const client = firstClient(y.plane, node)
        label(y, node, client, true)
        return client >= 0 && pairing.beforeOf[client]! >= 0
      },
    )
    for (const hashes of ['subtree', 'own'] as const) {
      const hash = (side: PlaneSide, node: NodeIndex) => {
        key[0] = side[hashes][2 * node]!
        key[1] = side[hashes][2 * node + 1]!
        key[2] = side.name[node]!
        key[3] = side.location[node]!
        return true
      }
      left = this.pass(
        left,
        node => hash(x, node),
        node => hash(y, node),
      )
    }
    for (const hasClass of [true, false]) {
      left = this.pass(
        left,
        node => (label(x, node, 0, hasClass), true),
        node => (label(y, node, 0, hasClass), true),
      )
    }
  }

  /**
   * The usual case, short: a few siblings of different names, all there in the same order. False, and
   * nothing done, when it is another.
   */
  private pairInStep(before: readonly NodeIndex[], after: readonly NodeIndex[]): boolean {
    if (before.length !== after.length || before.length > fewSiblings) return false
    const { before: x, after: y, pairing } = this
    for (let i = 0; i < before.length; i++) {
      const b = before[i]!
      const a = after[i]!
      const isAlike =
        x.name[b] === y.name[a] &&
        x.location[b] === y.location[a] &&
        x.className[b] === y.className[a] &&
        (pairing.isPair(x.plane.entry[b]!, y.plane.entry[a]!) || this.canPair(b, a))
      if (!isAlike) return false
      for (let other = 0; other < i; other++) {
        if (x.name[before[other]!] === x.name[b]) return false
      }
    }
    for (let i = 0; i < before.length; i++) this.pairNodes(before[i]!, after[i]!)
    return true
  }

  /**
   * Pairs what has equal keys, in order.
   * @param keyBefore puts the key of a node into `this.key`; false: it has none
   * @returns what is left over
   */
  private pass(
    left: Siblings,
    keyBefore: (node: NodeIndex) => boolean,
    keyAfter: (node: NodeIndex) => boolean,
  ): Siblings {
    if (left.before.length === 0 || left.after.length === 0) return left
    const { matcher, key } = this
    matcher.begin(left.after.length)
    for (let i = 0; i < left.after.length; i++) {
      if (keyAfter(left.after[i]!)) matcher.put(i, key)
    }
    const isTaken = new Uint8Array(left.after.length)
    const before = left.before.filter(node => {
      const found = keyBefore(node) ? matcher.take(key) : -1
      if (found < 0 || !this.pairNodes(node, left.after[found]!)) return true
      isTaken[found] = 1
      return false
    })
    if (before.length === left.before.length) return left
    return { before, after: left.after.filter((_, i) => isTaken[i] === 0) }
  }
}

const fewSiblings = 12

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

function sameHash(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return a[2 * i] === b[2 * j] && a[2 * i + 1] === b[2 * j + 1]
}
