import { instancesNamed } from '../kext/outcome-details.ts'
import { isBroken, leakHeadline } from './leak-words.ts'
import { classGrowth, allocationGrowth } from './find-growth.ts'
import type { Growth, LeakCycle, LeakReport } from './leak-report.ts'

export interface LeakInput {
  readonly bundleIdentifier: string
  readonly plannedCycles: number
  readonly baseline: LeakReport['baseline']
  readonly cycles: readonly LeakCycle[]
  /** The classes of the kext itself, against all others that are counted. */
  readonly ownClasses: readonly string[]
}

/**
 * What the cycles so far come to. Asked after each; a hunt stops at the first verdict of `leaks` or `stopped`
 * (facts: logs-and-misc, section 3; kexts, section 8).
 *
 * - An unload that is refused because of instances is growth of the classes that the kernel names.
 * - More objects of an own class after a cycle than before it are a leak; a class that came with the first load, and
 *   was left by a successful unload, is measured from there.
 * - Other classes and allocations go up and down by themselves, and the first load makes things that stay. They are
 *   told of; only where they grow with each cycle, by about as much, they count.
 */
export function judgeLeaks(input: LeakInput): LeakReport {
  const growth = growthOf(input)
  const verdict = verdictOf(input, growth)
  return {
    bundleIdentifier: input.bundleIdentifier,
    plannedCycles: input.plannedCycles,
    cycles: input.cycles,
    baseline: input.baseline,
    verdict,
    headline: leakHeadline(input, verdict, growth),
    growth,
  }
}

function growthOf(input: LeakInput): readonly Growth[] {
  const refused = input.cycles.flatMap(cycle => refusalGrowth(input, cycle))
  const known = new Set(refused.map(each => each.name))
  const counted = [...classGrowth(input), ...allocationGrowth(input)].filter(
    each => each.what === 'allocation' || !known.has(each.name),
  )
  return [...refused, ...counted].toSorted(
    (a, b) => Number(b.isCertain) - Number(a.isCertain) || a.cycle - b.cycle,
  )
}

/** The kernel names the classes with instances, and how many (facts: kexts, section 8). */
function refusalGrowth(input: LeakInput, cycle: LeakCycle): readonly Growth[] {
  if (cycle.unloadOutcome?.kind !== 'in-use') return []
  return instancesNamed(cycle.unloadOutcome.evidence).map(({ className, count }) => ({
    what: 'class',
    name: className,
    cycle: cycle.cycle,
    before: countBefore(input, cycle, className),
    after: count,
    isCertain: true,
  }))
}

function countBefore(input: LeakInput, cycle: LeakCycle, className: string): number {
  const previous = input.cycles.find(each => each.cycle === cycle.cycle - 1)
  const counts = previous
    ? previous.classCounts.find(each => each.className === className)?.unloaded
    : input.baseline.classCounts.find(each => each.className === className)?.count
  return counts ?? 0
}

function verdictOf(input: LeakInput, growth: readonly Growth[]): LeakReport['verdict'] {
  if (growth.some(each => each.isCertain)) return 'leaks'
  if (input.cycles.some(isBroken)) return 'stopped'
  return input.cycles.length === 0 || !isCounted(input) ? 'unknown' : 'clean'
}

/** Whether any class was counted while the kext was loaded or after it. */
function isCounted({ cycles }: LeakInput): boolean {
  return cycles.some(cycle =>
    cycle.classCounts.some(each => each.loaded !== null || each.unloaded !== null),
  )
}
