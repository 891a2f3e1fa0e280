import type { InstalledKext } from '../../../core/kext/kext.ts'
import { stopsOfUnload } from '../../../core/preflight/preflight.ts'
import type { Stop } from '../../../core/preflight/preflight-report.ts'
import { buildsOf } from './builds.ts'
import { installedIn, loadedIn, type RecipeFacts } from './facts.ts'
import type { KnownBundle } from './know-bundle.ts'
import { loadStep } from './load.ts'
import { lookAfter } from './look.ts'
import { settleStep } from './settle.ts'
import type { Recipe, RecipeState, RecipeStep, Subject } from './step.ts'
import { dependentsOf } from './unload.ts'
import { verifyLoadStep } from './verify.ts'

// What the recipes of several requests have in common.

export function bareRecipe(
  title: string,
  state: RecipeState,
  { kext, guestPath }: Subject,
): Recipe {
  return {
    title,
    subject: { bundleIdentifier: kext.bundleIdentifier, guestPath },
    steps: [],
    warnings: [],
    stops: [],
    expectations: null,
    state,
    compareBuilds: null,
    check: async () => undefined,
    tidy: async () => undefined,
  }
}

export function recipeOf(title: string, state: RecipeState, bundle: KnownBundle): Recipe {
  return {
    ...bareRecipe(title, state, bundle),
    expectations: bundle.expectations,
    warnings: bundle.kext.problems,
    stops: bundle.preflight.stops,
    compareBuilds: compareAtEnd(state, bundle),
  }
}

/** By the newest look at the guest, and by what lies there now. */
export function compareAtEnd(
  state: RecipeState,
  { kext, hostPath, guestPath }: Subject,
): NonNullable<Recipe['compareBuilds']> {
  return async ({ session, signal, peek }) => {
    const taken = state.after ?? state.before ?? (await peek())
    const places = { bundleIdentifier: kext.bundleIdentifier, hostPath, guestPath }
    return buildsOf(places, { session, signal, taken })
  }
}

/** A kext of which nothing is expected. */
export function subjectOf(kext: InstalledKext): Subject {
  return {
    kext,
    guestPath: kext.path || null,
    hostPath: null,
    buildUuid: null,
    classes: null,
    expectations: null,
  }
}

export function loadSteps(
  state: RecipeState,
  bundle: KnownBundle,
  timeoutMs: number | null,
  { session }: RecipeFacts,
): readonly RecipeStep[] {
  return [
    loadStep(state, session, bundle.guestPath, bundle.kext.bundleIdentifier),
    settleStep(state, timeoutMs, ['load', 'unload-old']),
    lookAfter(state, ['load', 'unload-old']),
    verifyLoadStep(state, bundle, timeoutMs),
  ]
}

/** What is loaded under this name, and goes before the new one comes. */
export function oldOne({ kext }: KnownBundle, facts: RecipeFacts) {
  const dependents = dependentsOf(kext.bundleIdentifier, facts.taken.capture.kexts)
  if (loadedIn(facts, kext.bundleIdentifier) === null) return { dependents: [], stops: [] }
  const stops = stopsFor(kext.bundleIdentifier, dependents, facts)
  return { dependents, stops: stops.filter(({ id }) => id === 'unloads-dependents') }
}

export function stopsFor(
  bundleIdentifier: string,
  dependents: readonly string[],
  facts: RecipeFacts,
): readonly Stop[] {
  const { target } = facts.guest
  const input = {
    bundleIdentifier,
    installed: installedIn(facts).find(kext => kext.bundleIdentifier === bundleIdentifier) ?? null,
    loaded: facts.taken.capture.kexts,
    dependents,
    isVirtualMachine: target.isVirtualMachine,
    targetLabel: target.label,
  }
  return stopsOfUnload(input)
}
