import { hexDumpStart } from '../registry/read-hex-dump.ts'
import { ValueType, type ValueTypeTag } from '../registry/snapshot.ts'

/**
 * What a printed value is, by its first and last bytes (facts: ioreg, section 5): enough to sort and to
 * find the end; `readValue` finds out whether the inside is well formed.
 */

/** The type of a closed value, by its first byte. */
export function typeOfFirst(first: number): ValueTypeTag {
  switch (first) {
    case 34:
      return ValueType.string
    case 60:
      return ValueType.data
    case 40:
      return ValueType.array
    case 123:
      return ValueType.dictionary
    case 91:
      return ValueType.set
    case 89:
    case 78:
      return ValueType.boolean
    default:
      return ValueType.integer
  }
}

/** Does the value end as its first byte demands? Not so: a clipped one, a string broken over lines. */
export function isClosed(bytes: Uint8Array, from: number, to: number): boolean {
  if (to <= from) return false
  const first = bytes[from]!
  const last = bytes[to - 1]!
  switch (first) {
    case 34: // "…"
      return last === 34 && to - from >= 2
    case 60: // <…>, but not <unknown object>
      return last === 62 && bytes[from + 1] !== 0x75
    case 40: // (…)
      return last === 41
    case 123: // {…}
      return last === 125
    case 91: // […]
      return last === 93
    case 89: // Yes
      return to - from === 3 && bytes[from + 1] === 0x65 && last === 0x73
    case 78: // No
      return to - from === 2 && last === 0x6f
    default:
      return isNumber(bytes, from, to)
  }
}

/** Unsigned or (10.0, 10.1) signed decimal, or hexadecimal with `-x`. */
function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  const isHex = bytes[from] === 48 && bytes[from + 1] === 120
  let at = isHex ? from + 2 : bytes[from] === 45 ? from + 1 : from
  if (at >= to) return false
  for (; at < to; at++) {
    const byte = bytes[at]!
    const isDigit = byte >= 48 && byte <= 57
    if (!isDigit && !(isHex && byte >= 97 && byte <= 102)) return false
  }
  return true
}

/**
 * The type of what `-f` prints in lines of its own (facts: ioreg, section 6), or null. A hex dump is data; lists of
 * addresses and interrupts are for people, and their text is all there is.
 */
export function typeOfContinued(bytes: Uint8Array, from: number, to: number): ValueTypeTag | null {
  const first = bytes[from]
  if (first === 10 || first === 13) {
    return hexDumpStart(bytes, from, to) < 0 ? ValueType.unreadable : ValueType.data
  }
  // `<0000001c> (IODeviceTree:/…)`, the device-tree path of a handle.
  const isHandle =
    first === 60 && bytes[from + 9] === 62 && bytes[from + 11] === 40 && bytes[to - 1] === 41
  return isHandle ? ValueType.unreadable : null
}
