import { verifyLoad } from '../../../core/verify/verify-load.ts'
import { untilItHolds } from './ask-expectations.ts'
import { observe, observeBefore } from './observe.ts'
import type { RecipeState, RecipeStep, Subject } from './step.ts'
import { afterUnload, changesBetween } from './verify-unload.ts'

/** After a load: is it in, did it match, does what is expected hold; asked until it does or the time is over. */
export function verifyLoadStep(
  state: RecipeState,
  subject: Subject,
  timeoutMs: number | null,
): RecipeStep {
  return {
    planned: planned(subject),
    effect: 'none',
    follows: ['load', 'unload-old'],
    run: async context => {
      // The old one is still in: nothing was loaded, so there is nothing to expect.
      if (state.loadOutcome === null) return afterUnload(state, subject, context)
      if (state.loadOutcome.succeeded) {
        await untilItHolds(state, subject, timeoutMs, context)
        state.loaded = state.after
      }
      const [before, after] = [state.before!, state.after!]
      state.found.report = verifyLoad({
        bundle: subject.kext,
        bundleUuid: subject.buildUuid,
        classes: subject.classes,
        before: observeBefore(state)!,
        after: observe(after),
        settled: state.settled,
        outcome: state.loadOutcome,
      })
      state.found.changes = changesBetween(before, after)
      return {}
    },
  }
}

/** Does what is expected hold now? Nothing was done before. */
export function verifyStep(
  state: RecipeState,
  subject: Subject,
  timeoutMs: number | null,
): RecipeStep {
  return {
    planned: planned(subject),
    effect: 'none',
    run: async context => {
      await untilItHolds(state, subject, timeoutMs, context)
      return {}
    },
  }
}

function planned({ expectations }: Subject): RecipeStep['planned'] {
  const source = expectations?.source
  return {
    phase: 'verify',
    command: source?.kind === 'file' ? `verify ${source.path}` : 'verify',
    explanation:
      expectations === null
        ? 'Reads from both captures what came of it.'
        : 'Compares what is there with what is expected, again and again until it holds or the time is over.',
    runsAsRoot: false,
    changesGuest: false,
  }
}
