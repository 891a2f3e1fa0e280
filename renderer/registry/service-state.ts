import {
  EntryFlag,
  ServiceState,
  type EntryIndex,
  type EntryTable,
} from '../../core/registry/snapshot.ts'
import type { Tone } from '../widgets/state-mark.tsx'

/** One mark and one word for a row; the inspector says the rest. */
export interface StateBrief {
  readonly tone: Tone
  readonly word: string
}

/**
 * The state of an IOService in one word, or null for an entry that is none. Two of three services of a
 * real machine never register, so that is grey, not amber (facts: service-state, section 4).
 */
export function stateBrief(entries: EntryTable, entry: EntryIndex): StateBrief | null {
  if (!(entries.flags[entry]! & EntryFlag.isService)) return null
  const state = entries.state[entry]!
  if (state & ServiceState.inactive) return { tone: 'off', word: 'inactive' }
  if (!(state & ServiceState.registered)) return { tone: 'idle', word: '!registered' }
  if (!(state & ServiceState.matched)) return { tone: 'warn', word: '!matched' }
  return { tone: 'good', word: 'registered' }
}

/** The number as ioreg prints it, or null where the dump does not say. */
export function busyText(entries: EntryTable, entry: EntryIndex): string | null {
  return entries.flags[entry]! & EntryFlag.hasBusyCount ? String(entries.busyCount[entry]) : null
}
