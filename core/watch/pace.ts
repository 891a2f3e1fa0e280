import type { WatchLimit, WatchOptions } from './watch-status.ts'

/** What one look cost, in milliseconds. */
export interface LookCost {
  /** From the moment that the guest had taken each command to the end of that command. */
  readonly guestMs: number
  /** The rest: opening channels, and the ways there and back. */
  readonly linkMs: number
}

export const windowMs = 60_000
/** Nobody sees more than this, and a guest that answers in no time is not to be asked without a pause. */
export const shortestIntervalMs = 500
/** A guest that needs half a minute for a look is asked all the same. */
export const longestIntervalMs = 600_000
/** The rest between two looks, whatever was chosen. */
const restMs = 100
/** Of the budget: costs vary, and the share is to stay below it. */
export const aimedAt = 0.8

/** The guest's time that looks took, over the last minute. */
export class GuestShare {
  readonly #startedAt: number
  #spent: { readonly at: number; readonly guestMs: number }[] = []

  /** @param startedAt when watching began, by the clock of the other calls */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  add(at: number, guestMs: number): void {
    this.#spent.push({ at, guestMs })
    this.#forget(at)
  }

  /**
   * The share of the minute that ends at `now`, or of the time since the watch began. Asked for the moment that the next
   * look is due, since the rest after a look belongs to it.
   */
  at(now: number): number {
    const spent = this.#spent.reduce(
      (sum, { at, guestMs }) => sum + (at > now - windowMs ? guestMs : 0),
      0,
    )
    const passed = Math.min(windowMs, Math.max(now - this.#startedAt, 1))
    return Math.min(1, spent / passed)
  }

  /** The first moment at which the share is not above `share`. */
  notBefore(share: number): number {
    let spent = this.#spent.reduce((sum, { guestMs }) => sum + guestMs, 0)
    if (spent <= share * windowMs) return this.#startedAt + spent / share
    // What is a minute old does not count any more.
    for (const { at, guestMs } of this.#spent) {
      spent -= guestMs
      if (spent <= share * windowMs) return at + windowMs
    }
    return this.#startedAt
  }

  #forget(now: number): void {
    this.#spent = this.#spent.filter(({ at }) => at > now - windowMs)
  }
}

export interface Pace {
  readonly intervalMs: number
  readonly limitedBy: WatchLimit | null
}

/**
 * How long to wait from the beginning of a look to the beginning of the next, so that the guest's time that looks
 * take stays under the budget.
 *
 * @param costs of the last looks, newest last; none: the first is to come
 */
export function nextPace(
  { intervalMs, budgetPercent }: Pick<WatchOptions, 'intervalMs' | 'budgetPercent'>,
  costs: readonly LookCost[],
): Pace {
  const chosen = Math.max(shortestIntervalMs, intervalMs ?? 1000)
  const last = costs.at(-1)
  if (!last) return { intervalMs: chosen, limitedBy: null }
  // One look that was slow by chance counts, and wears off; that looks have become slow counts at once.
  const mean = costs.reduce((sum, { guestMs }) => sum + guestMs, 0) / costs.length
  const guestMs = Math.max(mean, last.guestMs)
  const byBudget = guestMs / (aimedAt * (budgetPercent / 100))
  // A look has to end before the next one begins.
  const byLength = last.guestMs + last.linkMs + restMs
  const wanted = Math.max(chosen, byBudget, byLength)
  return {
    intervalMs: Math.round(Math.min(longestIntervalMs, wanted)),
    limitedBy: wanted <= chosen ? null : byLength > byBudget ? 'link' : 'guest',
  }
}

/** Even the longest interval does not keep the budget. */
export function isOverBudget({ guestMs }: LookCost, budgetPercent: number): boolean {
  return guestMs > (longestIntervalMs * budgetPercent) / 100
}
