import { hierarchy, partition, treemap, type HierarchyNode } from 'd3'
import type { MapId, MapTree } from './registry-map-tree.ts'

/**
 * A map of the registry: areas in areas. Only what is large enough to be seen is laid out; the rest of a place's children
 * is one cell, "others", that says how many they are and can be looked into. So a registry of 100 000 entries costs as
 * little as a small one, once it is summed up.
 *
 *   icicle                              treemap
 *   ┌─────────┬──────────┬────────┐     ┌─────────────────────┐
 *   │         │ kext A   │ class  │     │ kext A              │
 *   │ Registry│          ├────────┤     │ ┌────────┬────────┐ │
 *   │         ├──────────┼────────┤     │ │ class  │ class  │ │
 *   │         │ 9 others │        │     └─┴────────┴────────┴─┘
 *   └─────────┴──────────┴────────┘
 */
export type MapShape = 'icicle' | 'treemap'

/** What fills the frame: a place, or some of its children, the `from`th to before the `to`th by size. */
export interface MapFocus {
  readonly id: MapId
  readonly range: MapRange | null
}

export interface MapRange {
  readonly from: number
  readonly to: number
}

export interface MapCell {
  readonly key: string
  /** The place; of others the one whose children they are. */
  readonly id: MapId
  /** Which children, where the cell stands for others. */
  readonly others: MapRange | null
  /** 0 is the focus. */
  readonly depth: number
  /** -> `MapPicture.cells`; -1 for the focus. */
  readonly parent: number
  readonly value: number
  readonly entries: number
  /** Something is below that is not drawn, or could be drawn larger. */
  readonly isDeep: boolean
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface MapPicture {
  /** A place comes before what is in it. */
  readonly cells: readonly MapCell[]
  readonly value: number
  readonly entries: number
  /** Levels that are drawn, the focus included. */
  readonly levels: number
  /** Places without any area, in those that are drawn. */
  readonly withoutArea: number
  /** Places of the last level that have something in them. */
  readonly cutOff: number
}

export interface MapFrame {
  readonly width: number
  readonly height: number
  readonly shape: MapShape
}

/** Levels below the focus; in a treemap large areas go on. */
export const mapLevels: Readonly<Record<MapShape, number>> = { icicle: 4, treemap: 2 }
const deepest = 8
/** Of a treemap's area, so that what is in it can be seen; in square pixels. */
const largeArea = 12_000
export const mostChildren: Readonly<Record<MapShape, number>> = { icicle: 40, treemap: 400 }
const mostRanges = 10
/** Of a card for others in an icicle, so that it can be read; in pixels. */
const rangeHeight = 22
/** So that its name can be read: of an icicle's cell, in pixels; of a treemap's the square root of its area. */
const smallestCell: Readonly<Record<MapShape, number>> = { icicle: 12, treemap: 16 }
/** The focus says where one is, and needs less room than what is in it. */
const focusColumn = 0.55
export const treemapHead = 20
const treemapGap = 3

export function layOutMap(tree: MapTree, focus: MapFocus, frame: MapFrame): MapPicture {
  const cut = cutTree(tree, focus, frame)
  const root = hierarchy(cut.root, ({ children }) => (children.length > 0 ? children : null))
  // Not d3's sum: a place holds more than what is drawn in it.
  root.each(node => {
    ;(node as { value: number }).value = node.data.value
  })
  const placed = frame.shape === 'icicle' ? asIcicle(root, frame) : asTreemap(root, frame)
  const cells: MapCell[] = []
  const numbers = new Map<CutNode, number>()
  if (cut.root.value > 0) {
    // Level by level, so that a place comes before what is in it.
    for (const { node, box } of placed) {
      const { id, others, value, entries, isDeep } = node.data
      numbers.set(node.data, cells.length)
      const parent = node.parent ? numbers.get(node.parent.data)! : -1
      const key = others ? `${id}:${others.from}-${others.to}` : `${id}`
      cells.push({ key, id, others, depth: node.depth, parent, value, entries, isDeep, ...box })
    }
  }
  return {
    cells,
    value: cut.root.value,
    entries: cut.root.entries,
    levels: root.height + 1,
    withoutArea: cut.withoutArea,
    cutOff: cut.cutOff,
  }
}

interface CutNode {
  readonly id: MapId
  readonly others: MapRange | null
  readonly value: number
  readonly entries: number
  readonly depth: number
  isDeep: boolean
  readonly children: CutNode[]
}

interface Cut {
  readonly root: CutNode
  readonly withoutArea: number
  readonly cutOff: number
}

function cutTree(tree: MapTree, focus: MapFocus, frame: MapFrame): Cut {
  const { shape, width, height } = frame
  const side = shape === 'icicle' ? height : Math.sqrt(width * height)
  const least = smallestCell[shape] / Math.max(1, side)
  // So small that at least one of the children is drawn, where they are few.
  const leastShare = Math.min(shape === 'icicle' ? least : least * least, 1 / mostChildren[shape])
  const root = rootOf(tree, focus)
  let withoutArea = 0
  let cutOff = 0
  const open: CutNode[] = [root]
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.others && node !== root) continue
    const all = tree.childrenOf(node.id)
    const from = node === root && focus.range ? Math.min(focus.range.from, all.length) : 0
    const to = node === root && focus.range ? Math.min(focus.range.to, all.length) : all.length
    if (from >= to) continue
    node.isDeep = true
    const isLarge =
      shape === 'treemap' &&
      node.depth < deepest &&
      (node.value / root.value) * width * height >= largeArea
    if (node.depth >= mapLevels[shape] && !isLarge) {
      cutOff++
      continue
    }
    const end = firstWithout(tree, all, from, to)
    // A frame around one area of its own size says nothing, where it has no room for a frame.
    const isOne = to - from === 1 && tree.valueOf(all[from]!) === node.value
    if (shape === 'treemap' && isOne && !isLarge && node !== root) continue
    let drawn = from
    while (
      drawn < end &&
      drawn - from < mostChildren[shape] &&
      tree.valueOf(all[drawn]!) / root.value >= leastShare
    ) {
      drawn++
    }
    // What would be a sliver of slivers stays one place, which can be looked into.
    if (drawn === from && node !== root) {
      cutOff++
      continue
    }
    withoutArea += to - end
    if (end - drawn === 1) drawn++
    for (let i = from; i < drawn; i++) node.children.push(nodeOf(tree, all[i]!, node.depth + 1))
    node.children.push(
      ...othersOf(tree, node, all, { from: drawn, to: end }, node === root, root, frame),
    )
    open.push(...node.children)
  }
  return { root, withoutArea, cutOff }
}

function rootOf(tree: MapTree, { id, range }: MapFocus): CutNode {
  if (!range) return nodeOf(tree, id, 0)
  return rangeNode(tree, id, tree.childrenOf(id), range, 0)
}

function nodeOf(tree: MapTree, id: MapId, depth: number): CutNode {
  const [value, entries] = [tree.valueOf(id), tree.entriesIn(id)]
  return { id, others: null, value, entries, depth, isDeep: false, children: [] }
}

function rangeNode(
  tree: MapTree,
  id: MapId,
  all: ArrayLike<MapId>,
  others: MapRange,
  depth: number,
): CutNode {
  let value = 0
  let entries = 0
  for (let i = others.from; i < Math.min(others.to, all.length); i++) {
    value += tree.valueOf(all[i]!)
    entries += tree.entriesIn(all[i]!)
  }
  return { id, others, value, entries, depth, isDeep: true, children: [] }
}

/** One cell for all that are not drawn, or several, where there is little but them. */
function othersOf(
  tree: MapTree,
  node: CutNode,
  all: ArrayLike<MapId>,
  rest: MapRange,
  isFocus: boolean,
  root: CutNode,
  frame: MapFrame,
): readonly CutNode[] {
  const count = rest.to - rest.from
  if (count <= 0) return []
  const whole = rangeNode(tree, node.id, all, rest, node.depth + 1)
  const isMuch = whole.value * 4 >= root.value && count > mostChildren[frame.shape]
  const isAll = node.children.length === 0
  if (!isFocus || !(isMuch || isAll)) return [whole]
  // Of about one size each, so that each can be read and pressed.
  const share = whole.value / cards(whole.value / root.value, frame)
  const ranges: CutNode[] = []
  let from = rest.from
  let value = 0
  for (let i = rest.from; i < rest.to; i++) {
    value += tree.valueOf(all[i]!)
    if (value < share * (1 - 1e-9) && i < rest.to - 1) continue
    ranges.push(rangeNode(tree, node.id, all, { from, to: i + 1 }, node.depth + 1))
    from = i + 1
    value = 0
  }
  return ranges
}

/** How many cards; two at least, or opening one would lead nowhere. */
function cards(share: number, { shape, height }: MapFrame): number {
  if (shape === 'treemap') return mostRanges
  return Math.max(2, Math.min(mostRanges, Math.floor((share * height) / rangeHeight)))
}

/** The first of the children, which are sorted by size, that has none. */
function firstWithout(tree: MapTree, all: ArrayLike<MapId>, from: number, to: number): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if (tree.valueOf(all[middle]!) > 0) low = middle + 1
    else high = middle
  }
  return low
}

interface Placed {
  readonly node: HierarchyNode<CutNode>
  readonly box: Pick<MapCell, 'x' | 'y' | 'width' | 'height'>
}

function asIcicle(root: HierarchyNode<CutNode>, { width, height }: MapFrame): readonly Placed[] {
  const laidOut = partition<CutNode>().size([height, 1])(root)
  const column = width / (root.height + focusColumn)
  const left = (depth: number) => (depth === 0 ? 0 : (depth - 1 + focusColumn) * column)
  const all: Placed[] = []
  laidOut.each(node => {
    const [x, y] = [left(node.depth), node.x0]
    // A focus that has nothing in it fills the frame.
    const right = root.height === 0 ? width : left(node.depth + 1)
    all.push({ node, box: { x, y, width: right - x, height: node.x1 - node.x0 } })
  })
  return all
}

function asTreemap(root: HierarchyNode<CutNode>, { width, height }: MapFrame): readonly Placed[] {
  const laidOut = treemap<CutNode>()
    .size([width, height])
    .paddingInner(treemapGap)
    .paddingOuter(treemapGap)
    .paddingTop(({ children }) => (children ? treemapHead : 0))(root)
  const all: Placed[] = []
  const narrow = new Set<HierarchyNode<CutNode>>()
  laidOut.each(node => {
    const { x0, y0, x1, y1 } = node
    // What has no room for its own line holds nothing that could be seen; it can be looked into.
    const isNarrow = x1 - x0 < narrowest.width || y1 - y0 < narrowest.height
    if (isNarrow || (node.parent && narrow.has(node.parent))) narrow.add(node)
    if (node.parent && narrow.has(node.parent)) return
    all.push({ node, box: { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } })
  })
  return all
}

const narrowest = { width: 36, height: treemapHead + 2 * treemapGap + 10 } as const
