import type { ObservedGuest } from '../../../core/verify/observed-guest.ts'
import type { TakenCapture } from '../capture-guest.ts'
import type { RecipeState } from './step.ts'

/** What verification looks at, out of a capture. */
export function observe({ capture, snapshot }: TakenCapture): ObservedGuest {
  return {
    snapshot,
    kexts: capture.kexts ?? [],
    classCounts: capture.classCounts === null ? null : new Map(capture.classCounts),
    kernelLog: capture.kernelLog,
  }
}

/** The guest before the load; of the kernel log, what was there when the load began. */
export function observeBefore({ before, logAtLoad }: RecipeState): ObservedGuest | null {
  if (before === null) return null
  const observed = observe(before)
  return logAtLoad === null ? observed : { ...observed, kernelLog: logAtLoad }
}
