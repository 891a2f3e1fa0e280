import type { EntryDraft } from '../registry/entry-draft.ts'
import type { StringInterner } from '../registry/string-interner.ts'
import { EntryFlag, ServiceState, type EntryIndex } from '../registry/snapshot.ts'
import { isAll, isAt, readItem, type StateWords } from './node-items.ts'

/**
 * What stands after `+-o ` (facts: ioreg, section 3):
 *
 *   Name[@Location]  <class Class[, id 0x…][, [!]registered, [!]matched, [in]active][, busy N[ (M ms)]]
 *                    [, retain[ count] N]>
 *   Name[@Location] class: A:B:C                        as other tools print it
 *
 * `-i` prints the class chain, superclass first, in the place of the class.
 */
export interface NodeLine {
  readonly nameEnd: number
  /** First byte of the class; -1 where the line ends before it. */
  readonly classStart: number
  /** True for the form without angle brackets. */
  readonly isBare: boolean
}

const classMark = new TextEncoder().encode('  <class ')
const bareMark = new TextEncoder().encode(' class: ')

/** Names may hold spaces, `<` and `@`: the class begins after the *last* `"  <class "` of the line. */
export function splitNodeLine(bytes: Uint8Array, from: number, to: number): NodeLine {
  for (let at = to - classMark.length; at >= from; at--) {
    if (bytes[at + 2] === 60 && isAt(bytes, at, classMark)) {
      return { nameEnd: at, classStart: at + classMark.length, isBare: false }
    }
  }
  // A line cut inside the mark itself: `Name  <cla`, or `Name  <cla$` when clipped.
  for (let length = classMark.length - 1; length >= 3; length--) {
    const end = bytes[to - 1] === 36 ? to - 1 : to
    const mark = classMark.subarray(0, length)
    if (end - length >= from && isAt(bytes, end - length, mark)) {
      return { nameEnd: end - length, classStart: -1, isBare: false }
    }
  }
  for (let at = to - bareMark.length; at >= from; at--) {
    if (isAt(bytes, at, bareMark)) {
      return { nameEnd: at, classStart: at + bareMark.length, isBare: true }
    }
  }
  return { nameEnd: to, classStart: -1, isBare: false }
}

/** Where the location's `@` stands, or -1: the last one, for names hold `@` too. */
export function locationMark(bytes: Uint8Array, from: number, nameEnd: number): number {
  for (let at = nameEnd - 2; at > from; at--) if (bytes[at] === 64) return at
  return -1
}

/** What `readClassAndState` found out about the line. */
export const LineFlag = {
  /** It ends in `>`, and nothing in it was unknown. */
  whole: 1 << 0,
  /** It is what the tool would print of what was read: in this order, spelt so. */
  exact: 1 << 1,
  /** A class chain, as `-i` prints it, that is no class too. */
  chain: 1 << 2,
  /** A class alone. */
  plainClass: 1 << 3,
  /** `retain count N`, as before 10.5. */
  longRetain: 1 << 4,
  shortRetain: 1 << 5,
} as const

/**
 * Reads class, ID and state into the draft `entry`.
 * @param from first byte of the class
 * @returns `LineFlag` bits
 */
export function readClassAndState(
  bytes: Uint8Array,
  from: number,
  to: number,
  isBare: boolean,
  entries: EntryDraft,
  strings: StringInterner,
  entry: EntryIndex,
): number {
  const isWhole = isBare || bytes[to - 1] === 62
  const end = isWhole && !isBare ? to - 1 : to
  let at = itemEnd(bytes, from, end)
  let line = 0
  let isExact = isWhole && at > from && (!isBare || at === end)
  // A class that was cut is no class: its name would be another's.
  const isClassWhole = isWhole || at < end
  // `<class error>` is printed where the tool could not find out (facts: ioreg, section 3).
  if (isClassWhole && at > from) {
    if (bytes[from] !== 60) line = readClass(bytes, from, at, entries, strings, entry)
    else isExact = isExact && isAll(bytes, from, at, classError)
  }
  let isKnown = isClassWhole
  const state: StateWords = { word: 0, wordCount: 0, retainWord: null }
  let place = 0
  while (at < end) {
    const start = at + 2
    at = itemEnd(bytes, start, end)
    if (at === end && !isWhole) break
    const item = readItem(bytes, start, at, entries, entry, state)
    isKnown = item !== 0 && isKnown
    isExact = isExact && item > place
    place = Math.abs(item)
  }
  if (state.wordCount === 3) {
    entries.state[entry] = state.word
    entries.flags[entry]! |= EntryFlag.isService
  } else if (state.wordCount !== 0) isExact = false
  if (state.wordCount !== 3 || !isUnordered(entries.flags[entry]!, state.word)) {
    entries.flags[entry]! &= ~EntryFlag.stateBitsUnordered
  }
  noteNoBusyTime(entries, entry)
  if (state.retainWord !== null) {
    line |= state.retainWord === 'retain' ? LineFlag.shortRetain : LineFlag.longRetain
  }
  if (isWhole && isKnown) line |= LineFlag.whole | (isExact ? LineFlag.exact : 0)
  return line
}

/** Tools that print IDs (10.6 and later) leave the busy time out where it is zero. */
function noteNoBusyTime(entries: EntryDraft, entry: EntryIndex): void {
  const flags = entries.flags[entry]!
  const isPrinting = (flags & EntryFlag.hasId) !== 0 && (flags & EntryFlag.hasBusyCount) !== 0
  if (isPrinting && (flags & EntryFlag.hasBusyTime) === 0) entries.setBusyTime(entry, 0, 0, false)
}

/** Returns whether it is a class or a chain, as `LineFlag` bits; neither where the two look alike. */
function readClass(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  strings: StringInterner,
  entry: EntryIndex,
): number {
  let last = to
  while (last > from && bytes[last - 1] !== 58) last--
  const className = strings.intern(bytes, last, to)
  entries.textClass[entry] = className
  if (last > from) {
    entries.classChain[entry] = strings.intern(bytes, from, to)
    return LineFlag.chain
  }
  if (!isAll(bytes, from, to, rootClass)) return LineFlag.plainClass
  // A chain of one has no colon, and only the class that all others come from has such a chain.
  entries.classChain[entry] = className
  return 0
}

const rootClass = new TextEncoder().encode('IORegistryEntry')
const classError = new TextEncoder().encode('<class error>')

/** The next `, ` or the end. */
function itemEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === 44 && bytes[at + 1] === 32) return at
  return to
}

/** Swapped bits are a doubt only where they differ. */
function isUnordered(flags: number, word: number): boolean {
  const isRegistered = (word & ServiceState.registered) !== 0
  const isMatched = (word & ServiceState.matched) !== 0
  return (flags & EntryFlag.stateBitsUnordered) !== 0 && isRegistered !== isMatched
}
