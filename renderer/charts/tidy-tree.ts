import { hierarchy, linkHorizontal, linkVertical, tree, type HierarchyPointNode } from 'd3'
import type { TreeDirection } from '../state/pictures-state.ts'

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
  right: { level: 44, sibling: 8, cousin: 18 },
  down: { level: 40, sibling: 12, cousin: 28 },
} as const

/**
 * The tidy tree of Reingold and Tilford, for boxes of different sizes: clients stand in a column right of their provider,
 * or in a row below it, and providers in the middle of their clients. Only of what it is given: it makes an object for
 * each. Several roots stand beside each other. Providers come before their clients.
 */
export function placeTree<T extends TreeItem>(
  roots: readonly T[],
  direction: TreeDirection,
): readonly Placed<T>[] {
  const gap = gaps[direction]
  const isRight = direction === 'right'
  type Node = { readonly item: T | null; readonly children: readonly Node[] }
  const nodeOf = (item: T): Node => ({ item, children: item.children.map(nodeOf) })
  const top = hierarchy<Node>({ item: null, children: roots.map(nodeOf) })
  const across = ({ item }: Node) => (item ? (isRight ? item.height : item.width) : 0)
  const along = ({ item }: Node) => (item ? (isRight ? item.width : item.height) : 0)
  const placed = tree<Node>()
    .nodeSize([1, 1])
    .separation(
      (a, b) =>
        (across(a.data) + across(b.data)) / 2 + (a.parent === b.parent ? gap.sibling : gap.cousin),
    )(top)

  const levels: number[] = []
  placed.each(({ data, depth }) => {
    if (depth > 0) levels[depth - 1] = Math.max(levels[depth - 1] ?? 0, along(data))
  })
  const starts = levels.reduce<number[]>(
    (known, length) => [...known, known.at(-1)! + length + gap.level],
    [0],
  )
  raise(placed, across, gap)
  const found = new Map<Node, Placed<T>>()
  placed.eachBefore(({ data, depth, x, parent }) => {
    if (!data.item) return
    const begin = starts[depth - 1]!
    const corner = x - across(data) / 2
    found.set(data, {
      item: data.item,
      parent: (parent && found.get(parent.data)) ?? null,
      x: isRight ? begin : corner,
      y: isRight ? corner : begin,
      depth,
    })
  })
  return [...found.values()]
}

/** Beyond this a provider in the middle of its clients is out of sight of the first and the last of them. */
const widestSpan = 420

/**
 * A provider of many clients stands beside the first of them instead of in the middle, as far as its neighbour leaves
 * room: the tree is read from its beginning. Level by level from the last, so that clients stand where they stay.
 */
function raise<N>(
  top: HierarchyPointNode<N>,
  across: (node: N) => number,
  gap: { readonly sibling: number; readonly cousin: number },
): void {
  const levels: HierarchyPointNode<N>[][] = []
  top.eachBefore(node => void (levels[node.depth] ??= []).push(node))
  for (const level of levels.toReversed()) {
    let before: HierarchyPointNode<N> | null = null
    for (const node of level) {
      const [first, last] = [node.children?.[0], node.children?.at(-1)]
      if (first && last) {
        const target = last.x - first.x > widestSpan ? first.x : (first.x + last.x) / 2
        const least = before
          ? before.x +
            (across(before.data) + across(node.data)) / 2 +
            (before.parent === node.parent ? gap.sibling : gap.cousin)
          : -Infinity
        node.x = Math.min(node.x, Math.max(target, least))
      }
      before = node
    }
  }
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
    ? step(a, b, (x, y) => `${round(x)},${round(y)}`)
    : step([a[1], a[0]], [b[1], b[0]], (y, x) => `${round(x)},${round(y)}`)
}

type Point = [x: number, y: number]

/** Ahead, aside, ahead, with round corners. */
function step([ax, ay]: Point, [bx, by]: Point, at: (along: number, aside: number) => string) {
  // All clients of a provider turn at the same place, however wide the provider is.
  const turn = bx - gaps.right.level / 2
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
