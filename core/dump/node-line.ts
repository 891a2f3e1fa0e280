import type { EntryDraft } from '../registry/entry-draft.ts'
import type { StringInterner } from '../registry/string-interner.ts'
import { EntryFlag, ServiceState, type EntryIndex } from '../registry/snapshot.ts'

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

function isAt(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false
  return true
}

/** Where the location's `@` stands, or -1: the last one, for names hold `@` too. */
export function locationMark(bytes: Uint8Array, from: number, nameEnd: number): number {
  for (let at = nameEnd - 2; at > from; at--) if (bytes[at] === 64) return at
  return -1
}

/**
 * Reads class, ID and state into the draft `entry`.
 * @param from first byte of the class
 * @returns whether the line is whole: it ends in `>`, and nothing in it was unknown
 */
export function readClassAndState(
  bytes: Uint8Array,
  from: number,
  to: number,
  isBare: boolean,
  entries: EntryDraft,
  strings: StringInterner,
  entry: EntryIndex,
): boolean {
  const isWhole = isBare || bytes[to - 1] === 62
  const end = isWhole && !isBare ? to - 1 : to
  let at = itemEnd(bytes, from, end)
  // A class that was cut is no class: its name would be another's.
  const isClassWhole = isWhole || at < end
  // `<class error>` is printed where the tool could not find out (facts: ioreg, section 3).
  if (isClassWhole && at > from && bytes[from] !== 60)
    readClass(bytes, from, at, entries, strings, entry)
  let isKnown = isClassWhole
  const state = { word: 0, hasRegistered: false, hasMatched: false, hasActive: false }
  while (at < end) {
    const start = at + 2
    at = itemEnd(bytes, start, end)
    if (at === end && !isWhole) break
    isKnown = readItem(bytes, start, at, entries, entry, state) && isKnown
  }
  const hasState = state.hasRegistered && state.hasMatched && state.hasActive
  if (hasState) {
    entries.state[entry] = state.word
    entries.flags[entry]! |= EntryFlag.isService
  }
  if (!hasState || !isUnordered(entries.flags[entry]!, state.word)) {
    entries.flags[entry]! &= ~EntryFlag.stateBitsUnordered
  }
  noteNoBusyTime(entries, entry)
  return isWhole && isKnown
}

/** Tools that print IDs (10.6 and later) leave the busy time out where it is zero. */
function noteNoBusyTime(entries: EntryDraft, entry: EntryIndex): void {
  const flags = entries.flags[entry]!
  const isPrinting = (flags & EntryFlag.hasId) !== 0 && (flags & EntryFlag.hasBusyCount) !== 0
  if (isPrinting && (flags & EntryFlag.hasBusyTime) === 0) entries.setBusyTime(entry, 0, 0, false)
}

function readClass(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  strings: StringInterner,
  entry: EntryIndex,
): void {
  let last = to
  while (last > from && bytes[last - 1] !== 58) last--
  const className = strings.intern(bytes, last, to)
  entries.textClass[entry] = className
  if (last > from) entries.classChain[entry] = strings.intern(bytes, from, to)
  // A chain of one has no colon, and only the class that all others come from has such a chain.
  else if (isAll(bytes, from, to, rootClass)) entries.classChain[entry] = className
}

const rootClass = new TextEncoder().encode('IORegistryEntry')

function isAll(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  return to - from === text.length && isAt(bytes, from, text)
}

/** The next `, ` or the end. */
function itemEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === 44 && bytes[at + 1] === 32) return at
  return to
}

interface StateWords {
  word: number
  hasRegistered: boolean
  hasMatched: boolean
  hasActive: boolean
}

function readItem(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
  state: StateWords,
): boolean {
  switch (bytes[from]) {
    case 0x69: // id, inactive
      if (bytes[from + 1] === 0x64) return readId(bytes, from + 3, to, entries, entry)
      state.word |= ServiceState.inactive
      state.hasActive = true
      return true
    case 0x61: // active
      state.hasActive = true
      return true
    case 0x21: // !registered, !matched
      if (bytes[from + 1] === 0x72) state.hasRegistered = true
      else state.hasMatched = true
      return true
    case 0x6d: // matched
      state.word |= ServiceState.matched
      state.hasMatched = true
      return true
    case 0x62: // busy
      return readBusy(bytes, from + 5, to, entries, entry)
    case 0x72: // registered, retain
      if (bytes[from + 2] === 0x67) {
        state.word |= ServiceState.registered
        state.hasRegistered = true
        return true
      }
      return readRetain(bytes, from + 7, to, entries, entry)
    default:
      return false
  }
}

/** `0x100000100`: hexadecimal without padding, up to 16 digits. */
function readId(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
): boolean {
  let low = 0
  let high = 0
  const digits = to - from - 2
  if (bytes[from] !== 48 || bytes[from + 1] !== 120 || digits < 1 || digits > 16) return false
  for (let at = from + 2; at < to; at++) {
    const digit = hexDigit(bytes[at]!)
    if (digit < 0) return false
    high = ((high << 4) | (low >>> 28)) >>> 0
    low = ((low << 4) | digit) >>> 0
  }
  entries.setId(entry, low, high)
  return true
}

/** `0` or `0 (6180 ms)`. The time is nanoseconds cut to milliseconds. */
function readBusy(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
): boolean {
  const countEnd = digitsEnd(bytes, from, to)
  const count = decimal(bytes, from, countEnd)
  if (count < 0) return false
  entries.busyCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasBusyCount
  if (countEnd === to) return true
  const ms = decimal(bytes, countEnd + 2, digitsEnd(bytes, countEnd + 2, to))
  if (ms < 0) return false
  setMs(entries, entry, ms)
  return true
}

/** Nanoseconds are exact as a number for the first hundred days; a bigint for every node would cost. */
function setMs(entries: EntryDraft, entry: EntryIndex, ms: number): void {
  const ns = ms * 1_000_000
  if (Number.isSafeInteger(ns)) {
    entries.setBusyTime(entry, ns >>> 0, Math.floor(ns / 0x1_0000_0000), true)
    return
  }
  const exact = BigInt(ms) * 1_000_000n
  entries.setBusyTime(
    entry,
    Number(exact & 0xffff_ffffn),
    Number((exact >> 32n) & 0xffff_ffffn),
    true,
  )
}

/** `26`, or ` count 29` before 10.5. 10.3 and 10.4, which say so, swap the state's first two bits. */
function readRetain(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
): boolean {
  const isOld = bytes[from] === 0x63
  const count = decimal(bytes, isOld ? from + 6 : from, to)
  if (count < 0) return false
  entries.retainCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasRetainCount
  if (isOld) entries.flags[entry]! |= EntryFlag.stateBitsUnordered
  return true
}

/** Swapped bits are a doubt only where they differ. */
function isUnordered(flags: number, word: number): boolean {
  const isRegistered = (word & ServiceState.registered) !== 0
  const isMatched = (word & ServiceState.matched) !== 0
  return (flags & EntryFlag.stateBitsUnordered) !== 0 && isRegistered !== isMatched
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at]! >= 48 && bytes[at]! <= 57) at++
  return at
}

/** A whole number below 2^53, or -1. */
function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > 15) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** 0 … 15, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
