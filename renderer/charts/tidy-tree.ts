import { linkHorizontal, linkVertical } from 'd3'
import type { TreeDirection } from '../state/pictures-state.ts'
import { joined, leastDistance, moved, type Outline } from './tree-outline.ts'

/** What is placed: how much room it takes, and what stands below it. */
export interface TreeItem {
  readonly width: number
  readonly height: number
  readonly children: readonly this[]
}

export interface Placed<T> {
  readonly item: T
  readonly parent: Placed<T> | null
  /** Left upper corner. */
  readonly x: number
  readonly y: number
  readonly depth: number
}

const gaps = {
  /** To the next level, in which the links bend. */
  right: { level: 34, sibling: 6, cousin: 11 },
  down: { level: 36, sibling: 12, cousin: 28 },
} as const

interface Node<T> {
  readonly item: T | null
  readonly depth: number
  readonly children: readonly Node<T>[]
  /** How much room it takes in the direction in which the tree grows, and across it. */
  readonly along: number
  readonly across: number
  /** Where it begins along. */
  start: number
  /** Its upper edge across, counted from its provider's. */
  offset: number
}

/**
 * A tidy tree of boxes of different sizes: clients stand right of their provider, or below it. Only of what it is given: it
 * makes an object for each. Several roots stand beside each other. Providers come before their clients.
 *
 * To the right, what is narrow costs little room: clients of one provider and their clients begin in line, but nothing else
 * has to. A provider stands beside its first client, so that the tree is read from its left upper corner.
 *
 *   Root ─ PCI0 ┬ S00
 *               ├ S08 ─ Framebuffer ┬ AppleDisplay
 *               │                   └ UserClient ×3
 *               └ S10 ─ Ethernet ─ en0
 *
 * Downwards all of a level stand in one row, and a provider over the middle of its clients.
 */
export function placeTree<T extends TreeItem>(
  roots: readonly T[],
  direction: TreeDirection,
): readonly Placed<T>[] {
  const isRight = direction === 'right'
  const nodeOf = (item: T, depth: number): Node<T> => ({
    item,
    depth,
    children: item.children.map(child => nodeOf(child, depth + 1)),
    along: isRight ? item.width : item.height,
    across: isRight ? item.height : item.width,
    start: 0,
    offset: 0,
  })
  const children = roots.map(root => nodeOf(root, 1))
  const top: Node<T> = {
    item: null,
    depth: 0,
    children,
    along: 0,
    across: 0,
    start: -gaps[direction].level,
    offset: 0,
  }
  if (isRight) startInFamilies(top)
  else startInRows(top)
  outlineOf(top, direction)

  const placed: Placed<T>[] = []
  const put = (node: Node<T>, parent: Placed<T> | null, edge: number) => {
    const across = edge + node.offset
    let own: Placed<T> | null = null
    if (node.item) {
      const [x, y] = isRight ? [node.start, across] : [across, node.start]
      own = { item: node.item, parent, x, y, depth: node.depth }
      placed.push(own)
    }
    for (const child of node.children) put(child, own, across)
  }
  put(top, null, 0)
  return placed
}

/** Clients begin where the widest of their providers' siblings that has any ends. */
function startInFamilies<T>(provider: Node<T>): void {
  const begin = (siblings: readonly Node<T>[], start: number) => {
    let end = start
    for (const node of siblings) {
      node.start = start
      if (node.children.length > 0) end = Math.max(end, start + node.along)
    }
    for (const node of siblings) {
      if (node.children.length > 0) begin(node.children, end + gaps.right.level)
    }
  }
  begin(provider.children, 0)
}

function startInRows<T>(top: Node<T>): void {
  let row: readonly Node<T>[] = top.children
  for (let start = 0; row.length > 0; row = row.flatMap(({ children }) => children)) {
    for (const node of row) node.start = start
    start += row.reduce((most, { along }) => Math.max(most, along), 0) + gaps.down.level
  }
}

/** Beyond this a provider in the middle of its clients is out of sight of the first and the last of them. */
const widestSpan = 420

/** Moves the clients of each node as near to each other as their subtrees allow; edges are counted from the node's own. */
function outlineOf<T>(node: Node<T>, direction: TreeDirection): Outline {
  const gap = gaps[direction]
  const { start, along, across, children } = node
  const own: Outline = [{ from: start, to: start + along, first: 0, last: across, isTop: true }]
  if (children.length === 0) return own
  let below: Outline = []
  for (const child of children) {
    const outline = outlineOf(child, direction)
    const distance = below.length === 0 ? 0 : leastDistance(below, outline, gap)
    child.offset = distance
    below = joined(below, moved(outline, distance))
  }
  const [first, last] = [children[0]!, children.at(-1)!]
  const middleOf = (child: Node<T>) => child.offset + child.across / 2
  const isAtFirst = direction === 'right' || middleOf(last) - middleOf(first) > widestSpan
  const middle = isAtFirst ? middleOf(first) : (middleOf(first) + middleOf(last)) / 2
  const by = across / 2 - middle
  for (const child of children) child.offset += by
  if (node.item === null) return []
  // The lines to the clients take room as well: nothing may stand in their way.
  const lines: Outline = [
    {
      from: start + along,
      to: first.start,
      first: Math.min(0, middleOf(first)),
      last: Math.max(across, middleOf(last)),
      isTop: false,
    },
  ]
  const inside = moved(below, by).map(part => ({ ...part, isTop: false }))
  return joined(joined(own, lines), inside)
}

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const corner = 7

/** From a provider's edge to its client's, along the line that all of its clients share. */
export function treeLink(direction: TreeDirection, provider: Rect, client: Rect): string {
  const [a, b] = ends(direction, provider, client)
  return direction === 'right'
    ? step(a, b, direction, (x, y) => `${round(x)},${round(y)}`)
    : step([a[1], a[0]], [b[1], b[0]], direction, (y, x) => `${round(x)},${round(y)}`)
}

type Point = [x: number, y: number]

/** Ahead, aside, ahead, with round corners. */
function step(
  [ax, ay]: Point,
  [bx, by]: Point,
  direction: TreeDirection,
  at: (along: number, aside: number) => string,
) {
  // All clients of a provider turn at the same place, however wide the provider is.
  const turn = bx - gaps[direction].level / 2
  const aside = by - ay
  if (Math.abs(aside) < 0.5) return `M${at(ax, ay)}L${at(bx, by)}`
  const r = Math.min(corner, Math.abs(aside) / 2) * Math.sign(aside)
  const c = Math.abs(r)
  return (
    `M${at(ax, ay)}L${at(turn - c, ay)}Q${at(turn, ay)} ${at(turn, ay + r)}` +
    `L${at(turn, by - r)}Q${at(turn, by)} ${at(turn + c, by)}L${at(bx, by)}`
  )
}

const round = (n: number) => Math.round(n * 10) / 10

/** How far a link that leads back swings out, in pixels. */
const swing = 48

const sideways = linkHorizontal()
const downwards = linkVertical()

/** To a client that stands elsewhere: a curve, which no other line of the tree is. */
export function furtherLink(direction: TreeDirection, provider: Rect, client: Rect): string {
  const [source, target] = ends(direction, provider, client)
  const along = direction === 'right' ? 0 : 1
  const ahead = target[along] - source[along]
  if (ahead >= swing)
    return (direction === 'right' ? sideways : downwards)({ source, target }) ?? ''
  // Back to one that stands before it: out of the provider and around, instead of across both cards.
  const from: Point = [...source]
  const to: Point = [...target]
  const by = swing + Math.min(240, Math.abs(ahead) / 4)
  from[along] += by
  to[along] -= by
  const points = [from, to, target].map(([x, y]) => `${round(x)},${round(y)}`)
  return `M${round(source[0])},${round(source[1])}C${points.join(' ')}`
}

function ends(direction: TreeDirection, provider: Rect, client: Rect): [Point, Point] {
  const middle = ({ x, y, width, height }: Rect): Point => [x + width / 2, y + height / 2]
  const [from, to] = [middle(provider), middle(client)]
  return direction === 'right'
    ? [
        [provider.x + provider.width, from[1]],
        [client.x, to[1]],
      ]
    : [
        [from[0], provider.y + provider.height],
        [to[0], client.y],
      ]
}
