import { expect, test } from 'vitest'
import {
  allocationSeries,
  classSeries,
  layOutSeries,
  type LeakSeries,
} from '../../../renderer/charts/leak-chart-layout.ts'
import { leaks } from '../action/sample-troubles.ts'

const size = { width: 300, height: 132 }

test('the class that grows comes first, and begins with its count before the first cycle', () => {
  expect(classSeries(leaks).map(({ name, values }) => [name, values])).toEqual([
    ['org_darwinos_MyKext', [0, 1, 2, 3]],
    ['MyKextUserClient', [0, 0, 0, 0]],
  ])
})

test('a class that the kernel did not know before its first load begins where its growth does', () => {
  const classCounts = leaks.baseline.classCounts.map(one => ({ ...one, count: null }))
  const series = classSeries({ ...leaks, baseline: { ...leaks.baseline, classCounts } })
  expect(series.map(({ values }) => values[0])).toEqual([0, 0])
})

test('a class that goes with its kext has no objects then, unless the unload was refused', () => {
  const valuesAfter = (succeeded: boolean) => {
    const cycle = leaks.cycles[0]!
    const classCounts = [{ className: 'A', loaded: 1, unloaded: null }]
    const unloadOutcome = { ...cycle.unloadOutcome!, succeeded }
    const cycles = [
      { ...cycle, classCounts, unloadOutcome },
      // The same success again is not kept.
      { ...cycle, cycle: 2, classCounts, unloadOutcome: null, unloadMs: succeeded ? 5 : null },
    ]
    const baseline = { ...leaks.baseline, classCounts: [{ className: 'A', count: null }] }
    return classSeries({ ...leaks, baseline, cycles, growth: [] })[0]!.values
  }
  expect(valuesAfter(true)).toEqual([0, 0, 0])
  expect(valuesAfter(false)).toEqual([null, null, null])
})

test('an allocation that does not change is left out', () => {
  expect(allocationSeries(leaks).map(({ name }) => name)).toEqual(['Instance'])
  const unread = { ...leaks, baseline: { ...leaks.baseline, allocations: null }, cycles: [] }
  expect(allocationSeries(unread)).toEqual([])
})

test('counts rise to the top of the picture, cycles run to its right, and the first growth is marked', () => {
  const { points, growthX, plot, xTicks, yTicks } = layOutSeries(classSeries(leaks)[0]!, size)
  expect(points[0]).toMatchObject({ x: plot.left, y: plot.bottom })
  expect(points[3]).toMatchObject({ x: plot.right, y: plot.top })
  expect(growthX).toBe(points[1]!.x)
  expect(xTicks[0]).toMatchObject({ text: 'before' })
  expect(yTicks.every(({ text }) => /^\d+$/.test(text))).toBe(true)
})

test('one more among many is as plain to see as one more than none', () => {
  const rise = (values: readonly number[]) => {
    const { points } = layOutSeries(seriesOf(values), size)
    return points[0]!.y - points[1]!.y
  }
  expect(rise([128, 129])).toBeGreaterThan(20)
  expect(rise([400_000, 400_128])).toBeGreaterThan(20)
  expect(rise([0, 1])).toBeGreaterThan(20)
  expect(rise([5, 5])).toBe(0)
})

test('a cycle that was not counted leaves a gap in the line', () => {
  const { path, points } = layOutSeries(seriesOf([0, null, 2, 3]), size)
  expect(path.match(/M/g)).toHaveLength(2)
  expect(points.map(({ cycle }) => cycle)).toEqual([0, 2, 3])
})

test('nothing counted, and no cycle at all, still make a picture', () => {
  for (const values of [[], [null], [7]]) {
    const picture = layOutSeries(seriesOf(values), size)
    expect(picture.points.every(({ x, y }) => Number.isFinite(x + y))).toBe(true)
    expect(picture.growthX).toBeNull()
  }
})

function seriesOf(values: readonly (number | null)[]): LeakSeries {
  return { name: 'A', values, loaded: values.map(() => null), growth: null }
}
