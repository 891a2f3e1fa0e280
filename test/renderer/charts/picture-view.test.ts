import { expect, test } from 'vitest'
import { cardBeside } from '../../../renderer/charts/picture-focus.ts'
import { linkPath } from '../../../renderer/charts/picture-links.ts'
import { shapeFor, type PictureShape } from '../../../renderer/charts/picture-shape.ts'
import { firstView, legible, type View } from '../../../renderer/charts/picture-view.ts'
import { layoutPicture } from '../../../renderer/charts/service-picture-layout.ts'
import type { PictureCard, PictureLayout } from '../../../renderer/charts/service-picture-types.ts'
import { planeFromDrawing, type DrawnPlane } from './plane-from-drawing.ts'

const small = planeFromDrawing(`
  Root
    PCI0
      GFX0
      XHC1
    Resources
`)
const deep = planeFromDrawing(
  [
    ...Array.from({ length: 9 }, (_, n) => `${'  '.repeat(n)}P${n}`),
    ...Array.from({ length: 12 }, (_, n) => `${'  '.repeat(9)}Client${n}`),
  ].join('\n'),
)

test('the shape follows the frame', () => {
  expect(shapeFor(480, 490)).toBe('portrait')
  expect(shapeFor(1280, 650)).toBe('landscape')
  expect(shapeFor(450, 230)).toBe('portrait')
})

test('a picture that can be read as a whole is shown as a whole', () => {
  const layout = layoutOf(small, 'PCI0', 'portrait')
  const view = firstView(layout, 'portrait', 480, 460)
  expect(view.k).toBeGreaterThanOrEqual(legible)
  expect(cutCards(layout, view, 480, 460)).toEqual([])
})

test.each([
  ['portrait', 480, 460],
  ['landscape', 1200, 400],
] as const)('of a larger one in %s the whole chain is seen and can be read', (shape, w, h) => {
  const layout = layoutOf(deep, 'P8', shape)
  const view = firstView(layout, shape, w, h)
  expect(view.k).toBeGreaterThanOrEqual(legible)
  const cut = cutCards(layout, view, w, h)
  expect(cut.length).toBeGreaterThan(0)
  expect(cut.filter(card => card.column <= 0 && isChain(card))).toEqual([])
})

test('where not even the chain fits, its end is seen, not its beginning', () => {
  const layout = layoutOf(deep, 'P8', 'portrait')
  const view = firstView(layout, 'portrait', 480, 230)
  const cut = cutCards(layout, view, 480, 230).map(card => card.column)
  expect(cut).toContain(-6)
  expect(cut).not.toContain(0)
})

test('in portrait clients are a list below their provider, with every line going down', () => {
  const layout = layoutOf(small, 'PCI0', 'portrait')
  const cards = new Map(layout.cards.map(card => [card.key, card]))
  const ys = layout.cards.filter(card => card.column > 0).map(card => card.y)
  expect(ys).toEqual([...ys].sort((a, b) => a - b))
  for (const { from, to } of layout.links) {
    expect(cards.get(to)!.y).toBeGreaterThan(cards.get(from)!.y)
    expect(linkPath('portrait', cards.get(from)!, cards.get(to)!)).toMatch(/^M[-\d.,LQ ]+$/)
  }
})

test.each([
  ['PCI0', 'ArrowUp', 'Root'],
  ['PCI0', 'ArrowDown', 'GFX0'],
  ['GFX0', 'ArrowDown', 'XHC1'],
  ['PCI0', 'ArrowRight', '1 more'],
  ['PCI0', 'ArrowLeft', null],
])('in portrait, from %s, %s leads to %s', (from, key, to) => {
  const { cards } = layoutOf(small, 'PCI0', 'portrait')
  const name = (card: PictureCard) =>
    card.kind === 'service' ? small.names[card.entry]! : `${card.count} more`
  const next = cardBeside(
    cards,
    cards.find(card => name(card) === from)!,
    key,
    'portrait',
  )
  expect(next && name(next)).toBe(to)
})

function layoutOf(drawn: DrawnPlane, name: string, shape: PictureShape): PictureLayout {
  return layoutPicture(drawn.snapshot, drawn.plane, drawn.entryNamed(name), undefined, shape)!
}

function isChain(card: PictureCard): boolean {
  return card.kind === 'more' ? card.of === 'providers' : card.role !== 'sibling'
}

/** The cards that are not wholly in the frame. */
function cutCards({ cards }: PictureLayout, { x, y, k }: View, width: number, height: number) {
  return cards.filter(card => {
    const left = card.x * k + x
    const top = (card.y - card.height / 2) * k + y
    return left < 0 || top < 0 || left + card.width * k > width || top + card.height * k > height
  })
}
