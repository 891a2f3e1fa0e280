import { linkHorizontal, linkVertical } from 'd3'
import type { TreeDirection } from '../state/pictures-state.ts'
import { columnGaps } from './column-tree.ts'
import { downGaps, type Placed } from './tidy-tree.ts'

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const corner = 7

/** From a provider's edge to its client's, along the line that all of its clients share. */
export function treeLink(
  direction: TreeDirection,
  provider: Rect,
  client: Rect,
  via?: Placed<unknown>['via'],
): string {
  if (via) return columnLink(provider, client, via)
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
  const turn = bx - (direction === 'right' ? columnGaps.spine : downGaps.level / 2)
  const aside = by - ay
  if (Math.abs(aside) < 0.5) return `M${at(ax, ay)}L${at(bx, by)}`
  const r = Math.min(corner, Math.abs(aside) / 2) * Math.sign(aside)
  const c = Math.abs(r)
  return (
    `M${at(ax, ay)}L${at(turn - c, ay)}Q${at(turn, ay)} ${at(turn, ay + r)}` +
    `L${at(turn, by - r)}Q${at(turn, by)} ${at(turn + c, by)}L${at(bx, by)}`
  )
}

/** Down from the provider, along the line over its columns, down beside one of them, and to the client. */
function columnLink(
  provider: Rect,
  client: Rect,
  { lane, spine }: NonNullable<Placed<unknown>['via']>,
): string {
  const x = provider.x + columnGaps.stem
  const [bottom, y] = [provider.y + provider.height, client.y + client.height / 2]
  const r = corner
  const points =
    spine - x < 1
      ? ['M', x, bottom]
      : ['M', x, bottom, 'L', x, lane - r, 'Q', x, lane, x + r, lane].concat([
          'L',
          spine - r,
          lane,
          'Q',
          spine,
          lane,
          spine,
          lane + r,
        ])
  return points
    .concat(['L', spine, y - r, 'Q', spine, y, spine + r, y, 'L', client.x, y])
    .map(each => (typeof each === 'number' ? round(each) : each))
    .join(' ')
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
