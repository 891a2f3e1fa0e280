import { judgeLeaks } from '../../../core/leaks/judge-leaks.ts'
import type { LeakCycle, LeakReport } from '../../../core/leaks/leak-report.ts'
import type { ObjectCounts } from './count-objects.ts'

/** Classes beside the kext's own whose counts are followed, once they differ. */
const mostOthers = 24
const mostOwn = 64

type Cycle = Omit<LeakCycle, 'classCounts' | 'allocations'> & {
  readonly loaded: ObjectCounts | null
  readonly unloaded: ObjectCounts | null
}

/** Follows the counts of classes over cycles of load and unload. */
export class LeakWatch {
  readonly #bundleIdentifier: string
  readonly #plannedCycles: number
  readonly #baseline: ObjectCounts
  readonly #own: Set<string>
  readonly #others = new Set<string>()
  readonly #cycles: Cycle[] = []

  constructor(given: {
    readonly bundleIdentifier: string
    readonly plannedCycles: number
    readonly baseline: ObjectCounts
    /** Classes that are known to be the kext's. */
    readonly ownClasses: readonly string[]
  }) {
    this.#bundleIdentifier = given.bundleIdentifier
    this.#plannedCycles = given.plannedCycles
    this.#baseline = given.baseline
    this.#own = new Set(given.ownClasses.slice(0, mostOwn))
  }

  add(cycle: Cycle): void {
    const before = this.#baseline.classes
    // A class is known to the kernel as long as its kext is loaded (facts: logs-and-misc, section 3).
    for (const name of cycle.loaded?.classes?.keys() ?? []) {
      if (before && !before.has(name) && this.#own.size < mostOwn) this.#own.add(name)
    }
    for (const [name, count] of cycle.unloaded?.classes ?? []) {
      const differs = count !== (before?.get(name) ?? 0)
      if (differs && !this.#own.has(name) && this.#others.size < mostOthers) this.#others.add(name)
    }
    this.#cycles.push({
      ...cycle,
      // Of all cycles only the numbers are kept; of the last one, what is needed of its classes.
      loaded: trimmed(cycle.loaded, this.#own, this.#others),
      unloaded: trimmed(cycle.unloaded, this.#own, this.#others),
    })
  }

  report(): LeakReport {
    const names = [...this.#own, ...this.#others]
    const { classes, allocations } = this.#baseline
    return judgeLeaks({
      bundleIdentifier: this.#bundleIdentifier,
      plannedCycles: this.#plannedCycles,
      baseline: {
        allocations,
        classCounts: names.map(className => ({
          className,
          count: classes?.get(className) ?? null,
        })),
      },
      cycles: this.#cycles.map(({ loaded, unloaded, ...cycle }) => ({
        ...cycle,
        classCounts: names.map(className => ({
          className,
          loaded: this.#countIn(loaded, className),
          unloaded: this.#countIn(unloaded, className),
        })),
        allocations: unloaded?.allocations ?? null,
      })),
      ownClasses: [...this.#own],
    })
  }

  /** A class that was not followed yet had not differed from the baseline. */
  #countIn(counts: ObjectCounts | null, className: string): number | null {
    if (!counts?.classes) return null
    const count = counts.classes.get(className)
    if (count !== undefined || this.#own.has(className)) return count ?? null
    return this.#baseline.classes?.get(className) ?? null
  }
}

function trimmed(
  counts: ObjectCounts | null,
  own: ReadonlySet<string>,
  others: ReadonlySet<string>,
): ObjectCounts | null {
  if (!counts?.classes) return counts
  const kept = [...counts.classes].filter(([name]) => own.has(name) || others.has(name))
  return { ...counts, classes: new Map(kept) }
}
