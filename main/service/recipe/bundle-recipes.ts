import type { ActionRequest } from '../../../core/contract/types.ts'
import type { RecipeFacts } from './facts.ts'
import { checkTool } from './kext-tools.ts'
import { knowHostBundle, type KnownBundle } from './know-bundle.ts'
import { leakCheckStep } from './leak-check.ts'
import { lookAfter, lookBefore } from './look.ts'
import { guestCheckStep } from './preflight.ts'
import { pushPhase, type PushPhase } from './push.ts'
import { loadSteps, oldOne, recipeOf } from './recipe-parts.ts'
import { settleStep } from './settle.ts'
import { newState, type Recipe, type RecipeState, type RecipeStep } from './step.ts'
import { unloadOldSteps, unloads, unloadStep } from './unload.ts'
import { verifyUnloadStep } from './verify-unload.ts'

// Recipes that begin with a bundle of the host's disk.

type Of<K extends ActionRequest['kind']> = Extract<ActionRequest, { kind: K }>

export async function pushRecipe(request: Of<'push'>, facts: RecipeFacts): Promise<Recipe> {
  const asking = { unloadsFirst: false, expectationsPath: undefined }
  const [bundle, push] = await Promise.all([
    knowHostBundle(request.bundlePath, asking, facts),
    pushPhase(request.bundlePath, 'install', facts),
  ])
  const state = newState(bundle.preflight.report)
  return {
    ...recipeOf(`Push ${bundle.name}`, state, bundle),
    ...pushed(push, bundle),
    // A file in its place does nothing by itself; what is loaded is asked about when it is loaded.
    stops: bundle.preflight.stops.filter(
      ({ id }) => id === 'apple-kext' || id === 'protected-kext',
    ),
    steps: [
      ...push.stage,
      ...checkBefore(state, push, facts),
      ...push.install,
      // What lies in the guest now can be loaded next.
      lookAfter(state, []),
    ],
  }
}

export async function preflightRecipe(
  request: Of<'preflight'>,
  facts: RecipeFacts,
): Promise<Recipe> {
  const asking = { unloadsFirst: true, expectationsPath: undefined }
  const [bundle, push] = await Promise.all([
    knowHostBundle(request.bundlePath, asking, facts),
    pushPhase(request.bundlePath, 'look', facts),
  ])
  const state = newState(bundle.preflight.report)
  const canCheck = checkTool(facts.session) !== null
  return {
    ...recipeOf(`Preflight ${bundle.name}`, state, bundle),
    ...pushed(push, bundle),
    // Nothing is loaded, and what was sent goes again: what would stop a load is told, and stops nothing here.
    stops: [],
    // What was sent goes again: nothing is elsewhere than before.
    compareBuilds: async () => bundle.builds,
    steps: canCheck
      ? [...push.stage, ...checkBefore(state, push, facts), ...push.discard]
      : [lookBefore(state)],
  }
}

export async function loopRecipe(request: Of<'loop'>, facts: RecipeFacts): Promise<Recipe> {
  const { bundlePath, endsWith, timeoutMs, expectationsPath } = request
  const [bundle, push] = await Promise.all([
    knowHostBundle(bundlePath, { unloadsFirst: true, expectationsPath }, facts),
    pushPhase(bundlePath, 'install', facts),
  ])
  const state = newState(bundle.preflight.report)
  const { session } = facts
  const old = oldOne(bundle, facts)
  const ending = endsWith === 'unloaded' ? ', and unload again' : ''
  return {
    ...recipeOf(`Push and load ${bundle.name}${ending}`, state, bundle),
    ...pushed(push, bundle),
    stops: [...bundle.preflight.stops, ...old.stops],
    steps: [
      lookBefore(state),
      ...push.stage,
      ...checkBefore(state, push, facts),
      ...push.install,
      ...unloadOldSteps(state, session, bundle.kext.bundleIdentifier, old.dependents),
      ...loadSteps(state, bundle, timeoutMs, facts),
      ...(endsWith === 'unloaded' ? unloadAgain(state, bundle, timeoutMs, facts) : []),
    ],
  }
}

function unloadAgain(
  state: RecipeState,
  bundle: KnownBundle,
  timeoutMs: number | null,
  { session }: RecipeFacts,
): readonly RecipeStep[] {
  const { bundleIdentifier } = bundle.kext
  return [
    unloadStep(state, session, { bundleIdentifier, explanation: unloads, attempt: 'unload' }),
    settleStep(state, timeoutMs, ['unload']),
    leakCheckStep(state, bundle),
    lookAfter(state, ['unload']),
    verifyUnloadStep(state, bundle),
  ]
}

/** The guest's check of the staged copy: what it refuses never takes the place of the old one. */
function checkBefore(
  state: RecipeState,
  { stagedPath, installPath }: PushPhase,
  { session }: RecipeFacts,
): readonly RecipeStep[] {
  const tool = checkTool(session)
  return tool === null ? [] : [guestCheckStep(state, session, tool, stagedPath, installPath)]
}

function pushed(push: PushPhase, { kext }: KnownBundle) {
  return {
    warnings: [...kext.problems, ...push.warnings],
    check: push.check,
    tidy: push.tidy,
  }
}
