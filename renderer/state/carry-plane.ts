import { commonStrings, type CommonStrings } from '../../core/diff/common-strings.ts'
import { clearBit, fullBitSet, hasBit, type BitSet } from '../../core/registry/bit-set.ts'
import {
  noString,
  type NodeIndex,
  type PlaneTable,
  type Snapshot,
  type StringIndex,
  type StringTable,
} from '../../core/registry/snapshot.ts'

const common = new WeakMap<StringTable, WeakMap<StringTable, CommonStrings>>()

/**
 * The open nodes of a plane as they were in an older capture, found again by the names and locations on the way from
 * the root. Both trees are walked side by side, with names as numbers: no text is made, so that 100,000 nodes take
 * some ten milliseconds.
 */
export function carryPlane(
  before: Snapshot,
  old: PlaneTable,
  oldOpen: BitSet,
  after: Snapshot,
  plane: PlaneTable,
): BitSet {
  const open = fullBitSet(plane.length)
  const { ofBefore } = commonOf(before.strings, after.strings)
  const numberOf = (index: StringIndex) => (index === noString ? noString : ofBefore[index]!)
  const isSame = (o: NodeIndex, n: NodeIndex) =>
    numberOf(old.name[o]!) === plane.name[n] && numberOf(old.location[o]!) === plane.location[n]
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
      const key = `${plane.name[n]} ${plane.location[n]}`
      const same = rest.get(key)
      if (same) same.push(n)
      else rest.set(key, [n])
    }
    for (const same of rest.values()) same.reverse()
    for (; o < oEnd; o = old.end[o]!) {
      const now = rest.get(`${numberOf(old.name[o]!)} ${numberOf(old.location[o]!)}`)?.pop()
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

function commonOf(before: StringTable, after: StringTable): CommonStrings {
  let known = common.get(before)
  if (!known) common.set(before, (known = new WeakMap<StringTable, CommonStrings>()))
  let strings = known.get(after)
  if (!strings) known.set(after, (strings = commonStrings(before, after)))
  return strings
}
