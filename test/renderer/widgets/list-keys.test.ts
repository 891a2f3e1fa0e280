import { expect, test } from 'vitest'
import { placeAfter } from '../../../renderer/widgets/list-keys.ts'

test('keys go through a list and stop at its ends', () => {
  const from = (at: number) =>
    ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map(key =>
      placeAfter(key, at, 10, 4),
    )
  expect(from(0)).toEqual([1, 0, 4, 0, 0, 9])
  expect(from(8)).toEqual([9, 7, 9, 4, 0, 9])
})

test('what leads nowhere is left to the browser', () => {
  expect(placeAfter('a', 0, 10, 4)).toBeNull()
  expect(placeAfter('ArrowDown', -1, 0, 4)).toBeNull()
  // A list without pages leaves its keys to what scrolls.
  expect(placeAfter('PageDown', 0, 10)).toBeNull()
})
