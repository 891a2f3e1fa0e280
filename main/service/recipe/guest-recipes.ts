import { basename } from 'node:path'
import type { ActionRequest } from '../../../core/contract/types.ts'
import { FailureError } from '../../../core/failure.ts'
import { wouldMatchOf } from '../../../core/preflight/would-match.ts'
import { inspectBundle } from '../local-bundle.ts'
import { classesOfLoaded, lookAtBuilds } from './builds.ts'
import { expectationsFor } from './expectations.ts'
import { installedIn, kextAt, kextNamed, loadedIn, type RecipeFacts } from './facts.ts'
import { knowGuestBundle } from './know-bundle.ts'
import { leakHuntSteps } from './leak-hunt.ts'
import { lookAfter, lookBefore } from './look.ts'
import {
  bareRecipe,
  compareAtEnd,
  loadSteps,
  oldOne,
  recipeOf,
  stopsFor,
  subjectOf,
} from './recipe-parts.ts'
import { settleStep } from './settle.ts'
import { newState, type Recipe, type Subject } from './step.ts'
import { dependentsOf, unloadOldSteps, unloads, unloadStep } from './unload.ts'
import { terminatedStep, verifyUnloadStep } from './verify-unload.ts'
import { verifyStep } from './verify.ts'

// Recipes for kexts that lie in the guest or are loaded there.

type Of<K extends ActionRequest['kind']> = Extract<ActionRequest, { kind: K }>

export async function loadRecipe(
  request: Of<'load' | 'reload'>,
  facts: RecipeFacts,
): Promise<Recipe> {
  const { kind, guestPath, timeoutMs, expectationsPath } = request
  const kext = kextAt(request, facts)
  const unloadsFirst = kind === 'reload'
  const asking = { guestPath, unloadsFirst, expectationsPath }
  const bundle = await knowGuestBundle(kext, basename(guestPath), asking, facts)
  const state = newState(bundle.preflight.report)
  const old = unloadsFirst ? oldOne(bundle, facts) : null
  const loaded = loadedIn(facts, kext.bundleIdentifier)
  return {
    ...recipeOf(`${unloadsFirst ? 'Reload' : 'Load'} ${bundle.name}`, state, bundle),
    warnings: [
      ...kext.problems,
      ...(loaded && !unloadsFirst
        ? [
            `${kext.bundleIdentifier} ${loaded.version} is loaded already: the kernel keeps that one until it is unloaded.`,
          ]
        : []),
    ],
    stops: [...bundle.preflight.stops, ...(old?.stops ?? [])],
    steps: [
      lookBefore(state),
      ...(old ? unloadOldSteps(state, facts.session, kext.bundleIdentifier, old.dependents) : []),
      ...loadSteps(state, bundle, timeoutMs, facts),
    ],
  }
}

export async function unloadRecipe(request: Of<'unload'>, facts: RecipeFacts): Promise<Recipe> {
  const { bundleIdentifier, dependents: what, timeoutMs } = request
  const { session } = facts
  const kext = kextNamed(bundleIdentifier, facts)
  const state = newState(null)
  const linked = dependentsOf(bundleIdentifier, facts.taken.capture.kexts)
  const first = what === 'unload-first' ? linked : []
  const warnings: string[] = []
  if (facts.taken.capture.kexts && loadedIn(facts, bundleIdentifier) === null) {
    warnings.push('The newest capture shows no loaded kext of this name.')
  }
  if (linked.length > 0 && first.length === 0) {
    warnings.push(
      `The kernel will refuse: ${linked.join(', ')} ${linked.length === 1 ? 'is' : 'are'} linked against it.`,
    )
  }
  const subject = { ...subjectOf(kext), classes: await classesOfLoaded(bundleIdentifier, facts) }
  const stepFor = (id: string, explanation: string) =>
    unloadStep(state, session, { bundleIdentifier: id, explanation, attempt: 'unload' })
  return {
    ...bareRecipe(`Unload ${bundleIdentifier}`, state, subject),
    warnings,
    stops: stopsFor(bundleIdentifier, first, facts),
    steps: [
      lookBefore(state),
      ...first.map(id =>
        stepFor(id, `It is linked against ${bundleIdentifier} and has to go first.`),
      ),
      stepFor(bundleIdentifier, unloads),
      settleStep(state, timeoutMs, ['unload']),
      lookAfter(state, ['unload']),
      verifyUnloadStep(state, subject),
    ],
  }
}

export async function terminateRecipe(
  request: Of<'terminate-class'>,
  facts: RecipeFacts,
): Promise<Recipe> {
  const { bundleIdentifier, className, timeoutMs } = request
  const state = newState(null)
  const subject = {
    ...subjectOf(kextNamed(bundleIdentifier, facts)),
    classes: await classesOfLoaded(bundleIdentifier, facts),
  }
  return {
    ...bareRecipe(`Terminate ${className}`, state, subject),
    stops: stopsFor(bundleIdentifier, [], facts),
    steps: [
      lookBefore(state),
      unloadStep(state, facts.session, {
        bundleIdentifier,
        className,
        explanation: 'Terminates the instances of this class; the kext stays in the kernel.',
        attempt: 'unload',
      }),
      settleStep(state, timeoutMs, ['unload']),
      lookAfter(state, ['unload']),
      terminatedStep(state, subject),
    ],
  }
}

export async function verifyRecipe(request: Of<'verify'>, facts: RecipeFacts): Promise<Recipe> {
  const { bundleIdentifier, bundlePath, expectationsPath, timeoutMs } = request
  const bundle = bundlePath === null ? null : await inspectBundle(bundlePath)
  const kext = bundle?.kext ?? kextNamed(bundleIdentifier, facts)
  if (kext.bundleIdentifier !== bundleIdentifier) {
    const detail = `${bundlePath} is ${kext.bundleIdentifier}, not ${bundleIdentifier}`
    throw new FailureError({ kind: 'bad-request', request: 'action.plan', detail })
  }
  const state = newState(null)
  const places = { bundleIdentifier, hostPath: bundle?.path ?? null, guestPath: null }
  const { comparison, classes } = await lookAtBuilds(places, facts)
  state.wasLoaded = await facts.wasLoaded(bundleIdentifier)
  const subject: Subject = {
    ...subjectOf(kext),
    guestPath:
      installedIn(facts).find(other => other.bundleIdentifier === bundleIdentifier)?.path ?? null,
    hostPath: bundle?.path ?? null,
    buildUuid: comparison.host?.uuid ?? null,
    classes,
    expectations: await expectationsFor(kext, {
      expectationsPath,
      hostPath: places.hostPath,
      classes,
      wouldMatch: wouldMatchOf(facts.taken, kext),
    }),
  }
  return {
    ...bareRecipe(`Verify ${bundleIdentifier}`, state, subject),
    expectations: subject.expectations,
    compareBuilds: compareAtEnd(state, subject),
    steps: [lookAfter(state, []), verifyStep(state, subject, timeoutMs)],
  }
}

export async function leakHuntRecipe(
  request: Of<'leak-hunt'>,
  facts: RecipeFacts,
): Promise<Recipe> {
  const { guestPath, timeoutMs } = request
  const kext = kextAt(request, facts)
  const asking = { guestPath, unloadsFirst: true, expectationsPath: undefined }
  const bundle = await knowGuestBundle(kext, basename(guestPath), asking, facts)
  const state = newState(bundle.preflight.report)
  const old = oldOne(bundle, facts)
  const subject = { ...subjectOf(kext), classes: bundle.classes }
  return {
    ...recipeOf(`Hunt for leaks of ${kext.bundleIdentifier}`, state, bundle),
    stops: [...bundle.preflight.stops, ...old.stops],
    steps: [
      lookBefore(state),
      ...unloadOldSteps(state, facts.session, kext.bundleIdentifier, old.dependents),
      ...leakHuntSteps(state, facts.session, subject, request),
      settleStep(state, timeoutMs, ['unload', 'unload-old']),
      lookAfter(state, ['unload', 'unload-old']),
      // Also of the old one that would not go, before any cycle.
      verifyUnloadStep(state, subject, ['unload', 'unload-old']),
    ],
  }
}
