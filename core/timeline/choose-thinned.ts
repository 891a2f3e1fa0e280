/** What decides whether a moment stays. */
export interface ThinnedMoment {
  readonly bytes: number
  /** Taken by an action, or the last one before it: what it changed can only be told with both. */
  readonly isOfAction: boolean
}

export interface ThinLimits {
  readonly mostMoments: number
  readonly mostBytes: number
  /** So many of the newest are never taken out. */
  readonly newestKept: number
}

export const usualLimits: ThinLimits = {
  mostMoments: 120,
  mostBytes: 512 * 1024 * 1024,
  newestKept: 10,
}

/**
 * Which moments of a session are taken out so that it keeps within its bounds: the older, the wider apart those
 * are that stay. Of the ones that may go, the one goes whose neighbours are nearest to each other for its age, which
 * done again and again leaves every second, every fourth, every eighth. Those of actions go only when nothing else
 * is left, oldest first; the newest never do, and the very first not before the others.
 *
 * @param moments oldest first, with their places in the order in which they were taken
 * @returns indices into `moments`, rising
 */
export function chooseThinned(
  moments: readonly (ThinnedMoment & { readonly place: number })[],
  limits: ThinLimits,
): readonly number[] {
  const left = moments.map((moment, index) => ({ ...moment, index }))
  const gone: number[] = []
  let bytes = left.reduce((sum, moment) => sum + moment.bytes, 0)
  while (left.length > limits.mostMoments || bytes > limits.mostBytes) {
    const end = left.length - Math.max(1, limits.newestKept)
    if (end <= 0) break
    const newest = left.at(-1)!.place
    let best = -1
    let bestScore = Number.POSITIVE_INFINITY
    for (let at = 1; at < end; at++) {
      if (left[at]!.isOfAction) continue
      const gap = left[at + 1]!.place - left[at - 1]!.place
      const score = gap / (newest - left[at]!.place)
      if (score < bestScore) [best, bestScore] = [at, score]
    }
    // Nothing but the first and those of actions.
    if (best < 0) best = left.findIndex(({ isOfAction }, at) => at < end && !isOfAction)
    if (best < 0) best = 0
    const [out] = left.splice(best, 1)
    bytes -= out!.bytes
    gone.push(out!.index)
  }
  return gone.sort((a, b) => a - b)
}
