import type { Attempt, Recipe, RecipeContext } from './step.ts'
import { FailureError } from '../../../core/failure.ts'
import type { RunningRecord } from './running-record.ts'

/**
 * Runs the steps of a recipe, one after the other, up to the first that is refused. What follows a refused attempt by
 * its own wish runs all the same: a look at what it left, and why. A pending one counts as refused here: what comes
 * after needs the kext in the kernel.
 *
 * @param isSafe asked before anything changes in the guest: resolves when what the record says is on the disk, and
 *   throws where nothing may be changed any more
 * @throws FailureError of the step that failed
 */
export async function runRecipe(
  recipe: Recipe,
  action: RunningRecord,
  context: Omit<RecipeContext, 'output' | 'tell'>,
  isSafe: () => Promise<void>,
): Promise<void> {
  const { state, steps } = recipe
  const whole: RecipeContext = {
    ...context,
    output: (stream, text) => action.output(stream, text),
    tell: () => action.put({ ...state.found }, false),
  }
  let refused: Attempt | 'other' | null = null
  for (const step of steps) {
    if (refused !== null && !(refused !== 'other' && step.follows?.includes(refused))) {
      action.skip(null)
      continue
    }
    const reason = step.skip?.() ?? null
    if (reason !== null) {
      action.skip(reason)
      continue
    }
    action.begin()
    if (step.planned.changesGuest) await isSafe()
    const { isRefused = false, ...result } = await step.run(whole)
    const isNo = isRefused || result.outcome?.succeeded === false
    const isPending = result.outcome?.isPending === true
    action.put({ ...state.found }, false)
    action.end({ ...result, status: isNo && !isPending ? 'failed' : 'done' })
    if (isNo || isPending) refused = step.attempt ?? 'other'
  }
  state.found.builds = await lookAtBuilds(recipe, whole)
}

/** Beside the action itself: what cannot be read any more is left open. */
async function lookAtBuilds(
  { compareBuilds }: Recipe,
  context: RecipeContext,
): Promise<Recipe['state']['found']['builds']> {
  if (compareBuilds === null) return null
  try {
    return await compareBuilds(context)
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind !== 'cancelled') return null
    throw error
  }
}
