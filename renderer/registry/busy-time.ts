import { durationText } from '../../core/decode/times.ts'
import { EntryFlag, type EntryTable } from '../../core/registry/snapshot.ts'

export interface BusyDuration {
  /** In words: `61.4 ms`. */
  readonly text: string
  /** As the dump tells it, to the last digit. */
  readonly exact: string
}

const nsOfMs = 1_000_000n

/** How long a service was busy in all. Text dumps cut the time to whole milliseconds, so nothing finer is shown of them. */
export function busyDuration(entries: EntryTable, row: number): BusyDuration {
  const nanoseconds = entries.busyTimeNs[row]!
  if ((entries.flags[row]! & EntryFlag.busyTimeInMs) !== 0) {
    const ms = nanoseconds / nsOfMs
    const text = ms === 0n ? 'under 1 ms' : durationText(ms * nsOfMs)
    return { text, exact: `${ms.toLocaleString('en-US')} ms, cut off to whole milliseconds` }
  }
  return { text: durationText(nanoseconds), exact: `${nanoseconds.toLocaleString('en-US')} ns` }
}
