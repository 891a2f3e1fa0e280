import { isTouching, type Link, type Scene } from './scene.ts'
import type { Box, View } from '../picture-view.ts'
import type { ColourScale } from './colour-scale.ts'
import { drawMark, linkLook } from './draw-mark.ts'
import type { Drawn } from './drawn.ts'
import type { Theme } from './theme.ts'

export interface Painting {
  readonly scene: Scene
  readonly colours: ColourScale
  readonly theme: Theme
  readonly fonts: { readonly mono: string; readonly text: string }
  readonly selected: string | null
  readonly only: number | null
  readonly way: ReadonlySet<string>
  /** All of it, with every name. */
  readonly isWhole?: boolean
}

/** Below this scale text is no more than grey dust: boxes in their colours say more and cost less. */
export const textFrom = 0.42
const dimmed = 0.36

/**
 * The scene on a canvas, whose pixels begin at the view's. What lies outside is not painted; from afar marks are areas of
 * their colour alone. Returns how many marks were painted.
 */
export function paintScene(
  context: CanvasRenderingContext2D,
  painting: Painting,
  { x, y, k }: View,
  size: { readonly width: number; readonly height: number },
): number {
  const { scene, colours, theme } = painting
  const seen: Box = { x: -x / k, y: -y / k, width: size.width / k, height: size.height / k }
  context.save()
  context.translate(x, y)
  context.scale(k, k)
  paintLinks(context, painting, seen, k)
  let painted = 0
  for (const mark of scene.marks) {
    if (!isTouching(mark.box, seen)) continue
    painted++
    const slot = colours.slots[mark.colour] ?? null
    const isSelected = mark.key === painting.selected
    const isDim = mark.isDim === true || (painting.only !== null && mark.colour !== painting.only)
    context.globalAlpha = isDim ? dimmed : 1
    if (!painting.isWhole && k < textFrom && mark.box.height * k < 30) {
      const { box } = mark
      context.fillStyle = theme(isSelected ? 'accent' : (slot?.ink ?? 'line-strong'))
      const [width, height] = [Math.max(box.width, 1 / k), Math.max(box.height, 1 / k)]
      context.fillRect(box.x, box.y, width, height)
      if (mark.isHit) {
        context.strokeStyle = theme('text')
        context.lineWidth = 2 / k
        context.setLineDash([])
        context.strokeRect(box.x, box.y, width, height)
      }
      continue
    }
    for (const part of drawMark(mark, { slot, isSelected })) {
      paintPart(context, part, painting)
    }
  }
  context.restore()
  return painted
}

const paths = new WeakMap<Link, Path2D>()

function paintLinks(
  context: CanvasRenderingContext2D,
  { scene, theme, way, isWhole }: Painting,
  seen: Box,
  k: number,
): void {
  const boxes = new Map(scene.marks.map(({ key, box }) => [key, box]))
  const inOrder = scene.links.toSorted((a, b) => Number(way.has(a.key)) - Number(way.has(b.key)))
  for (const link of inOrder) {
    if (link.isQuiet && !isWhole) continue
    const [from, to] = [boxes.get(link.from), boxes.get(link.to)]
    if (from && to && !isTouching(around(from, to), seen)) continue
    let path = paths.get(link)
    if (!path) paths.set(link, (path = new Path2D(link.path)))
    const { stroke, width, dash } = linkLook(way.has(link.key) ? 'way' : link.kind)
    context.strokeStyle = theme(stroke)
    context.lineWidth = Math.max(width, 0.6 / k)
    context.setLineDash(dash === null ? [] : dash.split(' ').map(Number))
    context.stroke(path)
    if (link.hasArrow) paintArrow(context, link, theme(stroke))
  }
  context.setLineDash([])
}

/** At the end of a path, whose last two numbers are where it ends; arrows of the layouts point along their last piece. */
function paintArrow(context: CanvasRenderingContext2D, { path }: Link, colour: string): void {
  const numbers = path.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)?.map(Number) ?? []
  if (numbers.length < 4 || /[HV][^A-Z]*$/i.test(path)) return
  const [bx, by, x, y] = numbers.slice(-4) as [number, number, number, number]
  const angle = Math.atan2(y - by, x - bx)
  const at = (dx: number, dy: number) =>
    [
      x + dx * Math.cos(angle) - dy * Math.sin(angle),
      y + dx * Math.sin(angle) + dy * Math.cos(angle),
    ] as const
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(...at(0.5, 0))
  context.lineTo(...at(-7, -3.5))
  context.lineTo(...at(-7, 3.5))
  context.fill()
}

function around(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

export function paintParts(
  context: CanvasRenderingContext2D,
  parts: readonly Drawn[],
  painting: Painting,
): void {
  for (const part of parts) paintPart(context, part, painting)
}

const pathOf = new Map<string, Path2D>()

function paintPart(
  context: CanvasRenderingContext2D,
  part: Drawn,
  { theme, fonts }: Painting,
): void {
  if (part.kind === 'text') {
    context.font = `${part.isBold ? '600 ' : ''}${part.size}px ${fonts[part.font]}`
    context.textAlign = part.isEnd ? 'right' : 'left'
    context.fillStyle = theme(part.ink)
    context.fillText(part.text, part.x, part.y)
    if (part.isStruck) {
      const width = context.measureText(part.text).width
      context.fillRect(part.isEnd ? part.x - width : part.x, part.y - part.size / 3, width, 1)
    }
    return
  }
  if (part.fill !== null) context.fillStyle = theme(part.fill)
  if (part.stroke !== null) {
    context.strokeStyle = theme(part.stroke)
    context.lineWidth = part.strokeWidth ?? 1
    context.setLineDash(part.dash === undefined ? [] : part.dash.split(' ').map(Number))
  }
  if (part.kind === 'path') {
    let path = pathOf.get(part.d)
    if (!path) {
      // Signs and bars are few; paths of their own would fill it for ever.
      if (pathOf.size > 500) pathOf.clear()
      pathOf.set(part.d, (path = new Path2D(part.d)))
    }
    context.save()
    context.translate(part.x, part.y)
    context.scale(part.scale, part.scale)
    if (part.fill !== null) context.fill(path)
    if (part.stroke !== null) context.stroke(path)
    context.restore()
    return
  }
  context.beginPath()
  context.roundRect(part.x, part.y, part.width, part.height, part.radius)
  if (part.fill !== null) context.fill()
  if (part.stroke !== null) context.stroke()
}
