import { heldNotLeaked } from '../../../core/leaks/held-not-leaked.ts'
import { explainBlockers } from '../../../core/unload/explain-blockers.ts'
import { describeChanges } from '../../../core/verify/describe-changes.ts'
import { verifyUnload } from '../../../core/verify/verify-unload.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { bootOf } from '../guest-boot.ts'
import { evaluate } from './ask-expectations.ts'
import { kextNamed } from './facts.ts'
import { observe } from './observe.ts'
import type { Attempt, RecipeContext, RecipeState, RecipeStep, Subject } from './step.ts'

/** After an unload that was carried out, and after one that was refused. */
export function verifyUnloadStep(
  state: RecipeState,
  subject: Subject,
  follows: readonly Attempt[] = ['unload'],
): RecipeStep {
  return {
    planned: {
      phase: 'verify',
      command: 'verify',
      explanation:
        'Reads from both captures what is gone; where the kernel refused, what is in the way.',
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    follows,
    run: async context => afterUnload(state, subject, context),
  }
}

/** After a class was terminated: what is gone, or what is in the way. */
export function terminatedStep(state: RecipeState, subject: Subject): RecipeStep {
  return {
    ...verifyUnloadStep(state, subject),
    run: async context => {
      const [before, after] = [state.before!, state.after!]
      state.found.changes = changesBetween(before, after)
      // That the kext stays is what was asked for: there is no report on its going.
      if (state.refusedIdentifier !== null)
        explain(state, state.refusedIdentifier, after, subject.classes, context)
      return {}
    },
  }
}

function explain(
  state: RecipeState,
  bundleIdentifier: string,
  after: TakenCapture,
  classes: readonly string[] | null,
  context: RecipeContext,
): void {
  state.found.blockers = explainBlockers({
    bundleIdentifier,
    guest: observe(after),
    installed: after.capture.installed ?? [],
    outcome: state.unloadOutcome,
    classes,
  })
  state.found.leaks = heldNotLeaked(state.found.leaks, state.found.blockers)
  context.output('note', state.found.blockers.headline)
}

/** Reads from both captures what is gone, or what is in the way. */
export function afterUnload(
  state: RecipeState,
  subject: Subject,
  context: RecipeContext,
): Record<string, never> {
  const [before, after] = [state.loaded ?? state.before!, state.after!]
  const refused = state.refusedIdentifier
  const kext =
    refused === null || refused === subject.kext.bundleIdentifier
      ? subject.kext
      : kextNamed(refused, { taken: after })
  // Of a kext that is linked against this one only the personalities are known.
  const classes = kext === subject.kext ? subject.classes : null
  const report = verifyUnload({
    bundle: kext,
    bundleUuid: null,
    classes,
    before: observe(before),
    after: observe(after),
    settled: state.settled,
    outcome: state.unloadOutcome,
  })
  const changes = changesBetween(before, after)
  if (state.loaded === null) {
    state.found.report = report
    state.found.changes = changes
  } else {
    state.found.unloaded = { report, changes }
  }
  if (refused !== null) {
    explain(state, refused, after, classes, context)
  } else if (state.loaded !== null) {
    evaluate(state, subject, state.found.expectations?.waitedMs ?? 0, after)
  }
  return {}
}

export function changesBetween(before: TakenCapture, after: TakenCapture) {
  const boot = ({ capture }: TakenCapture) => capture.identity && bootOf(capture.identity)
  return describeChanges({
    before: observe(before),
    after: observe(after),
    boots: { before: boot(before), after: boot(after) },
    installed: after.capture.installed ?? [],
  })
}
