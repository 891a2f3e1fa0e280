import { decodeLoad } from '../../../core/kext/decode-outcome.ts'
import { inOrder } from '../../../core/preflight/preflight.ts'
import { readGuestCheck } from '../../../core/preflight/read-guest-check.ts'
import type { GuestSession } from '../../guest/session.ts'
import { quoteCommand } from '../../guest/quote.ts'
import { checkCommand, runCommand } from './kext-tools.ts'
import type { RecipeState, RecipeStep } from './step.ts'

/** The guest's own word on a bundle that lies in it; what it refuses ends the action. */
export function guestCheckStep(
  state: RecipeState,
  session: GuestSession,
  tool: 'kextutil' | 'kmutil',
  path: string,
  /** Where it will lie; a copy of it may be checked elsewhere. */
  installPath: string,
): RecipeStep {
  const command = checkCommand(session, tool, path)
  return {
    planned: {
      phase: 'preflight',
      command: quoteCommand(command.argv),
      explanation: 'Lets the guest check the bundle without loading it.',
      runsAsRoot: false,
      changesGuest: false,
    },
    effect: 'none',
    run: async context => {
      const { run, result } = await runCommand(command, false, context, null)
      const guestCheck = readGuestCheck(run, path === installPath ? null : path)
      const { preflight } = state.found
      if (preflight) {
        const items = inOrder([...preflight.items, ...guestCheck.items])
        state.found.preflight = { ...preflight, items, guestCheck }
      }
      context.tell()
      const outcome = decodeLoad(run)
      const isRefused = guestCheck.verdict === 'not-loadable'
      return { exitCode: result.exitCode, ...(isRefused && { outcome }), isRefused }
    },
  }
}
