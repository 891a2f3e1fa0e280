import { FailureError } from '../../../core/failure.ts'
import { decodeUnload } from '../../../core/kext/decode-outcome.ts'
import type { LoadedKext } from '../../../core/kext/kext.ts'
import { unloadOrder } from '../../../core/unload/unload-order.ts'
import type { GuestSession } from '../../guest/session.ts'
import type { TakenCapture } from '../capture-guest.ts'
import { asShown } from './facts.ts'
import { runCommand, unloadCommand } from './kext-tools.ts'
import type { Attempt, RecipeState, RecipeStep } from './step.ts'

interface UnloadWhat {
  readonly bundleIdentifier: string
  readonly explanation: string
  readonly attempt: Attempt
  /** Terminates the instances of this class and leaves the kext in. */
  readonly className?: string
  /** Asked right before: why it need not run, or null. */
  readonly skip?: () => string | null
}

export function unloadStep(
  state: RecipeState,
  session: GuestSession,
  what: UnloadWhat,
): RecipeStep {
  const command = unloadCommand(session, what.bundleIdentifier, what.className)
  return {
    planned: {
      phase: 'unload',
      command: asShown(command.argv, session),
      explanation: what.explanation,
      runsAsRoot: true,
      changesGuest: true,
    },
    effect: 'lasting',
    attempt: what.attempt,
    ...(what.skip && { skip: what.skip }),
    run: async context => {
      const { run, result } = await runCommand(
        command,
        true,
        context,
        state.before?.capture.kernelLog ?? null,
      )
      const outcome = decodeUnload(run)
      state.unloadOutcome = outcome
      if (!outcome.succeeded) state.refusedIdentifier = what.bundleIdentifier
      return { exitCode: result.exitCode, outcome }
    },
  }
}

export const unloads =
  'Removes the kext’s personalities, terminates its services, and unloads it when no instance is left.'

/** Kexts that are linked against this one, in the order in which they can go. */
export function dependentsOf(
  bundleIdentifier: string,
  kexts: readonly LoadedKext[] | null,
): readonly string[] {
  if (!kexts?.some(kext => kext.bundleIdentifier === bundleIdentifier)) return []
  return unloadOrder(bundleIdentifier, kexts).filter(id => id !== bundleIdentifier)
}

/** Takes the loaded one out of the kernel, what is linked against it first; where it is loaded at all. */
export function unloadOldSteps(
  state: RecipeState,
  session: GuestSession,
  bundleIdentifier: string,
  dependents: readonly string[],
): readonly RecipeStep[] {
  const step = (id: string, explanation: string) =>
    unloadStep(state, session, {
      bundleIdentifier: id,
      explanation,
      attempt: 'unload-old',
      skip: () => {
        refuseOtherDependents(state, bundleIdentifier, dependents)
        return isLoaded(state.before, id) ? null : 'It is not loaded.'
      },
    })
  return [
    ...dependents.map(id =>
      step(id, `It is linked against ${bundleIdentifier} and has to go first.`),
    ),
    step(
      bundleIdentifier,
      'Where it is loaded: the kernel keeps the old code until it is unloaded.',
    ),
  ]
}

/** Where there is no list the tool tells. */
export function isLoaded(taken: TakenCapture | null, bundleIdentifier: string): boolean {
  const kexts = taken?.capture.kexts
  return kexts?.some(kext => kext.bundleIdentifier === bundleIdentifier) ?? true
}

/** What was loaded since the plan was shown has not been agreed to. */
function refuseOtherDependents(
  { before }: RecipeState,
  bundleIdentifier: string,
  known: readonly string[],
): void {
  const others = dependentsOf(bundleIdentifier, before?.capture.kexts ?? null)
  if (others.every(id => known.includes(id))) return
  throw new FailureError({ kind: 'not-accepted', stops: ['unloads-dependents'] })
}
