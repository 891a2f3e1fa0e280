import type { LeakInput } from './judge-leaks.ts'
import type { Growth } from './leak-report.ts'

/** Told of at most; the whole system has hundreds of classes. */
const toldLimit = 20
/** Cycles after the first in which something has to grow, to be more than chance. */
const steadyCycles = { class: 3, allocation: 4 } as const

/** Values after each cycle in order; null: not known. */
interface Series {
  readonly what: Growth['what']
  readonly name: string
  readonly baseline: number | null
  readonly after: readonly { readonly cycle: number; readonly value: number | null }[]
}

/** Classes that had more objects after a cycle than before it. */
export function classGrowth(input: LeakInput): readonly Growth[] {
  const own = new Set(input.ownClasses)
  const baseline = new Map(input.baseline.classCounts.map(each => [each.className, each.count]))
  const names = new Set(
    input.cycles.flatMap(({ classCounts }) => classCounts.map(each => each.className)),
  )
  const series = [...names].map((name): Series => ({
    what: 'class',
    name,
    baseline: baseline.get(name) ?? null,
    after: input.cycles.map(({ cycle, classCounts }) => ({
      cycle,
      value: classCounts.find(each => each.className === name)?.unloaded ?? null,
    })),
  }))
  const refused = new Set(
    input.cycles.filter(each => each.unloadOutcome?.succeeded === false).map(each => each.cycle),
  )
  const isOwn = ({ name }: Series) => own.has(name)
  return [
    ...series.filter(isOwn).flatMap(each => ownGrowth(each, refused)),
    ...largest(series.filter(each => !isOwn(each)).flatMap(otherGrowth)),
  ]
}

/** `ioalloccount`'s numbers that went up. */
export function allocationGrowth(input: LeakInput): readonly Growth[] {
  const baseline = new Map((input.baseline.allocations ?? []).map(each => [each.name, each.bytes]))
  const names = new Set(
    input.cycles.flatMap(({ allocations }) => (allocations ?? []).map(each => each.name)),
  )
  const series = [...names].map((name): Series => ({
    what: 'allocation',
    name,
    baseline: baseline.get(name) ?? null,
    after: input.cycles.map(({ cycle, allocations }) => ({
      cycle,
      value: allocations?.find(each => each.name === name)?.bytes ?? null,
    })),
  }))
  return largest(series.flatMap(otherGrowth))
}

/**
 * Objects of a class of the kext, each of which counts. A class that the first load brought and a successful unload
 * left behind is one of a library that stays, or of a collection: what it has then is where counting begins.
 */
function ownGrowth(series: Series, refused: ReadonlySet<number>): readonly Growth[] {
  let before = series.baseline
  for (const { cycle, value } of series.after) {
    if (value === null) continue
    if (before === null && refused.has(cycle)) before = 0
    if (before !== null && value > before)
      return [{ what: 'class', name: series.name, cycle, before, after: value, isCertain: true }]
    before = value
  }
  return []
}

/**
 * Of what is not the kext's own: the first cycle warms up, so it is told only what is more at the end than after it.
 * Certain where each later cycle added about as much as the others.
 */
function otherGrowth({ what, name, baseline, after }: Series): readonly Growth[] {
  const known = after.flatMap(({ cycle, value }) => (value === null ? [] : [{ cycle, value }]))
  const [first, ...later] = known
  const last = later.at(-1)
  if (!first || !last || last.value <= first.value) return []
  const steps = later.map(({ cycle, value }, i) => ({
    cycle,
    before: known[i]!.value,
    after: value,
    by: value - known[i]!.value,
  }))
  const smallest = Math.min(...steps.map(each => each.by))
  const biggest = Math.max(...steps.map(each => each.by))
  const isCertain =
    known.length === after.length &&
    steps.length >= steadyCycles[what] &&
    smallest > 0 &&
    smallest * 2 >= biggest
  const warmUp = baseline === null ? 0 : first.value - baseline
  // Where it is steady and the first cycle added the same, it began there.
  if (isCertain && baseline !== null && warmUp >= smallest && warmUp <= biggest)
    return [{ what, name, cycle: first.cycle, before: baseline, after: first.value, isCertain }]
  const growing = steps.find(each => each.by > 0)!
  return [
    { what, name, cycle: growing.cycle, before: growing.before, after: growing.after, isCertain },
  ]
}

function largest(growth: readonly Growth[]): readonly Growth[] {
  const share = (each: Growth) => (each.after - each.before) / Math.max(1, each.before)
  const inOrder = growth.toSorted(
    (a, b) => Number(b.isCertain) - Number(a.isCertain) || share(b) - share(a),
  )
  return inOrder.slice(0, toldLimit)
}
