import type { Placed, TreeItem } from './tidy-tree.ts'
import { joined, leastDistance, moved, type Outline, type OutlinePart } from './tree-outline.ts'

export const columnGaps = {
  /** To the clients at the right, in which the links bend. */
  level: 34,
  sibling: 6,
  cousin: 11,
  /** From a provider's left edge to the line that leads down to its columns, and from there to a column. */
  stem: 14,
  spine: 17,
  /** Between a provider and the line above its columns, and between that and the columns. */
  lane: 11,
  /** Between what stands in one column and the line of the next. */
  column: 22,
} as const

interface Branch<T> {
  readonly item: T
  readonly depth: number
  readonly children: readonly Branch<T>[]
  readonly along: number
  readonly across: number
  /** Its left edge, counted from where the clients of its provider begin, and its upper one from its provider's. */
  start: number
  offset: number
  /** Where its clients begin, from its left edge. */
  base: number
  /** Its clients and all below them: along from where they begin, across from its upper edge. */
  below: Outline
  /** Its clients stand below it, in columns; where the line is that leads to them, from its upper edge. */
  lane: number | null
  /** Where the line of the column begins that it stands in, counted as `start`. */
  spine: number
}

/** How the whole may be shaped. */
export interface Frame {
  readonly width: number
  readonly height: number
}

/**
 * A tree that grows to the right, in columns where it would be much higher than its frame is: a provider whose clients would make
 * too high a pile has them below itself, side by side, in their order.
 *
 *   Root ─ PCI0 ┬ S00                       Root ─ PCI0
 *               ├ S08 ─ Framebuffer                ├──────────────────────┐
 *               ├ S10 ─ Ethernet ─ en0             ├ S00                  ├ S10 ─ Ethernet ─ en0
 *               └ S18                              └ S08 ─ Framebuffer    └ S18
 *
 * A pile is about as high as the frame, or higher where the whole fits better then. Without a frame nothing is put into columns.
 *
 * @param chosen how high a pile may be, where that is known: what unfolds is not to turn the whole picture over
 */
export function placeInColumns<T extends TreeItem>(
  roots: readonly T[],
  frame: Frame | null,
  chosen: number | null = null,
): { readonly placed: readonly Placed<T>[]; readonly most: number } {
  const branches = roots.map(root => branchOf(root, 1))
  const sizeAt = (most: number) => {
    for (const branch of branches) arrange(branch, most)
    return sizeOf(stack(branches))
  }
  const most = chosen ?? (frame ? bestHeight(frame, countOf(branches), sizeAt) : Infinity)
  // The last one tried is not always the best.
  sizeAt(most)
  const placed: Placed<T>[] = []
  const put = (
    branch: Branch<T>,
    parent: Placed<T> | null,
    x: number,
    y: number,
    lane: number | null,
  ) => {
    const [left, top] = [x + branch.start, y + branch.offset]
    const own: Placed<T> = {
      item: branch.item,
      parent,
      x: left,
      y: top,
      depth: branch.depth,
      ...(lane === null ? {} : { via: { spine: x + branch.spine, lane } }),
    }
    placed.push(own)
    const laneBelow = branch.lane === null ? null : top + branch.lane
    for (const child of branch.children) put(child, own, left + branch.base, top, laneBelow)
  }
  for (const branch of branches) put(branch, null, 0, 0, null)
  return { placed, most }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** What is seen whole with names that can be read needs no columns. */
const legible = 0.72
/** Piles as high as the frame are read without moving up and down, as long as the whole is not much smaller for that. */
const nearBest = 0.8
const heights = [1, 1.35, 1.8, 2.4, 3.2, 4.3] as const
/** Of more than these each try takes milliseconds: every other height does. */
const many = 600

/** How high a pile may be; Infinity without columns. */
function bestHeight(frame: Frame, count: number, sizeAt: (most: number) => Size): number {
  const scaleOf = ({ width, height }: Size) =>
    Math.min(frame.width / width, frame.height / height, 1)
  const plain = sizeAt(Infinity)
  if (scaleOf(plain) >= legible || plain.height <= frame.height) return Infinity
  const tried = heights
    .map(times => times * frame.height)
    .filter((most, n) => most < plain.height && (count <= many || n % 2 === 0))
    .map(most => ({ most, scale: scaleOf(sizeAt(most)) }))
    .concat({ most: Infinity, scale: scaleOf(plain) })
  const best = Math.max(...tried.map(({ scale }) => scale))
  return tried.find(({ scale }) => scale >= best * nearBest)!.most
}

function countOf<T>(branches: readonly Branch<T>[]): number {
  return branches.reduce((sum, { children }) => sum + 1 + countOf(children), 0)
}

function branchOf<T extends TreeItem>(item: T, depth: number): Branch<T> {
  const children = item.children.map(child => branchOf(child, depth + 1))
  const { width: along, height: across } = item
  const place = { start: 0, offset: 0, base: 0, lane: null, spine: 0 }
  return { item, depth, children, along, across, below: [], ...place }
}

/** Gives all clients their places, from the last to the first. */
function arrange<T>(branch: Branch<T>, most: number): void {
  const { children, across } = branch
  branch.lane = null
  branch.base = 0
  branch.below = []
  if (children.length === 0) return
  for (const child of children) arrange(child, most)
  const pile = stack(children)
  const groups = sizeOf(pile).height > most ? groupsOf(children, most) : []
  if (groups.length > 1) return hang(branch, groups)
  const by = (across - children[0]!.across) / 2
  for (const child of children) child.offset += by
  branch.below = moved(pile, by)
}

/**
 * Side by side, their first cards in one line. Clients of each column begin in line, whatever stands in the others.
 *
 *   provider
 *   │         lane: the line from which each column's spine leads down
 *   ├─────────────────┐
 *   ├ client          ├ client
 */
function hang<T>(branch: Branch<T>, groups: readonly (readonly Branch<T>[])[]): void {
  const { stem, spine, lane, column } = columnGaps
  const piles = groups.map(stack)
  const over = Math.max(...piles.map(pile => -firstOf(pile)))
  const top = branch.across + 2 * lane + over
  let [below, lastSpine]: [Outline, number] = [[], stem]
  const before: OutlinePart[] = []
  for (const [n, group] of groups.entries()) {
    // The line down to the last of them, and they themselves.
    const line = { from: -spine, to: 0, first: top, last: top + group.at(-1)!.offset, isTop: false }
    const own = joined([line], moved(piles[n]!, top))
    const x = Math.max(stem + spine, leastShift(before, own) + column)
    for (const child of group) {
      child.start += x
      child.offset += top
      child.spine = x - spine
    }
    lastSpine = x - spine
    const placed = shifted(own, x)
    before.push(...placed)
    below = joined(below, placed)
  }
  const bar = { from: stem, to: lastSpine + 1, first: branch.across, last: top, isTop: false }
  branch.lane = branch.across + lane
  branch.below = joined([bar], below)
}

/** How far to the right `next` must stand so that it lies beside all that is at its height. */
function leastShift(before: Outline, next: Outline): number {
  let least = 0
  for (const { first, last, from } of next) {
    for (const other of before) {
      const isBeside =
        other.last + columnGaps.cousin > first && last + columnGaps.cousin > other.first
      if (isBeside) least = Math.max(least, other.to - from)
    }
  }
  return least
}

/** One below the other, from 0 on; returns their outline, from where they begin. */
function stack<T>(branches: readonly Branch<T>[]): Outline {
  const gap = columnGaps
  let end = 0
  for (const { children, lane, along } of branches) {
    if (children.length > 0 && lane === null) end = Math.max(end, along)
  }
  let pile: Outline = []
  for (const branch of branches) {
    branch.start = 0
    branch.spine = -columnGaps.spine
    if (branch.lane === null) branch.base = end + gap.level
    const outline = outlineOf(branch)
    branch.offset = pile.length === 0 ? 0 : leastDistance(pile, outline, gap)
    pile = joined(pile, moved(outline, branch.offset))
  }
  return pile
}

function outlineOf<T>({ along, across, children, below, base, lane }: Branch<T>): Outline {
  const own: Outline = [{ from: 0, to: along, first: 0, last: across, isTop: true }]
  if (children.length === 0) return own
  const inside = below.map(part => ({ ...part, isTop: false }))
  if (lane !== null) return joined(own, inside)
  // The lines to the clients take room as well: nothing may stand in their way.
  const middleOf = (child: Branch<T>) => child.offset + child.across / 2
  const first = Math.min(0, middleOf(children[0]!))
  const last = Math.max(across, middleOf(children.at(-1)!))
  const lines: Outline = [{ from: along, to: base, first, last, isTop: false }]
  return joined(joined(own, lines), shifted(inside, base))
}

/**
 * As many columns as are needed for none to be higher than `most`, in order, and no higher than they have to be for that number.
 * What is higher by itself is a column of its own.
 */
function groupsOf<T>(branches: readonly Branch<T>[], most: number): readonly Branch<T>[][] {
  const split = (limit: number) => {
    const groups: Branch<T>[][] = []
    let top = 0
    for (const branch of branches) {
      const end = branch.offset + heightOf(branch)
      const group = groups.at(-1)
      if (group && end - top <= limit) group.push(branch)
      else {
        top = branch.offset
        groups.push([branch])
      }
    }
    return groups
  }
  let best = split(most)
  let [low, high] = [0, most]
  for (let n = 0; n < 7; n++) {
    const middle = (low + high) / 2
    const groups = split(middle)
    if (groups.length > best.length) low = middle
    else [best, high] = [groups, middle]
  }
  return best
}

function heightOf<T>({ across, below }: Branch<T>): number {
  return below.reduce((most, { last }) => Math.max(most, last), across)
}

function shifted(outline: Outline, by: number): Outline {
  return outline.map(part => ({ ...part, from: part.from + by, to: part.to + by }))
}

const firstOf = (outline: Outline) =>
  outline.reduce((least, { first }) => Math.min(least, first), 0)
const extentOf = (outline: Outline) => outline.at(-1)?.to ?? 0

function sizeOf(outline: Outline): Size {
  const last = outline.reduce((most, part) => Math.max(most, part.last), 0)
  return { width: Math.max(1, extentOf(outline)), height: Math.max(1, last - firstOf(outline)) }
}
