import { linkHorizontal } from 'd3'
import { shapeSizes, type PictureShape } from './picture-shape.ts'
import type { PictureCard } from './service-picture-types.ts'

const curve = linkHorizontal()
const cornerRadius = 6
/** Between two columns, in landscape. */
const gap = shapeSizes.landscape.stepPitch - shapeSizes.landscape.cardWidth
/** Below a card a line goes so far before it turns, in portrait. */
const turnAfter = (shapeSizes.portrait.stepPitch - shapeSizes.portrait.cardHeight) / 2

/** The line from a provider's card to its client's, as an SVG path. */
export function linkPath(shape: PictureShape, provider: PictureCard, client: PictureCard): string {
  if (shape === 'landscape') {
    const source: [number, number] = [provider.x + provider.width, provider.y]
    // Over several columns it turns before the first of them, not behind their cards.
    const turn: [number, number] = [Math.min(client.x, source[0] + gap), client.y]
    return `${curve({ source, target: turn }) ?? ''}H${client.x}`
  }
  const bottom = provider.y + provider.height / 2
  const isIndented = client.kind === 'more' ? client.of === 'clients' : client.role === 'client'
  if (isIndented) {
    const x = Math.min(provider.x, client.x - 12) + 12
    return cornered([
      [x, bottom],
      [x, client.y],
      [client.x, client.y],
    ])
  }
  const middle = bottom + turnAfter
  const from = provider.x + provider.width / 2
  const isAside = client.kind === 'more' ? client.of === 'siblings' : client.role === 'sibling'
  if (isAside) {
    // Down beside the cards, so that those further down are reached as well.
    const bus = client.x - 8
    return cornered([
      [from, bottom],
      [from, middle],
      [bus, middle],
      [bus, client.y],
      [client.x, client.y],
    ])
  }
  const to = client.x + client.width / 2
  const above = client.y - client.height / 2
  return cornered([
    [from, bottom],
    [from, middle],
    [to, middle],
    [to, above],
  ])
}

type Point = readonly [x: number, y: number]

/** Straight pieces with round corners. */
function cornered(points: readonly Point[]): string {
  const [first, ...rest] = points.filter(
    ([x, y], n) => n === 0 || x !== points[n - 1]![0] || y !== points[n - 1]![1],
  )
  if (!first) return ''
  let path = `M${first[0]},${first[1]}`
  let before = first
  rest.forEach((corner, n) => {
    const after = rest[n + 1]
    if (after) {
      const into = towards(corner, before)
      const out = towards(corner, after)
      path += `L${into[0]},${into[1]}Q${corner[0]},${corner[1]} ${out[0]},${out[1]}`
    } else path += `L${corner[0]},${corner[1]}`
    before = corner
  })
  return path
}

/** A radius away from a corner, or half the way where the piece is short. */
function towards([x, y]: Point, [toX, toY]: Point): Point {
  const length = Math.hypot(toX - x, toY - y)
  const share = length === 0 ? 0 : Math.min(cornerRadius / length, 0.5)
  return [x + (toX - x) * share, y + (toY - y) * share]
}
