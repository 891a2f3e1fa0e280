import { EntryFlag, ServiceState, type EntryTable } from '../../core/registry/snapshot.ts'
import { describeState } from '../../core/verify/state-words.ts'
import type { Tone } from '../widgets/state-mark.tsx'

/** One mark and one word for a row; the inspector says the rest. */
export interface StateBrief {
  readonly tone: Tone
  readonly word: string
  /** All of them, as ioreg prints them. */
  readonly words: string
}

/**
 * The state of an IOService in one word, or null for an entry that is none. Two of three services of a
 * real machine never register, so that is grey, not amber (facts: service-state, section 4).
 * @param row an entry, or what one of its places showed
 */
export function stateBrief(entries: EntryTable, row: number): StateBrief | null {
  if (!(entries.flags[row]! & EntryFlag.isService)) return null
  const state = entries.state[row]!
  const words = describeState({ flags: entries.flags[row]!, state }).words.join(', ')
  if (entries.flags[row]! & EntryFlag.isTerminated) {
    // The document keeps what was before the end, when it was still active.
    return { tone: 'off', word: 'terminated', words: `terminated; before that ${words}` }
  }
  if (state & ServiceState.inactive) return { tone: 'off', word: 'inactive', words }
  if (!(state & ServiceState.registered)) return { tone: 'idle', word: '!registered', words }
  if (!(state & ServiceState.matched)) return { tone: 'warn', word: '!matched', words }
  return { tone: 'good', word: 'registered', words }
}

/** The number as ioreg prints it, or null where the dump does not say. */
export function busyText(entries: EntryTable, row: number): string | null {
  return entries.flags[row]! & EntryFlag.hasBusyCount ? String(entries.busyCount[row]) : null
}
