import { expect, test } from 'vitest'
import { dealSlots, noSlots } from '../../../renderer/widgets/row-slots.ts'
import { Random } from '../../helpers/random.ts'

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test('scrolling by a few rows leaves each row its element', () => {
  const before = dealSlots(noSlots, rows(0, 6), -1)
  const after = dealSlots(before, rows(2, 8), -1)
  expect(before.slots).toEqual([0, 1, 2, 3, 4, 5])
  expect(after.slots).toEqual([2, 3, 4, 5, 6, 7])
})

test('a jump gives the elements to the rows that stand in the same places', () => {
  const before = dealSlots(noSlots, rows(0, 6), -1)
  expect(dealSlots(before, rows(100, 106), -1).slots).toEqual([0, 1, 2, 3, 4, 5])
})

test('the row with the focus keeps its element through a jump, and nobody else gets it', () => {
  const before = dealSlots(noSlots, rows(0, 6), 2)
  const after = dealSlots(before, [2, ...rows(100, 106)], 2)
  expect(after.slots).toEqual([2, 0, 1, 3, 4, 5, 6])
})

test('a row that was selected a moment ago gives no element to the one that is selected now', () => {
  const before = dealSlots(noSlots, rows(0, 6), 2)
  const after = dealSlots(before, rows(100, 106), 103)
  expect(after.slots[3]).not.toBe(2)
  expect(before.slots).not.toContain(after.slots[3])
})

test('the same rows are the same answer, so that nothing is drawn for it', () => {
  const before = dealSlots(noSlots, rows(0, 6), -1)
  expect(dealSlots(before, rows(0, 6), -1)).toBe(before)
})

test('whatever is scrolled, no two rows share an element', () => {
  const random = new Random(3)
  let slots = noSlots
  for (let round = 0; round < 500; round++) {
    const from = random.below(60)
    const kept = random.below(80)
    const shown = rows(from, from + 1 + random.below(30))
    const ids = shown.includes(kept) ? shown : [kept, ...shown].toSorted((a, b) => a - b)
    const before = slots
    slots = dealSlots(before, ids, kept)
    expect(new Set(slots.slots).size).toBe(ids.length)
    const was = before.ids.indexOf(kept)
    if (was !== -1) expect(slots.slots[ids.indexOf(kept)]).toBe(before.slots[was])
  }
})
