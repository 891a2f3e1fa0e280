import { expect, test } from 'vitest'
import { placed, runsOf } from '../../../core/registry/runs.ts'
import { Random } from '../../helpers/random.ts'

test('runs put every draft where its row is, and as few of them as can be', () => {
  expect(runsOf(Int32Array.of(0, 1, 2, 3))).toEqual([{ from: 0, to: 0, length: 4 }])
  expect(runsOf(Int32Array.of(0, 1, 4, 2, 3))).toEqual([
    { from: 0, to: 0, length: 2 },
    { from: 2, to: 4, length: 1 },
    { from: 3, to: 2, length: 2 },
  ])
  expect(runsOf(Int32Array.of(-1, -1, 0, -1, 1))).toEqual([
    { from: 2, to: 0, length: 1 },
    { from: 4, to: 1, length: 1 },
  ])
  expect(runsOf(new Int32Array(0))).toEqual([])
})

test.each([1, 2, 3])('columns are placed as item by item (seed %i)', seed => {
  const random = new Random(seed)
  const drafts = Array.from({ length: 200 }, () => random.chance(0.9))
  const rows = drafts.flatMap((isShown, draft) => (isShown ? [draft] : []))
  // Some go to the end, as further sightings do.
  const order = [...rows.filter(draft => draft % 17 > 0), ...rows.filter(draft => draft % 17 === 0)]
  const rowOf = new Int32Array(drafts.length).fill(-1)
  order.forEach((draft, row) => (rowOf[draft] = row))
  const column = Uint32Array.from({ length: 2 * drafts.length }, () => random.below(1 << 30))
  expect([...placed(runsOf(rowOf), column, order.length, 2)]).toEqual(
    order.flatMap(draft => [column[2 * draft]!, column[2 * draft + 1]!]),
  )
})
