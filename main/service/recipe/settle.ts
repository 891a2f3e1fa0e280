import { waitUntilSettled } from './wait-until-settled.ts'
import type { Attempt, RecipeState, RecipeStep } from './step.ts'

/** Matching is asynchronous and a driver's start may hang for good, so the wait has a limit. */
export const usualLimitMs = 8000

/** Waits for the registry to come to rest. */
export function settleStep(
  state: RecipeState,
  timeoutMs: number | null,
  follows: readonly Attempt[],
): RecipeStep {
  const limitMs = timeoutMs ?? usualLimitMs
  return {
    planned: {
      phase: 'settle',
      command: 'ioreg -i -w0 -p IOService',
      explanation: `Looks until nothing is busy and two looks are equal, for ${secondsOf(limitMs)} at most: matching goes on after the tool has ended.`,
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    follows,
    run: async ({ session, signal, output }) => {
      state.settled = await waitUntilSettled(session, limitMs, signal)
      const seconds = (state.settled.waitedMs / 1000).toFixed(1)
      output(
        'note',
        state.settled.isSettled
          ? `The registry came to rest after ${seconds} s.`
          : `The registry is still busy after ${seconds} s.`,
      )
      return {}
    },
  }
}

export function secondsOf(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
