/**
 * Boxes in layers, from left to right: whatever a link leads from stands left of what it leads to.
 *
 *   a ─┬─ b ──── d          layers: a | b c | d
 *      └─ c ─┘              a link over several layers keeps a lane of its own in each of them
 *
 * 1. Links that would close a circle are turned round and marked.
 * 2. Each box stands one layer behind the last of those that lead to it.
 * 3. Within a layer boxes are ordered by the middle of their neighbours, several times to and fro.
 * 4. Each box stands as near to its neighbours' middle as its own neighbours in the layer let it.
 */
export interface LayeredGraph {
  readonly boxes: readonly { readonly width: number; readonly height: number }[]
  /** Indices of `boxes`. A link from a box to itself is left out. */
  readonly links: readonly { readonly from: number; readonly to: number }[]
}

export interface LayeredOptions {
  /** Between layers, where links turn. */
  readonly gapX: number
  readonly gapY: number
  /**
   * The layer of each box; made from the links without it. A link within one layer is drawn beside it, one to a layer before
   * counts as one that closes a circle.
   */
  readonly layers?: readonly number[]
}

export interface LayeredPicture {
  /** Upper left corners, in the order of the boxes. */
  readonly places: readonly {
    readonly x: number
    readonly y: number
    readonly layer: number
  }[]
  /** In the order of the links, less those that lead to where they come from. */
  readonly links: readonly LayeredLink[]
  readonly layers: number
  readonly width: number
  readonly height: number
}

export interface LayeredLink {
  /** -> `LayeredGraph.links` */
  readonly link: number
  /** SVG path data. */
  readonly path: string
  /** It closes a circle, and leads from right to left. */
  readonly isBack: boolean
}

/** Lanes for links cost as much as boxes; a picture with more of them is not followed with the eye anyway. */
const mostLanes = 6000
const laneHeight = 5
/** Between two lanes, which run side by side like the lines of a stave. */
const laneGap = 3
const sweeps = 8

interface Slot {
  /** -> boxes, or -1 for a lane */
  readonly box: number
  readonly layer: number
  readonly width: number
  readonly height: number
  readonly before: number[]
  readonly after: number[]
  y: number
}

export function layOutLayers(graph: LayeredGraph, options: LayeredOptions): LayeredPicture {
  const { boxes, links } = graph
  const count = boxes.length
  const usable = links.flatMap(({ from, to }, link) =>
    from !== to && from < count && to < count ? [{ from, to, link }] : [],
  )
  const given = options.layers
  const back = given
    ? new Set([...usable.keys()].filter(n => given[usable[n]!.from]! > given[usable[n]!.to]!))
    : circleClosers(count, usable)
  const forward = usable.map(({ from, to, link }, n) =>
    back.has(n) ? { from: to, to: from, link, isBack: true } : { from, to, link, isBack: false },
  )
  const layer = given ?? longestWays(count, forward)

  const slots: Slot[] = boxes.map(({ width, height }, box) => ({
    box,
    layer: layer[box]!,
    width,
    height,
    before: [],
    after: [],
    y: 0,
  }))
  const lanes = forward.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.abs(layer[to]! - layer[from]!) - 1),
    0,
  )
  const hasLanes = lanes <= mostLanes
  const ways = forward.map(({ from, to }) => wayThrough(slots, from, to, hasLanes))
  const columns: number[][] = []
  for (const [n, { layer: at }] of slots.entries()) (columns[at] ??= []).push(n)
  for (let at = 0; at < columns.length; at++) columns[at] ??= []

  orderColumns(slots, columns)
  placeInColumns(slots, columns, options.gapY)

  const widths = columns.map(column => Math.max(0, ...column.map(n => slots[n]!.width)))
  const lefts: number[] = []
  let x = 0
  for (const width of widths) {
    lefts.push(x)
    x += width + options.gapX
  }
  const top = slots.reduce((least, { y }) => Math.min(least, y), Infinity)
  for (const slot of slots) slot.y -= top
  return {
    places: boxes.map((_, n) => ({ x: lefts[layer[n]!]!, y: slots[n]!.y, layer: layer[n]! })),
    links: forward.map(({ link, isBack }, n) => ({
      link,
      isBack,
      path: pathThrough(
        ways[n]!.map(slot => slots[slot]!),
        lefts,
        widths,
        isBack,
      ),
    })),
    layers: columns.length,
    width: Math.max(0, x - options.gapX),
    height: slots.reduce((most, { y, height }) => Math.max(most, y + height), 0),
  }
}

interface End {
  readonly from: number
  readonly to: number
}

/** Indices of links that lead back to a box on the way that they are reached by; with an own stack. */
function circleClosers(count: number, links: readonly End[]): ReadonlySet<number> {
  const away: number[][] = Array.from({ length: count }, () => [])
  for (const [n, { from }] of links.entries()) away[from]!.push(n)
  const found = new Set<number>()
  const state = new Uint8Array(count) // 1: on the way, 2: done
  for (let start = 0; start < count; start++) {
    if (state[start] !== 0) continue
    state[start] = 1
    const path = [{ box: start, next: 0 }]
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const link = away[at.box]![at.next++]
      if (link === undefined) {
        state[at.box] = 2
        path.pop()
        continue
      }
      const { to } = links[link]!
      if (state[to] === 1) found.add(link)
      else if (state[to] === 0) {
        state[to] = 1
        path.push({ box: to, next: 0 })
      }
    }
  }
  return found
}

/** The length of the longest way to each box from one that nothing leads to. */
function longestWays(count: number, links: readonly End[]): number[] {
  const away: number[][] = Array.from({ length: count }, () => [])
  const waiting = new Int32Array(count)
  for (const { from, to } of links) {
    away[from]!.push(to)
    waiting[to]!++
  }
  const layer = new Array<number>(count).fill(0)
  const ready: number[] = []
  for (let n = 0; n < count; n++) if (waiting[n] === 0) ready.push(n)
  for (let i = 0; i < ready.length; i++) {
    const from = ready[i]!
    for (const to of away[from]!) {
      layer[to] = Math.max(layer[to]!, layer[from]! + 1)
      if (--waiting[to]! === 0) ready.push(to)
    }
  }
  return layer
}

/** The slots that a link goes through, its ends included; makes a lane in each layer between. */
function wayThrough(slots: Slot[], from: number, to: number, hasLanes: boolean): number[] {
  const way = [from]
  if (slots[from]!.layer === slots[to]!.layer) return [from, to]
  if (hasLanes) {
    for (let at = slots[from]!.layer + 1; at < slots[to]!.layer; at++) {
      const lane = { box: -1, layer: at, width: 0, height: laneHeight, y: 0, before: [], after: [] }
      way.push(slots.push(lane) - 1)
    }
  }
  way.push(to)
  for (let i = 1; i < way.length; i++) {
    slots[way[i - 1]!]!.after.push(way[i]!)
    slots[way[i]!]!.before.push(way[i - 1]!)
  }
  return way
}

function orderColumns(slots: readonly Slot[], columns: readonly number[][]): void {
  const row = new Float64Array(slots.length)
  const renumber = (column: readonly number[]) => {
    for (const [at, n] of column.entries()) row[n] = at - column.length / 2
  }
  for (const column of columns) renumber(column)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isDown = sweep % 2 === 0
    for (const column of isDown ? columns : columns.toReversed()) {
      const wanted = new Map(
        column.map(n => {
          const near = isDown ? slots[n]!.before : slots[n]!.after
          return [n, near.length === 0 ? row[n]! : meanOf(near, row)]
        }),
      )
      column.sort((a, b) => wanted.get(a)! - wanted.get(b)! || row[a]! - row[b]!)
      renumber(column)
    }
  }
}

function meanOf(numbers: readonly number[], values: Float64Array): number {
  let sum = 0
  for (const n of numbers) sum += values[n]!
  return sum / numbers.length
}

function placeInColumns(slots: readonly Slot[], columns: readonly number[][], gapY: number): void {
  for (const column of columns) {
    let y = 0
    for (const [at, n] of column.entries()) {
      if (at > 0) y += gapBetween(slots[column[at - 1]!]!, slots[n]!, gapY)
      slots[n]!.y = y
      y += slots[n]!.height
    }
    for (const n of column) slots[n]!.y -= y / 2
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isDown = sweep % 2 === 0
    for (const column of isDown ? columns : columns.toReversed()) {
      pullTogether(slots, column, gapY, isDown)
    }
  }
}

function gapBetween(above: Slot, below: Slot, gapY: number): number {
  return above.box < 0 && below.box < 0 ? laneGap : gapY
}

interface Block {
  readonly slots: number[]
  /** Sum and count of where its slots would like its upper edge. */
  sum: number
  weight: number
  height: number
  y: number
}

/**
 * Each slot wants its middle where its neighbours' is. Those that would lie on each other become a block, which stands where
 * the mean of its slots wants it; blocks that touch become one.
 */
function pullTogether(
  slots: readonly Slot[],
  column: readonly number[],
  gapY: number,
  isDown: boolean,
): void {
  const blocks: Block[] = []
  for (const n of column) {
    const slot = slots[n]!
    const sides = isDown ? slot.before : slot.after
    const near = sides.length > 0 ? sides : isDown ? slot.after : slot.before
    const middle =
      near.length === 0
        ? slot.y + slot.height / 2
        : near.reduce((sum, other) => sum + slots[other]!.y + slots[other]!.height / 2, 0) /
          near.length
    const y = middle - slot.height / 2
    let block: Block = { slots: [n], sum: y, weight: 1, height: slot.height, y }
    for (let above = blocks.at(-1); above; above = blocks.at(-1)) {
      const gap = gapBetween(slots[above.slots.at(-1)!]!, slots[block.slots[0]!]!, gapY)
      if (above.y + above.height + gap <= block.y) break
      // Its slots stand lower by the height of what is above them.
      for (const each of block.slots) above.slots.push(each)
      above.sum += block.sum - block.weight * (above.height + gap)
      above.weight += block.weight
      above.height += gap + block.height
      above.y = above.sum / above.weight
      block = above
      blocks.pop()
    }
    blocks.push(block)
  }
  for (const block of blocks) {
    let { y } = block
    for (const [at, n] of block.slots.entries()) {
      if (at > 0) y += gapBetween(slots[block.slots[at - 1]!]!, slots[n]!, gapY)
      slots[n]!.y = y
      y += slots[n]!.height
    }
  }
}

/** A curve between layers, straight in each of them. */
function pathThrough(
  way: readonly Slot[],
  lefts: readonly number[],
  widths: readonly number[],
  isBack: boolean,
): string {
  const [first, ...rest] = way
  if (!first) return ''
  if (rest[0]?.layer === first.layer) return bow(first, rest[0], lefts)
  const points = way.flatMap((slot, n) => {
    const [left, y] = [lefts[slot.layer]!, slot.y + slot.height / 2]
    if (slot.box >= 0) return [{ x: n === 0 ? left + slot.width : left, y }]
    return [
      { x: left, y },
      { x: left + widths[slot.layer]!, y },
    ]
  })
  // A link in a circle was turned round: its arrow is at the other end.
  if (isBack) points.reverse()
  const [start, ...others] = points
  let path = `M${round(start!.x)},${round(start!.y)}`
  let at = start!
  for (const [n, point] of others.entries()) {
    const isAlong = at.y === point.y || (rest.length > 1 && n % 2 === 1)
    if (isAlong) path += `L${round(point.x)},${round(point.y)}`
    else {
      const middle = round((at.x + point.x) / 2)
      path += `C${middle},${round(at.y)} ${middle},${round(point.y)} ${round(point.x)},${round(point.y)}`
    }
    at = point
  }
  return path
}

/** Within one layer: out to the right and back. */
function bow(a: Slot, b: Slot, lefts: readonly number[]): string {
  const left = lefts[a.layer]!
  const [x0, y0] = [round(left + a.width), round(a.y + a.height / 2)]
  const [x1, y1] = [round(left + b.width), round(b.y + b.height / 2)]
  const out = round(Math.max(x0, x1) + 28)
  return `M${x0},${y0}C${out},${y0} ${out},${y1} ${x1},${y1}`
}

const round = (n: number) => Math.round(n * 10) / 10
