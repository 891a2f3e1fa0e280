import { expect, test } from 'vitest'
import { layOutLayers, type LayeredGraph } from '../../../renderer/charts/layered-layout.ts'
import { Random } from '../../helpers/random.ts'

const gaps = { gapX: 40, gapY: 8 }

test('a box stands behind everything that leads to it', () => {
  const picture = layOutLayers(graphOf(4, 'a>b b>d a>c c>d'), gaps)
  expect(picture.places.map(({ layer }) => layer)).toEqual([0, 1, 1, 2])
  expect(picture.links.every(({ isBack }) => !isBack)).toBe(true)
})

test('a link over several layers goes round the boxes between', () => {
  const { places, links } = layOutLayers(graphOf(3, 'a>b b>c a>c'), gaps)
  const long = links.find(({ link }) => link === 2)!
  const numbers = long.path.match(/-?[\d.]+/g)!.map(Number)
  const heights = numbers.filter((_, n) => n % 2 === 1)
  const [top, bottom] = [places[1]!.y, places[1]!.y + 40]
  // Somewhere on its way it is beside the box in the middle, not behind it.
  expect(heights.some(y => y < top || y > bottom)).toBe(true)
})

test('a circle ends, and the link that closes it is told', () => {
  const picture = layOutLayers(graphOf(3, 'a>b b>c c>a'), gaps)
  expect(picture.links.filter(({ isBack }) => isBack).map(({ link }) => link)).toEqual([2])
  expect(picture.places.map(({ layer }) => layer)).toEqual([0, 1, 2])
})

test('nothing and one box alone have a size', () => {
  expect(layOutLayers(graphOf(0, ''), gaps)).toMatchObject({ places: [], links: [], height: 0 })
  expect(layOutLayers(graphOf(1, 'a>a'), gaps)).toMatchObject({ links: [], width: 100, height: 40 })
})

test('in random graphs every link leads to the right but those that close circles, and no boxes overlap', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed)
    const count = 2 + random.below(60)
    const graph: LayeredGraph = {
      boxes: Array.from({ length: count }, () => ({
        width: 60 + random.below(200),
        height: 20 + random.below(60),
      })),
      links: Array.from({ length: random.below(count * 3) }, () => ({
        from: random.below(count),
        to: random.below(count),
      })),
    }
    const { places, links } = layOutLayers(graph, gaps)
    for (const { link, isBack } of links) {
      const { from, to } = graph.links[link]!
      const [left, right] = isBack ? [to, from] : [from, to]
      expect(places[left]!.layer, `seed ${seed}`).toBeLessThan(places[right]!.layer)
    }
    // Without the links turned round, what is left has no circle: each box can be taken after those that lead to it.
    expect(hasCircle(count, graph, links), `seed ${seed}`).toBe(false)
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        const [p, q] = [places[a]!, places[b]!]
        if (p.layer !== q.layer) continue
        const isApart =
          p.y + graph.boxes[a]!.height + gaps.gapY <= q.y + 1e-6 ||
          q.y + graph.boxes[b]!.height + gaps.gapY <= p.y + 1e-6
        expect(isApart, `seed ${seed}: ${a} and ${b}`).toBe(true)
      }
    }
  }
})

test('twenty thousand boxes in a chain, and as many in one layer, take no long time', () => {
  const boxes = Array.from({ length: 20_000 }, () => ({ width: 100, height: 40 }))
  const chain = boxes.slice(1).map((_, n) => ({ from: n, to: n + 1 }))
  const began = performance.now()
  expect(layOutLayers({ boxes, links: chain }, gaps).layers).toBe(20_000)
  const star = boxes.slice(1).map((_, n) => ({ from: n + 1, to: 0 }))
  expect(layOutLayers({ boxes, links: star }, gaps).layers).toBe(2)
  expect(performance.now() - began).toBeLessThan(20_000)
})

function graphOf(count: number, drawing: string): LayeredGraph {
  const number = (letter: string) => letter.charCodeAt(0) - 'a'.charCodeAt(0)
  return {
    boxes: Array.from({ length: count }, () => ({ width: 100, height: 40 })),
    links: drawing
      .split(' ')
      .filter(link => link !== '')
      .map(link => ({ from: number(link[0]!), to: number(link[2]!) })),
  }
}

function hasCircle(
  count: number,
  graph: LayeredGraph,
  links: readonly { readonly link: number; readonly isBack: boolean }[],
): boolean {
  const kept = links.filter(({ isBack }) => !isBack).map(({ link }) => graph.links[link]!)
  const left = new Set(Array.from({ length: count }, (_, n) => n))
  for (let hasChanged = true; hasChanged;) {
    hasChanged = false
    for (const box of left) {
      if (kept.some(({ from, to }) => to === box && left.has(from))) continue
      left.delete(box)
      hasChanged = true
    }
  }
  return left.size > 0
}
