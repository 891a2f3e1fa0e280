// A node's line from its name on, as `core/dump/node-line.ts` reads it, where it is exactly as the tool prints it:
//
//   Name[@Location]  <class Class[, id 0x…][, [!]registered, [!]matched, [in]active][, busy N[ (M ms)]]
//                    [, retain[ count] N]>
//
// First all of it is looked at, and what it says noted in the variables here; only then something is made of it.
import {
  busyTimeInMs,
  hasBusyCount,
  hasBusyTime,
  hasId,
  hasRetainCount,
  isService,
  stateBitsUnordered,
} from './entry-flags.ts'
import { six, seven } from './tags.ts'

export let nameEnd: usize = 0
/** Of the location, or 0. */
export let locationStart: usize = 0
export let classStart: usize = 0
export let classEnd: usize = 0
/** First byte of the last class of a chain, or of the only one. */
export let className: usize = 0
export let id: u64 = 0
export let state: u32 = 0
export let busyCount: u32 = 0
export let busyTime: u64 = 0
export let retainCount: u32 = 0
/** Bits of entry-flags.ts. */
export let flags: u16 = 0
/** 1: `retain N`. 2: `retain count N`. 0: neither. */
export let retainWord: i32 = 0

// `ServiceState` of snapshot.ts.
const inactive: u32 = 1
const registered: u32 = 2
const matched: u32 = 4

// Texts as words, first letter in the lowest byte.
const classMark: u64 = 0x207373616c633c // <class
const idMark: u64 = 0x7830206469202c // , id 0x
const busyMark: u64 = 0x2079737562202c // , busy
const retainMark: u64 = 0x6e6961746572202c // , retain
const countMark: u64 = 0x20746e756f6320 // ⎵count⎵
const registerWord: u64 = 0x7265747369676572 // register
const matchedWord: u64 = 0x64656863_74616d // matched
const activeWord: u64 = 0x657669746361 // active
const inactiveWord: u64 = 0x6576697463616e69 // inactive
const comma: u16 = 0x202c

/** Reads the line from `from`, its name, to `to`. False for what is not exactly so. */
export function readNodeLine(from: usize, to: usize): bool {
  // A name in bold begins with ESC.
  if (load<u8>(to - 1) != 0x3e || load<u8>(from) == 27) return false
  const mark = lastClassMark(from, to)
  if (mark == 0 || mark - 2 <= from) return false
  nameEnd = mark - 2
  // A root begins another tree.
  if (nameEnd - from == 4 && load<u32>(from) == 0x746f6f52) return false
  locationStart = 0
  for (let at = nameEnd - 2; at > from; at--) {
    if (load<u8>(at) == 0x40) {
      locationStart = at + 1
      break
    }
  }
  return readClass(mark + 7, to - 1) && readState(to - 1)
}

/** Names may hold what looks like a class: the last counts. */
function lastClassMark(from: usize, to: usize): usize {
  let mark: usize = 0
  for (let block = from; block < to; block += 16) {
    let mask = u32(i8x16.bitmask(i8x16.eq(v128.load(block), i8x16.splat(0x3c))))
    for (; mask != 0; mask &= mask - 1) {
      const at = block + ctz(mask)
      if (at >= to) break
      if ((load<u64>(at) & seven) == classMark && load<u16>(at - 2) == 0x2020) mark = at
    }
  }
  return mark
}

function readClass(from: usize, to: usize): bool {
  classStart = from
  className = from
  let at = from
  for (; at < to; at++) {
    const byte = load<u8>(at)
    if (byte == 0x2c && load<u8>(at, 1) == 0x20) break
    if (byte == 0x3a) className = at + 1
  }
  classEnd = at
  // `<class error>`: the tool could not find out.
  return at > from && load<u8>(from) != 0x3c
}

function readState(to: usize): bool {
  let at = classEnd
  flags = 0
  id = 0
  state = 0
  busyCount = 0
  busyTime = 0
  retainCount = 0
  retainWord = 0
  if ((load<u64>(at) & seven) == idMark) {
    at = idEnd(at + 7)
    if (at == 0) return false
  }
  const letter = load<u8>(at, 2)
  const isState = letter == 0x21 || (letter == 0x72 && load<u8>(at, 4) == 0x67)
  if (isState && load<u16>(at) == comma) {
    at = stateEnd(at)
    if (at == 0) return false
  }
  if ((load<u64>(at) & seven) == busyMark) {
    at = busyEnd(at + 7)
    if (at == 0) return false
  }
  // Tools that print IDs leave a time of zero out.
  const isPrinting = (flags & (hasId | hasBusyCount)) == (hasId | hasBusyCount)
  if (isPrinting) flags |= hasBusyTime
  if (load<u64>(at) == retainMark && load<u8>(at, 8) == 0x20) {
    at = retainEnd(at + 8)
    if (at == 0) return false
  }
  return at == to
}

/** The digits at `at`, up to 16, without a zero before them. */
function idEnd(at: usize): usize {
  const first = at
  for (; at - first < 17; at++) {
    const byte = load<u8>(at)
    let digit: u32 = u32(byte) - 48
    if (digit > 9) {
      digit = u32(byte) - 97
      if (digit > 5) break
      digit += 10
    }
    id = (id << 4) | digit
  }
  const digits = at - first
  if (digits == 0 || digits > 16 || (load<u8>(first) == 48 && digits > 1)) return 0
  flags |= hasId
  return at
}

/** The three words at `at`, each after a comma. */
function stateEnd(at: usize): usize {
  at += 2
  if (load<u8>(at) == 0x21) at++
  else state |= registered
  if (load<u64>(at) != registerWord || load<u32>(at, 8) != 0x202c6465) return 0
  at += 12
  if (load<u8>(at) == 0x21) at++
  else state |= matched
  if ((load<u64>(at) & seven) != matchedWord || load<u16>(at, 7) != comma) return 0
  at += 9
  flags |= isService
  if ((load<u64>(at) & six) == activeWord) return at + 6
  state |= inactive
  return load<u64>(at) == inactiveWord ? at + 8 : 0
}

let decimal: u64 = 0

/** The end of up to 15 digits without a zero before them, their value in `decimal`; or 0. */
function decimalEnd(at: usize): usize {
  const first = at
  let value: u64 = 0
  for (; ; at++) {
    const digit = u32(load<u8>(at)) - 48
    if (digit > 9) break
    if (at - first == 15) return 0
    value = value * 10 + digit
  }
  if (at == first || (load<u8>(first) == 48 && at - first > 1)) return 0
  decimal = value
  return at
}

/** More milliseconds do not fit the column of nanoseconds: node-line.ts. */
const mostMs: u64 = 18_446_744_073_709

function busyEnd(at: usize): usize {
  at = decimalEnd(at)
  if (at == 0 || decimal > u64(u32.MAX_VALUE)) return 0
  busyCount = u32(decimal)
  flags |= hasBusyCount
  if (load<u16>(at) != 0x2820) return at
  at = decimalEnd(at + 2)
  if (at == 0 || decimal >= mostMs || load<u32>(at) != 0x29736d20) return 0
  busyTime = decimal * 1_000_000
  flags |= hasBusyTime | busyTimeInMs
  return at + 4
}

function retainEnd(at: usize): usize {
  const isLong = (load<u64>(at) & seven) == countMark
  at = decimalEnd(at + (isLong ? 7 : 1))
  if (at == 0 || decimal > u64(u32.MAX_VALUE)) return 0
  retainCount = u32(decimal)
  retainWord = isLong ? 2 : 1
  flags |= hasRetainCount
  // 10.3 and 10.4, which say so, swap the state's first two bits.
  const word = state & (registered | matched)
  if (isLong && (word == registered || word == matched)) flags |= stateBitsUnordered
  return at
}
