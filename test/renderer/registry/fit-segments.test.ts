import { expect, test } from 'vitest'
import { hiddenSegments } from '../../../renderer/registry/fit-segments.ts'

/** Steps of 10 pixels each, the menu as wide as one; `…` where steps are hidden. */
function drawn(count: number, room: number): string {
  const { from, to } = hiddenSegments(Array<number>(count).fill(10), room, 10)
  const names = Array.from({ length: count }, (_, n) => 'abcdefgh'[n]!)
  return [...names.slice(0, from), ...(to > from ? ['…'] : []), ...names.slice(to)].join(' ')
}

test('all steps are shown where there is room', () => {
  expect(drawn(5, 50)).toBe('a b c d e')
})

test('steps in the middle give way first, those near the end last', () => {
  expect(drawn(6, 50)).toBe('a … d e f')
  expect(drawn(6, 40)).toBe('a … e f')
  expect(drawn(6, 30)).toBe('a … f')
})

test('the last is there however narrow it is, and the first gives way to it', () => {
  expect(drawn(6, 29)).toBe('… f')
  expect(drawn(6, 5)).toBe('… f')
  expect(drawn(2, 5)).toBe('a b')
  expect(drawn(1, 5)).toBe('a')
})
