import type { Entry } from './registry.ts'

/**
 * Adjusts a service's busy count. When it leaves zero its provider counts one more, when it comes back one
 * less, and so on up to the platform expert (facts: service-state, section 2).
 */
export function adjustBusy(service: Entry, delta: 1 | -1): void {
  const now = process.hrtime.bigint()
  for (let at: Entry | null = service; at?.service; at = at.provider) {
    const part = at.service
    const wasQuiet = part.busyCount === 0
    part.busyCount = Math.max(0, part.busyCount + delta)
    const isQuiet = part.busyCount === 0
    if (wasQuiet === isQuiet) return
    if (isQuiet) {
      part.busyTimeNs += now - (part.busySinceNs ?? now)
      part.busySinceNs = null
    } else {
      part.busySinceNs = now
    }
  }
}

/** Accumulated busy time in nanoseconds, the period under way included. */
export function busyTimeOf(entry: Entry): bigint {
  const part = entry.service
  if (!part) return 0n
  return (
    part.busyTimeNs + (part.busySinceNs === null ? 0n : process.hrtime.bigint() - part.busySinceNs)
  )
}
