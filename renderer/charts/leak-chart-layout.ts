import { scaleLinear } from 'd3'
import type { Growth, LeakReport } from '../../core/leaks/leak-report.ts'

export interface LeakSeries {
  readonly name: string
  /** After each unload, the baseline first; null where it was not counted. */
  readonly values: readonly (number | null)[]
  /** While it was loaded, for the same cycles; null for the baseline. */
  readonly loaded: readonly (number | null)[]
  readonly growth: Growth | null
}

/** The counts of each class after each unload: those that grow first, then by their names. */
export function classSeries(report: LeakReport): readonly LeakSeries[] {
  const names = new Set(report.baseline.classCounts.map(({ className }) => className))
  for (const { classCounts } of report.cycles) {
    for (const { className } of classCounts) names.add(className)
  }
  const all = [...names].map(name => {
    const before = report.baseline.classCounts.find(({ className }) => className === name)
    const rows = report.cycles.map(cycle => {
      return cycle.classCounts.find(({ className }) => className === name)
    })
    const growth = report.growth.find(one => one.what === 'class' && one.name === name) ?? null
    const after = report.cycles.map(({ unloadOutcome, unloadMs }, index) => {
      const row = rows[index]
      // Of one success after the other only the first is kept.
      const isUnloaded = unloadOutcome ? unloadOutcome.succeeded : unloadMs !== null
      // A class goes with its kext: then the kernel does not know it, and there is none of it.
      const isGone = row?.loaded != null && isUnloaded
      return row?.unloaded ?? (isGone ? 0 : null)
    })
    // Before its kext was loaded for the first time the kernel does not know a class either.
    const isNew = growth?.cycle === 1 ? growth.before : after[0] === 0 ? 0 : null
    return {
      name,
      values: [before?.count ?? isNew, ...after],
      loaded: [null, ...rows.map(row => row?.loaded ?? null)],
      growth,
    }
  })
  return sorted(all)
}

/** Bytes of each allocation that changes, after each unload, those that change most first. */
export function allocationSeries(report: LeakReport): readonly LeakSeries[] {
  const readings = [
    report.baseline.allocations,
    ...report.cycles.map(({ allocations }) => allocations),
  ]
  const maps = readings.map(
    reading => reading && new Map(reading.map(({ name, bytes }) => [name, bytes])),
  )
  const names = new Set(readings.flatMap(reading => reading?.map(({ name }) => name) ?? []))
  const all = [...names].map(name => ({
    name,
    values: maps.map(map => map?.get(name) ?? null),
    loaded: maps.map(() => null),
    growth: report.growth.find(one => one.what === 'allocation' && one.name === name) ?? null,
  }))
  const changed = all.filter(({ values, growth }) => growth !== null || spread(values) > 0)
  return sorted(changed.sort((a, b) => spread(b.values) - spread(a.values)))
}

/** What grew first comes first; the rest stays in its order. */
function sorted(series: readonly LeakSeries[]): readonly LeakSeries[] {
  const rank = ({ growth }: LeakSeries) => growth?.cycle ?? Number.MAX_SAFE_INTEGER
  return series.toSorted((a, b) => rank(a) - rank(b))
}

function spread(values: readonly (number | null)[]): number {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? 0 : Math.max(...known) - Math.min(...known)
}

export interface ChartPoint {
  readonly cycle: number
  readonly value: number
  readonly x: number
  readonly y: number
}

export interface SeriesPicture {
  readonly points: readonly ChartPoint[]
  /** An SVG path; a gap where a cycle was not counted. */
  readonly path: string
  readonly xTicks: readonly { readonly x: number; readonly text: string }[]
  readonly yTicks: readonly { readonly y: number; readonly text: string }[]
  /** Where the first growth was seen. */
  readonly growthX: number | null
  readonly plot: {
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
}

/**
 * A picture for each class: one more among a hundred is as plain to see as one more than none. Cycles run from left
 * to right, what was there before the first one as cycle 0.
 */
export function layOutSeries(
  series: LeakSeries,
  size: { readonly width: number; readonly height: number },
): SeriesPicture {
  const { values, growth } = series
  const known = values.filter(value => value !== null)
  const [low, high] = rangeOf(known)
  const cycleCount = values.length - 1
  const yTexts = [low, high].map(value => value.toLocaleString('en-US'))
  const left = 12 + 6.5 * Math.max(...yTexts.map(({ length }) => length))
  const plot = { left, right: size.width - 14, top: 22, bottom: size.height - 22 }
  const x = scaleLinear([0, Math.max(1, cycleCount)], [plot.left, plot.right])
  const y = scaleLinear([low, high], [plot.bottom, plot.top])
  const isWhole = (tick: number) => Number.isInteger(tick)
  const points = values.flatMap((value, cycle) =>
    value === null ? [] : [{ cycle, value, x: x(cycle), y: y(value) }],
  )
  return {
    plot,
    points,
    path: pathOf(points),
    xTicks: x
      .ticks(Math.max(1, Math.min(cycleCount, Math.floor(size.width / 60))))
      .filter(isWhole)
      .map(tick => ({ x: x(tick), text: tick === 0 ? 'before' : String(tick) })),
    yTicks: y
      .ticks(3)
      .filter(isWhole)
      .map(tick => ({ y: y(tick), text: tick.toLocaleString('en-US') })),
    growthX: growth === null ? null : x(growth.cycle),
  }
}

/** From nothing, where that leaves room for what changes; else around it. */
function rangeOf(known: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = [Math.min(...known, Infinity), Math.max(...known, -Infinity)]
  if (known.length === 0) return [0, 1]
  const change = high - low
  if (low <= 2 * change) return [Math.min(0, low), Math.max(1, high)]
  const room = Math.max(1, Math.ceil(change / 4))
  return [Math.max(0, low - room), high + room]
}

function pathOf(points: readonly ChartPoint[]): string {
  return points
    .map(({ x, y, cycle }, index) => {
      const isJoined = index > 0 && points[index - 1]!.cycle === cycle - 1
      return `${isJoined ? 'L' : 'M'}${round(x)},${round(y)}`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
