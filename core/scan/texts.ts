// The characters of keys, names and numbers.
import { intern } from './strings.ts'
import { nextLess } from './bytes.ts'
import { stringEnd, stringTag } from './tags.ts'

/** Characters that cannot be told here: a reference that CoreFoundation does not write, a number of 20 digits. */
export const notTold = -2

/** Where text without its references is put together; as long as the window. */
let plain: usize = 0

export function setPlain(at: usize): void {
  plain = at
}

/** Is there a `&` in the range? */
export function hasReference(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(at) == 0x26) return true
  return false
}

/** The string that the characters `[from, to)` stand for, or `notTold`. */
export function internText(from: usize, to: usize): i32 {
  if (!hasReference(from, to)) return intern(from, to - from)
  const end = unescape(from, to)
  return end == 0 ? notTold : intern(plain, end - plain)
}

/** Puts the characters where `plain` is; returns their end, or 0. */
function unescape(from: usize, to: usize): usize {
  let out = plain
  for (let at = from; at < to;) {
    const byte = load<u8>(at++)
    if (byte != 0x26) {
      store<u8>(out++, byte)
      continue
    }
    const word = load<u32>(at)
    if (word == 0x3b706d61)
      ((at += 4), store<u8>(out++, 0x26)) // amp;
    else if ((word & 0xffffff) == 0x3b746c)
      ((at += 3), store<u8>(out++, 0x3c)) // lt;
    else if ((word & 0xffffff) == 0x3b7467)
      ((at += 3), store<u8>(out++, 0x3e)) // gt;
    else return 0
    if (at > to) return 0
  }
  return out
}

export let integer: u64 = 0

/** A decimal number of up to 18 digits into `integer`. */
export function readInteger(from: usize, to: usize): bool {
  const isNegative = from < to && load<u8>(from) == 0x2d
  const first = isNegative ? from + 1 : from
  if (first >= to || to - first > 18) return false
  let value: u64 = 0
  for (let at = first; at < to; at++) {
    const digit = u32(load<u8>(at)) - 48
    if (digit > 9) return false
    value = value * 10 + digit
  }
  integer = isNegative ? 0 - value : value
  return true
}

export let chain = -1
export let lastOfChain = -1

/**
 * `<array>` of strings, superclass first, content in `[from, to)`: `chain` becomes `A:B:C`, `lastOfChain` its last
 * part. False when there is anything else in it, or nothing.
 */
export function readChain(from: usize, to: usize): bool {
  let out = plain
  let last: usize = 0
  for (let at = nextLess(from); at < to; at = nextLess(at)) {
    if (load<u64>(at) != stringTag) return false
    const textAt = at + 8
    at = nextLess(textAt)
    if (load<u64>(at) != stringEnd || load<u8>(at, 8) != 0x3e) return false
    if (hasReference(textAt, at)) return false
    if (last != 0) store<u8>(out++, 0x3a)
    last = out
    memory.copy(out, textAt, at - textAt)
    out += at - textAt
    at += 9
  }
  if (last == 0) return false
  chain = intern(plain, out - plain)
  lastOfChain = intern(last, out - last)
  return true
}
