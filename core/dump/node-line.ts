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
  const state = { word: 0, wordCount: 0, retain: 0 }
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
  line |= state.retain
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
  /** 3 where the line tells whether the service is registered, matched and active. */
  wordCount: number
  /** `LineFlag` bits of its wording. */
  retain: number
}

/** The items' places in a line. */
const Item = {
  unknown: 0,
  id: 1,
  registered: 2,
  matched: 3,
  active: 4,
  busy: 5,
  retain: 6,
} as const

const words = new TextEncoder().encode('registered, matched, inactive')
const registeredWord = words.subarray(0, 10)
const matchedWord = words.subarray(12, 19)
const inactiveWord = words.subarray(21)
const activeWord = words.subarray(23)

/** Returns the item's place, negative where it is not as the tool spells it. */
function readItem(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
  state: StateWords,
): number {
  switch (bytes[from]) {
    case 0x69: // id, inactive
      if (bytes[from + 1] === 0x64) return readId(bytes, from, to, entries, entry)
      state.word |= ServiceState.inactive
      state.wordCount++
      return isAll(bytes, from, to, inactiveWord) ? Item.active : -Item.active
    case 0x61: // active
      state.wordCount++
      return isAll(bytes, from, to, activeWord) ? Item.active : -Item.active
    case 0x21: // !registered, !matched
      state.wordCount++
      if (bytes[from + 1] === 0x72) {
        return isAll(bytes, from + 1, to, registeredWord) ? Item.registered : -Item.registered
      }
      return isAll(bytes, from + 1, to, matchedWord) ? Item.matched : -Item.matched
    case 0x6d: // matched
      state.word |= ServiceState.matched
      state.wordCount++
      return isAll(bytes, from, to, matchedWord) ? Item.matched : -Item.matched
    case 0x62: // busy
      return readBusy(bytes, from, to, entries, entry)
    case 0x72: // registered, retain
      if (bytes[from + 2] !== 0x67) return readRetain(bytes, from, to, entries, entry, state)
      state.word |= ServiceState.registered
      state.wordCount++
      return isAll(bytes, from, to, registeredWord) ? Item.registered : -Item.registered
    default:
      return Item.unknown
  }
}

/** `id 0x100000100`: hexadecimal without padding, up to 16 digits. */
function readId(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
): number {
  let low = 0
  let high = 0
  const first = from + 5
  const digits = to - first
  if (bytes[first - 2] !== 48 || bytes[first - 1] !== 120 || digits < 1 || digits > 16) {
    return Item.unknown
  }
  let isExact = bytes[from + 2] === 32 && (bytes[first] !== 48 || digits === 1)
  for (let at = first; at < to; at++) {
    const digit = hexDigit(bytes[at]!)
    if (digit < 0) return Item.unknown
    if (bytes[at]! < 97 && digit > 9) isExact = false
    high = ((high << 4) | (low >>> 28)) >>> 0
    low = ((low << 4) | digit) >>> 0
  }
  entries.setId(entry, low, high)
  return isExact ? Item.id : -Item.id
}

const busyMark = new TextEncoder().encode('busy ')
const timeMark = new TextEncoder().encode(' (')
const timeEnd = new TextEncoder().encode(' ms)')

/** `busy 0` or `busy 0 (6180 ms)`. The time is nanoseconds cut to milliseconds. */
function readBusy(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
): number {
  const countStart = from + 5
  const countEnd = digitsEnd(bytes, countStart, to)
  const count = decimal(bytes, countStart, countEnd)
  if (count < 0) return Item.unknown
  entries.busyCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasBusyCount
  let isExact = isAt(bytes, from, busyMark) && isExactCount(bytes, countStart, count)
  if (countEnd !== to) {
    const msStart = countEnd + 2
    const msEnd = digitsEnd(bytes, msStart, to)
    const ms = decimal(bytes, msStart, msEnd)
    if (ms < 0) return Item.unknown
    setMs(entries, entry, ms)
    isExact =
      isExact &&
      isAt(bytes, countEnd, timeMark) &&
      isAll(bytes, msEnd, to, timeEnd) &&
      (bytes[msStart] !== 48 || ms === 0) &&
      (ms > 0 || msEnd - msStart === 1) &&
      ms < mostMs
  }
  return isExact ? Item.busy : -Item.busy
}

/** More do not fit the column of nanoseconds. */
const mostMs = 18_446_744_073_709

/** Is the number without zeros before it, and small enough for its column? */
function isExactCount(bytes: Uint8Array, from: number, count: number): boolean {
  if (count > 0xffff_ffff) return false
  return bytes[from] !== 48 || (count === 0 && !isDigit(bytes[from + 1]))
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
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

const retainMark = new TextEncoder().encode('retain ')
const longRetainMark = new TextEncoder().encode('retain count ')

/** `retain 26`, or `retain count 29` before 10.5. 10.3 and 10.4, which say so, swap the state's first two bits. */
function readRetain(
  bytes: Uint8Array,
  from: number,
  to: number,
  entries: EntryDraft,
  entry: EntryIndex,
  state: StateWords,
): number {
  const isLong = bytes[from + 7] === 0x63
  const mark = isLong ? longRetainMark : retainMark
  const countStart = from + mark.length
  const count = decimal(bytes, countStart, to)
  if (count < 0) return Item.unknown
  entries.retainCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasRetainCount
  if (isLong) entries.flags[entry]! |= EntryFlag.stateBitsUnordered
  state.retain = isLong ? LineFlag.longRetain : LineFlag.shortRetain
  const isExact = isAt(bytes, from, mark) && isExactCount(bytes, countStart, count)
  return isExact ? Item.retain : -Item.retain
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
