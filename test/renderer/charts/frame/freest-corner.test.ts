import { expect, test } from 'vitest'
import { freestCorner } from '../../../../renderer/charts/frame/freest-corner.ts'

const frame = { width: 800, height: 600 }
const small = { width: 160, height: 120 }
const still = { x: 0, y: 0, k: 1 }
const at = (x: number, y: number) => ({ box: { x, y, width: 100, height: 40 } })

test('it stays in the corner in which it is while no mark is there', () => {
  expect(freestCorner([at(700, 500)], still, frame, small, 'top-left')).toEqual({
    corner: 'top-left',
    isFree: true,
  })
})

test('it goes to another corner once a mark is there', () => {
  expect(freestCorner([at(700, 500)], still, frame, small, 'bottom-right')).toEqual({
    corner: 'bottom-left',
    isFree: true,
  })
})

test('marks are where the view puts them', () => {
  const view = { x: 0, y: 0, k: 0.5 }
  const { corner } = freestCorner([at(1400, 1000)], view, frame, small)
  expect(corner).toBe('bottom-left')
})

test('where all corners have marks it takes the one with fewest and says that none is free', () => {
  const marks = [
    at(0, 0),
    at(20, 60),
    at(700, 0),
    at(650, 60),
    at(0, 500),
    at(700, 500),
    at(680, 550),
  ]
  expect(freestCorner(marks, still, frame, small)).toEqual({ corner: 'bottom-left', isFree: false })
})
