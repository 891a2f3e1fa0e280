import type { ObservedGuest } from '../../core/verify/observed-guest.ts'
import type { TakenCapture } from './capture-guest.ts'

/** What verification looks at, out of a capture. */
export function observe({ capture, snapshot }: TakenCapture): ObservedGuest {
  return {
    snapshot,
    kexts: capture.kexts ?? [],
    classCounts: capture.classCounts === null ? null : new Map(capture.classCounts),
    kernelLog: capture.kernelLog,
  }
}
