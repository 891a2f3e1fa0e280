import type { TakenCapture } from '../capture-guest.ts'
import type { Attempt, RecipeState, RecipeStep } from './step.ts'

const planned = {
  phase: 'look',
  command: 'ioreg, kextstat, ioclasscount, dmesg',
  runsAsRoot: false,
  changesGuest: false,
} as const

/** Captures the guest, to compare with afterwards. */
export function lookBefore(state: RecipeState): RecipeStep {
  return lookStep('Captures the guest, to compare with afterwards.', [], taken => {
    state.before = taken
    state.found.snapshotBefore = taken.capture.snapshotId
  })
}

export function lookAfter(state: RecipeState, follows: readonly Attempt[]): RecipeStep {
  return lookStep('Captures the guest again and compares.', follows, taken => {
    state.after = taken
    state.found.snapshotAfter = taken.capture.snapshotId
  })
}

function lookStep(
  explanation: string,
  follows: readonly Attempt[],
  take: (taken: TakenCapture) => void,
): RecipeStep {
  return {
    planned: { ...planned, explanation },
    effect: 'none',
    follows,
    run: async context => {
      const taken = await context.capture()
      const { serviceCount, kexts, durationMs } = taken.capture
      const loaded = kexts === null ? '' : `, ${kexts.length} kexts`
      context.output('note', `${serviceCount} services${loaded}, in ${durationMs} ms`)
      take(taken)
      return {}
    },
  }
}
