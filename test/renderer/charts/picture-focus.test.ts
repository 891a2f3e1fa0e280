import { expect, test } from 'vitest'
import { cardBeside } from '../../../renderer/charts/picture-focus.ts'
import { layoutPicture } from '../../../renderer/charts/service-picture-layout.ts'
import { planeFromDrawing } from './plane-from-drawing.ts'

const drawn = planeFromDrawing(`
  Root
    PCI0
      GFX0
        Framebuffer
      XHC1
      SATA
    Resources
`)
const { cards } = layoutPicture(drawn.snapshot, drawn.plane, drawn.entryNamed('PCI0'))!

test.each([
  ['PCI0', 'ArrowLeft', 'Root'],
  ['PCI0', 'ArrowRight', 'XHC1'],
  ['PCI0', 'ArrowDown', '1 more'],
  ['GFX0', 'ArrowDown', 'XHC1'],
  ['SATA', 'ArrowUp', 'XHC1'],
  ['SATA', 'ArrowRight', 'Framebuffer'],
  ['Framebuffer', 'ArrowLeft', 'GFX0'],
  ['Root', 'ArrowLeft', null],
  ['GFX0', 'ArrowUp', null],
  ['GFX0', 'Enter', null],
])('from %s, %s leads to %s', (from, key, to) => {
  const start = cards.find(card => nameOf(card) === from)!
  const next = cardBeside(cards, start, key)
  expect(next && nameOf(next)).toBe(to)
})

function nameOf(card: (typeof cards)[number]): string {
  return card.kind === 'service' ? drawn.names[card.entry]! : `${card.count} more`
}
