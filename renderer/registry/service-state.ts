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
  const flags = entries.flags[row]!
  const state = entries.state[row]!
  const key = flags * 2 ** 32 + state
  let brief = briefs.get(key)
  if (brief === undefined) {
    if (briefs.size >= mostBriefs) briefs.clear()
    briefs.set(key, (brief = briefOf(flags, state)))
  }
  return brief
}

/** A registry has a dozen of them, and a row that scrolls by asks each time. */
const briefs = new Map<number, StateBrief | null>()
const mostBriefs = 500

function briefOf(flags: number, state: number): StateBrief | null {
  if (!(flags & EntryFlag.isService)) return null
  const words = describeState({ flags, state }).words.join(', ')
  if (flags & EntryFlag.isTerminated) {
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
