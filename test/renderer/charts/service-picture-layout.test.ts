import { expect, test } from 'vitest'
import { demandMore, layoutPicture } from '../../../renderer/charts/service-picture-layout.ts'
import { noDemand, type PictureDemand } from '../../../renderer/charts/service-picture-items.ts'
import type { PictureCard, PictureLayout } from '../../../renderer/charts/service-picture-types.ts'
import { planeFromDrawing, snapshotOf, type DrawnPlane } from './plane-from-drawing.ts'

const pci = planeFromDrawing(`
  Root
    Expert
      PCI0
        GFX0
          Framebuffer
            UserClient
              Deep
        XHC1
        SATA
      Resources
`)

test('a service stands between its providers and its clients, two levels down', () => {
  expect(columns(pci, layoutOf(pci, 'PCI0'))).toEqual({
    '-2': ['Root'],
    '-1': ['Expert'],
    '0': ['PCI0', '1 more client of Expert'],
    '1': ['GFX0', 'XHC1', 'SATA'],
    '2': ['Framebuffer'],
  })
})

test('a client at the edge says how many clients it keeps folded, and shows them on demand', () => {
  const before = layoutOf(pci, 'PCI0')
  const edge = cardOf(pci, before, 'Framebuffer')
  expect(edge).toMatchObject({ clientCount: 1, foldedCount: 1 })
  const after = layoutOf(pci, 'PCI0', demandMore(pci.snapshot, pci.plane, noDemand, edge, before))
  expect(columns(pci, after)['3']).toEqual(['UserClient'])
})

test('siblings come on demand into the column of the selected service', () => {
  const before = layoutOf(pci, 'XHC1')
  const more = before.cards.find(card => card.kind === 'more')!
  const after = layoutOf(pci, 'XHC1', demandMore(pci.snapshot, pci.plane, noDemand, more, before))
  expect(columns(pci, after)['0']).toEqual(['XHC1', 'GFX0', 'SATA'])
})

test('many clients are cut, with a card that says how many are missing', () => {
  const wide = planeFromDrawing(
    ['Root', '  Hub', ...Array.from({ length: 30 }, (_, n) => `    Port${n}`)].join('\n'),
  )
  const before = layoutOf(wide, 'Hub')
  expect(columns(wide, before)['1']).toEqual([
    ...['Port0', 'Port1', 'Port2', 'Port3', 'Port4', 'Port5'],
    '24 more clients of Hub',
  ])
  const more = before.cards.find(card => card.kind === 'more')!
  const after = layoutOf(wide, 'Hub', demandMore(wide.snapshot, wide.plane, noDemand, more, before))
  expect(columns(wide, after)['1']).toHaveLength(19)
  expect(columns(wide, after)['1']!.at(-1)).toBe('12 more clients of Hub')
})

test('a single service is never hidden behind a card of its own size', () => {
  const seven = planeFromDrawing(
    ['Hub', ...Array.from({ length: 7 }, (_, n) => `  Port${n}`)].join('\n'),
  )
  expect(columns(seven, layoutOf(seven, 'Hub'))['1']).toHaveLength(7)
})

test('a service with two providers is drawn once, with a link from each', () => {
  const shared = planeFromDrawing(`
    Root
      Left
        Both
          Client
      Right
        Both
          Client
  `)
  const layout = layoutOf(shared, 'Both')
  expect(columns(shared, layout)).toEqual({
    '-2': ['Root'],
    '-1': ['Left', 'Right'],
    '0': ['Both'],
    '1': ['Client'],
  })
  expect(links(shared, layout)).toEqual([
    'Root > Left',
    'Root > Right',
    'Left > Both',
    'Right > Both (further)',
    'Both > Client',
  ])
})

test('a provider that is also reached over a longer way stands before both', () => {
  const skewed = planeFromDrawing(`
    Root
      Bus
        Nub
          Driver
        Driver
  `)
  expect(columns(skewed, layoutOf(skewed, 'Driver'))).toEqual({
    '-3': ['Root'],
    '-2': ['Bus'],
    '-1': ['Nub'],
    '0': ['Driver'],
  })
})

test('a client with a second provider in the picture gets both links', () => {
  const crossed = planeFromDrawing(`
    Root
      Hub
        A
          Shared
        B
          Shared
  `)
  const layout = layoutOf(crossed, 'Hub')
  expect(columns(crossed, layout)['2']).toEqual(['Shared'])
  expect(links(crossed, layout)).toContain('B > Shared (further)')
})

test('a long chain keeps its root and its near providers, the rest is one card', () => {
  const chain = planeFromDrawing(
    Array.from({ length: 12 }, (_, n) => `${'  '.repeat(n)}P${n}`).join('\n'),
  )
  const layout = layoutOf(chain, 'P11')
  expect(columns(chain, layout)).toEqual({
    '-6': ['P0'],
    '-5': ['6 more providers'],
    '-4': ['P7'],
    '-3': ['P8'],
    '-2': ['P9'],
    '-1': ['P10'],
    '0': ['P11'],
  })
  expect(links(chain, layout)).toContain('P0 > 6 more providers')
  expect(links(chain, layout)).toContain('6 more providers > P7')
  const all = layoutOf(chain, 'P11', { ...noDemand, allProviders: true })
  expect(all.cards).toHaveLength(12)
})

test.each(['landscape', 'portrait'] as const)('in %s no two cards overlap', shape => {
  for (const name of pci.names) {
    const { cards, bounds } = layoutPicture(
      pci.snapshot,
      pci.plane,
      pci.entryNamed(name),
      noDemand,
      shape,
    )!
    for (const [index, a] of cards.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(bounds.x)
      expect(a.x + a.width).toBeLessThanOrEqual(bounds.x + bounds.width)
      for (const b of cards.slice(index + 1)) {
        const apart =
          a.x >= b.x + b.width ||
          b.x >= a.x + a.width ||
          Math.abs(a.y - b.y) >= (a.height + b.height) / 2
        expect(apart, `${a.key} and ${b.key} around ${name}`).toBe(true)
      }
    }
  }
})

test('an entry that is not attached in the plane has no picture', () => {
  expect(layoutPicture(pci.snapshot, pci.plane, pci.names.length)).toBeNull()
})

test('an entry that a forged dump shows above itself does not hang the layout', () => {
  const forged = planeFromDrawing(`
    A
      B
        A
          B
  `)
  expect(layoutOf(forged, 'A').cards.length).toBeGreaterThan(0)
})

test('100 000 clients cost a few cards', () => {
  const huge = planeFromDrawing('Root\n  Hub')
  const count = 100_000
  const plane = {
    ...huge.plane,
    length: count + 1,
    entry: Int32Array.from({ length: count + 1 }, (_, n) => n),
    parent: Int32Array.from({ length: count + 1 }, (_, n) => (n === 0 ? -1 : 0)),
    end: Int32Array.from({ length: count + 1 }, (_, n) => (n === 0 ? count + 1 : n + 1)),
  }
  expect(layoutPicture(snapshotOf(plane, count + 1), plane, 0)!.cards).toHaveLength(8)
})

function layoutOf(drawn: DrawnPlane, name: string, demand: PictureDemand = noDemand) {
  return layoutPicture(drawn.snapshot, drawn.plane, drawn.entryNamed(name), demand)!
}

function cardOf(drawn: DrawnPlane, layout: PictureLayout, name: string): PictureCard {
  return layout.cards.find(card => label(drawn, card) === name)!
}

function label({ names }: DrawnPlane, card: PictureCard): string {
  if (card.kind === 'service') return names[card.entry]!
  if (card.of === 'providers') return `${card.count} more providers`
  return `${card.count} more ${card.count === 1 ? 'client' : 'clients'} of ${names[card.entry]!}`
}

/** Column -> labels from top to bottom. */
function columns(drawn: DrawnPlane, { cards }: PictureLayout): Record<string, string[]> {
  const answer: Record<string, string[]> = {}
  for (const card of [...cards].sort((a, b) => a.column - b.column || a.y - b.y)) {
    ;(answer[card.column] ??= []).push(label(drawn, card))
  }
  return answer
}

function links(drawn: DrawnPlane, layout: PictureLayout): string[] {
  const named = new Map(layout.cards.map(card => [card.key, card]))
  return layout.links
    .toSorted((a, b) => named.get(a.to)!.x - named.get(b.to)!.x)
    .map(({ from, to, isFurther }) => {
      const ends = [from, to].map(key => label(drawn, named.get(key)!))
      return ends.join(' > ') + (isFurther ? ' (further)' : '')
    })
}
