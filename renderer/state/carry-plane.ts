import { clearBit, fullBitSet, hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import {
  noString,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../../core/registry/snapshot.ts'
import { bytesAt } from '../../core/registry/strings.ts'

/**
 * The open nodes of a plane as they were in an older capture, found again by the names and locations on the way from
 * the root. Both trees are walked side by side. Their names are compared as they are met, each pair once: to find the
 * partners of all strings of a capture beforehand, those of its properties too, takes longer than the walk.
 */
export function carryPlane(
  before: Snapshot,
  old: PlaneTable,
  oldOpen: BitSet,
  after: Snapshot,
  plane: PlaneTable,
): BitSet {
  const open = fullBitSet(plane.length)
  const isSameText = sameTexts(before.strings, after.strings)
  const isSame = (o: NodeIndex, n: NodeIndex) =>
    isSameText(old.name[o]!, plane.name[n]!) && isSameText(old.location[o]!, plane.location[n]!)
  const pairs: NodeIndex[] = []
  const take = (o: NodeIndex, n: NodeIndex) => {
    // What had no clients then is open: what a driver added is in sight.
    if (old.end[o]! <= o + 1) return
    if (!hasBit(oldOpen, o)) clearBit(open, n)
    pairs.push(o, n)
  }
  const walk = (oFrom: NodeIndex, oEnd: NodeIndex, nFrom: NodeIndex, nEnd: NodeIndex) => {
    let [o, n] = [oFrom, nFrom]
    for (; o < oEnd && n < nEnd && isSame(o, n); o = old.end[o]!, n = plane.end[n]!) take(o, n)
    if (o >= oEnd || n >= nEnd) return
    // From here on they differ, so the rest is looked up.
    const rest = new Map<string, NodeIndex[]>()
    for (; n < nEnd; n = plane.end[n]!) {
      const key = keyOf(after.strings, plane, n)
      const same = rest.get(key)
      if (same) same.push(n)
      else rest.set(key, [n])
    }
    for (const same of rest.values()) same.reverse()
    for (; o < oEnd; o = old.end[o]!) {
      const now = rest.get(keyOf(before.strings, old, o))?.pop()
      if (now !== undefined) take(o, now)
    }
  }
  walk(0, old.length, 0, plane.length)
  while (pairs.length > 0) {
    const n = pairs.pop()!
    const o = pairs.pop()!
    walk(o + 1, old.end[o]!, n + 1, plane.end[n]!)
  }
  return open
}

/** Some nodes of a plane that have clients, found again in the same way. */
export function carryNodes(
  before: Snapshot,
  old: PlaneTable,
  nodes: ReadonlySet<NodeIndex>,
  after: Snapshot,
  plane: PlaneTable,
): ReadonlySet<NodeIndex> {
  if (nodes.size === 0) return nodes
  const others = fullBitSet(old.length)
  for (const node of nodes) clearBit(others, node)
  const open = carryPlane(before, old, others, after, plane)
  const found = new Set<NodeIndex>()
  for (let node = 0; node < plane.length; node++) if (!hasBit(open, node)) found.add(node)
  return found
}

/** A character for each byte, another for each; of those that keys have beside them it makes none. */
const latin1 = new TextDecoder('latin1')

/** Name and location byte by byte, for those that are no UTF-8 have to differ too. */
function keyOf(strings: StringTable, { name, location }: PlaneTable, node: NodeIndex): string {
  const part = (index: StringIndex) =>
    index === noString ? '\u0100' : latin1.decode(bytesAt(strings, index))
  return `${part(name[node]!)}\u0101${part(location[node]!)}`
}

const unknown = -2

/** Whether a string of one table is that of another. Within a table all differ, so that each has one partner at most. */
function sameTexts(
  one: StringTable,
  other: StringTable,
): (one: StringIndex, other: StringIndex) => boolean {
  const partner = new Int32Array(one.length).fill(unknown)
  return (a, b) => {
    if (a === noString || b === noString) return a === b
    if (partner[a] !== unknown) return partner[a] === b
    if (!isEqual(one, a, other, b)) return false
    partner[a] = b
    return true
  }
}

function isEqual(one: StringTable, a: StringIndex, other: StringTable, b: StringIndex): boolean {
  let at = other.start[b]!
  const from = one.start[a]!
  const to = one.start[a + 1]!
  if (other.start[b + 1]! - at !== to - from) return false
  for (let i = from; i < to; i++) if (one.bytes[i] !== other.bytes[at++]) return false
  return true
}
