import type { Capture } from '../../../core/contract/types.ts'
import { splitLogLine } from '../../../core/guest-facts/read-kernel-log.ts'

export type LogTimes =
  | { readonly kind: 'told'; readonly times: readonly number[] }
  /** Why no line can be placed, as a sentence. */
  | { readonly kind: 'untold'; readonly because: string }

/**
 * When the lines of a kernel log were written, in milliseconds since the epoch. Kernels of macOS 11 and later print the
 * time since boot (facts: logs-and-misc, section 1); older ones print none, and without the boot time a time since
 * boot tells no hour.
 */
export function logTimesOf(capture: Capture | null): LogTimes {
  if (capture?.kernelLog == null) {
    return { kind: 'untold', because: 'This capture has no kernel log.' }
  }
  const stamps = capture.kernelLog.flatMap(line => splitLogLine(line).uptimeMicroseconds ?? [])
  if (stamps.length === 0) {
    const because = 'The kernel log of this system has no times, as before macOS 11.'
    return { kind: 'untold', because }
  }
  const bootTime = capture.identity?.bootTime ?? null
  if (bootTime === null) {
    const because = 'The kernel log counts from the boot, and when that was is not known.'
    return { kind: 'untold', because }
  }
  return { kind: 'told', times: stamps.map(micros => bootTime * 1000 + micros / 1000) }
}
