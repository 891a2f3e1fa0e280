import type { EntryDraft } from '../registry/entry-draft.ts'
import { EntryFlag, ServiceState, type EntryIndex } from '../registry/snapshot.ts'

/**
 * The items of a node's line after its class (facts: ioreg, section 3), in this order:
 *
 *   id 0x… · [!]registered · [!]matched · [in]active · busy N[ (M ms)] · retain[ count] N
 *
 * They are recognised by their first bytes, and read where that can be done; whether one is spelt exactly as the tool
 * does is told apart, for then it can be written again from the tables.
 */
export interface StateWords {
  word: number
  /** 3 where the line tells whether the service is registered, matched and active. */
  wordCount: number
  retainWord: 'retain' | 'retain count' | null
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
export function readItem(
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
  const count = wordCount(bytes, countStart, countEnd)
  if (count < 0) return Item.unknown
  entries.busyCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasBusyCount
  let isExact = isExactCount(bytes, from, busyMark, count)
  if (countEnd !== to) {
    const msStart = countEnd + 2
    const msEnd = digitsEnd(bytes, msStart, to)
    const ms = decimal(bytes, msStart, msEnd)
    if (ms < 0 || ms > mostMs) return Item.unknown
    setMs(entries, entry, ms)
    isExact =
      isExact &&
      isAt(bytes, countEnd, timeMark) &&
      isAll(bytes, msEnd, to, timeEnd) &&
      (bytes[msStart] !== 48 || ms === 0) &&
      (ms > 0 || msEnd - msStart === 1)
  }
  return isExact ? Item.busy : -Item.busy
}

/** More do not fit the column of nanoseconds. */
const mostMs = 18_446_744_073_709

/** A count of the kernel's, which has 32 bits; -1 for what is none, for a part of it would be another number. */
function wordCount(bytes: Uint8Array, from: number, to: number): number {
  const count = decimal(bytes, from, to)
  return count > 0xffff_ffff ? -1 : count
}

/** Is it spelt so, without zeros before its number? */
function isExactCount(bytes: Uint8Array, from: number, mark: Uint8Array, count: number): boolean {
  if (!isAt(bytes, from, mark)) return false
  const first = from + mark.length
  return bytes[first] !== 48 || (count === 0 && !isDigit(bytes[first + 1]))
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
  const count = wordCount(bytes, countStart, to)
  if (count < 0) return Item.unknown
  entries.retainCount[entry] = count
  entries.flags[entry]! |= EntryFlag.hasRetainCount
  if (isLong) entries.flags[entry]! |= EntryFlag.stateBitsUnordered
  state.retainWord = isLong ? 'retain count' : 'retain'
  return isExactCount(bytes, from, mark, count) ? Item.retain : -Item.retain
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

export function isAt(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false
  return true
}

export function isAll(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  return to - from === text.length && isAt(bytes, from, text)
}
