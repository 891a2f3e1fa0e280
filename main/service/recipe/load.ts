import { decodeLoad } from '../../../core/kext/decode-outcome.ts'
import type { GuestSession } from '../../guest/session.ts'
import { asShown } from './facts.ts'
import { loadCommand, readLog, runCommand } from './kext-tools.ts'
import type { RecipeState, RecipeStep } from './step.ts'

export function loadStep(
  state: RecipeState,
  session: GuestSession,
  guestPath: string,
  bundleIdentifier: string,
): RecipeStep {
  const command = loadCommand(session, guestPath, bundleIdentifier)
  return {
    planned: {
      phase: 'load',
      command: asShown(command.argv, session),
      explanation:
        'Links the kext into the kernel and sends its personalities to the catalogue, which starts matching.',
      runsAsRoot: true,
      changesGuest: true,
    },
    effect: 'lasting',
    attempt: 'load',
    run: async context => {
      // What the old one said when it went is not of this load.
      if (state.unloadOutcome !== null) state.logAtLoad = await readLog(context)
      const log = state.logAtLoad ?? state.before?.capture.kernelLog ?? null
      const { run, result } = await runCommand(command, true, context, log)
      const outcome = decodeLoad(run)
      state.loadOutcome = outcome
      state.loadedAtMs = Date.now()
      return { exitCode: result.exitCode, outcome }
    },
  }
}
