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
  /** It stands in a column below its provider: the line that leads along the columns, and from there down to it. */
  readonly via?: { readonly lane: number; readonly spine: number }
}

/** To the next level, in which the links bend; between clients of one provider, and between all others. */
export const downGaps = { level: 36, sibling: 12, cousin: 28 } as const

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
 * A tidy tree of boxes of different sizes that grows downwards: all of a level stand in one row, and a provider over the middle of
 * its clients. Only of what it is given: it makes an object for each. Several roots stand beside each other. Providers come before
 * their clients.
 */
export function placeDownwards<T extends TreeItem>(roots: readonly T[]): readonly Placed<T>[] {
  const nodeOf = (item: T, depth: number): Node<T> => ({
    item,
    depth,
    children: item.children.map(child => nodeOf(child, depth + 1)),
    along: item.height,
    across: item.width,
    start: 0,
    offset: 0,
  })
  const children = roots.map(root => nodeOf(root, 1))
  const place = { along: 0, across: 0, start: -downGaps.level, offset: 0 }
  const top: Node<T> = { item: null, depth: 0, children, ...place }
  startInRows(top)
  outlineOf(top)

  const placed: Placed<T>[] = []
  const put = (node: Node<T>, parent: Placed<T> | null, edge: number) => {
    const across = edge + node.offset
    let own: Placed<T> | null = null
    if (node.item) {
      own = { item: node.item, parent, x: across, y: node.start, depth: node.depth }
      placed.push(own)
    }
    for (const child of node.children) put(child, own, across)
  }
  put(top, null, 0)
  return placed
}

function startInRows<T>(top: Node<T>): void {
  let row: readonly Node<T>[] = top.children
  for (let start = 0; row.length > 0; row = row.flatMap(({ children }) => children)) {
    for (const node of row) node.start = start
    start += row.reduce((most, { along }) => Math.max(most, along), 0) + downGaps.level
  }
}

/** Beyond this a provider in the middle of its clients is out of sight of the first and the last of them. */
const widestSpan = 420

/** Moves the clients of each node as near to each other as their subtrees allow; edges are counted from the node's own. */
function outlineOf<T>(node: Node<T>): Outline {
  const gap = downGaps
  const { start, along, across, children } = node
  const own: Outline = [{ from: start, to: start + along, first: 0, last: across, isTop: true }]
  if (children.length === 0) return own
  let below: Outline = []
  for (const child of children) {
    const outline = outlineOf(child)
    const distance = below.length === 0 ? 0 : leastDistance(below, outline, gap)
    child.offset = distance
    below = joined(below, moved(outline, distance))
  }
  const [first, last] = [children[0]!, children.at(-1)!]
  const middleOf = (child: Node<T>) => child.offset + child.across / 2
  const isAtFirst = middleOf(last) - middleOf(first) > widestSpan
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
