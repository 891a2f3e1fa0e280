import { describe, expect, test } from 'vitest'
import { cardWidth, knobBox } from '../../../../renderer/charts/frame/draw-card.ts'
import { drawMark } from '../../../../renderer/charts/frame/draw-mark.ts'
import { markAt, markBeside } from '../../../../renderer/charts/frame/nearest-mark.ts'
import { firstView } from '../../../../renderer/charts/frame/first-view.ts'
import { pngScale } from '../../../../renderer/charts/frame/png-file.ts'
import {
  boundsOf,
  wayTo,
  type Link,
  type Mark,
  type Scene,
} from '../../../../renderer/charts/frame/scene.ts'
import { fitText, textWidth } from '../../../../renderer/charts/frame/text-width.ts'
import { hueSlot } from '../../../../renderer/charts/frame/colour-scale.ts'
import { markOf } from './mark-of.ts'

/** Every letter of a drawing is a mark of one cell. */
function marksOf(drawing: string): readonly Mark[] {
  return drawing.split('\n').flatMap((line, row) =>
    [...line].flatMap((letter, column) =>
      letter === ' '
        ? []
        : [
            markOf({
              key: letter,
              label: letter,
              box: { x: column * 50, y: row * 40, width: 40, height: 30 },
            }),
          ],
    ),
  )
}

describe('arrow keys', () => {
  const marks = marksOf(`
 a  b  c
    d
 e     f`)
  const from = (key: string) => marks.find(mark => mark.key === key)!

  test.each([
    ['a', 'ArrowRight', 'b'],
    ['b', 'ArrowRight', 'c'],
    ['b', 'ArrowDown', 'd'],
    ['d', 'ArrowUp', 'b'],
    ['c', 'ArrowLeft', 'b'],
    ['a', 'ArrowDown', 'e'],
    ['c', 'ArrowDown', 'f'],
    ['a', 'ArrowLeft', null],
    ['a', 'x', null],
  ])('from %s, %s leads to %s', (key, arrow, to) => {
    expect(markBeside(marks, from(key), arrow)?.key ?? null).toBe(to)
  })

  test('every mark can be reached from the first one', () => {
    const seen = new Set<Mark>([marks[0]!])
    for (const mark of seen) {
      for (const arrow of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
        const next = markBeside(marks, mark, arrow)
        if (next) seen.add(next)
      }
    }
    expect([...seen].map(({ key }) => key).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })
})

test('of marks over each other the later one is under the pointer', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 }
  const marks = [markOf({ key: 'below', box }), markOf({ key: 'above', box })]
  expect(markAt(marks, 5, 5)?.key).toBe('above')
  expect(markAt(marks, 15, 5)).toBeNull()
})

test('the way to a mark is its link and those of its providers, further ones left out', () => {
  const link = (from: string, to: string, kind: Link['kind'] = 'plain'): Link => ({
    key: `${from}${to}`,
    from,
    to,
    path: '',
    kind,
  })
  const links = [link('a', 'b'), link('b', 'c'), link('a', 'd'), link('d', 'c', 'further')]
  const scene: Scene = {
    title: '',
    marks: [],
    links,
    bounds: boundsOf([]),
    leftOut: [],
    table: { columns: [], rows: [] },
    isTree: true,
  }
  expect([...wayTo(scene, 'c')]).toEqual(['bc', 'ab'])
  expect(wayTo(scene, null).size).toBe(0)
})

describe('text', () => {
  test('mono letters all have one width, East Asian ones two', () => {
    expect(textWidth('abcd', 'mono', 10)).toBeCloseTo(24)
    expect(textWidth('電源', 'mono', 10)).toBeCloseTo(24)
  })

  test('a text is cut to its room, never beyond it, and vanishes where three letters have none', () => {
    expect(fitText('AppleACPIPlatformExpert', 'mono', 10, 1000)).toBe('AppleACPIPlatformExpert')
    const cut = fitText('AppleACPIPlatformExpert', 'mono', 10, 60)
    expect(cut).toBe('AppleACPI…')
    expect(textWidth(cut, 'mono', 10)).toBeLessThanOrEqual(60.01)
    expect(fitText('AppleACPIPlatformExpert', 'mono', 10, 20)).toBe('')
  })

  test('a card that is as wide as it wants to be has all of its text', () => {
    const mark = markOf({
      label: 'AppleUSBXHCI Root Hub Simulation',
      sub: 'AppleUSBRootHubDevice',
      note: '3 of 4, lowest',
      meter: { value: 3, max: 4 },
    })
    const box = { x: 0, y: 0, width: cardWidth(mark), height: 40 }
    const texts = drawMark({ ...mark, box }, { slot: hueSlot(0, 'x'), isSelected: false }).flatMap(
      part => (part.kind === 'text' ? [part.text] : []),
    )
    expect(texts).toEqual(
      expect.arrayContaining([
        'AppleUSBXHCI Root Hub Simulation',
        'AppleUSBRootHubDevice',
        '3 of 4, lowest',
      ]),
    )
  })

  test('control characters of a name are shown, not obeyed', () => {
    const texts = drawMark(markOf({ label: 'evil\u202ename\n' }), { slot: null, isSelected: false })
    expect(JSON.stringify(texts)).toContain('evil⟨U+202E⟩name␊')
  })
})

test('the knob stands over the edge at which clients begin', () => {
  const box = { x: 0, y: 0, width: 100, height: 40 }
  const fold = { isOpen: false, count: 12 }
  const right = knobBox(markOf({ box, fold: { ...fold, side: 'right' } }))!
  expect(right.x).toBeLessThan(100)
  expect(right.x + right.width).toBeGreaterThan(100)
  const below = knobBox(markOf({ box, fold: { ...fold, side: 'below' } }))!
  expect(below.y).toBeLessThan(40)
  expect(below.y + below.height).toBeGreaterThan(40)
  expect(knobBox(markOf({ box }))).toBeNull()
})

describe('the first view', () => {
  const size = { width: 800, height: 600 }
  const start = { x: 0, y: 0, width: 100, height: 40 }

  test('a picture that fits is in the middle, at its own size', () => {
    const bounds = { x: 0, y: 0, width: 400, height: 200 }
    expect(firstView(bounds, start, size, 'readable')).toEqual({ x: 200, y: 200, k: 1 })
  })

  test('a small one is enlarged in a large window only, and never beyond it', () => {
    const bounds = { x: 0, y: 0, width: 700, height: 500 }
    const kOf = (width: number, height: number) =>
      firstView(bounds, start, { width, height }, 'readable').k
    expect(kOf(1200, 600)).toBe(1)
    expect(kOf(2400, 1300)).toBe(1.5)
    expect(kOf(2400, 600)).toBeCloseTo(568 / 500, 5)
  })

  test('one that does not begins at its beginning, so that names can be read', () => {
    const bounds = { x: 0, y: 0, width: 4000, height: 9000 }
    expect(firstView(bounds, start, size, 'readable')).toEqual({ x: 16, y: 16, k: 1 })
  })

  test('what is worth more as a whole is shown whole as long as it can be read', () => {
    const bounds = { x: 0, y: 0, width: 700, height: 740 }
    expect(firstView(bounds, start, size, 'legible').k).toBeCloseTo(568 / 740)
    expect(firstView(bounds, start, size, 'readable').k).toBe(1)
  })

  test('not all is shown where no name would be drawn', () => {
    const bounds = { x: 0, y: 0, width: 4000, height: 300 }
    expect(firstView(bounds, start, size, 'fit')).toMatchObject({ x: 16, k: 0.72 })
  })

  test('or with the mark it starts at in sight', () => {
    const bounds = { x: 0, y: 0, width: 700, height: 9000 }
    const far = { x: 0, y: 5000, width: 100, height: 40 }
    const { y, k } = firstView(bounds, far, size, 'readable')
    expect(far.y * k + y).toBeGreaterThan(0)
    expect(far.y * k + y).toBeLessThan(600)
  })
})

test('a PNG has twice as many pixels, and fewer where it would be too large', () => {
  expect(pngScale(1000, 500)).toBe(2)
  const scale = pngScale(2000, 60_000)
  expect(60_000 * scale).toBeLessThanOrEqual(16_000)
  const square = pngScale(9000, 9000)
  expect(9000 * square * 9000 * square).toBeLessThanOrEqual(64_000_001)
})

test('bounds are around all marks', () => {
  const at = (x: number, y: number) => ({ box: { x, y, width: 10, height: 5 } })
  expect(boundsOf([at(0, 0), at(-20, 30)])).toEqual({ x: -20, y: 0, width: 30, height: 35 })
  expect(boundsOf([])).toEqual({ x: 0, y: 0, width: 0, height: 0 })
})
