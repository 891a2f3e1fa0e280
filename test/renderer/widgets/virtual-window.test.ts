import { expect, test } from 'vitest'
import { rowsInSight, scrollForRow } from '../../../renderer/widgets/virtual-window.ts'

test('the rows in sight and a few around them are painted, within the list', () => {
  expect(rowsInSight({ first: 100, rows: 20 }, 1000, 6)).toEqual({ from: 94, to: 126 })
  expect(rowsInSight({ first: 0, rows: 20 }, 1000, 6)).toEqual({ from: 0, to: 26 })
  expect(rowsInSight({ first: 0, rows: 20 }, 3, 6)).toEqual({ from: 0, to: 3 })
})

test('a list that became shorter shows its end, not nothing', () => {
  expect(rowsInSight({ first: 900, rows: 20 }, 50, 6)).toEqual({ from: 24, to: 50 })
  expect(rowsInSight({ first: 900, rows: 20 }, 0, 6)).toEqual({ from: 0, to: 0 })
})

test.each([
  ['in sight', 10, 200, 200],
  ['just above', 7, 200, 168],
  ['just below', 17, 200, 232],
  ['far above', 0, 20_000, 0],
  ['far below, with what stands before it', 500, 0, 11_952],
])('a row that is %s', (_, row, scrollTop, expected) => {
  expect(scrollForRow(row, scrollTop, 200, 24)).toBe(expected)
})
