/** A stretch of a subtree's outline: between two places along, all of it lies between two edges across. */
export interface OutlinePart {
  readonly from: number
  readonly to: number
  readonly first: number
  readonly last: number
  /** Of the subtree's own box, not of what is below it. */
  readonly isTop: boolean
}

/** In the order of `from`; parts do not lie over each other. */
export type Outline = readonly OutlinePart[]

export interface OutlineGaps {
  /** Between boxes of one provider, and between all others. */
  readonly sibling: number
  readonly cousin: number
}

/** How far `next` must be moved across so that it lies behind `before`, with a gap wherever both are. */
export function leastDistance(before: Outline, next: Outline, gap: OutlineGaps): number {
  let least = -Infinity
  let n = 0
  for (const own of next) {
    while (n < before.length && before[n]!.to <= own.from) n++
    for (let m = n; m < before.length && before[m]!.from < own.to; m++) {
      const other = before[m]!
      const between = other.isTop && own.isTop ? gap.sibling : gap.cousin
      least = Math.max(least, other.last + between - own.first)
    }
  }
  return least
}

export function moved(outline: Outline, by: number): Outline {
  if (by === 0) return outline
  return outline.map(part => ({ ...part, first: part.first + by, last: part.last + by }))
}

/** Around both. */
export function joined(a: Outline, b: Outline): Outline {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  const parts: OutlinePart[] = []
  let [i, j] = [0, 0]
  let at = Math.min(a[0]!.from, b[0]!.from)
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]]
    const inOne = one !== undefined && one.from <= at ? one : null
    const inOther = other !== undefined && other.from <= at ? other : null
    const end = Math.min(
      inOne ? inOne.to : (one?.from ?? Infinity),
      inOther ? inOther.to : (other?.from ?? Infinity),
    )
    const found = inOne && inOther ? around(inOne, inOther) : (inOne ?? inOther)
    if (found && end > at) parts.push({ ...found, from: at, to: end })
    at = end
    if (one && one.to <= at) i++
    if (other && other.to <= at) j++
  }
  return parts
}

function around(a: OutlinePart, b: OutlinePart): OutlinePart {
  return {
    from: 0,
    to: 0,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    // Of the last edge: what comes next is compared with it.
    isTop: (a.last >= b.last ? a : b).isTop,
  }
}
