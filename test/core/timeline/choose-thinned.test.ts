import { expect, test } from 'vitest'
import { chooseThinned } from '../../../core/timeline/choose-thinned.ts'
import { Random } from '../../helpers/random.ts'

const limits = { mostMoments: 20, mostBytes: 1000, newestKept: 5 }

/** What is left of `count` moments that came one after the other, thinned each time. */
function afterAll(count: number, isOfAction: (place: number) => boolean = () => false) {
  let left: { place: number; bytes: number; isOfAction: boolean }[] = []
  for (let place = 0; place < count; place++) {
    left.push({ place, bytes: 1, isOfAction: isOfAction(place) })
    const gone = new Set(chooseThinned(left, limits))
    left = left.filter((_, at) => !gone.has(at))
  }
  return left.map(({ place }) => place)
}

test('within its bounds nothing goes', () => {
  expect(afterAll(20)).toHaveLength(20)
})

test('the newest stay, older ones stay the wider apart the older they are, and the first stays', () => {
  const left = afterAll(400)
  expect(left).toHaveLength(20)
  expect(left[0]).toBe(0)
  expect(left.slice(-5)).toEqual([395, 396, 397, 398, 399])
  const gaps = left.slice(1).map((place, at) => place - left[at]!)
  const half = Math.floor(gaps.length / 2)
  const sum = (list: readonly number[]) => list.reduce((all, gap) => all + gap, 0)
  expect(sum(gaps.slice(0, half))).toBeGreaterThan(3 * sum(gaps.slice(half)))
  expect(Math.max(...gaps)).toBeLessThan(200)
})

test('those of actions outlast the others', () => {
  const left = afterAll(400, place => place % 50 === 0)
  expect(left).toEqual(expect.arrayContaining([0, 50, 100, 150, 200, 250, 300, 350]))
})

test('bounds hold when all are of actions, and by size', () => {
  expect(afterAll(100, () => true)).toHaveLength(20)
  const random = new Random(3)
  const large = Array.from({ length: 15 }, (_, place) => ({
    place,
    bytes: 50 + random.below(100),
    isOfAction: random.below(3) === 0,
  }))
  const gone = new Set(chooseThinned(large, limits))
  const bytes = large.filter((_, at) => !gone.has(at)).reduce((sum, each) => sum + each.bytes, 0)
  expect(bytes).toBeLessThanOrEqual(1000)
  expect(gone.has(14)).toBe(false)
  // One that is too large alone stays all the same.
  expect(chooseThinned([{ place: 0, bytes: 9999, isOfAction: false }], limits)).toEqual([])
})
