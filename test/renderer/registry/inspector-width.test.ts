import { expect, test } from 'vitest'
import { inspectorWidth } from '../../../renderer/views/registry/inspector-width.ts'

test.each([
  [900, 392],
  [1280, 563],
  [1920, 845],
  [2560, 1126],
  [3840, 1400],
])('in a window %i wide it is %i wide until somebody drags it', (window, width) => {
  expect(inspectorWidth(window, null)).toBe(width)
})

test('a width that was dragged in a large window leaves room for the tree in a small one', () => {
  expect(inspectorWidth(2560, 1000)).toBe(1000)
  expect(inspectorWidth(1280, 1000)).toBe(571)
  expect(inspectorWidth(900, 1000)).toBe(392)
})

test('it is never too narrow to be read', () => {
  expect(inspectorWidth(700, null)).toBe(380)
  expect(inspectorWidth(1280, 10)).toBe(380)
})
