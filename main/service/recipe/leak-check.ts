import type { TakenCapture } from '../capture-guest.ts'
import { countObjects, type ObjectCounts } from './count-objects.ts'
import { ownClasses } from './expectations.ts'
import { LeakWatch } from './leak-watch.ts'
import type { RecipeState, RecipeStep, Subject } from './step.ts'

/** After the unload of a loop: are the classes back to what they were before? */
export function leakCheckStep(state: RecipeState, { kext, classes }: Subject): RecipeStep {
  return {
    planned: {
      phase: 'leak-check',
      command: 'ioclasscount',
      explanation: 'Counts the instances of all classes, and compares with the counts of before.',
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    follows: ['unload'],
    run: async context => {
      const watch = new LeakWatch({
        bundleIdentifier: kext.bundleIdentifier,
        plannedCycles: 1,
        baseline: countsOf(state.before),
        ownClasses: ownClasses(kext, classes),
      })
      watch.add({
        cycle: 1,
        loadMs: null,
        unloadMs: null,
        loadOutcome: state.loadOutcome,
        unloadOutcome: state.unloadOutcome,
        loaded: countsOf(state.loaded),
        unloaded: await countObjects(context.session, context.signal),
      })
      state.found.leaks = watch.report()
      if (state.found.leaks) context.output('note', state.found.leaks.headline)
      return {}
    },
  }
}

function countsOf(taken: TakenCapture | null): ObjectCounts {
  const counts = taken?.capture.classCounts
  return { classes: counts ? new Map(counts) : null, allocations: null }
}
